//! What came of a replay.

use crate::heap::{Cycles, Identity};

/// What a JVM went through.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Seconds simulated, those before an OutOfMemoryError where there was one.
    pub seconds: f64,
    /// Share of that time which the program lost to collection, 0 ..= 1: pauses, cores taken, barriers, and what follows
    /// pauses, against a JVM that never collects.
    pub lost: f64,
    /// Lengths of all pauses, seconds, the shortest first; those of concurrent cycles among them.
    pub pauses: Vec<f64>,
    /// Young collections, mixed ones and refused ones among them.
    pub young: u64,
    /// Full collections and degenerated cycles.
    pub full: u64,
    /// Concurrent cycles.
    pub cycles: u64,
    /// Why the program ended early: java.lang.OutOfMemoryError, in words.
    pub out_of_memory: Option<String>,
    /// Seconds, and bytes in use after the collection that ended there; some thousand at most.
    pub heap: Vec<(f64, f64)>,
    /// What a reader must know of how this was reckoned. One sentence each.
    pub notes: Vec<String>,
}

impl Outcome {
    /// Seconds of all pauses.
    pub fn paused(&self) -> f64 {
        self.pauses.iter().sum()
    }

    /// Collections that free memory: young and full ones, and cycles of collectors that free memory in cycles.
    pub fn collections(&self, collector: &str) -> u64 {
        let by_cycles = Identity::registered(collector).is_some_and(|identity| identity.cycles == Cycles::Alone);
        self.young + self.full + if by_cycles { self.cycles } else { 0 }
    }

    /// The pause that a share (0 ..= 1) of all pauses does not exceed; 0 without pauses.
    pub fn pause(&self, share: f64) -> f64 {
        let place = (share * self.pauses.len() as f64).ceil() as usize;
        self.pauses.get(place.saturating_sub(1)).or(self.pauses.last()).copied().unwrap_or(0.0)
    }

    /// Collections in an hour.
    pub fn hourly(&self, collector: &str) -> f64 {
        self.collections(collector) as f64 * 3600.0 / self.seconds.max(f64::MIN_POSITIVE)
    }
}
