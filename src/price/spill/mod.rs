//! What it takes to move pool memory to disk and back.

use crate::base::{Build, Bytes, SimSpan};

/// What a device and a core have to do. Bytes queue on the shared device; the latency does not occupy it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceWork {
    /// Bytes read and written on the device.
    pub bytes: Bytes,
    /// Delay besides the transfer (seeks, requests).
    pub latency: SimSpan,
    /// CPU time of the spilling task.
    pub cpu: SimSpan,
}

/// A model of spilling.
pub trait SpillPrice: Send {
    /// What spilling `bytes` takes in one direction, or for the whole round trip where the model says so.
    fn io(&self, bytes: Bytes) -> DeviceWork;
}

crate::registry! {
    /// All models; the first is the baseline.
    pub static SPILL_PRICES: Build<dyn SpillPrice>;
    free, sequential, external_sort, hybrid_hash,
}
