//! The overhead limit of HotSpot's Parallel collector: OutOfMemoryError although every allocation still succeeds.
//!
//! Source: HotSpot, `GCTimeLimit` and `GCHeapFreeLimit`. It needs lengths of time, so the owner of the prices feeds it.

use crate::base::SimSpan;

/// Counts full collections in a row that took too much of the time and freed too little.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OverheadLimit {
    time_share: f64,
    free_share: f64,
    patience: u32,
    strikes: u32,
}

impl Default for OverheadLimit {
    /// HotSpot's values: more than 98 % of the time, less than 2 % free, 5 times in a row.
    fn default() -> OverheadLimit {
        OverheadLimit::new(0.98, 0.02, 5)
    }
}

impl OverheadLimit {
    /// A limit on the share of time (0 ..= 1) and of free heap (0 ..= 1); `patience` collections in a row break it.
    pub fn new(time_share: f64, free_share: f64, patience: u32) -> OverheadLimit {
        OverheadLimit { time_share, free_share, patience, strikes: 0 }
    }

    /// Tells of `count` equal full collections, each of length `pause` after `mutator` of running, which left
    /// `free_share` of the heap free. True: the limit is reached and allocation now fails.
    pub fn full_collection(&mut self, pause: SimSpan, mutator: SimSpan, free_share: f64, count: u64) -> bool {
        let total = pause.as_secs() + mutator.as_secs();
        self.full_collection_share(if total > 0.0 { pause.as_secs() / total } else { 0.0 }, free_share, count)
    }

    /// As [`OverheadLimit::full_collection`], for a share of time that is already known.
    pub fn full_collection_share(&mut self, time_share: f64, free_share: f64, count: u64) -> bool {
        let bad = time_share > self.time_share && free_share < self.free_share;
        let more = u32::try_from(count).unwrap_or(u32::MAX);
        self.strikes = if bad { self.strikes.saturating_add(more) } else { 0 };
        self.strikes >= self.patience
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Family gc_overhead_limit: 5 in the first case; the weak second collection of the other one restarts the count.
    #[test]
    fn five_bad_collections_in_a_row_break_the_limit() {
        let first = [(99.0, 1.5), (99.0, 1.0), (98.5, 1.9), (99.2, 0.5), (99.0, 0.2)];
        let second = [(99.0, 1.5), (97.0, 1.0), (99.0, 1.0), (99.0, 1.0), (99.0, 1.0), (99.0, 1.0), (99.0, 1.0)];
        let broken_at = |cases: &[(f64, f64)]| {
            let mut limit = OverheadLimit::default();
            cases.iter().position(|&(t, f)| limit.full_collection_share(t / 100.0, f / 100.0, 1)).map(|i| i + 1)
        };
        assert_eq!(broken_at(&first), Some(5));
        assert_eq!(broken_at(&second), Some(7));
        assert_eq!(broken_at(&first[..4]), None);
    }

    #[test]
    fn spans_and_folded_collections_count_alike() {
        let mut limit = OverheadLimit::default();
        assert!(!limit.full_collection(SimSpan::millis(990), SimSpan::millis(10), 0.01, 4));
        assert!(limit.full_collection(SimSpan::millis(990), SimSpan::millis(10), 0.01, 1));
        assert!(!limit.full_collection(SimSpan::millis(980), SimSpan::millis(20), 0.01, 9));
    }
}
