//! A cache whose miss is pure CPU time, as when a value is computed anew.
//!
//! The assumption under which throughput against heap size has an exact optimum (mechanism M1: greedy caches).

use super::{AccessCost, StatePrice};
use crate::base::{Build, Entry, Kind, SimSpan, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn StatePrice>> = Entry {
    name: "spin",
    summary: "a miss costs a fixed CPU time",
    source: "fluid model",
    params: &[
        param("hit", Kind::Span, "0 ns", "CPU per access that hits"),
        param("miss", Kind::Span, "150 us", "CPU per access that misses"),
    ],
    traits: &[],
    build: |args| Ok(Box::new(Spin { hit: args.span("hit"), miss: args.span("miss") })),
};

struct Spin {
    hit: SimSpan,
    miss: SimSpan,
}

impl StatePrice for Spin {
    fn access(&self, accesses: u64, hit_ratio: f64) -> AccessCost {
        let hits = accesses as f64 * hit_ratio.clamp(0.0, 1.0);
        let cpu = self.hit.scale(hits) + self.miss.scale(accesses as f64 - hits);
        AccessCost { cpu, ..AccessCost::default() }
    }
}
