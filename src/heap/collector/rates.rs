//! When a collector without pauses has to begin, so that it ends before memory does.
//!
//! Source: HotSpot (`zDirector.cpp` of JDK 17; Shenandoah's adaptive heuristics follow the same idea): collect when the time until
//! memory runs out, at a pessimistic rate of allocation, is no longer than a pessimistic length of a cycle.
//! Departure: averages decay from pause to pause, where HotSpot samples ten times a second.

use super::stopwatch::Stopwatch;
use crate::base::Bytes;

/// Deviations within which one value of a thousand does not lie.
pub const SIGMA: f64 = 3.290527;

/// What the rule depends on. Times in seconds, rates in bytes a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AllocationRule {
    /// Free bytes.
    pub free: Bytes,
    /// Mean rate of allocation, and its standard deviation.
    pub rate: (f64, f64),
    /// Factor by which allocation may speed up (`ZAllocationSpikeTolerance`).
    pub tolerance: f64,
    /// Part of a cycle that threads do not share.
    pub serial: f64,
    /// Part of a cycle that they do, as if there were one.
    pub parallel: f64,
    /// Threads.
    pub workers: u32,
    /// Deviations that are added to means.
    pub sigma: f64,
}

impl AllocationRule {
    /// The rate that is reckoned with.
    pub fn max_rate(&self) -> f64 {
        self.rate.0 * self.tolerance + self.rate.1 * self.sigma
    }

    /// Time until memory runs out at that rate.
    pub fn until_out_of_memory(&self) -> f64 {
        self.free.as_f64() / (self.max_rate() + 1.0)
    }

    /// Length of a cycle.
    pub fn duration(&self) -> f64 {
        self.serial + self.parallel / f64::from(self.workers.max(1))
    }

    /// Time until a cycle has to begin; it is due where this is not positive.
    pub fn until_collection(&self) -> f64 {
        self.until_out_of_memory() - self.duration()
    }

    /// Free bytes at which a cycle is due that is decided on every `interval` seconds.
    pub fn due_at(&self, interval: f64) -> Bytes {
        Bytes::from_f64((self.max_rate() + 1.0) * (self.duration() + interval))
    }
}

/// A decaying mean with its deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Average {
    mean: f64,
    variance: f64,
    seen: bool,
}

/// Weight of the newest sample.
const NEWEST: f64 = 0.3;

impl Average {
    /// Adds a sample.
    pub fn add(&mut self, sample: f64) {
        if !self.seen {
            *self = Average { mean: sample, variance: 0.0, seen: true };
            return;
        }
        let off = sample - self.mean;
        self.mean += NEWEST * off;
        self.variance = (1.0 - NEWEST) * (self.variance + NEWEST * off * off);
    }

    /// Mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Standard deviation.
    pub fn deviation(&self) -> f64 {
        self.variance.sqrt()
    }
}

/// What was measured.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Bytes a second.
    pub allocation: Average,
    /// Seconds a cycle.
    pub cycle: Average,
    /// The running cycle.
    pub watch: Stopwatch,
    bytes: f64,
    seconds: f64,
}

/// Time that a sample of the rate spans at least.
const SAMPLE: f64 = 0.01;

impl Rates {
    /// So many bytes were allocated.
    pub fn allocated(&mut self, bytes: Bytes) {
        self.bytes += bytes.as_f64();
    }

    /// A pause ended, so many seconds after the one before.
    pub fn tick(&mut self, seconds: f64) {
        self.seconds += seconds;
        if self.seconds >= SAMPLE {
            self.allocation.add(self.bytes / self.seconds);
            (self.bytes, self.seconds) = (0.0, 0.0);
        }
        if let Some(whole) = self.watch.tick(seconds) {
            self.cycle.add(whole);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_is_due_where_the_rule_says_so() {
        let rule = AllocationRule {
            free: Bytes(2_000_000_000),
            rate: (1e9, 1e8),
            tolerance: 2.0,
            serial: 0.05,
            parallel: 2.0,
            workers: 4,
            sigma: SIGMA,
        };
        let due = AllocationRule { free: rule.due_at(0.0), ..rule };
        assert!(due.until_collection().abs() < 1e-9);
        assert!(rule.until_collection() > 0.0 && rule.due_at(0.1) > rule.due_at(0.0));
    }

    #[test]
    fn averages_follow_their_samples() {
        let mut average = Average::default();
        average.add(10.0);
        assert_eq!((average.mean(), average.deviation()), (10.0, 0.0));
        (0..100).for_each(|index| average.add(if index % 2 == 0 { 8.0 } else { 12.0 }));
        assert!((average.mean() - 10.0).abs() < 1.0 && (average.deviation() - 2.0).abs() < 0.5);
        let mut rates = Rates::default();
        rates.allocated(Bytes(500));
        rates.tick(0.005);
        assert_eq!(rates.allocation.mean(), 0.0);
        rates.allocated(Bytes(500));
        rates.tick(0.005);
        assert!((rates.allocation.mean() - 1e5).abs() < 1e-6);
    }
}
