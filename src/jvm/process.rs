//! A JVM without a clock: collections, their costs, and the concurrent work under way.
//!
//! Whoever drives it stops the mutator for what [`Jvm::charge`] answers, lets the legs of concurrent work share the cores,
//! and says when a leg has ended.
//!
//! Departure: concurrent work has the weight that gives it its measured share of cores against mutators which are all busy;
//! beside fewer of them it gets no more than that weight, until somebody waits for it. A mutator that a pacer would slow
//! down runs on until the budget of a leg is used up, and waits then.

use super::{Costs, Machine};
use crate::base::{Bytes, SimSpan, SimTime};
use crate::heap::{Allocation, Heap, OutOfMemory, Touched};

/// One JVM.
pub struct Jvm {
    /// Its heap.
    pub heap: Heap,
    /// What its collections cost.
    pub costs: Costs,
    course: Option<Course>,
    /// End of the last pause, for collectors that learn from times.
    last_pause: SimTime,
}

/// Concurrent work under way. Where the mutator is slowed down to its pace, it is worked off in legs, and each leg
/// brings the mutator its share of what may be allocated meanwhile.
#[derive(Clone, Copy, Debug)]
struct Course {
    /// Legs after the present one.
    legs: u32,
    leg: Leg,
    /// Bytes that go with a leg, where the mutator is paced.
    bytes: Option<Bytes>,
}

/// A part of concurrent work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// Core-nanoseconds.
    pub work: f64,
    /// Threads that it counts as beside mutators, above 0. Alone it gets no more than so many cores.
    pub width: f64,
}

/// What becomes of the work beside the mutator.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Beside {
    /// It goes on as before.
    Same,
    /// This begins, and what was under way stops.
    Begins(Leg),
    /// What was under way stops.
    Stops,
}

/// What collections ask of whoever drives the JVM.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Charged {
    /// Length of each of the pauses; nothing for concurrent work.
    pub each: SimSpan,
    /// For how long the mutator stands in all: the pauses, and what follows from them.
    pub stop: SimSpan,
    /// Time of all collector threads.
    pub cpu: SimSpan,
    /// What becomes of the work beside the mutator.
    pub beside: Beside,
}

/// Legs of paced work: the mutator gets a tenth of its budget at once (`ShenandoahPacingCycleSlack`).
const LEGS: u32 = 10;

/// Collections that make room for classes while a TaskManager starts, by the MiB that survive them, as its logs show.
const CLASSES: [u64; 2] = [14, 6];

impl Jvm {
    /// A JVM at its start.
    pub fn new(heap: Heap, costs: Costs) -> Jvm {
        Jvm { heap, costs, course: None, last_pause: SimTime::ZERO }
    }

    /// Where it runs.
    pub fn machine(&self) -> Machine {
        self.costs.machine()
    }

    /// Loads the framework: collections of an almost empty heap, from which adaptive collectors learn first. Answers
    /// what each of them touched.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn load_classes(&mut self, out: &mut Vec<Touched>) -> Result<(), OutOfMemory> {
        for survivors in CLASSES {
            let bytes = Bytes::mib(survivors).min(self.heap.room());
            self.heap.allocate(Allocation { bytes, survival: 1.0, ..Allocation::default() }, out)?;
            self.heap.collect_now(out);
        }
        Ok(())
    }

    /// Prices what collections touched that begin now, and lets the collector learn from their times. The mutator has run
    /// from the end of the pause before until now, or not at all where both belong to the same allocation.
    pub fn charge(&mut self, now: SimTime, touched: &Touched) -> Charged {
        let cost = self.costs.cost(touched);
        if touched.concurrent {
            let leg = self.begin(touched, cost.cpu);
            let nothing = SimSpan::ZERO;
            return Charged { each: nothing, stop: nothing, cpu: cost.cpu, beside: Beside::Begins(leg) };
        }
        let part = 1.0 / touched.count as f64;
        let (each, ran) = (cost.pause.scale(part), now.since(self.last_pause).scale(part));
        self.last_pause = self.last_pause.max(now) + each.scale(touched.count as f64);
        self.heap.paused(touched, each, ran);
        // A collection of everything ends the marking that was under way.
        let beside = match self.course.is_some() && !self.heap.in_cycle() {
            true => Beside::Stops,
            false => Beside::Same,
        };
        if beside == Beside::Stops {
            self.course = None;
            self.heap.allow(None);
        }
        Charged { each, stop: cost.pause + cost.lost, cpu: cost.cpu, beside }
    }

    fn begin(&mut self, touched: &Touched, cpu: SimSpan) -> Leg {
        let legs = if touched.paced { LEGS } else { 1 };
        let part = 1.0 / f64::from(legs);
        let leg = Leg { work: cpu.as_nanos() * part, width: self.costs.width(touched) };
        let bytes = touched.budget.filter(|_| touched.paced).map(|budget| budget.scale(part));
        self.heap.allow(None);
        if bytes.is_some() {
            self.heap.allow(bytes);
        }
        self.course = Some(Course { legs: legs - 1, leg, bytes });
        leg
    }

    /// Somebody waits for the concurrent work: answers the width that gives it a core of its own, if it had less.
    pub fn hurry(&mut self) -> Option<f64> {
        let course = self.course.as_mut().filter(|course| course.leg.width < 1.0)?;
        course.leg.width = 1.0;
        Some(1.0)
    }

    /// A leg of concurrent work has ended: answers the next one. After the last the cycle is over; what ends it is
    /// appended to `out`.
    pub fn end_leg(&mut self, out: &mut Vec<Touched>) -> Option<Leg> {
        match self.course.as_mut().filter(|course| course.legs > 0) {
            Some(course) => {
                course.legs -= 1;
                if course.bytes.is_some() {
                    self.heap.allow(course.bytes);
                }
                Some(course.leg)
            }
            None => {
                self.course = None;
                self.heap.allow(None);
                self.heap.finish_cycle(out);
                None
            }
        }
    }

    /// Leaves the heap as a full collection leaves it, at no cost and in no time; concurrent work is over.
    pub fn settle(&mut self) {
        self.course = None;
        self.heap.settle();
    }

    /// Share of the live set that can be replaced which lies in the old generation, 0 ..= 1.
    pub fn old_share(&self) -> f64 {
        let state = self.heap.generations();
        let old = state.old_live().saturating_sub(state.pinned());
        (old.as_f64() / state.replaceable().as_f64().max(1.0)).min(1.0)
    }
}
