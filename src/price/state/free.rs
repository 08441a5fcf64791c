//! State access that costs nothing.

use super::{AccessCost, StatePrice};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn StatePrice>> = Entry {
    name: "free",
    summary: "state access costs nothing",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline, Trait::Bound],
    build: |_| Ok(Box::new(Free)),
};

struct Free;

impl StatePrice for Free {
    fn access(&self, _accesses: u64, _hit_ratio: f64) -> AccessCost {
        AccessCost::default()
    }
}
