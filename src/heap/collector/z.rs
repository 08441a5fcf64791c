//! HotSpot's ZGC without generations: marks and relocates beside the mutator, and lets it wait where memory runs out.
//!
//! Source: HotSpot of JDK 17 (`zDirector.cpp`, `zRelocationSetSelector.cpp`). A cycle begins when the rate of allocation would use up memory
//! before a cycle ends, at 10, 20 and 30 % of the heap for the first three, and where less than 5 % is free. Marking finds
//! what was garbage at its start; pages with more than a quarter of garbage are emptied. Departures: pages of one size; the
//! number of threads does not change; no proactive cycles; memory of emptied pages is free when their relocation begins.

use super::course::{Course, Cyclic, Pages};
use super::rates::SIGMA;
use super::{Capabilities, Collector, Cycles, HotSpot, Identity, JDK, Step, shape_of};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};
use crate::heap::cohorts::Limit;
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::heap::{Generations, HeapSpec, Phase, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "z",
    summary: "marks and relocates beside the mutator, which waits where memory runs out; one generation",
    source: "HotSpot of JDK 17, -XX:+UseZGC",
    params: &[
        param("fragmentation", Kind::Number(0.0, 100.0), "25", "percent of garbage from which on a page is emptied"),
        param("tolerance", Kind::Number(1.0, 100.0), "2", "factor by which allocation may speed up"),
        param("tick", Kind::Span, "50 ms", "mean time from the moment when a cycle is due until it begins"),
        param("headroom", Kind::Bytes, "4 MiB", "memory kept for relocation"),
        param("inflation", Kind::Number(1.0, 2.0), "1.06", "live bytes per byte under a JVM with compressed pointers"),
        param("tax", Kind::Number(0.0, 10.0), "0.45", "mutator time for barriers, as a share of its useful time"),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Z {
            limit: 1.0 - args.number("fragmentation") / 100.0,
            tolerance: args.number("tolerance"),
            tick: args.span("tick"),
            headroom: args.bytes("headroom"),
            inflation: args.number("inflation"),
            tax: args.number("tax"),
        }))
    },
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    name: ENTRY.name,
    shown: "ZGC",
    hotspot: Some(HotSpot {
        kind: CollectorKind::Z,
        also: &[(CollectorKind::GenerationalZ, "generational ZGC")],
        flags: &["UseZGC"],
        announced: &["The Z Garbage Collector"],
        percents: &[],
    }),
    section: Some(ENTRY.name),
    cycles: Cycles::Alone,
};

struct Z {
    /// Live share below which a page is emptied.
    limit: f64,
    tolerance: f64,
    tick: SimSpan,
    headroom: Bytes,
    inflation: f64,
    tax: f64,
}

/// Cycles that begin at a share of the heap, to learn how long one takes.
const WARM_UP: u32 = 3;

/// Share of the heap below which free memory starts a cycle at once.
const LEAST_FREE: f64 = 0.05;

/// Seconds between two looks at the rule, which a cycle that is due may have to wait.
const INTERVAL: f64 = 0.1;

impl Cyclic for Z {
    fn course(&self, spec: &HeapSpec) -> Course {
        let shape = shape_of(spec, CollectorKind::Z, Flags::default(), JDK);
        let headroom = self.headroom.min(spec.capacity.scale(0.125));
        Course::new(spec.capacity - headroom, (shape.concurrent_threads, shape.gc_threads), Pages::Views([0.0; 3], 0.0))
    }

    fn until_cycle(&self, heap: &Generations, course: &Course) -> Bytes {
        let capacity = heap.spec.capacity;
        if course.cycles < WARM_UP {
            let share = 0.1 * f64::from(course.cycles + 1);
            return capacity.scale(share).saturating_sub(heap.used()).max(heap.spec.object);
        }
        let rule = course.rule(heap, self.tolerance, SIGMA);
        let due = rule.due_at(INTERVAL).max(capacity.scale(LEAST_FREE));
        course.until(heap, due, self.tick)
    }
}

impl Collector for Z {
    fn capabilities(&self) -> Capabilities {
        Capabilities { learns: true, repeats: false, tax: self.tax, ..Capabilities::default() }
    }

    fn found(&self, spec: &HeapSpec) -> Generations {
        self.start(&HeapSpec { inflation: spec.inflation.max(self.inflation), ..*spec })
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        if heap.phase.is_concurrent() {
            return Step::Stall;
        }
        self.with_course(heap, |heap, course| {
            if course.futile {
                return Step::Collected;
            }
            let mark = course.begin(heap, out);
            let room = course.grant(heap, Bytes(u64::MAX));
            out.push(Touched { budget: Some(room), ..mark });
            if room < heap.spec.object { Step::Stall } else { Step::Collected }
        })
    }

    fn finish(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        self.with_course(heap, |heap, course| match heap.phase {
            Phase::Marking { .. } => {
                course.pause(heap, out);
                course.choose(self.limit, Limit { bytes: Bytes(u64::MAX), live: Bytes(u64::MAX) });
                let moved = course.relocate(heap);
                course.free_chosen(heap, moved.copied);
                let room = course.grant(heap, Bytes(u64::MAX));
                out.push(Touched { budget: Some(room), paced: true, after: heap.used(), ..moved });
            }
            Phase::Relocating => {
                course.end(heap, out);
                self.rest(heap, course);
            }
            _ => {}
        });
    }

    fn paused(&self, heap: &mut Generations, _touched: &Touched, times: (SimSpan, SimSpan)) {
        Course::learn(heap, times);
    }

    fn pin(&self, heap: &mut Generations, bytes: Bytes) -> bool {
        self.pin_course(heap, bytes)
    }

    fn resize(&self, heap: &mut Generations, capacity: Bytes) -> bool {
        self.resize_course(heap, capacity)
    }

    fn settle(&self, heap: &mut Generations) {
        self.settle_course(heap);
    }

    fn concurrent_threads(&self, cores: f64) -> u32 {
        (cores / 4.0).ceil().max(1.0) as u32
    }
}
