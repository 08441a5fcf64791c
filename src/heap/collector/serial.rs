//! HotSpot's Serial collector: copying young collections, and a full mark-compact when the old generation might not take what would be promoted.
//!
//! Source: HotSpot of JDK 17 (`defNewGeneration.cpp`, `tenuredGeneration.cpp`, `genMarkSweep.cpp`). A young collection is tried if the old
//! generation has room for the padded average of promotion or for all of the young generation; a refused one counts in the
//! logs all the same, and as a sample of 0. Three full collections out of four leave up to 5 % of the old generation as
//! dead wood. What the old generation cannot take stays in eden; if the next young collection is hopeless already, the
//! idle survivor space is lent to allocation and the next collection is full without a try. Departures: none known that counts; times of day
//! and explicit collections do not exist here.

use super::{Collector, Cycles, HotSpot, Identity, Step, divide};
use crate::base::{Build, Bytes, Entry, Kind, Param, param};
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::heap::{CollectionKind, Generations, HeapSpec, Touched};

/// The ratio of the generations, for every collector that has fixed ones.
pub(super) const NEW_RATIO: Param =
    param("new-ratio", Kind::Count(1, 1000), "2", "old generation over young generation (NewRatio)");

/// The ratio of the spaces of the young generation.
pub(super) const SURVIVOR_RATIO: Param =
    param("survivor-ratio", Kind::Count(1, 1000), "8", "eden over one survivor space (SurvivorRatio)");

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "serial",
    summary: "one thread: copying young collections, full mark-compact when the old generation is full",
    source: "HotSpot, -XX:+UseSerialGC",
    params: &[
        NEW_RATIO,
        SURVIVOR_RATIO,
        param("tenuring", Kind::Count(0, 15), "15", "copies before promotion at the latest (MaxTenuringThreshold)"),
        param(
            "dead-wood",
            Kind::Number(0.0, 1.0),
            "0.05",
            "share of the old generation that full collections may leave as garbage (MarkSweepDeadRatio)",
        ),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Serial {
            new_ratio: args.count("new-ratio"),
            survivor_ratio: args.count("survivor-ratio"),
            tenuring: args.count("tenuring") as usize,
            dead_wood: args.number("dead-wood"),
        }))
    },
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    name: ENTRY.name,
    shown: "Serial",
    hotspot: Some(HotSpot {
        kind: CollectorKind::Serial,
        also: &[],
        flags: &["UseSerialGC"],
        announced: &["Serial"],
        percents: &[],
    }),
    section: Some(ENTRY.name),
    cycles: Cycles::Never,
};

struct Serial {
    new_ratio: u64,
    survivor_ratio: u64,
    tenuring: usize,
    dead_wood: f64,
}

/// Whether the old generation would take what a young collection is expected to promote at the most.
pub(super) fn safe(heap: &Generations) -> bool {
    let free = heap.old_free();
    free >= heap.promotion.padded() || free >= heap.eden_used() + heap.survivor_used()
}

impl Serial {
    fn full(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        // Every fourth one compacts all (MarkSweepAlwaysCompactCount).
        let wood = if heap.fulls == 3 { Bytes::ZERO } else { heap.spaces.old.scale(self.dead_wood) };
        heap.full_over(1, wood).push_onto(out);
        if heap.eden_used() > Bytes::ZERO && heap.survivor_used() == Bytes::ZERO && !safe(heap) {
            heap.lent = heap.spaces.survivor;
        }
    }
}

impl Collector for Serial {
    fn found(&self, spec: &HeapSpec) -> Generations {
        let flags =
            Flags { new_ratio: Some(self.new_ratio), survivor_ratio: Some(self.survivor_ratio), ..Flags::default() };
        divide(spec, CollectorKind::Serial, flags, self.tenuring).0
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        if heap.lent > Bytes::ZERO {
            self.full(heap, out);
        } else if safe(heap) {
            let touched = heap.young(1);
            heap.promotion.sample_promotion(touched.promoted + heap.eden_used());
            touched.push_onto(out);
            if heap.promotion_failed() {
                self.full(heap, out);
            }
        } else {
            Touched::nothing(CollectionKind::Refused, 1, heap.used()).push_onto(out);
            heap.promotion.sample_promotion(Bytes::ZERO);
            self.full(heap, out);
        }
        Step::Collected
    }

    fn steady_growth(&self, heap: &Generations) -> Bytes {
        heap.old_free().saturating_sub(heap.promotion.padded())
    }
}
