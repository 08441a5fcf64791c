//! No collector: garbage vanishes as it is made, the heap never fills and never pauses.
//!
//! The baseline that equals an infinite heap: what a job would do if memory management were free.

use super::{Capabilities, Collector, HotSpot, Identity, Step};
use crate::base::{Build, Bytes, Entry, Trait};
use crate::heap::hotspot::CollectorKind;
use crate::heap::{Generations, HeapSpec, Spaces, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "none",
    summary: "never collects: an infinite heap",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline, Trait::Bound],
    build: |_| Ok(Box::new(None)),
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    shown: "Epsilon",
    hotspot: Some(HotSpot {
        kind: CollectorKind::Epsilon,
        also: &[],
        flags: &["UseEpsilonGC"],
        announced: &["Epsilon", "Epsilon GC"],
        percents: &[],
    }),
    ..Identity::plain(ENTRY.name)
};

struct None;

impl Collector for None {
    fn capabilities(&self) -> Capabilities {
        Capabilities { bounded: false, ..Capabilities::default() }
    }

    fn found(&self, spec: &HeapSpec) -> Generations {
        // Live data lies in eden for ever; a quarter of the range keeps sums far from overflow.
        Generations::new(*spec, Spaces { eden: Bytes(u64::MAX / 4), survivor: Bytes::ZERO, old: Bytes::ZERO }, 0)
    }

    fn collect(&self, heap: &mut Generations, _out: &mut Vec<Touched>) -> Step {
        heap.settle();
        Step::Collected
    }
}
