//! HotSpot's Serial collector: copying young collections, and a full mark-compact when the old generation cannot take what would be promoted.
//!
//! Source: HotSpot (DefNew and Tenured generations). Departure: HotSpot finds out during a young collection that a promotion fails and
//! then falls back to a full one; here it is known before, so the wasted half of such a collection is not charged.

use super::{Collector, Step, align};
use crate::base::{Build, Bytes, Entry, Kind, Param, param};
use crate::memory::heap::{Generations, HeapSpec, Spaces, Touched};

/// Parameters of the collectors with fixed generations.
pub(super) const PARAMS: &[Param] = &[
    param("new-ratio", Kind::Number(0.1, 100.0), "2", "old generation over young generation (NewRatio)"),
    param("survivor-ratio", Kind::Number(1.0, 100.0), "8", "eden over one survivor space (SurvivorRatio)"),
    param("tenuring", Kind::Count(0, 15), "15", "copies before promotion at the latest (MaxTenuringThreshold)"),
];

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "serial",
    summary: "one thread: copying young collections, full mark-compact when the old generation is full",
    source: "HotSpot, -XX:+UseSerialGC",
    params: PARAMS,
    traits: &[],
    build: |args| {
        Ok(Box::new(Serial {
            new_ratio: args.number("new-ratio"),
            survivor_ratio: args.number("survivor-ratio"),
            tenuring: args.count("tenuring") as usize,
        }))
    },
};

struct Serial {
    new_ratio: f64,
    survivor_ratio: f64,
    tenuring: usize,
}

/// HotSpot's grain for the generations of this collector.
const GRAIN: u64 = 64 << 10;

/// Young generation by NewRatio (or as fixed), survivor spaces of `1 / parts` of it each, the rest eden.
pub(super) fn divide(spec: &HeapSpec, new_ratio: f64, parts: f64, grain: u64) -> Spaces {
    let by_ratio = align((spec.capacity.as_f64() / (new_ratio + 1.0)) as u64, grain);
    let young = spec.young.unwrap_or(by_ratio).min(spec.capacity.saturating_sub(Bytes(grain)));
    let survivor = align((young.as_f64() / parts) as u64, grain).min(Bytes(young.0 / 3));
    Spaces { eden: young - survivor - survivor, survivor, old: spec.capacity - young }
}

impl Collector for Serial {
    fn found(&self, spec: &HeapSpec) -> Generations {
        Generations::new(*spec, divide(spec, self.new_ratio, self.survivor_ratio + 2.0, GRAIN), self.tenuring)
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let safe = heap.would_promote() <= heap.old_free();
        let touched = if safe { heap.young(1) } else { heap.full(1) };
        touched.push_onto(out);
        Step::Collected
    }

    fn steady_growth(&self, heap: &Generations) -> Bytes {
        heap.old_free()
    }
}
