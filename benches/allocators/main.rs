//! Our models of allocators against allocators from the package registry: the same operations, one thread, one process.
//!
//! `cargo bench --bench allocators -- [--quick] [FILTER]` plays the streams whose name contains FILTER: the recorded
//! `malloc-ops` streams, where `../shared/traces` has them, and a made-up one of 10 million operations (a million with
//! `--quick`) that holds 90 % of the memory, with lognormal sizes and lifetimes with a heavy tail. The digest is of all
//! addresses in order; refusals count too. Ours run twice more: with running sums over the holes, and with all measures
//! averaged over time, whose cost is shown as a share of that run.
//!
//! `rlsf` is TLSF as ours is; `offset-allocator` is a good fit in constant time and stands beside best fit; the frame
//! allocator of `buddy_system_allocator` is a binary buddy. They manage addresses for real, ours models them.

#[path = "../kernel/clock.rs"]
mod clock;
mod contestant;
mod stream;

use clock::Stopwatch;
use contestant::{Contestant, Frames, Model, Offset, Rlsf, Statistics};
use stream::{Op, Stream};

/// Operations that one measurement takes at least: the clock moves on in steps of some milliseconds.
const LEAST: usize = 10_000_000;
/// Measurements of each contestant, in turns, so that all of a family meet the same state of the machine.
const TURNS: usize = 5;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let filter = arguments.iter().find(|argument| !argument.starts_with("--")).cloned().unwrap_or_default();
    let least = if quick { LEAST / 10 } else { LEAST };
    println!(
        "{:<16} {:<26} {:>10} {:>19} {:>7} {:>10}  {:<16}",
        "stream", "contestant", "M ops/s", "lowest .. highest", "ratio", "refusals", "digest"
    );
    let wanted = |name: &str| name.contains(&filter);
    for stream in stream::recorded().into_iter().filter(|stream| wanted(&stream.name)) {
        families(&stream, &stream, least);
    }
    if wanted("churn") {
        families(&Stream::churn(least, false), &Stream::churn(least, true), least);
    }
}

/// The three families; buddies get a stream whose occupancy counts what they round up.
fn families(stream: &Stream, rounded: &Stream, least: usize) {
    family("tlsf", stream, least, || Rlsf::new(stream), "rlsf");
    family("best-fit", stream, least, || Offset::new(stream), "offset-allocator");
    family("buddy", rounded, least, || Frames::new(rounded), "buddy_system_allocator");
}

fn family<C: Contestant>(rule: &str, stream: &Stream, least: usize, peer: impl Fn() -> C, name: &str) {
    let rounds = least.div_ceil(stream.ops.len());
    let statistics = [Statistics::None, Statistics::Sums, Statistics::Averages];
    let (mut ours, mut theirs) = ([const { Vec::new() }; 3], Vec::new());
    for _ in 0..TURNS {
        for (runs, statistics) in ours.iter_mut().zip(statistics) {
            runs.push(measure(stream, rounds, Model::new(rule, stream, statistics)));
        }
        theirs.push(measure(stream, rounds, peer()));
    }
    let [plain, sums, averages] = ours;
    show(stream, &format!("heapwise {rule}"), &plain, String::new());
    for (what, runs) in [("sums", &sums), ("averages", &averages)] {
        assert_eq!(runs[0].digest, plain[0].digest, "statistics change nothing");
        let share = 1.0 - median(plain.iter().zip(runs).map(|(plain, told)| plain.seconds / told.seconds));
        show(stream, &format!("  with {what}"), runs, format!("{:.0} %", 100.0 * share));
    }
    let ratio = median(plain.iter().zip(&theirs).map(|(plain, peer)| peer.seconds / plain.seconds));
    show(stream, name, &theirs, format!("{ratio:.2}"));
}

/// One contestant's way through a stream, some times over.
struct Run {
    seconds: f64,
    operations: usize,
    refusals: u64,
    /// Of the last round; each ends with an empty memory, so all are alike.
    digest: u64,
}

impl Run {
    /// Millions of operations a second.
    fn rate(&self) -> f64 {
        self.operations as f64 / self.seconds / 1e6
    }
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn measure<C: Contestant>(stream: &Stream, rounds: usize, mut contestant: C) -> Run {
    let watch = Stopwatch::start();
    let (mut digest, mut refusals) = (0, 0);
    for _ in 0..rounds {
        (digest, refusals) = play(&mut contestant, &stream.ops);
    }
    Run { seconds: watch.seconds(), operations: rounds * stream.ops.len(), refusals, digest }
}

/// The digest of all addresses, and the number of refusals.
fn play<C: Contestant>(contestant: &mut C, ops: &[Op]) -> (u64, u64) {
    let (mut digest, mut refusals) = (0u64, 0);
    for op in ops {
        match *op {
            Op::Allocate { slot, size } => match contestant.allocate(slot, size) {
                Some(address) => digest = digest.wrapping_mul(31).wrapping_add(address),
                None => refusals += 1,
            },
            Op::Free { slot } => contestant.free(slot),
        }
    }
    (digest, refusals)
}

fn show(stream: &Stream, name: &str, runs: &[Run], ratio: String) {
    let rates = || runs.iter().map(Run::rate);
    let (lowest, highest) = (rates().fold(f64::INFINITY, f64::min), rates().fold(0.0, f64::max));
    println!(
        "{:<16} {name:<26} {:>10.2} {lowest:>8.2} .. {highest:>7.2} {ratio:>7} {:>10}  {:016x}",
        stream.name,
        median(rates()),
        runs[0].refusals,
        runs[0].digest
    );
}
