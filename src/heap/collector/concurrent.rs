//! A region-based collector in the manner of G1: young evacuation, concurrent marking, mixed evacuation, full collection as a last resort.
//!
//! Source: Detlefs et al., ISMM 2004; HotSpot's G1 for the constants. Young generation of 5 to 60 % of the heap, as
//! large as the rest allows; a cycle begins when old data passes a share of the heap; marking finds what was garbage
//! at its start; up to eight mixed collections then take the emptiest regions until the waste goal is met.
//!
//! The barrier tax is 1 to 15 % in the literature; a program that only allocates and stores references lost 20 to 35 %
//! in our measurements.
//!
//! Departures: no pause goal, since a heap knows no times (a fixed young size stands in for it); the threshold is fixed, not adaptive; no humongous
//! objects. The emptiest regions are found by the law of a log-structured store under even replacement, cleaned oldest
//! first: if a share `l` of the old bytes is live, then a share `u` of the oldest regions, with l = (1-u) / -ln u
//! (Menon and Stockmeyer; Rosenblum and Ousterhout, TOCS 1992, for the setting).

use super::{Capabilities, Collector, Cycles, Identity, JDK, Step, align, parallel_threads};
use crate::base::{Build, Bytes, Entry, Kind, param};
use crate::heap::hotspot::g1_region;
use crate::heap::{CollectionKind, Generations, HeapSpec, Phase, Spaces, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "concurrent",
    summary: "regions in the manner of G1: young and mixed evacuation, marking beside the mutator",
    source: "Detlefs et al., ISMM 2004; HotSpot, -XX:+UseG1GC",
    params: &[
        param("threshold", Kind::Number(0.0, 1.0), "0.45", "share of the heap in old data that starts a cycle"),
        param("young-min", Kind::Number(0.01, 1.0), "0.05", "least share of the heap for the young generation"),
        param("young-max", Kind::Number(0.01, 1.0), "0.6", "largest share of the heap for the young generation"),
        param("reserve", Kind::Number(0.0, 0.5), "0.1", "share of the heap kept free for evacuation"),
        param(
            "waste",
            Kind::Number(0.0, 0.5),
            "0.05",
            "share of the heap that may stay garbage after mixed collections",
        ),
        param("mixed-rounds", Kind::Count(1, 64), "8", "mixed collections after a cycle"),
        param("live-limit", Kind::Number(0.0, 0.99), "0.85", "regions with a larger live share are left alone"),
        param("tenuring", Kind::Count(0, 15), "15", "copies before promotion at the latest"),
        param("tax", Kind::Number(0.0, 10.0), "0.1", "mutator time for barriers, as a share of its useful time"),
        param(
            "when-full",
            Kind::Choice(&["full", "stall"]),
            "full",
            "what happens when memory runs out during marking",
        ),
    ],
    traits: &[],
    build: |args| {
        let (least, most) = (args.number("young-min"), args.number("young-max"));
        if least > most {
            return Err(format!("young-min {least} is above young-max {most}"));
        }
        Ok(Box::new(Concurrent {
            threshold: args.number("threshold"),
            young: (least, most),
            reserve: args.number("reserve"),
            waste: args.number("waste"),
            rounds: args.count("mixed-rounds") as u32,
            live_limit: args.number("live-limit"),
            tenuring: args.count("tenuring") as usize,
            tax: args.number("tax"),
            stalls: args.text("when-full") == "stall",
        }))
    },
};

/// Who it is.
pub const IDENTITY: Identity = Identity { cycles: Cycles::Beside, ..Identity::plain(ENTRY.name) };

struct Concurrent {
    threshold: f64,
    young: (f64, f64),
    reserve: f64,
    waste: f64,
    rounds: u32,
    live_limit: f64,
    tenuring: usize,
    tax: f64,
    stalls: bool,
}

/// Live share of the emptiest regions where a share `live` of all is live: the root below 1 of live = (1-u) / -ln u.
fn emptiest(live: f64) -> f64 {
    if live <= 0.0 || live >= 1.0 {
        return live.clamp(0.0, 1.0);
    }
    let (mut low, mut high) = (0.0, live);
    for _ in 0..50 {
        let middle: f64 = 0.5 * (low + high);
        if (1.0 - middle) / -middle.ln() < live { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Free space that evacuation should find, in multiples of what it is expected to copy: HotSpot's 100 / G1ConfidencePercent x 1.1.
const SAFETY: f64 = 2.2;

impl Concurrent {
    /// The largest eden whose expected survivors, and those there already, could be evacuated into the rest of `outside`.
    fn evacuable(&self, heap: &Generations, outside: Bytes) -> Bytes {
        let (eden, reachable) = heap.last_eden;
        let survival = reachable.as_f64() / eden.as_f64().max(1.0);
        let room = outside.as_f64() - SAFETY * heap.survivor_used().as_f64();
        Bytes::from_f64(room / (1.0 + SAFETY * survival))
    }

    /// Sizes the young generation for the time until the next collection.
    fn divide(&self, heap: &mut Generations) {
        let capacity = heap.spec.capacity;
        let grain = g1_region(capacity, JDK).0.min(capacity.0.max(64) / 64);
        let kept = heap.survivor_used();
        let outside = capacity.saturating_sub(heap.old_used() + kept);
        let young = heap.spec.young.unwrap_or_else(|| {
            let wanted = outside.saturating_sub(capacity.scale(self.reserve)) + kept;
            wanted.max(capacity.scale(self.young.0)).min(capacity.scale(self.young.1))
        });
        let least = capacity.scale(self.young.0).min(outside);
        let eden = young.saturating_sub(kept).min(self.evacuable(heap, outside)).max(least.saturating_sub(kept));
        heap.spaces.eden = if eden.0 < grain { eden } else { align(eden.0, grain) };
        heap.spaces.survivor = Bytes(young.0 / 8);
        heap.spaces.old = capacity - heap.spaces.eden;
    }

    /// One young collection, mixed where a marking has found something to reclaim.
    fn evacuate(&self, heap: &mut Generations) -> Touched {
        let touched = heap.young(parallel_threads(heap.spec.cores));
        let Phase::Mixed { rounds, garbage } = heap.phase else { return touched };
        let share = Bytes(garbage.0.div_ceil(u64::from(rounds.max(1))));
        let live = emptiest(heap.old_live().as_f64() / heap.old_used().as_f64().max(1.0));
        let copied = heap.evacuate(share, live);
        heap.phase =
            if rounds <= 1 { Phase::Idle } else { Phase::Mixed { rounds: rounds - 1, garbage: garbage - share } };
        Touched { kind: CollectionKind::Mixed, copied: touched.copied + copied, after: heap.used(), ..touched }
    }

    fn full(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        heap.spaces.old = heap.spec.capacity;
        heap.full(parallel_threads(heap.spec.cores)).push_onto(out);
        self.divide(heap);
    }
}

impl Collector for Concurrent {
    fn capabilities(&self) -> Capabilities {
        Capabilities { tax: self.tax, ..Capabilities::default() }
    }

    fn found(&self, spec: &HeapSpec) -> Generations {
        let spaces = Spaces { eden: Bytes::ZERO, survivor: Bytes::ZERO, old: spec.capacity };
        let mut heap = Generations::new(*spec, spaces, self.tenuring);
        self.divide(&mut heap);
        heap
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        let free = heap.spec.capacity.saturating_sub(heap.used());
        if heap.would_copy() > free {
            if self.stalls && matches!(heap.phase, Phase::Marking { .. }) {
                return Step::Stall;
            }
            self.full(heap, out);
            return Step::Collected;
        }
        self.evacuate(heap).push_onto(out);
        self.divide(heap);
        if heap.room() < heap.spec.object {
            self.full(heap, out);
        }
        let begins = heap.old_used() > heap.spec.capacity.scale(self.threshold);
        if heap.phase == Phase::Idle && begins {
            heap.phase = Phase::Marking { garbage: heap.old_used() - heap.old_live() };
            let threads = self.concurrent_threads(heap.spec.cores);
            let cycle = Touched::nothing(CollectionKind::ConcurrentMark, threads, heap.used());
            out.push(Touched { marked: heap.live(), swept: heap.old_used(), ..cycle });
        }
        Step::Collected
    }

    fn finish(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        let Phase::Marking { garbage } = heap.phase else { return };
        Touched::nothing(CollectionKind::Remark, parallel_threads(heap.spec.cores), heap.used()).push_onto(out);
        let live = emptiest(heap.old_live().as_f64() / heap.old_used().as_f64().max(1.0));
        let garbage = garbage.saturating_sub(heap.spec.capacity.scale(self.waste));
        let worth = live <= self.live_limit && garbage > Bytes::ZERO;
        heap.phase = if worth { Phase::Mixed { rounds: self.rounds, garbage } } else { Phase::Idle };
    }

    fn resize(&self, heap: &mut Generations, capacity: Bytes) -> bool {
        let before = heap.clone();
        heap.spec.capacity = capacity;
        self.divide(heap);
        let fits = heap.used() <= capacity && heap.room() >= heap.spec.object;
        if !fits {
            *heap = before;
        }
        fits
    }

    fn settle(&self, heap: &mut Generations) {
        heap.spaces.old = heap.spec.capacity;
        heap.settle();
        self.divide(heap);
    }

    /// HotSpot's ConcGCThreads: a quarter of the parallel ones, at least one.
    fn concurrent_threads(&self, cores: f64) -> u32 {
        ((parallel_threads(cores) + 2) / 4).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_emptiest_regions_follow_the_replacement_law() {
        for live in [0.1, 0.5, 0.8, 0.95] {
            let u = emptiest(live);
            assert!(u < live && ((1.0 - u) / -u.ln() - live).abs() < 1e-9, "{live} {u}");
        }
        assert_eq!(emptiest(0.0), 0.0);
    }
}
