//! Spilling that costs nothing: an infinitely fast disk.

use super::{DeviceWork, SpillPrice};
use crate::base::{Build, Bytes, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn SpillPrice>> = Entry {
    name: "free",
    summary: "spilling costs nothing",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline, Trait::Bound],
    build: |_| Ok(Box::new(Free)),
};

struct Free;

impl SpillPrice for Free {
    fn io(&self, _bytes: Bytes) -> DeviceWork {
        DeviceWork::default()
    }
}
