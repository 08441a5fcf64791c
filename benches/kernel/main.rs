//! The event kernel against other engines: the same models, the same random draws, one thread, one run.
//!
//! `cargo bench --bench kernel -- [--quick] [FILTER]` runs the workloads whose name contains FILTER; `--quick` runs a
//! tenth of the events. Every contestant must end with the same digest of the model's state, which the table
//! shows; a contestant with another digest ran another model, and the program fails.
//!
//! Rates are by processor time of the one thread, where the system tells it, so that other programs disturb less.
//!
//! The contestants: `heapwise` (this crate), `bare heap` (a tight loop over `std::collections::BinaryHeap`, no
//! engine: no cancellation, no classes), `simcore` and `nexosim`. What is written for the other engines is the
//! cheapest use of each that we know; where that is not the usual use, its file says so.

mod clock;
mod engine;
mod model;
mod workload;

use engine::{Bare, Heapwise, Nexosim, Simcore};
use model::{Engine, Model, Outcome};
use workload::{Phold, PingPong, Queue, Storm};

/// What the command line asks for.
struct Options {
    filter: String,
    scale: u64,
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let filter = arguments.iter().find(|argument| !argument.starts_with("--")).cloned().unwrap_or_default();
    let options = Options { filter, scale: if quick { 10 } else { 1 } };
    println!(
        "{:<14} {:<10} {:>12} {:>10} {:>19} {:>9}  {:<16}  result",
        "workload", "contestant", "events", "M events/s", "lowest .. highest", "ratio", "digest"
    );
    compare("storm", &Storm::new(10_000_000 / options.scale), &options);
    compare("ping-pong", &PingPong::new(4_000_000 / options.scale), &options);
    compare("phold-1024", &Phold::new(1024, 15_000_000 / options.scale), &options);
    compare("phold-65536", &Phold::new(65_536, 15_000_000 / options.scale), &options);
    compare("mm8", &Queue::new(1_000_000 / options.scale), &options);
}

/// Runs all contestants on one workload and prints a line for each.
fn compare<M: Model>(name: &str, model: &M, options: &Options) {
    if !name.contains(&options.filter) {
        return;
    }
    let ours = show(name, "heapwise", measure::<M, Heapwise>(model), None);
    for (contestant, outcomes) in [
        ("bare heap", measure::<M, Bare>(model)),
        ("simcore", measure::<M, Simcore>(model)),
        ("nexosim", measure::<M, Nexosim>(model)),
    ] {
        show(name, contestant, outcomes, Some(&ours));
    }
}

/// Three runs, or more where a run is too short to be measured well.
fn measure<M: Model, E: Engine>(model: &M) -> Vec<Outcome> {
    let mut outcomes = vec![E::run(model)];
    let runs = if outcomes[0].seconds < 0.5 { 9 } else { 3 };
    outcomes.extend((1..runs).map(|_| E::run(model)));
    outcomes.sort_by(|a, b| a.seconds.total_cmp(&b.seconds));
    outcomes
}

/// Prints one line; returns the median. `ours` is the median of this crate, against which the ratio is.
fn show(name: &str, contestant: &str, mut outcomes: Vec<Outcome>, ours: Option<&Outcome>) -> Outcome {
    let (fastest, slowest) = (outcomes[0].rate(), outcomes[outcomes.len() - 1].rate());
    let median = outcomes.swap_remove(outcomes.len() / 2);
    let ratio = ours.map_or(String::new(), |ours| format!("{:.2}", ours.rate() / median.rate()));
    println!(
        "{name:<14} {contestant:<10} {:>12} {:>10.2} {slowest:>8.2} .. {fastest:>7.2} {ratio:>9}  {:016x}  {}",
        median.events,
        median.rate(),
        median.digest,
        median.result
    );
    if let Some(ours) = ours {
        assert_eq!((ours.events, ours.digest), (median.events, median.digest), "{contestant} ran another model");
    }
    median
}
