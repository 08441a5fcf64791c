//! Garbage collection: what the heap says was touched becomes pauses and stolen cores, and what follows from a pause.

use super::event::Event;
use super::meters::{Count, Level};
use super::recorder::Tally;
use super::station::Job;
use super::world::World;
use crate::base::{Bytes, SimSpan, SimTime};
use crate::memory::heap::{Allocation, CollectionKind, OutOfMemory, Progress, Touched};

/// A concurrent cycle, or a part of one, under way. Where the mutator is slowed down to its pace, it is worked off in legs, and
/// each leg brings the mutator its share of what may be allocated meanwhile.
#[derive(Clone, Copy, Debug, Default)]
pub struct Course {
    /// Legs after the present one.
    legs: u32,
    /// Core-nanoseconds of a leg.
    work: f64,
    /// Threads.
    width: f64,
    /// Bytes that go with a leg.
    bytes: Bytes,
}

/// Legs of a paced cycle: the mutator gets a tenth of its budget at once (`ShenandoahPacingCycleSlack`).
const LEGS: u32 = 10;

impl World<'_> {
    /// Allocates the heap of a subtask's batch, then lets its work begin, now or when the collector allows it.
    pub(super) fn allocate_for(&mut self, subtask: u32, allocation: Allocation) {
        let host = self.host_of(subtask);
        let mut touched = Vec::new();
        let result = self.managers[host as usize].heap.allocate(allocation, &mut touched);
        self.count_allocated(host, allocation.bytes.as_f64());
        self.charge(host, &touched);
        match result {
            Ok(Progress::Done) => self.start_batch_work(subtask),
            // The price of this very allocation may have ended the process.
            Ok(Progress::Stalled { .. }) if !self.has_batch(subtask) => {}
            Ok(Progress::Stalled { left }) => {
                // What came before the stall is already counted.
                self.count_allocated(host, -left.as_f64());
                let rest = Allocation { bytes: left, ..allocation };
                self.set_stalled(subtask);
                self.managers[host as usize].stalled.push((subtask, rest));
                self.hurry_cycle(host);
            }
            Err(error) if self.has_batch(subtask) && self.enlarge_heap(host, error.wanted) => {
                self.count_allocated(host, -error.wanted.as_f64());
                self.allocate_for(subtask, Allocation { bytes: error.wanted, ..allocation });
            }
            Err(error) => self.heap_failed(host, error),
        }
    }

    /// Counts bytes that the mutator allocated; fewer than 0 take some back.
    fn count_allocated(&mut self, host: u32, bytes: f64) {
        self.count(Count::Allocated, bytes);
        let sizing = &mut self.managers[host as usize].sizing;
        sizing.allocated = Bytes::from_f64((sizing.allocated.as_f64() + bytes).max(0.0));
    }

    fn heap_failed(&mut self, host: u32, error: OutOfMemory) {
        self.show_heap(host);
        self.out_of_memory(host, error.to_string());
    }

    /// Adds to the live set of a TaskManager; false where it is out of memory.
    pub(super) fn grow_heap(&mut self, host: u32, bytes: Bytes) -> bool {
        let mut touched = Vec::new();
        let mut result = self.managers[host as usize].heap.grow(bytes, &mut touched);
        self.charge(host, &touched);
        while let Err(error) = result {
            if !self.enlarge_heap(host, error.wanted) {
                break;
            }
            touched.clear();
            result = self.managers[host as usize].heap.grow_on(error.wanted, &mut touched);
            self.charge(host, &touched);
        }
        self.managers[host as usize].sizing.allocated += bytes;
        match result {
            Ok(()) => true,
            Err(error) => {
                self.heap_failed(host, error);
                false
            }
        }
    }

    /// Takes from the live set of a TaskManager.
    pub(super) fn release_heap(&mut self, host: u32, bytes: Bytes) {
        self.managers[host as usize].heap.release(bytes);
        self.show_heap(host);
    }

    /// A lost process starts with a fresh heap that holds the same live data.
    pub(super) fn reset_heap(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        manager.heap.settle();
        manager.resident.restart();
        if let Some(key) = manager.cycle.take() {
            let cpu = manager.cpu;
            let mut touched = Vec::new();
            manager.heap.finish_cycle(&mut touched);
            self.cancel_work(cpu, key);
        }
        self.show_heap(host);
        self.reclaim_leaks(host);
        self.trim_memory(host);
    }

    /// Prices what was touched: pauses stop the TaskManager, concurrent cycles take cores.
    fn charge(&mut self, host: u32, touched: &[Touched]) {
        let (mut stopped, mut longest) = (SimSpan::ZERO, SimSpan::ZERO);
        for entry in touched {
            let manager = &self.managers[host as usize];
            let own = manager.own_cost(entry, self.settings.card_scanning);
            let cost = own.unwrap_or_else(|| self.prices.collection.cost(entry, manager.cores));
            let cores = manager.cores;
            let spent = if entry.concurrent { cost.cpu.scale(1.0 / cores) } else { cost.pause + cost.lost };
            self.managers[host as usize].sizing.collecting += spent;
            self.touch_heap(host, entry.before);
            self.count_collection(entry, cost.cpu);
            if entry.concurrent {
                self.start_cycle(host, entry, cost.cpu);
                continue;
            }
            let each = cost.pause.scale(1.0 / entry.count as f64);
            self.recorder.add(Tally::Pause, self.now, each.as_secs(), entry.count as f64);
            longest = longest.max(each);
            self.teach(host, entry, each);
            stopped += cost.pause + cost.lost;
        }
        if stopped > SimSpan::ZERO {
            self.pause(host, stopped, longest);
        }
        if !touched.is_empty() {
            self.size_heap(host, stopped);
        }
        self.show_heap(host);
        if let Some(error) = self.managers[host as usize].heap.given_up() {
            self.heap_failed(host, error);
        }
    }

    /// Lets the collector learn how long a pause was. The mutator has run from the end of the one before until now, or not
    /// at all where both belong to the same allocation.
    fn teach(&mut self, host: u32, entry: &Touched, each: SimSpan) {
        let manager = &mut self.managers[host as usize];
        let ran = self.now.since(manager.last_pause).scale(1.0 / entry.count as f64);
        manager.last_pause = manager.last_pause.max(self.now) + each.scale(entry.count as f64);
        manager.heap.paused(entry, each, ran);
    }

    fn count_collection(&mut self, entry: &Touched, cpu: SimSpan) {
        let count = match entry.kind {
            CollectionKind::Young | CollectionKind::Refused | CollectionKind::Mixed => Count::Young,
            CollectionKind::Full | CollectionKind::Degenerated => Count::Full,
            _ => Count::Cycles,
        };
        let part = [CollectionKind::Remark, CollectionKind::Relocation, CollectionKind::ReferenceUpdate];
        if !part.contains(&entry.kind) {
            self.count(count, entry.count as f64);
        }
        self.count(Count::CollectorNanos, cpu.as_nanos());
        self.count(Count::Promoted, entry.promoted.as_f64() * entry.count as f64);
    }

    fn start_cycle(&mut self, host: u32, entry: &Touched, cpu: SimSpan) {
        let station = self.managers[host as usize].cpu;
        // A full collection has ended the marking that was under way; its threads stop with it.
        if let Some(key) = self.managers[host as usize].cycle.take() {
            self.cancel_work(station, key);
        }
        let legs = if entry.paced { LEGS } else { 1 };
        let part = 1.0 / f64::from(legs);
        let (work, bytes) = (cpu.as_nanos() * part, entry.budget.unwrap_or_default().scale(part));
        let manager = &mut self.managers[host as usize];
        let threads = f64::from(entry.threads.max(1));
        let width = manager.jvm.as_ref().map_or(threads, |jvm| jvm.width);
        manager.course = Course { legs, work, width, bytes };
        manager.heap.allow(None);
        self.start_leg(host, entry.paced);
    }

    fn start_leg(&mut self, host: u32, paced: bool) {
        let manager = &mut self.managers[host as usize];
        manager.course.legs -= 1;
        let (station, Course { work, width, bytes, .. }) = (manager.cpu, manager.course);
        if paced {
            manager.heap.allow(Some(bytes));
        }
        let key = self.start_work(station, Job::Cycle(host), work, width);
        self.managers[host as usize].cycle = Some(key);
    }

    /// Somebody waits for a cycle: it gets a core of its own.
    fn hurry_cycle(&mut self, host: u32) {
        let manager = &self.managers[host as usize];
        let (Some(key), Some(jvm), station) = (manager.cycle, &manager.jvm, manager.cpu) else { return };
        if jvm.width < 1.0 {
            let left = self.cancel_work(station, key);
            let key = self.start_work(station, Job::Cycle(host), left, 1.0);
            let manager = &mut self.managers[host as usize];
            manager.cycle = Some(key);
            manager.course.width = 1.0;
        }
    }

    /// A concurrent collection, or a leg of one, has ended; allocations that waited for it go on.
    pub(super) fn end_cycle(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        manager.cycle = None;
        let waiting = std::mem::take(&mut manager.stalled);
        if manager.course.legs > 0 {
            self.start_leg(host, true);
        } else {
            let mut touched = Vec::new();
            manager.heap.allow(None);
            manager.heap.finish_cycle(&mut touched);
            self.charge(host, &touched);
        }
        for (subtask, allocation) in waiting {
            if self.has_batch(subtask) {
                self.allocate_for(subtask, allocation);
            }
        }
    }

    /// Stops a TaskManager for `span`; `longest` is the longest single pause in it.
    fn pause(&mut self, host: u32, span: SimSpan, longest: SimSpan) {
        self.count(Count::PauseNanos, span.as_nanos());
        let manager = &self.managers[host as usize];
        let until = manager.paused_until.max(self.now) + span;
        self.stop_until(host, until, Level::Paused);
        if let Some(buffering) = self.settings.coordination.filter(|buffering| longest > *buffering) {
            let begins = self.now + buffering;
            for other in (0..self.managers.len() as u32).filter(|other| *other != host) {
                let event = Event::Stall(other, until);
                self.queue.schedule(begins, event.class(), event);
            }
        }
        if let Some(heartbeat) = self.settings.heartbeat.filter(|heartbeat| longest > *heartbeat) {
            self.after(heartbeat, Event::Missed(host));
        }
    }

    /// Freezes the cores of a TaskManager until then, unless it already stands longer.
    fn stop_until(&mut self, host: u32, until: SimTime, level: Level) {
        let manager = &mut self.managers[host as usize];
        if until <= manager.paused_until || until <= self.now {
            return;
        }
        let was_running = manager.paused_until <= self.now && manager.resume.is_none();
        manager.paused_until = until;
        if let Some(id) = manager.resume.take() {
            self.queue.cancel(id);
        }
        let event = Event::Resume(host);
        let id = self.queue.schedule(until, event.class(), event);
        let manager = &mut self.managers[host as usize];
        manager.resume = Some(id);
        let cpu = manager.cpu;
        if was_running {
            self.managers[host as usize].stopped_as = level;
            self.shift(level, 1.0);
            self.freeze_station(cpu, true);
        }
    }

    /// A pause ends.
    pub(super) fn on_resume(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        manager.resume = None;
        let (cpu, level) = (manager.cpu, manager.stopped_as);
        self.shift(level, -1.0);
        self.freeze_station(cpu, false);
    }

    /// Another TaskManager pauses longer than buffers last: this one stands too.
    pub(super) fn on_stall(&mut self, host: u32, until: SimTime) {
        self.stop_until(host, until, Level::Stalled);
    }

    /// A TaskManager was silent too long: it counts as lost.
    pub(super) fn on_missed(&mut self, host: u32) {
        self.lose_host(host);
    }
}
