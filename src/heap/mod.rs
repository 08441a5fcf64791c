//! A garbage-collected heap: generations, and a collector that says when they are collected and what that touches.
//!
//! The heap is a pure state machine over bytes. It answers *what happened* ([`Touched`]); a collection price says
//! how long that took. Nothing here knows of time, prices or randomness, so a run repeats bit for bit.
//!
//! Three kinds of data live in it. Short-lived data is garbage by the next collection. Medium-lived data survives the
//! first young collection and is garbage by the second; if it was promoted meanwhile, it burdens the old generation.
//! Long-lived data is the live set (state, caches): it grows and shrinks by order of the caller, and a released part
//! stays as floating garbage until the space that holds it is collected.

mod adaptive;
mod cohorts;
pub mod collector;
mod command_line;
mod fold;
mod generations;
pub mod hotspot;
mod machine;
mod order;
mod overhead;
mod resize;
mod tenuring;
mod touched;

pub use collector::{
    COLLECTORS, Capabilities, Collector, Cycles, IDENTITIES, Identity, Notes, Object, Placement, Step,
};
pub use generations::{Flow, Generations, Phase, Spaces};
pub use machine::{Allocation, Cause, Heap, OutOfMemory, Placed, Progress};
pub use overhead::OverheadLimit;
pub use touched::{CollectionKind, Touched};

use crate::base::Bytes;

/// The fixed facts of one heap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeapSpec {
    /// Maximal and initial size: Flink sets `-Xms` = `-Xmx`.
    pub capacity: Bytes,
    /// Cores that the JVM sees; it derives the number of collector threads from them, rounding up.
    pub cores: f64,
    /// A fixed size of the young generation (`-Xmn`), or `None` for the collector's own rule.
    pub young: Option<Bytes>,
    /// Heap bytes per byte of live data, at least 1: about 1.32 where compressed pointers are lost.
    pub inflation: f64,
    /// Mean size of an object: less room than this after a full collection means OutOfMemoryError.
    pub object: Bytes,
}

impl HeapSpec {
    /// A heap of `capacity` on `cores` cores with defaults elsewhere: young generation by rule, no inflation, 100 B objects.
    pub fn new(capacity: Bytes, cores: f64) -> HeapSpec {
        HeapSpec { capacity, cores, young: None, inflation: 1.0, object: Bytes(100) }
    }
}

#[cfg(test)]
mod oracles;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
