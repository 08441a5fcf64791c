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

/// Operations that one measurement takes at least, so that short streams are played again and again.
const LEAST: usize = 2_000_000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let filter = arguments.iter().find(|argument| !argument.starts_with("--")).cloned().unwrap_or_default();
    let (count, least) = if quick { (1_000_000, LEAST / 10) } else { (10_000_000, LEAST) };
    println!(
        "{:<16} {:<26} {:>10} {:>19} {:>7} {:>10}  {:<16}",
        "stream", "contestant", "M ops/s", "lowest .. highest", "ratio", "refusals", "digest"
    );
    let wanted = |name: &str| name.contains(&filter);
    for stream in stream::recorded().into_iter().filter(|stream| wanted(&stream.name)) {
        families(&stream, &stream, least);
    }
    if wanted("churn") {
        families(&Stream::churn(count, false), &Stream::churn(count, true), least);
    }
}

/// The three families; buddies get a stream whose occupancy counts what they round up.
fn families(stream: &Stream, rounded: &Stream, least: usize) {
    family("tlsf", stream, least, || Rlsf::new(stream), "rlsf");
    family("best-fit", stream, least, || Offset::new(stream), "offset-allocator");
    family("buddy", rounded, least, || Frames::new(rounded), "buddy_system_allocator");
}

fn family<C: Contestant>(rule: &str, stream: &Stream, least: usize, peer: impl Fn() -> C, name: &str) {
    let ours = |statistics| measure(stream, least, || Model::new(rule, stream, statistics));
    let plain = ours(Statistics::None);
    show(stream, &format!("heapwise {rule}"), &plain, String::new());
    let measured = [("sums", Statistics::Sums), ("averages", Statistics::Averages)];
    for (what, statistics) in measured {
        let told = ours(statistics);
        assert_eq!(told.digest, plain.digest, "statistics change nothing");
        let share = 1.0 - plain.seconds() / told.seconds();
        show(stream, &format!("  with {what}"), &told, format!("{:.0} %", 100.0 * share));
    }
    let other = measure(stream, least, peer);
    let ratio = plain.rate() / other.rate();
    show(stream, name, &other, format!("{ratio:.2}"));
}

/// Several runs of one contestant.
struct Outcome {
    /// Seconds of each run, ascending.
    times: Vec<f64>,
    operations: usize,
    refusals: u64,
    digest: u64,
}

impl Outcome {
    fn seconds(&self) -> f64 {
        self.times[self.times.len() / 2]
    }

    /// Millions of operations a second.
    fn rate(&self) -> f64 {
        self.operations as f64 / self.seconds() / 1e6
    }
}

fn measure<C: Contestant>(stream: &Stream, least: usize, make: impl Fn() -> C) -> Outcome {
    let rounds = least.div_ceil(stream.ops.len());
    let mut outcome = Outcome { times: vec![], operations: rounds * stream.ops.len(), refusals: 0, digest: 0 };
    for _ in 0..3 {
        let mut seconds = 0.0;
        for _ in 0..rounds {
            let mut contestant = make();
            let watch = Stopwatch::start();
            (outcome.digest, outcome.refusals) = play(&mut contestant, &stream.ops);
            seconds += watch.seconds();
        }
        outcome.times.push(seconds);
    }
    outcome.times.sort_by(f64::total_cmp);
    outcome
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

fn show(stream: &Stream, name: &str, outcome: &Outcome, ratio: String) {
    let rate = |seconds: f64| outcome.operations as f64 / seconds / 1e6;
    let (fastest, slowest) = (outcome.times[0], outcome.times[outcome.times.len() - 1]);
    println!(
        "{:<16} {name:<26} {:>10.2} {:>8.2} .. {:>7.2} {ratio:>7} {:>10}  {:016x}",
        stream.name,
        outcome.rate(),
        rate(slowest),
        rate(fastest),
        outcome.refusals,
        outcome.digest
    );
}
