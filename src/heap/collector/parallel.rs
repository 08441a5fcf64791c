//! HotSpot's Parallel collector: as Serial, with many threads, sizes that adapt, and a forecast of promotion that can lock it into full collections.
//!
//! Source: HotSpot of JDK 17 (`PSScavenge::should_attempt_scavenge`, `PSAdaptiveSizePolicy::should_full_GC`). A young collection is tried only
//! if the padded average of promotion fits into the old generation, and a full one follows at once if it would not
//! fit next time. Only young collections feed the average: when the live set was loaded by promoting whole edens, a
//! tight heap never learns that the load has become calm, and does nothing but full collections. Measured heaps of
//! up to twice the live set behave so. Survivor spaces and the age of promotion adapt (see `Adaptive`).
//! Departures: full collections leave no dead wood, which HotSpot does at most to 1 % of a region set.

use super::serial::NEW_RATIO;
use super::{Capabilities, Collector, Cycles, HotSpot, Identity, Step, divide, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};
use crate::heap::adaptive::{Adaptive, Limits};
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::heap::{Generations, HeapSpec, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "parallel",
    summary: "many threads: copying young collections, full mark-compact when the forecast of promotion does not fit",
    source: "HotSpot, -XX:+UseParallelGC",
    params: &[
        NEW_RATIO,
        param(
            "survivor-ratio",
            Kind::Count(3, 1000),
            "8",
            "young generation over one survivor space at the start (InitialSurvivorRatio)",
        ),
        param("tenuring", Kind::Count(0, 15), "15", "copies before promotion at the latest (MaxTenuringThreshold)"),
        param("adaptive", Kind::Flag, "true", "adapt survivor spaces and age of promotion (UseAdaptiveSizePolicy)"),
        param(
            "overhead-limit",
            Kind::Flag,
            "true",
            "OutOfMemoryError where collection takes 98 % of the time and leaves 2 % free (UseGCOverheadLimit)",
        ),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Parallel {
            new_ratio: args.count("new-ratio"),
            survivor_ratio: args.count("survivor-ratio"),
            tenuring: args.count("tenuring") as usize,
            adaptive: args.flag("adaptive"),
            overhead_limit: args.flag("overhead-limit"),
        }))
    },
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    name: ENTRY.name,
    shown: "Parallel",
    hotspot: Some(HotSpot {
        kind: CollectorKind::Parallel,
        also: &[],
        flags: &["UseParallelGC", "UseParallelOldGC"],
        announced: &["Parallel"],
        percents: &[],
    }),
    section: Some(ENTRY.name),
    cycles: Cycles::Never,
};

struct Parallel {
    new_ratio: u64,
    survivor_ratio: u64,
    tenuring: usize,
    adaptive: bool,
    overhead_limit: bool,
}

/// HotSpot's grain for the spaces of this collector.
const GRAIN: u64 = 512 << 10;

/// Copies before promotion at the start (`InitialTenuringThreshold`).
const FIRST_THRESHOLD: usize = 7;

/// The young generation over the largest survivor space (`MinSurvivorRatio`).
const LEAST_RATIO: u64 = 3;

impl Parallel {
    fn full(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        let threshold = heap.threshold;
        heap.full(parallel_threads(heap.spec.cores)).push_onto(out);
        heap.threshold = threshold;
    }

    fn learn(&self, heap: &mut Generations, touched: &Touched, overflow: Bytes) {
        heap.promotion.sample_promotion(touched.promoted);
        if !self.capabilities().learns {
            return;
        }
        let young = heap.spec.capacity - heap.spaces.old;
        let survivor = Bytes(young.0 / LEAST_RATIO / GRAIN * GRAIN);
        let overflow = (overflow > Bytes::ZERO).then_some(touched.promoted);
        Adaptive::resize(heap, Limits { young, survivor, grain: GRAIN }, overflow);
    }
}

impl Collector for Parallel {
    fn capabilities(&self) -> Capabilities {
        let learns = self.adaptive && self.tenuring > 0;
        Capabilities { learns, limits_overhead: self.overhead_limit, ..Capabilities::default() }
    }

    fn found(&self, spec: &HeapSpec) -> Generations {
        let flags = Flags {
            new_ratio: Some(self.new_ratio),
            initial_survivor_ratio: Some(self.survivor_ratio),
            adaptive_sizes: Some(self.adaptive),
            ..Flags::default()
        };
        let (mut heap, _) = divide(spec, CollectorKind::Parallel, flags, self.tenuring);
        heap.threshold = self.tenuring.min(FIRST_THRESHOLD);
        heap
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let young_used = heap.eden_used() + heap.survivor_used();
        if heap.promotion.padded().min(young_used) >= heap.old_free() {
            self.full(heap, out);
            return Step::Collected;
        }
        let (threshold, overflow) = (heap.threshold, heap.would_overflow());
        let touched = heap.young(parallel_threads(heap.spec.cores));
        // The age of promotion follows the balance of costs, not the ages in the survivor space.
        heap.threshold = threshold;
        touched.push_onto(out);
        let failed = heap.promotion_failed();
        if !failed {
            self.learn(heap, &touched, overflow);
        }
        if failed || heap.promotion.padded() > heap.old_free() {
            self.full(heap, out);
        }
        Step::Collected
    }

    fn paused(&self, heap: &mut Generations, touched: &Touched, (pause, mutator): (SimSpan, SimSpan)) {
        Adaptive::paused(heap, touched, pause, mutator);
    }

    fn settle(&self, heap: &mut Generations) {
        let threshold = heap.threshold;
        heap.settle();
        heap.threshold = threshold;
    }

    fn steady_growth(&self, heap: &Generations) -> Bytes {
        // One padded promotion short of the point where either test could change its answer.
        heap.old_free().saturating_sub(heap.promotion.padded())
    }
}
