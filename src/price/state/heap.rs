//! State as objects on the heap: a map look-up, whatever the hit ratio. Its other cost is garbage collection, priced elsewhere.

use super::{AccessCost, StatePrice};
use crate::base::{Build, Entry, Kind, SimSpan, Trait, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn StatePrice>> = Entry {
    name: "heap",
    summary: "a look-up in a map on the heap",
    source: "Flink's hash map state backend; 0.1 to 0.5 us a look-up",
    params: &[param("access", Kind::Span, "300 ns", "CPU per access")],
    traits: &[Trait::OnlyState("heap")],
    build: |args| Ok(Box::new(OnHeap { access: args.span("access") })),
};

struct OnHeap {
    access: SimSpan,
}

impl StatePrice for OnHeap {
    fn access(&self, accesses: u64, _hit_ratio: f64) -> AccessCost {
        AccessCost { cpu: self.access.scale(accesses as f64), ..AccessCost::default() }
    }
}
