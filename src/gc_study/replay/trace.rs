//! The program of a log from event to event: what it allocates, what of that stays, and when it asks for a collection.
//!
//! This is the program, not the JVM: bytes allocated, the shares of them that collections of the time copied and promoted,
//! and the live set. The live set is known where a full collection shows it, and bounded by what other collections
//! leave; between these points it grows as the old generation does.

use crate::base::Bytes;
use crate::gc_study::calibrate::{Class, Observed};
use crate::heap::Allocation;
use crate::jvm::{Mutator, Slice, Stretch};

/// From one event of the log to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// Begin of the event that ends it, seconds of the run.
    pub end_s: f64,
    /// Bytes allocated, at least 1.
    pub bytes: f64,
    /// Seconds in which the program ran.
    pub seconds: f64,
    /// Share of the bytes that collections of the time copy, and the share that they promote.
    pub shares: (f64, f64),
    /// Bytes by which the live set grows; negative where it shrinks.
    pub growth: f64,
    /// Place of the sample of a collection that ended it and that the program asked for.
    pub asked: Option<usize>,
}

/// Lows of the heap are taken over so many events at a time.
const PART: usize = 12;
/// Live share of the least that collections leave, where they sweep the old generation too, and where they do not.
const LIVE: (f64, f64) = (0.9, 0.5);

/// The program of a run; empty where the log has no times or no heap.
pub fn steps(run: &Observed) -> Vec<Step> {
    let shares = shares(run);
    let live = live(run);
    let mut steps: Vec<Step> = Vec::with_capacity(run.heap.len());
    let mut before = 0.0;
    for (at, point) in run.heap.iter().enumerate() {
        let sample = point.sample.and_then(|sample| run.samples.get(sample));
        let asked = point.sample.filter(|_| sample.is_some_and(|sample| sample.asked && sample.counts));
        steps.push(Step {
            end_s: point.time_s,
            bytes: point.allocated.max(1.0),
            seconds: (point.time_s - before).max(1e-6),
            shares: shares.get(at).copied().unwrap_or_default(),
            growth: 0.0,
            asked,
        });
        let paused = sample.filter(|sample| sample.class.is_pause()).map_or(0.0, |sample| sample.duration_s);
        before = point.time_s + paused;
    }
    grow(&mut steps, &live);
    steps
}

/// Shares copied and promoted at each point: of young collections about it.
fn shares(run: &Observed) -> Vec<(f64, f64)> {
    let told = |at: usize| {
        let point = run.heap.get(at)?;
        let sample = run.samples.get(point.sample?).filter(|sample| sample.class == Class::Young)?;
        Some((point.allocated, sample.copied?, sample.promoted?)).filter(|told| told.0 > 0.0)
    };
    let mut last: Option<(f64, f64)> = None;
    let mut all: Vec<Option<(f64, f64)>> = Vec::with_capacity(run.heap.len());
    for at in 0..run.heap.len() {
        if let Some((allocated, copied, promoted)) = told(at) {
            let promoted = promoted.min(allocated);
            last = Some(((copied / allocated).min(2.0), promoted.min(copied) / allocated));
        }
        all.push(last);
    }
    let first = all.iter().flatten().next().copied().unwrap_or((0.0, 0.0));
    all.into_iter().map(|share| share.unwrap_or(first)).collect()
}

/// Points at which the live set is known, or guessed from a low: place among the points of the heap, and bytes.
fn live(run: &Observed) -> Vec<(usize, f64)> {
    let class = |at: usize| run.heap.get(at).and_then(|point| point.class);
    let sweeps = run.heap.iter().any(|point| matches!(point.class, Some(Class::Mixed | Class::Cycle)));
    let share = if sweeps { LIVE.0 } else { LIVE.1 };
    let fulls: Vec<(usize, f64)> = run
        .heap
        .iter()
        .enumerate()
        .filter(|(at, _)| class(*at) == Some(Class::Full))
        .map(|(at, p)| (at, p.after))
        .collect();
    let far = |at: usize| fulls.iter().all(|full| full.0.abs_diff(at) > PART);
    let places: Vec<usize> = (0..run.heap.len()).collect();
    let lows = places.chunks(PART).filter_map(|part| {
        let least = part.iter().filter_map(|at| Some((*at, run.heap.get(*at)?.after)));
        least.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(at, after)| (at, share * after))
    });
    let mut all: Vec<(usize, f64)> = lows.filter(|low| far(low.0)).chain(fulls.iter().copied()).collect();
    all.sort_by_key(|point| point.0);
    all
}

/// Spreads the growth between two points over the steps between them, as they promote and allocate.
fn grow(steps: &mut [Step], live: &[(usize, f64)]) {
    let (mut from, mut held) = (0, 0.0);
    for (at, bytes) in live {
        let Some(part) = steps.get_mut(from..=*at) else { continue };
        let weight = |step: &Step| step.bytes * (step.shares.1 + 1e-3);
        let sum: f64 = part.iter().map(weight).sum();
        for step in part {
            step.growth = (bytes - held) * weight(step) / sum.max(f64::MIN_POSITIVE);
        }
        (from, held) = (at + 1, *bytes);
    }
}

/// Goes through the steps as a mutator. Its units are steps.
pub struct Trace<'a> {
    steps: &'a [Step],
    at: usize,
    done: u64,
    tenuring: f64,
}

impl<'a> Trace<'a> {
    /// At the first step; `tenuring` is how often the collector copies what it promotes.
    pub fn new(steps: &'a [Step], tenuring: u64) -> Trace<'a> {
        Trace { steps, at: 0, done: 0, tenuring: tenuring as f64 }
    }

    /// The step under way; `None` at the end.
    pub fn step(&self) -> Option<(usize, &'a Step)> {
        Some((self.at, self.steps.get(self.at)?))
    }
}

impl Mutator for Trace<'_> {
    fn cost(&self) -> f64 {
        self.step().map_or(1e-9, |(_, step)| (step.seconds / step.bytes).max(1e-15))
    }

    fn most(&self) -> Bytes {
        Bytes(self.step().map_or(1, |(_, step)| (step.bytes as u64).saturating_sub(self.done).max(1)))
    }

    fn advance(&mut self, slice: Slice) -> Stretch {
        let Some((_, step)) = self.step() else { return Stretch::default() };
        let part = slice.bytes.as_f64() / step.bytes;
        let grown = (step.growth * part).clamp(0.0, slice.bytes.as_f64());
        let rest = slice.bytes.as_f64() - grown;
        let (copied, promoted) = step.shares;
        // What makes the live set grow is among what is promoted.
        let turnover = (promoted - grown / slice.bytes.as_f64().max(1.0)).clamp(0.0, 1.0);
        let survival = (copied - self.tenuring * promoted).clamp(0.0, 1.0 - turnover);
        self.done += slice.bytes.0;
        if self.done as f64 + 1.0 > step.bytes {
            self.at += 1;
            self.done = 0;
        }
        let bytes = Bytes::from_f64(rest);
        Stretch {
            allocation: Allocation { bytes, survival, turnover, ..Allocation::default() },
            growth: slice.bytes - bytes.min(slice.bytes),
            released: Bytes::from_f64((-step.growth * part).max(0.0)),
            units: part,
        }
    }
}
