//! HotSpot's Shenandoah: marks, evacuates and corrects references beside the mutator, which is slowed down so that memory lasts.
//!
//! Source: Flood et al., PPPJ 2016; HotSpot of JDK 17 (`shenandoahAdaptiveHeuristics.cpp`, `shenandoahPacer.cpp`). A cycle begins where less than 10 %
//! is free or where the rate of allocation would use up memory before a cycle ends; at 70 % free until five cycles
//! have been seen. Regions with more than a quarter of garbage are emptied, and fuller ones where else too little would become free, up
//! to what the reserve can take. In each phase the mutator gets a tenth of the free memory at once and the rest as the phase goes
//! on. Where a phase begins without any memory for the mutator, or a cycle would, the rest of it is done with the world stopped
//! (a degenerated collection); where that leaves no room, everything is compacted. Departures: a mutator that uses up
//! its share waits for the end of the phase, where HotSpot gives up waiting after 10 ms and may use memory up; copies lie in the reserve and are not counted until the regions that they came from are free.

use super::course::{Course, Cyclic, Pages};
use super::{Capabilities, Collector, Cycles, HotSpot, Identity, JDK, Step, shape_of};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};
use crate::heap::cohorts::Limit;
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::heap::{CollectionKind, Generations, HeapSpec, Phase, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Collector>> = Entry {
    name: "shenandoah",
    summary: "marks and evacuates beside the mutator, which is slowed down so that memory lasts; one generation",
    source: "Flood et al., PPPJ 2016; HotSpot of JDK 17, -XX:+UseShenandoahGC",
    params: &[
        param("garbage", Kind::Number(0.0, 100.0), "25", "percent of garbage from which on a region is emptied"),
        param("evacuation", Kind::Number(0.0, 50.0), "5", "percent of the heap that a cycle may evacuate"),
        param("reserve", Kind::Number(0.0, 50.0), "2", "percent of the heap that allocation may not use"),
        param("overhead", Kind::Bytes, "2.5 MiB", "bytes that regions and the JVM itself leave unused"),
        param("least-free", Kind::Number(0.0, 100.0), "10", "percent of the heap below which a cycle begins"),
        param("tick", Kind::Span, "2 ms", "mean time from the moment when a cycle is due until it begins"),
        param("tax", Kind::Number(0.0, 10.0), "0.28", "mutator time for barriers, as a share of its useful time"),
    ],
    traits: &[],
    build: |args| {
        let share = |name| args.number(name) / 100.0;
        Ok(Box::new(Shenandoah {
            limit: 1.0 - share("garbage"),
            evacuation: share("evacuation"),
            reserve: share("reserve"),
            overhead: args.bytes("overhead"),
            least_free: share("least-free"),
            tick: args.span("tick"),
            tax: args.number("tax"),
        }))
    },
};

/// Who it is.
pub const IDENTITY: Identity = Identity {
    name: ENTRY.name,
    shown: "Shenandoah",
    hotspot: Some(HotSpot {
        kind: CollectorKind::Shenandoah,
        also: &[],
        flags: &["UseShenandoahGC"],
        announced: &["Shenandoah", "Generational Shenandoah"],
        percents: &[],
    }),
    section: Some(ENTRY.name),
    cycles: Cycles::Alone,
};

struct Shenandoah {
    /// Live share below which a region is emptied.
    limit: f64,
    evacuation: f64,
    reserve: f64,
    overhead: Bytes,
    least_free: f64,
    tick: SimSpan,
    tax: f64,
}

/// Cycles that begin early, to learn how long one takes (`ShenandoahLearningSteps`, `ShenandoahInitFreeThreshold`).
const LEARNING: (u32, f64) = (5, 0.7);

/// Share of the heap kept for bursts of allocation (`ShenandoahAllocSpikeFactor`).
const SPIKES: f64 = 0.05;

/// Deviations that are added to means.
const MARGIN: f64 = 1.8;

/// Room given to an evacuated byte (`ShenandoahEvacWaste`).
const WASTE: f64 = 1.2;

/// Share of free memory that is granted at once, and what a byte of the rest is charged (`ShenandoahPacingCycleSlack`,
/// `ShenandoahPacingSurcharge`).
const PACING: (f64, f64) = (0.1, 1.1);

/// Live share of regions that are not worth emptying in any need.
const HOPELESS: f64 = 0.995;

impl Cyclic for Shenandoah {
    fn course(&self, spec: &HeapSpec) -> Course {
        let shape = shape_of(spec, CollectorKind::Shenandoah, Flags::default(), JDK);
        let usable = spec.capacity.scale(1.0 - self.reserve) - self.overhead.min(spec.capacity.scale(0.125));
        Course::new(usable, (shape.concurrent_threads, shape.gc_threads), Pages::Plain(0.0))
    }

    fn until_cycle(&self, heap: &Generations, course: &Course) -> Bytes {
        let (capacity, free) = (heap.spec.capacity, course.free(heap));
        let (steps, share) = LEARNING;
        if course.cycles < steps {
            return free.saturating_sub(capacity.scale(share)).max(heap.spec.object);
        }
        let rule = course.rule(heap, 1.0, MARGIN);
        let due = (rule.due_at(0.0) + capacity.scale(SPIKES)).max(capacity.scale(self.least_free));
        course.until(heap, due, self.tick)
    }
}

/// Whether an allocation would fail.
fn short(heap: &Generations, course: &Course) -> bool {
    course.free(heap) < heap.spec.object
}

impl Shenandoah {
    /// What the mutator may allocate in a phase whose work needs `divisor` times the free memory to pay off.
    fn budget(&self, heap: &mut Generations, course: &Course, divisor: f64) -> Bytes {
        let (slack, surcharge) = PACING;
        let share = slack + (1.0 - slack) / surcharge / divisor;
        let budget = course.free(heap).scale(share);
        course.grant(heap, budget)
    }

    /// Sparse regions first; where they free too little, fuller ones, as far as the reserve takes their live bytes.
    fn choose(&self, heap: &Generations, course: &mut Course) {
        let capacity = heap.spec.capacity;
        let most = capacity.scale(self.evacuation / WASTE);
        course.choose(self.limit, Limit { bytes: Bytes(u64::MAX), live: most });
        let target = capacity.scale(self.least_free) + most;
        for _ in 0..MOST_STEPS {
            let garbage = course.chosen.bytes - course.chosen.live;
            let missing = target.saturating_sub(course.free(heap) + garbage);
            let left = most.saturating_sub(course.chosen.live);
            course.choose(HOPELESS, Limit { bytes: Bytes::ZERO, live: Bytes::ZERO });
            let share = course.old.next_share();
            if missing == Bytes::ZERO || left == Bytes::ZERO || share <= 0.0 {
                break;
            }
            let bytes = Bytes::from_f64((missing.as_f64() / (1.0 - share.min(HOPELESS))).min(1e18));
            course.choose(HOPELESS, Limit { bytes, live: left });
        }
    }

    /// Does all that is left of a cycle, from `part` on, in one pause; compacts everything where that makes no room.
    fn degenerate(&self, heap: &mut Generations, course: &mut Course, (part, out): (Touched, &mut Vec<Touched>)) {
        let used = heap.used();
        let mut copied = part.copied;
        if part.kind == CollectionKind::ConcurrentMark {
            self.choose(heap, course);
            copied = course.relocate(heap).copied;
        }
        let live = course.chosen.live;
        course.free_chosen(heap, live);
        let kind = CollectionKind::Degenerated;
        let whole = Touched { kind, concurrent: false, threads: course.threads, copied, swept: used, ..part };
        Touched { before: used, after: heap.used(), ..whole }.push_onto(out);
        course.rates.watch.stop();
        heap.phase = Phase::Idle;
        if short(heap, course) {
            self.full(heap, course, out);
        }
        self.rest(heap, course);
    }

    fn full(&self, heap: &mut Generations, course: &mut Course, out: &mut Vec<Touched>) {
        heap.full(course.threads).push_onto(out);
        course.compacted(heap);
    }
}

/// Cohorts of different fullness that are added in need.
const MOST_STEPS: usize = 8;

impl Collector for Shenandoah {
    fn capabilities(&self) -> Capabilities {
        Capabilities { learns: true, repeats: false, tax: self.tax, ..Capabilities::default() }
    }

    fn found(&self, spec: &HeapSpec) -> Generations {
        self.start(spec)
    }

    fn collect(&self, heap: &mut Generations, out: &mut Vec<Touched>) -> Step {
        if heap.phase.is_concurrent() {
            return Step::Stall;
        }
        self.with_course(heap, |heap, course| {
            if short(heap, course) {
                let mark = course.begin(heap, &mut Vec::new());
                self.degenerate(heap, course, (mark, out));
            } else {
                let mark = course.begin(heap, out);
                let room = self.budget(heap, course, 1.0);
                out.push(Touched { budget: Some(room), paced: true, ..mark });
            }
        });
        Step::Collected
    }

    fn finish(&self, heap: &mut Generations, out: &mut Vec<Touched>) {
        self.with_course(heap, |heap, course| match heap.phase {
            Phase::Marking { .. } => {
                course.pause(heap, out);
                self.choose(heap, course);
                let moved = course.relocate(heap);
                if short(heap, course) {
                    return self.degenerate(heap, course, (moved, out));
                }
                let room = self.budget(heap, course, 2.0);
                out.push(Touched { budget: Some(room), paced: true, ..moved });
            }
            Phase::Relocating => {
                heap.phase = Phase::Updating;
                course.pause(heap, out);
                let update = Touched::nothing(CollectionKind::ReferenceUpdate, course.workers, heap.used());
                let update = Touched { swept: heap.used(), ..update };
                if short(heap, course) {
                    return self.degenerate(heap, course, (update, out));
                }
                let room = self.budget(heap, course, 1.0);
                out.push(Touched { budget: Some(room), paced: true, ..update });
            }
            Phase::Updating => {
                let copied = course.chosen.live;
                course.free_chosen(heap, copied);
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
        (cores.ceil() as u32 / 4).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::{allocate_paced, build};
    use crate::heap::{Allocation, COLLECTORS, Heap, Progress};

    /// A heap of 256 MiB with `live` MiB of it live, all of which is replaced in time by objects of that size.
    fn churn(live: u64, object: Bytes) -> (Vec<Touched>, Result<(), crate::heap::OutOfMemory>) {
        let spec = HeapSpec { object, ..HeapSpec::new(Bytes::mib(256), 2.0) };
        let mut heap = Heap::new(spec, build(COLLECTORS, "shenandoah", &[]));
        let mut out = vec![];
        heap.grow(Bytes::mib(live), &mut out).expect("it fits");
        heap.settle();
        out.clear();
        let batch = Allocation { bytes: Bytes::gib(4), turnover: 0.3, ..Allocation::default() };
        let result = allocate_paced(&mut heap, batch, &|_| Bytes(u64::MAX), &mut out);
        (out, result)
    }

    fn count(out: &[Touched], kind: CollectionKind) -> u64 {
        out.iter().filter(|touched| touched.kind == kind).map(|touched| touched.count).sum()
    }

    #[test]
    fn memory_that_runs_out_ends_a_cycle_in_a_pause_and_then_in_a_full_collection() {
        let (out, result) = churn(100, Bytes(100));
        assert_eq!(result, Ok(()));
        assert!(count(&out, CollectionKind::ConcurrentMark) > 10);
        assert_eq!(count(&out, CollectionKind::Degenerated) + count(&out, CollectionKind::Full), 0);
        let (out, _) = churn(238, Bytes::mib(2));
        let degenerated = count(&out, CollectionKind::Degenerated);
        assert!(degenerated > 0 && degenerated >= count(&out, CollectionKind::Full), "{:?}", &out[out.len() - 5..]);
        let pause = out.iter().find(|touched| touched.kind == CollectionKind::Degenerated).expect("one of them");
        assert!(!pause.concurrent && pause.swept > Bytes::ZERO && pause.threads == 1, "{pause:?}");
    }

    #[test]
    fn a_paced_mutator_stalls_at_what_it_is_allowed() {
        let mut heap = Heap::new(HeapSpec::new(Bytes::mib(256), 2.0), build(COLLECTORS, "shenandoah", &[]));
        let mut out = vec![];
        let batch = |mib| Allocation { bytes: Bytes::mib(mib), ..Allocation::default() };
        heap.allow(Some(Bytes::mib(3)));
        assert_eq!(heap.allocate(batch(2), &mut out), Ok(Progress::Done));
        assert_eq!(heap.allocate(batch(2), &mut out), Ok(Progress::Stalled { left: Bytes::mib(1) }));
        heap.allow(Some(Bytes::mib(1)));
        assert_eq!(heap.allocate(batch(1), &mut out), Ok(Progress::Done));
        heap.allow(None);
        assert_eq!(heap.allocate(batch(9), &mut out), Ok(Progress::Done));
    }
}
