//! Plain mark-sweep: marks what is live when the heap is full, and puts the rest on a free list; nothing moves.
//!
//! Source: McCarthy, CACM 3 (4), 1960; Jones, Hosking and Moss, The Garbage Collection Handbook, ch. 2: L live bytes marked and H heap bytes swept every
//! H - L allocated bytes. Departures: the free list serves every size, so fragmentation takes only the share `waste` of the heap that is given.

use super::{Collector, Identity, Step, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::heap::{Generations, HeapSpec, Spaces, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "mark-sweep",
    summary: "one space, marked and swept whenever it is full; nothing moves",
    source: "McCarthy, CACM 3 (4), 1960",
    params: &[
        param("waste", Kind::Number(0.0, 0.9), "0", "share of the heap lost to holes that are too small"),
        param("parallel", Kind::Flag, "false", "use one collector thread a core instead of one"),
    ],
    traits: &[],
    build: |args| Ok(Box::new(MarkSweep { waste: args.number("waste"), parallel: args.flag("parallel") })),
};

/// Who it is.
pub const IDENTITY: Identity = Identity::plain(ENTRY.name);

struct MarkSweep {
    waste: f64,
    parallel: bool,
}

impl Collector for MarkSweep {
    fn found(&self, spec: &HeapSpec) -> Generations {
        let eden = spec.capacity - spec.capacity.scale(self.waste);
        Generations::new(*spec, Spaces { eden, survivor: Bytes::ZERO, old: Bytes::ZERO }, 0)
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let threads = if self.parallel { parallel_threads(heap.spec.cores) } else { 1 };
        let swept = heap.spec.capacity;
        let touched = heap.full(threads);
        let still = Bytes::ZERO;
        Touched { compacted: still, scattered: still, crowded: still, swept, ..touched }.push_onto(out);
        Step::Collected
    }
}
