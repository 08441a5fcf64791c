//! Collectors: when a heap is collected, and what that touches. One file a collector.

mod course;
mod identity;
pub mod rates;
mod stopwatch;

pub use identity::{Cycles, HotSpot, Identity};

use super::hotspot::{CollectorKind, Flags, HeapShape, Machine, pause_threads, shape};
use super::{Generations, HeapSpec, Spaces, Touched};
use crate::base::{Build, Bytes, SimSpan};

/// What came of asking for memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// At least one collection was done.
    Collected,
    /// Nothing can be done before the running concurrent cycle ends.
    Stall,
}

/// One large object that lives until it is discarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Object {
    /// Its size.
    pub bytes: Bytes,
    /// Whether it holds references, as an array of objects does.
    pub references: bool,
}

/// Where an object went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It is like any other live data.
    Ordinary,
    /// Into regions of its own; its number.
    Regions(u32),
    /// There are not so many free regions next to each other, even after a full collection.
    NoRoom(u64),
}

/// What a collector notes down in the heap between collections.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Notes {
    /// Nothing.
    #[default]
    None,
    /// The plan of G1.
    G1(Box<g1::Plan>),
    /// The course of a collector that moves everything beside the mutator.
    Course(Box<course::Course>),
}

impl Notes {
    /// Bytes of the old generation by its cohorts, for collectors that keep them.
    #[cfg(test)]
    pub(in crate::heap) fn old_bytes(&self) -> Option<Bytes> {
        match self {
            Notes::None => None,
            Notes::G1(plan) => Some(plan.old.total()),
            Notes::Course(course) => Some(course.old.total() + course.chosen.bytes),
        }
    }

    /// Bytes of the old generation that belonged to no cohort are garbage.
    pub(in crate::heap) fn unpin(&mut self, bytes: Bytes) {
        match self {
            Notes::None => {}
            Notes::G1(plan) => plan.old.promote(bytes, Bytes::ZERO),
            Notes::Course(course) => course.old.promote(bytes, Bytes::ZERO),
        }
    }

    /// A share 0 ..= 1 of all live bytes became garbage.
    pub(in crate::heap) fn wear(&mut self, share: f64) {
        match self {
            Notes::None => {}
            Notes::G1(plan) => plan.old.wear(share),
            Notes::Course(course) => course.old.wear(share),
        }
    }
}

/// What a collector is, as data: constant over its life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capabilities {
    /// Whether the heap can fill at all.
    pub bounded: bool,
    /// Whether [`Collector::paused`] does anything.
    pub learns: bool,
    /// Whether the JVM gives up where full collections take nearly all of the time and free next to nothing.
    pub limits_overhead: bool,
    /// Whether a steady load can bring it back to exactly the same state, so that it pays to look for repetitions.
    pub repeats: bool,
    /// Mutator time spent on barriers, as a share of its useful time, at least 0.
    pub tax: f64,
}

impl Default for Capabilities {
    fn default() -> Capabilities {
        Capabilities { bounded: true, learns: false, limits_overhead: false, repeats: true, tax: 0.0 }
    }
}

/// A collector. It has no state of its own: all of it is in [`Generations`].
pub trait Collector: Send {
    /// What the collector is.
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    /// Divides an empty heap.
    fn found(&self, spec: &HeapSpec) -> Generations;

    /// Eden is full: collects what the collector finds right, and appends what that touched. There is room in eden
    /// afterwards, unless even a full collection finds none.
    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step;

    /// The running concurrent cycle is over.
    fn finish(&self, _heap: &mut Generations, _out: &mut Vec<Touched>) {}

    /// The collection `touched` paused for the first span, after the mutator had run for the second since the one before:
    /// for collectors that learn from times. Called after [`Collector::collect`], before the next allocation, or never.
    fn paused(&self, _heap: &mut Generations, _touched: &Touched, _times: (SimSpan, SimSpan)) {}

    /// Puts bytes that live for ever into the heap, as one object; false, and nothing done, where there is no room.
    fn pin(&self, heap: &mut Generations, bytes: Bytes) -> bool {
        heap.pin(bytes)
    }

    /// Makes the heap `capacity` large, with no collection beside the mutator under way; false, and nothing done, where what
    /// lies in it would not fit.
    fn resize(&self, heap: &mut Generations, capacity: Bytes) -> bool {
        let found = self.found(&HeapSpec { capacity, ..heap.spec });
        super::resize::follow(heap, &found)
    }

    /// Finds a place for one object, collecting where that helps.
    fn place(&self, _heap: &mut Generations, _object: Object, _out: &mut Vec<Touched>) -> Placement {
        Placement::Ordinary
    }

    /// Nobody reaches the object in regions of its own any more.
    fn discard(&self, _heap: &mut Generations, _number: u32) {}

    /// Brings the heap into the state right after a full collection, at no cost.
    fn settle(&self, heap: &mut Generations) {
        heap.settle();
    }

    /// Bytes by which the old generation may still grow before a decision could change. 0 forbids to skip young collections.
    fn steady_growth(&self, _heap: &Generations) -> Bytes {
        Bytes::ZERO
    }

    /// Threads that a concurrent cycle takes from the mutator.
    fn concurrent_threads(&self, _cores: f64) -> u32 {
        0
    }
}

/// Collector threads by HotSpot's rule: one a core up to 8, then five for every eight more.
pub fn parallel_threads(cores: f64) -> u32 {
    pause_threads(cores.ceil().max(1.0) as u32)
}

/// A release whose rules the collectors follow where releases differ.
const JDK: u32 = 17;

/// The heap as HotSpot of `jdk` sets it up under `kind`.
pub(super) fn shape_of(spec: &HeapSpec, kind: CollectorKind, flags: Flags, jdk: u32) -> HeapShape {
    let flags = Flags { collector: Some(kind), new_size: spec.young, max_new_size: spec.young, ..flags };
    let machine = Machine { jdk, cpus: spec.cores.ceil().max(1.0) as u32, memory: spec.capacity };
    shape(spec.capacity, &flags, &machine)
}

/// An empty heap divided as HotSpot divides it, and its shape; the capacity is rounded up as there.
pub(super) fn divide(spec: &HeapSpec, kind: CollectorKind, flags: Flags, tenuring: usize) -> (Generations, HeapShape) {
    let shape = shape_of(spec, kind, flags, JDK);
    let spaces = Spaces { eden: shape.eden, survivor: shape.survivor, old: shape.old };
    (Generations::new(HeapSpec { capacity: shape.heap, ..*spec }, spaces, tenuring), shape)
}

/// `bytes` rounded down to a multiple of `grain`, but at least one grain.
pub(super) fn align(bytes: u64, grain: u64) -> Bytes {
    Bytes((bytes / grain).max(1) * grain)
}

crate::registry! {
    /// All collectors; the first is the baseline.
    pub static COLLECTORS: Build<dyn Collector>;
    /// Who they are, in the same order.
    pub static IDENTITIES: Identity = IDENTITY;
    none, serial, parallel, cms, concurrent, mark_compact, mark_sweep, semispace, g1, z, shenandoah,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_follow_the_cores() {
        assert_eq!([0.5, 1.0, 2.0, 8.0, 16.0, 32.0].map(parallel_threads), [1, 1, 2, 8, 13, 23]);
    }
}
