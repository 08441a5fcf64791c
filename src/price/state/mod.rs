//! What it takes to read or update keyed state.

use crate::base::{Build, Bytes, SimSpan};

/// What a number of state accesses takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccessCost {
    /// CPU time of the task.
    pub cpu: SimSpan,
    /// Reads of the disk, for devices that count requests.
    pub device_reads: u64,
    /// Bytes read and written on the disk.
    pub device_bytes: Bytes,
}

/// A model of state access.
pub trait StatePrice: Send {
    /// What `accesses` accesses take when a share `hit_ratio` of them, 0 ..= 1, finds its data in memory.
    fn access(&self, accesses: u64, hit_ratio: f64) -> AccessCost;
}

crate::registry! {
    /// All models; the first is the baseline.
    pub static STATE_PRICES: Build<dyn StatePrice>;
    free, heap, lsm, spin,
}
