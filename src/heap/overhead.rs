//! The overhead limit of HotSpot's Parallel collector: OutOfMemoryError although every allocation still succeeds.
//!
//! Source: HotSpot, `GCTimeLimit`, `GCHeapFreeLimit` and `GCOverheadLimitThreshold`. It needs lengths of time, so whoever adds up
//! time feeds it. The share of time since the last full collection is averaged with those before, the newest at a quarter
//! (`AdaptiveTimeWeight` 25). Departure: HotSpot averages young and full collections apart and what is
//! live after them as well; here collections count together, and what is free counts as it is.

use std::fmt;

use super::{CollectionKind, Touched};
use crate::base::SimSpan;

/// Counts full collections in a row that took too much of the time and freed too little.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverheadLimit {
    time_share: f64,
    free_share: f64,
    patience: u32,
    strikes: u32,
    /// Seconds of pauses, and of everything, since the last full collection.
    paused: f64,
    passed: f64,
    /// Averaged share of time, and how many went into it, up to four.
    average: f64,
    samples: u32,
}

impl Default for OverheadLimit {
    /// HotSpot's values: more than 98 % of the time, less than 2 % free, 5 times in a row.
    fn default() -> OverheadLimit {
        OverheadLimit::new(0.98, 0.02, 5)
    }
}

impl fmt::Display for OverheadLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [time, free] = [self.time_share, self.free_share].map(|share| 100.0 * share);
        write!(f, "more than {time} % of the time, less than {free} % free, {} times in a row", self.patience)
    }
}

impl OverheadLimit {
    /// A limit on the share of time (0 ..= 1) and of free heap (0 ..= 1); `patience` collections in a row break it.
    pub fn new(time_share: f64, free_share: f64, patience: u32) -> OverheadLimit {
        let (paused, passed, average) = (0.0, 0.0, 0.0);
        OverheadLimit { time_share, free_share, patience, strikes: 0, paused, passed, average, samples: 0 }
    }

    /// Tells of the collections in `touched`: each took the first span after the mutator had run for the second, and left
    /// `free` of the heap (0 ..= 1). True: the limit is broken and allocation now fails.
    pub fn observe(&mut self, touched: &Touched, (pause, mutator): (SimSpan, SimSpan), free: f64) -> bool {
        let (paused, passed) = (pause.as_secs(), pause.as_secs() + mutator.as_secs());
        self.paused += paused;
        self.passed += passed;
        if touched.kind != CollectionKind::Full {
            let others = touched.count.saturating_sub(1) as f64;
            self.paused += others * paused;
            self.passed += others * passed;
            return self.is_broken();
        }
        let share = |paused: f64, passed: f64| if passed > 0.0 { paused / passed } else { 0.0 };
        let first = share(std::mem::take(&mut self.paused), std::mem::take(&mut self.passed));
        for index in 0..touched.count.min(SETTLED) {
            let average = self.averaged(if index == 0 { first } else { share(paused, passed) });
            self.full_collection(average, free, 1);
        }
        self.is_broken()
    }

    fn averaged(&mut self, share: f64) -> f64 {
        self.samples = (self.samples + 1).min(4);
        self.average += (share - self.average) / f64::from(self.samples);
        self.average
    }

    /// Tells of `count` equal full collections, each of which took `time_share` of the time since the one before and left
    /// `free_share` of the heap free. True: the limit is broken.
    pub fn full_collection(&mut self, time_share: f64, free_share: f64, count: u64) -> bool {
        let bad = time_share > self.time_share && free_share < self.free_share;
        let more = u32::try_from(count).unwrap_or(u32::MAX);
        // Who has given up does not come back.
        if !self.is_broken() {
            self.strikes = if bad { self.strikes.saturating_add(more) } else { 0 };
        }
        self.is_broken()
    }

    /// Whether there were as many bad collections in a row as the limit allows.
    pub fn is_broken(&self) -> bool {
        self.strikes >= self.patience
    }
}

/// After so many equal collections nothing changes any more.
const SETTLED: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Bytes;
    use crate::heap::testing::build;
    use crate::heap::{Allocation, COLLECTORS, Cause, Heap, HeapSpec};

    fn broken_at(cases: &[(f64, f64)]) -> Option<usize> {
        let mut limit = OverheadLimit::default();
        cases.iter().position(|&(t, f)| limit.full_collection(t / 100.0, f / 100.0, 1)).map(|i| i + 1)
    }

    /// Family gc_overhead_limit: 5 in the first case; the weak second collection of the other one restarts the count.
    #[test]
    fn five_bad_collections_in_a_row_break_the_limit() {
        let first = [(99.0, 1.5), (99.0, 1.0), (98.5, 1.9), (99.2, 0.5), (99.0, 0.2)];
        let second = [(99.0, 1.5), (97.0, 1.0), (99.0, 1.0), (99.0, 1.0), (99.0, 1.0), (99.0, 1.0), (99.0, 1.0)];
        assert_eq!(broken_at(&first), Some(5));
        assert_eq!(broken_at(&second), Some(7));
        assert_eq!(broken_at(&first[..4]), None);
        assert_eq!(broken_at(&[(98.0, 1.0); 9]), None);
        assert_eq!(broken_at(&[(99.0, 2.0); 9]), None);
    }

    #[test]
    fn all_pauses_since_the_last_full_collection_count() {
        let touched = |kind, count| Touched { count, ..Touched::nothing(kind, 1, Bytes::ZERO) };
        let (full, young) = (CollectionKind::Full, CollectionKind::Young);
        let bad = (SimSpan::millis(990), SimSpan::millis(10));
        let mut limit = OverheadLimit::default();
        assert!(!limit.observe(&touched(full, 4), bad, 0.01));
        let mut twin = limit;
        // Young collections that take long to come save one JVM; those that are mere pause do not save the other.
        assert!(!limit.observe(&touched(young, 2), (SimSpan::millis(1), SimSpan::millis(200)), 0.01));
        assert!(!limit.observe(&touched(full, 1), bad, 0.01));
        assert!(!twin.observe(&touched(young, 2), (SimSpan::millis(99), SimSpan::ZERO), 0.01));
        assert!(twin.observe(&touched(full, 1), bad, 0.01));
        assert!(twin.observe(&touched(full, 1), (SimSpan::ZERO, SimSpan::millis(9)), 0.9), "it stays so");
        assert!(!limit.observe(&touched(full, 4), bad, 0.5), "memory is free");
        assert!(limit.observe(&touched(full, 100), bad, 0.01));
    }

    #[test]
    fn a_heap_whose_limit_is_broken_fails_every_allocation_until_the_jvm_restarts() {
        let (spec, mut out) = (HeapSpec::new(Bytes::mib(64), 2.0), vec![]);
        for (collector, breaks) in [("parallel", true), ("serial", false), ("g1", false)] {
            let mut heap = Heap::new(spec, build(COLLECTORS, collector, &[]));
            let full = Touched { count: 5, ..Touched::nothing(CollectionKind::Full, 2, Bytes::mib(64)) };
            heap.paused(&full, SimSpan::millis(99), SimSpan::millis(1));
            let error = heap.allocate(Allocation { bytes: Bytes(1), ..Allocation::default() }, &mut out).err();
            assert_eq!(error.map(|error| error.cause), breaks.then_some(Cause::OverheadLimit), "{collector}");
            assert_eq!(heap.grow(Bytes(1), &mut out).is_err(), breaks);
            assert!(error.is_none_or(|error| error.to_string().contains("GC overhead limit exceeded")));
            heap.settle();
            assert_eq!((heap.given_up(), heap.grow(Bytes(1), &mut out)), (None, Ok(())));
        }
    }
}
