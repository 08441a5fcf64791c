//! From the parameters of a case to a scenario of the simulator.
//!
//! One unit of model time is one second. Servers are slots with a core each; a waiting room is the line for slots; memory is
//! the managed pool of one TaskManager, in pages or with addresses.

use std::fmt::Write;

use super::rows::{Case, Params};

const PAGE: u64 = 32 << 10;
const MIB: u64 = 1 << 20;

/// A case as the simulator runs it.
#[derive(Clone, Debug)]
pub struct Setup {
    /// The scenario, but for the length of the run.
    text: String,
    /// Customers a second, by which the length of a run is reckoned.
    pub rate: f64,
    /// Servers.
    pub servers: f64,
    /// Bytes of one unit of memory.
    pub unit: u64,
    /// Units of memory.
    pub units: f64,
    /// Bytes that a task of each class asks for.
    pub sizes: Vec<u64>,
}

impl Setup {
    /// The whole scenario for a run of `seconds`, sampled every `sample` seconds.
    pub fn scenario(&self, seconds: f64, sample: f64) -> String {
        format!(
            "name = \"verification\"\n[run]\nduration = \"{seconds:.9} s\"\nwarm_up = \"{sample:.9} s\"\n\
             sample_every = \"{sample:.9} s\"\nbatch = 1\n[monitor]\ninterval = \"{seconds:.9} s\"\n{}",
            self.text
        )
    }
}

/// A class of tasks.
struct Class {
    rate: f64,
    /// "cpu" or "hold".
    stay: &'static str,
    law: String,
    size: u64,
}

/// One TaskManager.
struct Machine {
    cores: f64,
    slots: u64,
    managed: u64,
    allocator: String,
    probe: Option<u64>,
    queue: Option<u64>,
}

fn text(machine: &Machine, workloads: &str) -> String {
    let Machine { cores, slots, managed, allocator, .. } = machine;
    let mut text = format!(
        "[groups.a]\ncores = {cores}\nslots = {slots}\ntask_heap = \"64 MiB\"\nmanaged = \"{managed} B\"\n\
         network = \"64 MiB\"\ncollector = \"none\"\n[regions]\nallocator = {allocator}\n"
    );
    if let Some(probe) = machine.probe {
        let _ = writeln!(text, "probe = \"{probe} B\"");
    }
    text += "[pressure]\norder = [\"fail\"]\n[policies]\nallocation = \"unified-first-come\"\nspill = \"never\"\n";
    if let Some(limit) = machine.queue {
        let _ = writeln!(text, "[failures]\nqueue_limit = {limit}");
    }
    text + workloads
}

fn setup(machine: Machine, classes: &[Class], unit: u64) -> Setup {
    let mut workloads = String::new();
    for (number, Class { rate, stay, law, size }) in classes.iter().enumerate() {
        let _ = write!(
            workloads,
            "[workloads.class{number}]\nkind = \"tasks\"\narrival = {{ kind = \"poisson\", rate = \"{rate:.12} /s\" }}\n\
             {stay} = {law}\nsize = \"{size} B\"\n"
        );
    }
    Setup {
        text: text(&machine, &workloads),
        rate: classes.iter().map(|class| class.rate).sum(),
        servers: machine.cores,
        unit,
        units: machine.managed as f64 / unit as f64,
        sizes: classes.iter().map(|class| class.size).collect(),
    }
}

fn exponential(mean: f64) -> String {
    format!("{{ law = \"exponential\", mean = \"{mean:.12} s\" }}")
}

/// A service law by its name in the table; `shape` is its shape, exponent or squared coefficient of variation.
pub fn service(name: &str, mean: f64, shape: f64) -> Option<String> {
    Some(match name {
        "det" => format!("\"{mean:.12} s\""),
        "exp" => exponential(mean),
        "erlang" => format!("{{ law = \"erlang\", mean = \"{mean:.12} s\", shape = {shape} }}"),
        "gamma" => format!("{{ law = \"gamma\", mean = \"{mean:.12} s\", scv = {shape} }}"),
        "lognormal" => format!("{{ law = \"lognormal\", mean = \"{mean:.12} s\", scv = {shape} }}"),
        "h2" => format!("{{ law = \"hyperexponential\", mean = \"{mean:.12} s\", scv = {shape} }}"),
        "uniform" => format!("{{ law = \"uniform\", min = \"0 s\", max = \"{:.12} s\" }}", 2.0 * mean),
        "pareto" => format!("{{ law = \"pareto\", mean = \"{mean:.12} s\", alpha = {shape} }}"),
        _ => return None,
    })
}

/// The scenario of a case; `None` for a family or law that has no counterpart here.
pub fn of(case: &Case) -> Option<Setup> {
    let params = &case.params;
    match case.model.as_str() {
        "mm1" => Some(queue(params, (1.0, None), exponential(1.0 / params.number("mu")))),
        "mmc" => Some(queue(params, (params.number("c"), None), exponential(1.0 / params.number("mu")))),
        "mmck" => {
            let (servers, room) = (params.number("c"), params.number("K"));
            Some(queue(params, (servers, Some((room - servers) as u64)), exponential(1.0 / params.number("mu"))))
        }
        "erlang_b" => Some(erlang_b(params)),
        "mg1_fcfs" => Some(queue(params, (1.0, None), general(params)?)),
        "mg1_ps" => Some(shared(params, general(params)?)),
        "kaufman_roberts" => Some(kaufman_roberts(params, exponential(1.0))),
        "tandem2_saturated_bbs" => Some(tandem(params)),
        "contiguous_first_fit" => Some(contiguous(params, "\"first-fit\"")),
        "contiguous_best_fit" => Some(contiguous(params, "\"best-fit\"")),
        "contiguous_worst_fit" => Some(contiguous(params, "\"worst-fit\"")),
        "contiguous_next_fit" => Some(contiguous(params, "\"next-fit\"")),
        "binary_buddy" => Some(contiguous(params, "{ kind = \"buddy\", smallest = \"1 MiB\" }")),
        _ => None,
    }
}

fn general(params: &Params) -> Option<String> {
    service(params.text("service"), params.number("mean"), params.text("shape_or_scv").parse().unwrap_or(f64::NAN))
}

/// First come first served on as many servers as slots and cores, with room for so many to wait.
fn queue(params: &Params, (servers, room): (f64, Option<u64>), law: String) -> Setup {
    let slots = servers as u64;
    let machine = Machine {
        cores: servers,
        slots,
        managed: slots * PAGE,
        allocator: "\"segments\"".into(),
        probe: None,
        queue: room,
    };
    setup(machine, &[Class { rate: params.number("lambda"), stay: "cpu", law, size: PAGE }], PAGE)
}

fn erlang_b(params: &Params) -> Setup {
    let servers = params.number("c");
    let offered = Params::parse(&format!("lambda={}", params.number("a")));
    queue(&offered, (servers, Some(0)), exponential(1.0))
}

/// One core shared by all who came: more slots than will ever be taken.
fn shared(params: &Params, law: String) -> Setup {
    let slots = 10_000;
    let machine = Machine {
        cores: 1.0,
        slots,
        managed: slots * PAGE,
        allocator: "\"segments\"".into(),
        probe: None,
        queue: None,
    };
    setup(machine, &[Class { rate: params.number("lambda"), stay: "cpu", law, size: PAGE }], PAGE)
}

/// Classes that hold pages for a time, and are lost where too few are free.
pub fn kaufman_roberts(params: &Params, law: String) -> Setup {
    let units = params.number("C") as u64;
    let sizes = params.list("sizes");
    let classes: Vec<Class> = (params.list("erlangs").iter().zip(&sizes))
        .map(|(rate, size)| Class { rate: *rate, stay: "hold", law: law.clone(), size: *size as u64 * PAGE })
        .collect();
    let machine = Machine {
        cores: 1.0,
        slots: units + 1,
        managed: units * PAGE,
        allocator: "\"segments\"".into(),
        probe: None,
        queue: Some(0),
    };
    setup(machine, &classes, PAGE)
}

/// Classes that hold contiguous blocks of an address range.
fn contiguous(params: &Params, allocator: &str) -> Setup {
    let units = params.number("units") as u64;
    let (sizes, rates, ends) = (params.list("sizes"), params.list("lambda"), params.list("mu"));
    let classes: Vec<Class> = (0..sizes.len())
        .map(|class| Class {
            rate: rates[class],
            stay: "hold",
            law: exponential(1.0 / ends[class]),
            size: sizes[class] as u64 * MIB,
        })
        .collect();
    let machine = Machine {
        cores: 1.0,
        slots: units + 1,
        managed: units * MIB,
        allocator: allocator.into(),
        probe: sizes.get(1).map(|size| *size as u64 * MIB),
        queue: Some(0),
    };
    setup(machine, &classes, MIB)
}

/// Two stations in line, the first never starved. Credit is taken before a record is worked on upstream and comes back when
/// the record has been worked on downstream, so a buffer of b makes b + 1 credits: its places and the one in work.
fn tandem(params: &Params) -> Setup {
    let machine =
        Machine { cores: 2.0, slots: 1, managed: MIB, allocator: "\"segments\"".into(), probe: None, queue: None };
    let (first, second) = (exponential(1.0 / params.number("mu1")), exponential(1.0 / params.number("mu2")));
    let workloads = format!(
        "[workloads.line]\nkind = \"graph\"\n[workloads.line.operators.first]\nparallelism = 1\ncpu = {first}\n\
         garbage = \"0 B\"\n[workloads.line.operators.second]\ninputs = [\"first\"]\nexchange = \"forward\"\n\
         parallelism = 1\ncpu = {second}\ngarbage = \"0 B\"\nbuffers = {}\n",
        params.number("buffer") as u64 + 1
    );
    Setup { rate: params.number("mu1").min(params.number("mu2")), ..setup_of(&machine, &workloads) }
}

fn setup_of(machine: &Machine, workloads: &str) -> Setup {
    Setup {
        text: text(machine, workloads),
        rate: 0.0,
        servers: machine.cores,
        unit: 1,
        units: machine.managed as f64,
        sizes: Vec::new(),
    }
}
