//! HotSpot's Parallel collector: as Serial, with many threads, and with a forecast of promotion that can lock it into full collections.
//!
//! Source: HotSpot (`PSScavenge::should_attempt_scavenge`, `PSAdaptiveSizePolicy::should_full_GC`). A young collection is tried only
//! if the padded average of promotion fits into the old generation, and a full one follows at once if it would not
//! fit next time. Only young collections feed the average: when the live set was loaded by promoting whole edens, a
//! tight heap never learns that the load has become calm, and does nothing but full collections. Measured heaps of
//! up to twice the live set behave so. Departures: spaces keep their initial sizes (no adaptive sizing); the tenuring
//! threshold follows the age table, not the balance of pause times.

use super::serial::divide;
use super::{Collector, Step, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::memory::heap::{Generations, HeapSpec, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "parallel",
    summary: "many threads: copying young collections, full mark-compact when the forecast of promotion does not fit",
    source: "HotSpot, -XX:+UseParallelGC",
    params: &[
        param("new-ratio", Kind::Number(0.1, 100.0), "2", "old generation over young generation (NewRatio)"),
        param("survivor-ratio", Kind::Number(3.0, 100.0), "8", "young generation over one survivor space at the start"),
        param("tenuring", Kind::Count(0, 15), "7", "copies before promotion at the latest"),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Parallel {
            new_ratio: args.number("new-ratio"),
            survivor_ratio: args.number("survivor-ratio"),
            tenuring: args.count("tenuring") as usize,
        }))
    },
};

struct Parallel {
    new_ratio: f64,
    survivor_ratio: f64,
    tenuring: usize,
}

/// HotSpot's grain for the generations of this collector.
const GRAIN: u64 = 512 << 10;

impl Collector for Parallel {
    fn found(&self, spec: &HeapSpec) -> Generations {
        Generations::new(*spec, divide(spec, self.new_ratio, self.survivor_ratio, GRAIN), self.tenuring)
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let threads = parallel_threads(heap.spec.cores);
        let young_used = heap.eden_used() + heap.survivor_used();
        let estimate = heap.promotion.padded().min(young_used);
        if estimate >= heap.old_free() || heap.would_promote() > heap.old_free() {
            heap.full(threads).push_onto(out);
            return Step::Collected;
        }
        let touched = heap.young(threads);
        heap.promotion.sample(touched.promoted);
        touched.push_onto(out);
        if heap.promotion.padded() > heap.old_free() {
            heap.full(threads).push_onto(out);
        }
        Step::Collected
    }

    fn steady_growth(&self, heap: &Generations) -> Bytes {
        // One padded promotion short of the point where either test could change its answer.
        heap.old_free().saturating_sub(heap.promotion.padded())
    }
}
