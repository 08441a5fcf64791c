//! How fast a TaskManager-day with 100,000 collections is simulated, under each collector.
//!
//! `cargo bench --bench collections -- [--quick] [COLLECTOR...]` runs 24 h (2.4 h with `--quick`) of one busy core with a live set
//! of 256 MB on 1 GiB of task heap, at a rate of garbage that brings about 100,000 collections a day. Each run counts its pauses
//! and cycles; the last column scales the time to 100,000 of them. The best of three runs is shown.

use heapwise::heap::COLLECTORS;
use heapwise::metrics::columns;
use heapwise::scenario::spec::Scenario;
use heapwise::scenario::{self, listing};
use heapwise::sim;
use std::time::Instant;

/// Runs of each collector.
const RUNS: usize = 3;

fn day(collector: &str, seconds: u64, garbage: f64) -> Result<Scenario, String> {
    // A batch is a quarter of what a generational collector lets between two collections.
    let text = format!(
        "name = \"day\"\n[run]\nduration = \"{seconds} s\"\nwarm_up = \"0 s\"\nsample_every = \"600 s\"\nbatch = 50000\n\
         [groups.a]\ncores = 1\nslots = 1\ntask_heap = \"1 GiB\"\ncollector = \"{collector}\"\n\
         [prices]\nstate = \"free\"\ncollection = \"linear\"\n[workloads.keys]\nkind = \"graph\"\n\
         [workloads.keys.operators.only]\nparallelism = 1\ncpu = \"4 us\"\ngarbage = \"{garbage} B\"\nsurvival = 0.02\n\
         state = \"heap\"\nkeys = 1000000\nentry = \"256 B\"\nwrites = 0.05\n"
    );
    let loaded = scenario::load(&text, "day.toml", &[]).map_err(|faults| listing(&faults))?;
    loaded.cells.into_iter().next().map(|cell| cell.scenario).ok_or_else(|| "no cell".into())
}

/// Collections, cycles among them, and the wall time of the best run.
fn measure(collector: &str, seconds: u64, garbage: f64) -> Result<(f64, f64), String> {
    let scenario = day(collector, seconds, garbage)?;
    let (mut best, mut collections) = (f64::INFINITY, 0.0);
    for _ in 0..RUNS {
        let begin = Instant::now();
        let result = sim::run(&scenario, 1, None);
        best = best.min(begin.elapsed().as_secs_f64());
        let counts = [columns::GC_YOUNG, columns::GC_FULL, columns::GC_CONCURRENT];
        collections = counts.iter().filter_map(|column| result.record.get(*column)).sum();
    }
    Ok((collections, best))
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let seconds = if arguments.iter().any(|argument| argument == "--quick") { 8640 } else { 86_400 };
    let named: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with("--")).collect();
    println!(
        "{:<14} {:>12} {:>9} {:>14} {:>22}",
        "collector", "collections", "seconds", "us/collection", "seconds for 100,000"
    );
    for entry in COLLECTORS.iter().filter(|entry| named.is_empty() || named.iter().any(|name| *name == entry.name)) {
        // A first look at one hour tells how much garbage a record must leave.
        let rate = |garbage: f64| measure(entry.name, 3600, garbage).map(|(collections, _)| collections * 24.0);
        let garbage = rate(1024.0).map(|daily| (1024.0 * 1e5 / daily.max(1.0)).clamp(64.0, 8192.0));
        match garbage.and_then(|garbage| measure(entry.name, seconds, garbage)) {
            Ok((0.0, best)) => println!("{:<14} {:>12} {best:>9.3}", entry.name, 0),
            Ok((collections, best)) => {
                let each = best / collections;
                let name = entry.name;
                println!("{name:<14} {collections:>12.0} {best:>9.3} {:>14.2} {:>22.3}", each * 1e6, each * 1e5);
            }
            Err(error) => println!("{:<14} {error}", entry.name),
        }
    }
}
