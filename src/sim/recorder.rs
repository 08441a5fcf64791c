//! Distributions and the time series of a run.
//!
//! A distribution is kept as a few cumulative histograms, one for each twentieth of the run's first half, so that a
//! warm-up found after the run can be left out to that grain; levels and counts need no such care (see `meters`).

use super::meters::Snapshot;
use crate::base::{SimSpan, SimTime};
use crate::stats::Histogram;

/// What is kept as a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tally {
    /// Seconds from arrival to a slot, by task instance.
    SlotWait,
    /// Seconds from a request for pool memory to its grant, by request.
    MemoryWait,
    /// Seconds from arrival to the end, by record or task instance.
    Latency,
    /// Seconds of one pause.
    Pause,
    /// External fragmentation, weighted by time.
    External,
}

/// How many there are.
const TALLIES: usize = 5;

/// Parts of the run that a warm-up can end between.
const PARTS: u64 = 20;

/// Distributions by part of the run, and snapshots on the sampling interval.
pub struct Recorder {
    part: SimSpan,
    histograms: Vec<[Histogram; TALLIES]>,
    /// Snapshots at time 0 and at each sample.
    pub snapshots: Vec<Snapshot>,
}

impl Recorder {
    /// For a run of `duration`.
    pub fn new(duration: SimSpan) -> Recorder {
        let part = SimSpan((duration.0 / PARTS).max(1));
        let histograms = (0..=PARTS).map(|_| std::array::from_fn(|_| Histogram::default())).collect();
        Recorder { part, histograms, snapshots: Vec::new() }
    }

    /// Adds a value with a weight.
    pub fn add(&mut self, tally: Tally, now: SimTime, value: f64, weight: f64) {
        let part = (now.0 / self.part.0).min(PARTS) as usize;
        self.histograms[part][tally as usize].push_weighted(value, weight);
    }

    /// The distribution from the first part that begins at or after `from`; at least of the last half.
    pub fn since(&self, tally: Tally, from: SimTime) -> Histogram {
        let first = (from.0.div_ceil(self.part.0)).min(PARTS / 2) as usize;
        let mut sum = Histogram::default();
        for part in &self.histograms[first..] {
            sum.merge(&part[tally as usize]);
        }
        sum
    }
}
