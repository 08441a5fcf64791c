//! Random small scenarios: every feature is switched wholly off in some of them, so that what the others hide shows.

use std::fmt::Write;

use heapwise::base::{Listed, Trait};
use heapwise::heap::COLLECTORS;
use heapwise::policy::{allocation::ALLOCATION, migration::MIGRATION, placement::PLACEMENT, spill::SPILL};
use heapwise::pool::{BLOCK_ALLOCATORS, RECLAMATIONS};
use heapwise::price::collection::COLLECTION_PRICES;
use heapwise::price::compression::COMPRESSIONS;
use heapwise::price::spill::SPILL_PRICES;
use heapwise::price::state::STATE_PRICES;
use heapwise::price::transfer::TRANSFER_PRICES;

/// SplitMix64 (Steele, Lea & Flood 2014): a seed is all there is to know of a draw.
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A whole number from `low` to `high`, both included.
    pub fn range(&mut self, low: u64, high: u64) -> u64 {
        low + self.next() % (high - low + 1)
    }

    /// True in one case of `one_in`.
    pub fn chance(&mut self, one_in: u64) -> bool {
        self.next().is_multiple_of(one_in)
    }

    /// One of `list`.
    pub fn pick<'a, T: ?Sized>(&mut self, list: &[&'a T]) -> &'a T {
        list[self.next() as usize % list.len()]
    }
}

/// A scenario and the trace that it may name.
pub struct Drawn {
    /// TOML; `TRACE` stands for the path of the trace.
    pub text: String,
    /// Rows of a native trace.
    pub trace: String,
}

/// The scenario of a seed.
pub fn draw(seed: u64) -> Drawn {
    let dice = &mut Dice(seed);
    let mut text = format!("name = \"swarm_{seed}\"\n");
    run(dice, &mut text);
    let collectors = groups(dice, &mut text);
    regions(dice, &mut text);
    let foresight = dice.chance(5);
    prices(dice, &mut text, &collectors);
    policies(dice, &mut text, foresight);
    pressure(dice, &mut text);
    mechanisms(dice, &mut text);
    let trace = workloads(dice, &mut text, foresight);
    Drawn { text, trace }
}

fn put(text: &mut String, key: &str, value: impl std::fmt::Display) {
    _ = writeln!(text, "{key} = {value}");
}

fn put_text(text: &mut String, key: &str, value: impl std::fmt::Display) {
    _ = writeln!(text, "{key} = \"{value}\"");
}

fn section(text: &mut String, name: &str) {
    _ = writeln!(text, "\n[{name}]");
}

/// A member of a family; half of the time its default, the first.
fn member<T: Listed>(dice: &mut Dice, list: &[&T]) -> &'static str {
    if dice.chance(4) { list[0].name() } else { dice.pick(list).name() }
}

/// The same without those that need to know the future, unless all work can tell it.
fn policy<T: Listed>(dice: &mut Dice, list: &[&T], foresight: bool) -> &'static str {
    let sees = |entry: &&T| entry.facts().traits.contains(&Trait::NeedsForesight);
    let fitting: Vec<&T> = list.iter().copied().filter(|entry| foresight || !sees(entry)).collect();
    member(dice, &fitting)
}

fn run(dice: &mut Dice, text: &mut String) {
    section(text, "run");
    put_text(text, "duration", format!("{} s", dice.range(2, 40)));
    put_text(text, "warm_up", dice.pick(&["auto", "1 s"]));
    put_text(text, "sample_every", dice.pick(&["1 s", "250 ms", "3 s"]));
    put(text, "batch", dice.pick(&[&100, &1000, &5000]));
}

/// Answers the collectors of the groups.
fn groups(dice: &mut Dice, text: &mut String) -> Vec<&'static str> {
    let mut collectors = Vec::new();
    for group in 0..dice.range(1, 2) {
        section(text, &format!("groups.g{group}"));
        put(text, "count", dice.range(1, 3));
        put(text, "cores", dice.pick(&["0.5", "1", "2", "4"]));
        put(text, "slots", dice.range(1, 4));
        put_text(text, "task_heap", format!("{} MiB", dice.range(8, 256)));
        put_text(text, "managed", format!("{} MiB", dice.range(1, 96)));
        put_text(text, "network", format!("{} MiB", dice.range(2, 32)));
        put_text(text, "framework_live", format!("{} MiB", dice.range(1, 16)));
        put_text(text, "disk", format!("{} MiB/s", dice.range(5, 500)));
        put_text(text, "link", format!("{} MiB/s", dice.range(5, 500)));
        put(text, "per_node", dice.range(1, 2));
        collectors.push(member(dice, COLLECTORS));
        put_text(text, "collector", collectors[collectors.len() - 1]);
    }
    collectors
}

fn regions(dice: &mut Dice, text: &mut String) {
    section(text, "regions");
    put_text(text, "scheme", dice.pick(&["flink", "legacy", "unified"]));
    put_text(text, "allocator", member(dice, BLOCK_ALLOCATORS));
    if dice.chance(3) {
        put_text(text, "probe", "1 MiB");
    }
    put_text(text, "reclamation", member(dice, RECLAMATIONS));
    if dice.chance(3) {
        put_text(text, "reservation", dice.pick(&["all", "1 MiB", "100 kB"]));
        put(text, "touch_price", dice.pick(&["0", "0.25", "50"]));
    }
    if dice.chance(4) {
        put(text, "leak", dice.pick(&["0.01", "0.3", "1"]));
    }
}

/// A member that says of itself nothing which `misfits`; half of the time the first of them.
fn fitting<T: Listed>(dice: &mut Dice, list: &[&T], misfits: impl Fn(&Trait) -> bool) -> &'static str {
    let fits = |entry: &&T| !entry.facts().traits.iter().any(&misfits);
    let list: Vec<&T> = list.iter().copied().filter(fits).collect();
    member(dice, &list)
}

fn prices(dice: &mut Dice, text: &mut String, collectors: &[&str]) {
    section(text, "prices");
    // Without a price, collectors of HotSpot take the description that travels with the project.
    if !dice.chance(3) {
        let other =
            |known: &Trait| matches!(known, Trait::OnlyCollector(one) if collectors.iter().any(|had| had != one));
        put_text(text, "collection", fitting(dice, COLLECTION_PRICES, other));
    }
    put_text(text, "spill", member(dice, SPILL_PRICES));
    put_text(text, "compression", member(dice, COMPRESSIONS));
    put_text(text, "transfer", member(dice, TRANSFER_PRICES));
    if dice.chance(2) {
        let somewhere = |known: &Trait| matches!(known, Trait::OnlyState(_));
        put_text(text, "state", fitting(dice, STATE_PRICES, somewhere));
    }
}

/// What the state of an operator at `place` costs, half of the time by what it is.
fn state_price(dice: &mut Dice, text: &mut String, place: &str) {
    if dice.chance(2) {
        let elsewhere = |known: &Trait| matches!(known, Trait::OnlyState(only) if *only != place);
        put_text(text, "state_price", fitting(dice, STATE_PRICES, elsewhere));
    }
}

fn policies(dice: &mut Dice, text: &mut String, foresight: bool) {
    section(text, "policies");
    put_text(text, "placement", policy(dice, PLACEMENT, foresight));
    put_text(text, "allocation", policy(dice, ALLOCATION, foresight));
    put_text(text, "spill", policy(dice, SPILL, foresight));
    put_text(text, "migration", policy(dice, MIGRATION, foresight));
}

fn pressure(dice: &mut Dice, text: &mut String) {
    section(text, "pressure");
    let mut steps = vec!["\"evict\"", "\"spill\"", "\"wait\"", "\"migrate\"", "\"request\"", "\"compact\""];
    let mut order = Vec::new();
    for _ in 0..dice.range(0, 6) {
        order.push(steps.remove(dice.range(0, steps.len() as u64 - 1) as usize));
    }
    // The last step must be one that ends the matter.
    if order.last() != Some(&"\"wait\"") {
        order.push("\"fail\"");
    }
    put(text, "order", format!("[{}]", order.join(", ")));
    put_text(text, "patience", dice.pick(&["100 ms", "1 s", "7 s"]));
    put(text, "spill_compression", dice.chance(2));
    put(text, "spill_share", dice.pick(&["0", "0", "0.3", "1"]));
    put(text, "migrate_tasks", dice.range(1, 3));
    put_text(text, "compaction", dice.pick(&["room", "all"]));
    put(text, "compaction_price", dice.pick(&["0", "2", "1000"]));
    if dice.chance(3) {
        put_text(text, "compaction_budget", format!("{} MiB", dice.range(0, 20)));
    }
    section(text, "monitor");
    put_text(text, "interval", dice.pick(&["200 ms", "1 s", "5 s"]));
    put_text(text, "provision_delay", dice.pick(&["0 s", "1 s", "4 s"]));
    put(text, "max_task_managers", dice.range(6, 9));
    if dice.chance(3) {
        put_text(text, "leak_window", dice.pick(&["300 ms", "2 s"]));
    }
    section(text, "failures");
    put_text(text, "restart", dice.pick(&["10 ms", "500 ms", "3 s"]));
    put(text, "max_restarts", dice.pick(&[&0, &2, &1000]));
    if dice.chance(3) {
        put(text, "queue_limit", dice.range(0, 20));
    }
}

fn mechanisms(dice: &mut Dice, text: &mut String) {
    section(text, "mechanisms");
    for name in ["greedy_retention", "card_scanning", "coordination", "timeouts", "pointer_cliff", "fixed_budget"] {
        put(text, name, dice.chance(3));
    }
    put_text(text, "headroom", format!("{} MiB", dice.range(4, 64)));
    put_text(text, "fixed_young", format!("{} MiB", dice.range(2, 32)));
    put_text(text, "buffering", dice.pick(&["1 ms", "20 ms"]));
    put_text(text, "heartbeat", dice.pick(&["5 ms", "50 ms", "5 s"]));
    put_text(text, "pointer_limit", "100 MiB");
}

fn workloads(dice: &mut Dice, text: &mut String, foresight: bool) -> String {
    let mut trace = String::new();
    for number in 0..dice.range(1, 3) {
        section(text, &format!("workloads.w{number}"));
        put(text, "priority", dice.range(0, 3));
        put(text, "weight", dice.range(1, 4));
        put_text(text, "start", format!("{} s", dice.pick(&[&0, &0, &1, &4])));
        match if foresight { 0 } else { dice.range(0, 5) } {
            0 | 1 => tasks(dice, text),
            2 => {
                put_text(text, "kind", "heapwise-csv");
                put_text(text, "path", "TRACE");
                trace = rows(dice);
            }
            3 => batch(dice, text),
            _ => stream(dice, text, &format!("workloads.w{number}")),
        }
    }
    trace
}

fn arrival(dice: &mut Dice, rate: u64) -> String {
    match dice.range(0, 4) {
        0 => format!("{{ kind = \"paced\", rate = \"{rate} /s\" }}"),
        1 | 2 => format!("{{ kind = \"poisson\", rate = \"{rate} /s\" }}"),
        3 => format!(
            "{{ kind = \"mmpp2\", rate_1 = \"{rate} /s\", rate_2 = \"{} /s\", stay_1 = \"1 s\", stay_2 = \"2 s\" }}",
            rate * 3
        ),
        _ => format!("{{ kind = \"bursts\", extra = \"{rate} /s\", on = \"1 s\", off = \"2 s\" }}"),
    }
}

fn tasks(dice: &mut Dice, text: &mut String) {
    let rate = dice.range(1, 12);
    let size = dice.range(1, 30);
    let size = match dice.range(0, 2) {
        0 => format!("\"{size} MiB\""),
        1 => format!("{{ law = \"exponential\", mean = \"{size} MiB\" }}"),
        _ => format!("{{ law = \"uniform\", min = \"1 KiB\", max = \"{size} MiB\" }}"),
    };
    put_text(text, "kind", "tasks");
    put(text, "size", size);
    put(text, "instances", dice.range(1, 5));
    match dice.range(0, 2) {
        0 => put_text(text, "cpu", "300 ms"),
        1 => put(text, "hold", "{ law = \"exponential\", mean = \"2 s\" }"),
        _ => {
            put(text, "cpu", "{ law = \"exponential\", mean = \"200 ms\" }");
            put_text(text, "hold", "1 s");
        }
    }
    put(text, "arrival", arrival(dice, rate));
}

/// Tasks that come, change their demand and go, some names more than once. Names that are out are not used.
fn rows(dice: &mut Dice) -> String {
    let mut rows = String::from("time_s,event,task,memory_bytes,instances,cpu_s,stay\n");
    let mut alive = [false; 8];
    for step in 0..dice.range(5, 160) {
        let time = step as f64 * 0.15;
        let (task, bytes) = (dice.range(0, 7), dice.range(0, 24 << 20));
        let here = &mut alive[task as usize];
        let row = match (dice.range(0, 4), *here) {
            (0, false) => format!("arrival,{},{bytes};1:{};2:0,2,0.4,work", step + 100, bytes / 2),
            (1, false) => format!("arrival,{},{bytes};1:{},1,0,3", step + 100, bytes * 2),
            (_, false) => format!("arrival,{task},{bytes},{},0,", dice.range(1, 3)),
            (0 | 1, true) => format!("departure,{task},,,,"),
            (_, true) => format!("demand,{task},{bytes},,,"),
        };
        *here = !row.starts_with("departure") && (*here || row.ends_with(','));
        _ = writeln!(rows, "{time:.2},{row}");
    }
    rows
}

fn batch(dice: &mut Dice, text: &mut String) {
    let records = dice.range(1, 40) * 10_000;
    if dice.chance(2) {
        put_text(text, "kind", "sort-shuffle");
        return put(text, "records", records);
    }
    put_text(text, "kind", "hash-join");
    put(text, "build_records", records);
    put(text, "probe_records", records * 2);
}

fn stream(dice: &mut Dice, text: &mut String, name: &str) {
    if dice.chance(3) {
        let kind = dice.pick(&["keyed-aggregation", "session-window", "sliding-window", "online-learning"]);
        put_text(text, "kind", kind);
        let place = dice.pick(&["heap", "managed"]);
        put_text(text, "state", place);
        return state_price(dice, text, place);
    }
    put_text(text, "kind", "graph");
    if dice.chance(2) {
        let rate = dice.range(1, 200) * 1000;
        put(text, "arrival", arrival(dice, rate));
    }
    let ends = dice.chance(3);
    section(text, &format!("{name}.operators.source"));
    put_text(text, "cpu", "5 us");
    put(text, "parallelism", dice.range(0, 3));
    if ends {
        put(text, "records", dice.range(1, 300_000));
    }
    section(text, &format!("{name}.operators.middle"));
    put(text, "inputs", "[\"source\"]");
    middle(dice, text);
    section(text, &format!("{name}.operators.sink"));
    put(text, "inputs", if dice.chance(3) { "[\"middle\", \"source\"]" } else { "[\"middle\"]" });
    put_text(text, "cpu", "2 us");
    put(text, "parallelism", dice.range(0, 2));
    put(text, "buffers", dice.range(1, 6));
    put(text, "output_ratio", 0);
    if ends && dice.chance(3) {
        put_text(text, "role", "sort");
    }
}

fn middle(dice: &mut Dice, text: &mut String) {
    put(text, "cpu", "{ law = \"exponential\", mean = \"10 us\" }");
    put(text, "parallelism", dice.range(0, 4));
    put(text, "buffers", dice.range(1, 8));
    put(text, "output_ratio", dice.pick(&["0.0003", "0.5", "1", "2"]));
    put_text(text, "garbage", dice.pick(&["0 B", "1 KiB", "8 KiB"]));
    put(text, "survival", dice.pick(&["0", "0.02", "0.4"]));
    let state = dice.pick(&["none", "heap", "managed"]);
    put_text(text, "state", state);
    if state != "none" {
        put(text, "keys", dice.range(1, 400_000));
        put(text, "skew", dice.pick(&["0", "0.8", "1.2"]));
        if dice.chance(2) {
            put_text(text, "cache", format!("{} MiB", dice.range(1, 40)));
        }
        state_price(dice, text, state);
    }
    if dice.chance(3) {
        put_text(text, "window", "3 s");
        put_text(text, "slide", "1 s");
        put_text(text, "retain", "50 B");
    }
    let memory = dice.pick(&["none", "managed", "sort", "hash", "network"]);
    put_text(text, "memory", memory);
    if memory != "none" {
        put(text, "request", "{ law = \"exponential\", mean = \"2 MiB\" }");
        if dice.chance(2) {
            put(text, "hold", "{ law = \"exponential\", mean = \"300 ms\" }");
        }
    }
}
