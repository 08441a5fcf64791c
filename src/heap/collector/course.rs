//! What ZGC and Shenandoah have in common: one generation, marked and evacuated beside the mutator, cycle after cycle.
//!
//! Idea: eden stands for what was allocated since the last marking began, the old generation for all older regions, in
//! cohorts that wear out. A marking finds what was garbage at its start; what is allocated meanwhile floats until the
//! next one. Regions that are live to less than a limit are emptied, the emptiest first.

use super::Notes;
use super::rates::{AllocationRule, Rates};
use crate::base::{Bytes, SimSpan};
use crate::heap::cohorts::{Cohorts, Limit, Taken};
use crate::heap::{CollectionKind, Generations, HeapSpec, Phase, Spaces, Touched};

/// Share of the heap that is allocated at least between two cycles: without times no rule says when the next one begins.
const STEP: f64 = 1.0 / 1024.0;

/// State of such a collector.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Bytes that allocation may use.
    pub usable: Bytes,
    /// Threads beside the mutator.
    pub workers: u32,
    /// Threads of pauses.
    pub threads: u32,
    /// Older regions.
    pub old: Cohorts,
    /// What has been measured.
    pub rates: Rates,
    /// Cycles that have ended.
    pub cycles: u32,
    /// Regions that are being emptied.
    pub chosen: Taken,
    /// The running cycle began with no room left.
    pub starved: bool,
    /// A cycle that began with no room left freed nothing.
    pub futile: bool,
    /// Bytes that only the running cycle finds reachable.
    medium: Bytes,
    /// Bytes of eden that the measured rate has seen.
    counted: Bytes,
    pages: Pages,
}

/// Which pages the mutator has met: allocation where no object has lain before makes the operating system supply memory.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pages {
    /// One address for each page; so many bytes have been used at once at the most.
    Plain(f64),
    /// ZGC's three views of the heap: one for even markings, one for odd ones, one for the rest of the time. Each page has
    /// to be met in each of them. Bytes met in each, and bytes used at once at the most.
    Views([f64; 3], f64),
}

impl Pages {
    /// Counts an allocation in a view; answers how much of it was met for the first time.
    fn meet(&mut self, view: usize, bytes: f64, used: f64) -> f64 {
        match self {
            Pages::Plain(most) => {
                let fresh = (used - *most).max(0.0).min(bytes);
                *most = most.max(used);
                fresh
            }
            Pages::Views(met, most) => {
                *most = most.max(used);
                let fresh = bytes * (1.0 - met[view] / most.max(1.0)).max(0.0);
                met[view] += fresh;
                fresh
            }
        }
    }
}

/// A collector that goes cycle after cycle.
pub trait Cyclic {
    /// The course of an empty heap.
    fn course(&self, spec: &HeapSpec) -> Course;

    /// Bytes until the next cycle begins.
    fn until_cycle(&self, heap: &Generations, course: &Course) -> Bytes;

    /// Lets the mutator allocate until the next cycle begins.
    fn rest(&self, heap: &mut Generations, course: &Course) {
        let bytes = self.until_cycle(heap, course);
        course.grant(heap, bytes);
    }

    /// An empty heap at rest.
    fn start(&self, spec: &HeapSpec) -> Generations {
        let spaces = Spaces { eden: Bytes::ZERO, survivor: Bytes::ZERO, old: spec.capacity };
        let mut heap = Generations::new(*spec, spaces, 0);
        self.with_course(&mut heap, |heap, course| self.rest(heap, course));
        heap
    }

    /// Makes a heap at rest `capacity` large; false, and nothing done, where what lies in it would not fit.
    fn resize_course(&self, heap: &mut Generations, capacity: Bytes) -> bool {
        self.with_course(heap, |heap, course| {
            let usable = self.course(&HeapSpec { capacity, ..heap.spec }).usable;
            if heap.used() + heap.spec.object > usable {
                return false;
            }
            heap.spec.capacity = capacity;
            heap.spaces.old = capacity;
            course.usable = usable;
            self.rest(heap, course);
            true
        })
    }

    /// Puts `bytes` that live for ever into a heap at rest; false where they do not fit.
    fn pin_course(&self, heap: &mut Generations, bytes: Bytes) -> bool {
        self.with_course(heap, |heap, course| {
            let fits = bytes <= course.free(heap) && heap.pin(bytes);
            self.rest(heap, course);
            fits
        })
    }

    /// Leaves the heap as a full collection leaves it.
    fn settle_course(&self, heap: &mut Generations) {
        self.with_course(heap, |heap, course| {
            heap.settle();
            course.compacted(heap);
            self.rest(heap, course);
        });
    }

    /// Takes the course out of the heap while `work` changes both.
    fn with_course<T>(&self, heap: &mut Generations, work: impl FnOnce(&mut Generations, &mut Course) -> T) -> T {
        let mut course = match std::mem::take(&mut heap.notes) {
            Notes::Course(course) => course,
            _ => Box::new(self.course(&heap.spec)),
        };
        let answer = work(heap, &mut course);
        heap.notes = Notes::Course(course);
        answer
    }
}

impl Course {
    /// The course of an empty heap of which allocation may use `usable`.
    pub fn new(usable: Bytes, (workers, threads): (u32, u32), pages: Pages) -> Course {
        Course {
            usable,
            workers: workers.max(1),
            threads: threads.max(1),
            old: Cohorts::default(),
            rates: Rates::default(),
            cycles: 0,
            chosen: Taken::default(),
            starved: false,
            futile: false,
            medium: Bytes::ZERO,
            counted: Bytes::ZERO,
            pages,
        }
    }

    /// Counts the time of a pause and of the mutator's running before it.
    pub fn learn(heap: &mut Generations, (pause, mutator): (SimSpan, SimSpan)) {
        if let Notes::Course(course) = &mut heap.notes {
            course.rates.tick((pause + mutator).as_secs());
        }
    }

    /// The rule of allocation rates, where allocation may speed up by `tolerance` and `sigma` deviations are allowed for.
    pub fn rule(&self, heap: &Generations, tolerance: f64, sigma: f64) -> AllocationRule {
        let Rates { allocation, cycle, .. } = &self.rates;
        AllocationRule {
            free: self.free(heap),
            rate: (allocation.mean(), allocation.deviation()),
            tolerance,
            serial: cycle.mean() + sigma * cycle.deviation(),
            parallel: 0.0,
            workers: self.workers,
            sigma,
        }
    }

    /// Bytes until `due` are free, though at least what is allocated while a cycle that is due waits for `tick`.
    pub fn until(&self, heap: &Generations, due: Bytes, tick: SimSpan) -> Bytes {
        let waits = Bytes::from_f64(self.rates.allocation.mean() * tick.as_secs());
        self.free(heap).saturating_sub(due).max(waits).max(heap.spec.capacity.scale(STEP))
    }

    /// Bytes that can still be allocated.
    pub fn free(&self, heap: &Generations) -> Bytes {
        self.usable.saturating_sub(heap.used())
    }

    /// Lets the mutator allocate `bytes` more, as far as they are free.
    pub fn grant(&self, heap: &mut Generations, bytes: Bytes) -> Bytes {
        let granted = bytes.min(self.free(heap));
        heap.spaces.eden = heap.eden_used() + granted;
        granted
    }

    /// Begins a cycle: what lies in eden is old from now on.
    pub fn begin(&mut self, heap: &mut Generations, out: &mut Vec<Touched>) -> Touched {
        self.pause(heap, out);
        let (bytes, long, medium) = heap.retire();
        self.counted = Bytes::ZERO;
        self.old.promote(bytes, long);
        self.medium = medium;
        self.old.begin_marking();
        self.rates.watch.start();
        self.starved = self.free(heap) < heap.spec.object;
        heap.phase = Phase::Marking { garbage: heap.old_used() - heap.old_live() };
        let mark = Touched::nothing(CollectionKind::ConcurrentMark, self.workers, heap.used());
        let marked = heap.live() + medium;
        Touched { marked, unordered: marked, ..mark }
    }

    /// One of the short pauses between the parts of a cycle.
    pub fn pause(&mut self, heap: &Generations, out: &mut Vec<Touched>) {
        let fresh = self.count(heap);
        let pause = Touched::nothing(CollectionKind::Remark, self.threads, heap.used());
        Touched { fresh, ..pause }.push_onto(out);
    }

    /// Counts what was allocated since the last pause; answers how much of it met fresh pages.
    fn count(&mut self, heap: &Generations) -> Bytes {
        let bytes = heap.eden_used().saturating_sub(self.counted);
        self.counted = heap.eden_used();
        self.rates.allocated(bytes);
        let view = if matches!(heap.phase, Phase::Marking { .. }) { self.cycles as usize % 2 } else { 2 };
        Bytes::from_f64(self.pages.meet(view, bytes.as_f64(), heap.used().as_f64()))
    }

    /// Chooses regions that were live to less than `share` when marking began, up to `limit`; adds them to those chosen.
    pub fn choose(&mut self, share: f64, limit: Limit) {
        self.old.select(share);
        let taken = self.old.take(limit);
        self.chosen = Taken { bytes: self.chosen.bytes + taken.bytes, live: self.chosen.live + taken.live };
    }

    /// Announces that what was chosen is being moved.
    pub fn relocate(&mut self, heap: &mut Generations) -> Touched {
        heap.phase = Phase::Relocating;
        let moved = Touched::nothing(CollectionKind::Relocation, self.workers, heap.used());
        let copied = (self.chosen.live + self.medium).min(self.chosen.bytes);
        self.medium = Bytes::ZERO;
        Touched { copied, ..moved }
    }

    /// Frees what was garbage in the regions that were emptied; what was moved is young again among the old.
    pub fn free_chosen(&mut self, heap: &mut Generations, copied: Bytes) {
        let Taken { bytes, live } = std::mem::take(&mut self.chosen);
        let before = heap.old_used();
        heap.evacuate(bytes - copied, 0.0);
        self.old.promote(bytes - (before - heap.old_used()), live);
        self.old.forget_candidates();
        self.futile = self.starved && self.free(heap) < heap.spec.object;
    }

    /// The cycle is over.
    pub fn end(&mut self, heap: &mut Generations, out: &mut Vec<Touched>) {
        self.rates.watch.end();
        self.cycles = self.cycles.saturating_add(1);
        heap.phase = Phase::Idle;
        self.pause(heap, out);
    }

    /// The state right after everything has been compacted.
    pub fn compacted(&mut self, heap: &Generations) {
        let pinned = heap.pinned();
        self.old.compact(heap.old_used() - pinned, heap.old_live() - pinned);
        self.chosen = Taken::default();
        self.medium = Bytes::ZERO;
        self.counted = heap.eden_used();
        self.rates.watch.stop();
        (self.starved, self.futile) = (false, false);
    }
}
