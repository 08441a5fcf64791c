//! Semispace copying: half of the heap is in use; when it is full, what is live is copied into the other half.
//!
//! Source: Cheney, CACM 13 (11), 1970; Fenichel and Yochelson, CACM 12 (11), 1969: L live bytes copied every H/2 - L allocated bytes; garbage costs nothing.
//! Departures: none in the fluid model.

use super::{Collector, Identity, Step, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::heap::{Generations, HeapSpec, Spaces, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "semispace",
    summary: "two halves, the live part of the full one is copied into the other",
    source: "Cheney, CACM 13 (11), 1970",
    params: &[param("parallel", Kind::Flag, "false", "use one collector thread a core instead of one")],
    traits: &[],
    build: |args| Ok(Box::new(Semispace { parallel: args.flag("parallel") })),
};

/// Who it is.
pub const IDENTITY: Identity = Identity::plain(ENTRY.name);

struct Semispace {
    parallel: bool,
}

impl Collector for Semispace {
    fn found(&self, spec: &HeapSpec) -> Generations {
        let half = Bytes(spec.capacity.0 / 2);
        Generations::new(*spec, Spaces { eden: half, survivor: half, old: Bytes::ZERO }, 0)
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let threads = if self.parallel { parallel_threads(heap.spec.cores) } else { 1 };
        let touched = heap.full(threads);
        let nothing = Touched::nothing(touched.kind, threads, touched.before);
        Touched { copied: touched.marked, after: touched.after, ..nothing }.push_onto(out);
        Step::Collected
    }
}
