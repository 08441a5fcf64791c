//! HotSpot's concurrent mark-sweep collector of JDK 8 to 13: Serial's young generation with many threads, an old one that is swept beside the mutator.
//!
//! Source: Printezis and Detlefs, ISMM 2000; HotSpot of JDK 8 (`concurrentMarkSweepGeneration.cpp`). A cycle begins when the old
//! generation is filled to a share of its size; it frees what was garbage at its start, and nothing moves. A promotion
//! that finds no room, during a cycle or not, ends in a full mark-compact by one thread.
//! Departures: HotSpot learns the threshold from rates when it is not set, here it is fixed; free lists do not
//! fragment; the young generation is not emptied before the remark, and the pause that begins a cycle is part of it.

use super::serial::{NEW_RATIO, SURVIVOR_RATIO, safe};
use super::{Collector, Cycles, HotSpot, Identity, Step, divide, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::heap::{CollectionKind, Generations, HeapSpec, Phase, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "cms",
    summary: "copying young collections, an old generation that is marked and swept beside the mutator",
    source: "Printezis and Detlefs, ISMM 2000; HotSpot up to JDK 13, -XX:+UseConcMarkSweepGC",
    params: &[
        NEW_RATIO,
        SURVIVOR_RATIO,
        param("tenuring", Kind::Count(0, 15), "6", "copies before promotion at the latest (MaxTenuringThreshold)"),
        param(
            "threshold",
            Kind::Number(0.0, 1.0),
            "0.92",
            "share of the old generation in use that starts a cycle (CMSInitiatingOccupancyFraction)",
        ),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Cms {
            new_ratio: args.count("new-ratio"),
            survivor_ratio: args.count("survivor-ratio"),
            tenuring: args.count("tenuring") as usize,
            threshold: args.number("threshold"),
        }))
    },
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    name: ENTRY.name,
    shown: "CMS",
    hotspot: Some(HotSpot {
        kind: CollectorKind::Cms,
        also: &[],
        flags: &["UseConcMarkSweepGC"],
        announced: &["Concurrent Mark Sweep"],
        percents: &[("threshold", "CMSInitiatingOccupancyFraction")],
    }),
    section: Some(super::parallel::ENTRY.name),
    cycles: Cycles::Beside,
};

struct Cms {
    new_ratio: u64,
    survivor_ratio: u64,
    tenuring: usize,
    threshold: f64,
}

impl Cms {
    fn begin_cycle(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        if heap.phase != Phase::Idle || heap.old_used() <= heap.spaces.old.scale(self.threshold) {
            return;
        }
        heap.phase = Phase::Marking { garbage: heap.old_used() - heap.old_live() };
        let threads = self.concurrent_threads(heap.spec.cores);
        let cycle = Touched::nothing(CollectionKind::ConcurrentMark, threads, heap.used());
        out.push(Touched { marked: heap.live(), swept: heap.old_used(), ..cycle });
    }
}

impl Collector for Cms {
    fn found(&self, spec: &HeapSpec) -> Generations {
        let flags =
            Flags { new_ratio: Some(self.new_ratio), survivor_ratio: Some(self.survivor_ratio), ..Flags::default() };
        divide(spec, CollectorKind::Cms, flags, self.tenuring).0
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let mut fits = safe(heap);
        if fits {
            let touched = heap.young(parallel_threads(heap.spec.cores));
            heap.promotion.sample_promotion(touched.promoted + heap.eden_used());
            touched.push_onto(out);
            fits = !heap.promotion_failed();
        }
        if !fits {
            heap.full(1).push_onto(out);
        }
        self.begin_cycle(heap, out);
        Step::Collected
    }

    fn finish(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        let Phase::Marking { garbage } = heap.phase else { return };
        Touched::nothing(CollectionKind::Remark, parallel_threads(heap.spec.cores), heap.used()).push_onto(out);
        heap.evacuate(garbage, 0.0);
        heap.phase = Phase::Idle;
    }

    fn steady_growth(&self, heap: &Generations) -> Bytes {
        let begin = heap.spaces.old.scale(self.threshold).saturating_sub(heap.old_used());
        if heap.phase == Phase::Idle { begin } else { Bytes::ZERO }
    }

    /// HotSpot's ConcGCThreads for this collector.
    fn concurrent_threads(&self, cores: f64) -> u32 {
        parallel_threads(cores).div_ceil(4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::{allocate_paced, build};
    use crate::heap::{Allocation, COLLECTORS, Heap};

    fn run(pace: u64) -> Vec<Touched> {
        let spec = HeapSpec { young: Some(Bytes::mib(40)), ..HeapSpec::new(Bytes::mib(240), 4.0) };
        let mut heap = Heap::new(spec, build(COLLECTORS, "cms", &[("tenuring", "1")]));
        let mut out = vec![];
        heap.grow(Bytes::mib(100), &mut out).expect("it fits");
        heap.settle();
        out.clear();
        let batch = Allocation { bytes: Bytes::gib(20), turnover: 0.1, ..Allocation::default() };
        allocate_paced(&mut heap, batch, &|_| Bytes::mib(pace), &mut out).expect("garbage can be collected");
        out
    }

    #[test]
    fn a_cycle_in_time_spares_full_collections() {
        let count = |out: &[Touched], kind| out.iter().filter(|t| t.kind == kind).map(|t| t.count).sum::<u64>();
        // 16 MiB are left when a cycle begins; some 3 MiB are promoted at each young collection of 32 MiB.
        let out = run(30);
        let cycles = count(&out, CollectionKind::ConcurrentMark);
        assert!(cycles > 10 && cycles == count(&out, CollectionKind::Remark), "{out:?}");
        assert_eq!(count(&out, CollectionKind::Full), 0);
        let late = run(1000);
        assert!(count(&late, CollectionKind::Full) > 10, "{late:?}");
        assert!(late.iter().filter(|t| t.kind == CollectionKind::Full).all(|t| t.threads == 1));
    }
}
