//! From the parameters of a case to a scenario of the simulator.
//!
//! One unit of model time is one second. Servers are slots with a core each; a waiting room is the line for slots; memory is
//! the managed pool of one TaskManager, in pages or with addresses.

use std::fmt::Write;

use super::super::rows::{Params, Refusal};

const PAGE: u64 = 32 << 10;
const MIB: u64 = 1 << 20;
/// Bytes of a copy of a record, and the most that windows may keep in the mean: the heap has no end, whole bytes have.
const COPY: u64 = 64;
const MOST_KEPT: f64 = 1e15;
/// More slots than tasks will ever need.
const MANY: u64 = 10_000;

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
    /// Records that travel together.
    batch: u64,
    /// Nanoseconds of which a batch of the run is a whole number.
    pub period: u64,
}

impl Setup {
    /// The whole scenario for a run of `seconds`, sampled every `sample` seconds.
    pub fn scenario(&self, seconds: f64, sample: f64) -> String {
        format!(
            "name = \"verification\"\n[run]\nduration = \"{seconds:.9} s\"\nwarm_up = \"{sample:.9} s\"\n\
             sample_every = \"{sample:.9} s\"\nbatch = {}\n[monitor]\ninterval = \"{seconds:.9} s\"\n{}",
            self.batch, self.text
        )
    }
}

/// A class of tasks.
struct Class {
    /// An arrival process of this mean rate.
    arrival: String,
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
    queue: Option<u32>,
}

impl Machine {
    /// With a page of memory for each slot and no end to the line.
    fn paged(cores: f64, slots: u64) -> Machine {
        Machine { cores, slots, managed: slots * PAGE, allocator: "\"segments\"".into(), probe: None, queue: None }
    }
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
    for (number, Class { arrival, stay, law, size, .. }) in classes.iter().enumerate() {
        let _ = write!(
            workloads,
            "[workloads.class{number}]\nkind = \"tasks\"\narrival = {arrival}\n\
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
        batch: 1,
        period: 1,
    }
}

/// Poisson arrivals of so many a second.
pub fn poisson(rate: f64) -> String {
    format!("{{ kind = \"poisson\", rate = \"{rate:.12} /s\" }}")
}

/// Arrivals with independent gaps of a law.
pub fn renewal(gap: &str) -> String {
    format!("{{ kind = \"renewal\", gap = {gap} }}")
}

/// Arrivals at one of two rates, which change at the rates `leave`.
pub fn mmpp2(rates: [f64; 2], leave: [f64; 2]) -> String {
    let [stay_1, stay_2] = leave.map(|rate| 1.0 / rate);
    format!(
        "{{ kind = \"mmpp2\", rate_1 = \"{:.12} /s\", rate_2 = \"{:.12} /s\", stay_1 = \"{stay_1:.9} s\", \
         stay_2 = \"{stay_2:.9} s\" }}",
        rates[0], rates[1]
    )
}

/// Exponential times of this mean in seconds.
pub fn exponential(mean: f64) -> String {
    format!("{{ law = \"exponential\", mean = \"{mean:.12} s\" }}")
}

/// A service law by its name in the table; `shape` is its shape, exponent or squared coefficient of variation.
///
/// # Errors
/// There is no such law.
pub fn service(name: &str, mean: f64, shape: f64) -> Result<String, Refusal> {
    Ok(match name {
        "det" => format!("\"{mean:.12} s\""),
        "exp" => exponential(mean),
        "erlang" => format!("{{ law = \"erlang\", mean = \"{mean:.12} s\", shape = {shape} }}"),
        "gamma" => format!("{{ law = \"gamma\", mean = \"{mean:.12} s\", scv = {shape} }}"),
        "lognormal" => format!("{{ law = \"lognormal\", mean = \"{mean:.12} s\", scv = {shape} }}"),
        "h2" => format!("{{ law = \"hyperexponential\", mean = \"{mean:.12} s\", scv = {shape} }}"),
        "uniform" => format!("{{ law = \"uniform\", min = \"0 s\", max = \"{:.12} s\" }}", 2.0 * mean),
        "pareto" => format!("{{ law = \"pareto\", mean = \"{mean:.12} s\", alpha = {shape} }}"),
        _ => {
            let known = "det, exp, erlang, gamma, lognormal, h2, uniform, pareto";
            return Err(Refusal::Parameters(format!("there is no law `{name}`, expected one of {known}")));
        }
    })
}

/// The law under `key`, with its mean and shape under keys of their own; a dash stands for no shape.
pub fn law(params: &Params, key: &str, mean: f64, shape: &str) -> Result<String, Refusal> {
    let shape = if params.0.contains_key(shape) { params.text(shape)?.parse().unwrap_or(f64::NAN) } else { f64::NAN };
    service(params.text(key)?, mean, shape)
}

/// Servers, and room before them.
#[derive(Clone, Copy, Debug)]
pub struct Stations {
    /// Servers, at least 1.
    pub servers: u32,
    /// Customers that may wait; `None` for any number.
    pub room: Option<u32>,
}

/// First come first served on as many servers as slots and cores, with room for so many to wait.
pub fn queue(arrival: &str, rate: f64, stations: Stations, law: String) -> Setup {
    let Stations { servers, room } = stations;
    let machine = Machine { queue: room, ..Machine::paged(f64::from(servers), u64::from(servers)) };
    setup(machine, &[Class { arrival: arrival.into(), rate, stay: "cpu", law, size: PAGE }], PAGE)
}

/// One core shared by all who came: more slots than will ever be taken.
pub fn shared(rate: f64, law: String) -> Setup {
    let arrival = poisson(rate);
    setup(Machine::paged(1.0, MANY), &[Class { arrival, rate, stay: "cpu", law, size: PAGE }], PAGE)
}

/// Tasks that stay for a time, as many as come.
pub fn endless_room(rate: f64, law: String) -> Setup {
    let arrival = poisson(rate);
    setup(Machine::paged(1.0, MANY), &[Class { arrival, rate, stay: "hold", law, size: PAGE }], PAGE)
}

/// Classes that hold pages for a time, and are lost where too few are free.
///
/// # Errors
/// Parameters are missing or no numbers.
pub fn kaufman_roberts(params: &Params, law: String) -> Result<Setup, Refusal> {
    let units = u64::from(params.count("C", 1_000_000)?);
    let [rates, sizes] = params.lists(["erlangs", "sizes"])?;
    let class = |(rate, size): (&f64, &f64)| Class {
        arrival: poisson(*rate),
        rate: *rate,
        stay: "hold",
        law: law.clone(),
        size: *size as u64 * PAGE,
    };
    let classes: Vec<Class> = rates.iter().zip(&sizes).map(class).collect();
    let machine = Machine { slots: units + 1, managed: units * PAGE, queue: Some(0), ..Machine::paged(1.0, 1) };
    Ok(setup(machine, &classes, PAGE))
}

/// Classes that hold contiguous blocks of an address range.
///
/// # Errors
/// Parameters are missing or no numbers.
pub fn contiguous(params: &Params, allocator: &str) -> Result<Setup, Refusal> {
    let units = u64::from(params.count("units", 1_000_000)?);
    let [sizes, rates, ends] = params.lists(["sizes", "lambda", "mu"])?;
    let class = |class: usize| Class {
        arrival: poisson(rates[class]),
        rate: rates[class],
        stay: "hold",
        law: exponential(1.0 / ends[class]),
        size: sizes[class] as u64 * MIB,
    };
    let classes: Vec<Class> = (0..sizes.len()).map(class).collect();
    let machine = Machine {
        slots: units + 1,
        managed: units * MIB,
        allocator: allocator.into(),
        probe: sizes.get(1).map(|size| *size as u64 * MIB),
        queue: Some(0),
        ..Machine::paged(1.0, 1)
    };
    Ok(setup(machine, &classes, MIB))
}

/// Two stations in line, the first never starved. Credit is taken before a record is worked on upstream and comes back when
/// the record has been worked on downstream, so a buffer of b makes b + 1 credits: its places and the one in work.
///
/// # Errors
/// Parameters are missing or no numbers.
pub fn tandem(params: &Params) -> Result<Setup, Refusal> {
    let rates = [params.positive("mu1")?, params.positive("mu2")?];
    let [first, second] = rates.map(|rate| exponential(1.0 / rate));
    let machine = Machine { managed: MIB, ..Machine::paged(2.0, 1) };
    let workloads = format!(
        "[workloads.line]\nkind = \"graph\"\n[workloads.line.operators.first]\nparallelism = 1\ncpu = {first}\n\
         garbage = \"0 B\"\n[workloads.line.operators.second]\ninputs = [\"first\"]\nexchange = \"forward\"\n\
         parallelism = 1\ncpu = {second}\ngarbage = \"0 B\"\nbuffers = {}\n",
        params.count("buffer", 1_000_000)? + 1
    );
    Ok(Setup {
        text: text(&machine, &workloads),
        rate: rates[0].min(rates[1]),
        servers: machine.cores,
        unit: 1,
        units: machine.managed as f64,
        sizes: Vec::new(),
        batch: 1,
        period: 1,
    })
}

/// Batches of records that come in the time between two windows: enough of them for a scatter of their number that does not
/// need long runs, few enough for short ones. What windows hold in the mean does not depend on the size of a batch.
const BATCHES_A_SLIDE: f64 = 100.0;

/// A window operator that keeps a copy of every record in each window, of this length and slide in seconds, that it falls
/// in. Records come at once to where they are kept.
///
/// # Errors
/// More would be kept than any heap holds.
pub fn sliding_window(rate: f64, length: f64, slide: f64) -> Result<Setup, Refusal> {
    let copies = length / slide;
    let batch = (rate * slide / BATCHES_A_SLIDE).floor().max(1.0);
    let most = rate * 0.5 * (length + slide) * copies * COPY as f64;
    if most > MOST_KEPT {
        return Err(Refusal::Parameters(format!("rate={rate:e} keeps {most:e} bytes, expected at most {MOST_KEPT:e}")));
    }
    let machine = Machine { managed: MIB, ..Machine::paged(2.0, 1) };
    let workloads = format!(
        "[workloads.windows]\nkind = \"sliding-window\"\narrival = {}\nparallelism = 1\nwindow = \"{length:.9} s\"\n\
         slide = \"{slide:.9} s\"\ncopy = \"{COPY} B\"\nsource_cpu = \"0 s\"\nsource_garbage = \"0 B\"\ncpu = \"0 s\"\n\
         garbage = \"0 B\"\noutput_ratio = 0\n",
        poisson(rate)
    );
    Ok(Setup {
        text: text(&machine, &workloads),
        rate: rate / batch,
        servers: machine.cores,
        unit: COPY,
        units: most / COPY as f64,
        sizes: Vec::new(),
        batch: batch as u64,
        period: (slide * 1e9).round() as u64,
    })
}
