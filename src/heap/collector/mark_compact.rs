//! Non-generational, stop-the-world mark-compact: collects when the heap is full, marks and moves all that is live.
//!
//! Source: the textbook fluid model (Appel 1987): a collection every (H - L) allocated bytes that touches L live bytes and
//! H heap bytes. The collector of exact cases; no JVM in use works like this.

use super::{Collector, Identity, Step, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::heap::{Generations, HeapSpec, Spaces, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "mark-compact",
    summary: "one space, marked and compacted whenever it is full",
    source: "Appel, Information Processing Letters 25, 1987",
    params: &[param("parallel", Kind::Flag, "false", "use one collector thread a core instead of one")],
    traits: &[],
    build: |args| Ok(Box::new(MarkCompact { parallel: args.flag("parallel") })),
};

/// Who it is.
pub const IDENTITY: Identity = Identity::plain(ENTRY.name);

struct MarkCompact {
    parallel: bool,
}

impl Collector for MarkCompact {
    fn found(&self, spec: &HeapSpec) -> Generations {
        Generations::new(*spec, Spaces { eden: spec.capacity, survivor: Bytes::ZERO, old: Bytes::ZERO }, 0)
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let threads = if self.parallel { parallel_threads(heap.spec.cores) } else { 1 };
        heap.full(threads).push_onto(out);
        Step::Collected
    }
}
