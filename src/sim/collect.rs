//! Garbage collection: what the heap says was touched becomes pauses and stolen cores, and what follows from a pause.

use super::event::Event;
use super::log::Entry;
use super::meters::{Count, Level};
use super::recorder::Tally;
use super::station::Job;
use super::world::World;
use crate::base::{Bytes, SimSpan, SimTime, TaskManagerId};
use crate::heap::{Allocation, CollectionKind, OutOfMemory, Progress, Touched};
use crate::jvm::{Beside, Charged, Leg};

impl World<'_> {
    /// Allocates the heap of a subtask's batch, then lets its work begin, now or when the collector allows it.
    pub(super) fn allocate_for(&mut self, subtask: u32, allocation: Allocation) {
        let host = self.host_of(subtask);
        let mut touched = Vec::new();
        let result = self.managers[host as usize].jvm.heap.allocate(allocation, &mut touched);
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
        let mut result = self.managers[host as usize].jvm.heap.grow(bytes, &mut touched);
        self.charge(host, &touched);
        while let Err(error) = result {
            if !self.enlarge_heap(host, error.wanted) {
                break;
            }
            touched.clear();
            result = self.managers[host as usize].jvm.heap.grow_on(error.wanted, &mut touched);
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
        self.managers[host as usize].jvm.heap.release(bytes);
        self.show_heap(host);
    }

    /// Takes bytes that live for ever into a heap: classes, tables. False where it is out of memory.
    pub(super) fn pin_heap(&mut self, host: u32, bytes: Bytes) -> bool {
        let result = self.managers[host as usize].jvm.heap.pin(bytes);
        self.show_heap(host);
        result.map_err(|error| self.heap_failed(host, error)).is_ok()
    }

    /// Loads the classes of a JVM that starts.
    pub(super) fn load_classes(&mut self, host: u32) {
        let mut touched = Vec::new();
        let result = self.managers[host as usize].jvm.load_classes(&mut touched);
        self.charge(host, &touched);
        if let Err(error) = result {
            self.heap_failed(host, error);
        }
    }

    /// Leaves a heap as a full collection leaves it.
    pub(super) fn settle_heap(&mut self, host: u32) {
        self.managers[host as usize].jvm.settle();
        self.stop_beside(host);
        self.show_heap(host);
    }

    /// A lost process starts with a fresh heap that holds the same live data.
    pub(super) fn reset_heap(&mut self, host: u32) {
        self.managers[host as usize].resident.restart();
        self.settle_heap(host);
        self.reclaim_leaks(host);
        self.trim_memory(host);
    }

    /// Prices what was touched: pauses stop the TaskManager, concurrent cycles take cores.
    fn charge(&mut self, host: u32, touched: &[Touched]) {
        let (mut stopped, mut longest) = (SimSpan::ZERO, SimSpan::ZERO);
        for entry in touched {
            let manager = &mut self.managers[host as usize];
            let charged = manager.jvm.charge(self.now, entry);
            let spent = if entry.concurrent { charged.cpu.scale(1.0 / manager.cores) } else { charged.stop };
            manager.sizing.collecting += spent;
            self.touch_heap(host, entry.before);
            self.count_collection(entry, charged.cpu);
            self.go_beside(host, charged.beside);
            if !entry.concurrent {
                self.tell_pauses(host, entry, (charged, stopped));
            }
            longest = longest.max(charged.each);
            stopped += charged.stop;
        }
        if stopped > SimSpan::ZERO {
            self.pause(host, stopped, longest);
        }
        if !touched.is_empty() {
            self.size_heap(host, stopped);
        }
        self.show_heap(host);
        if let Some(error) = self.managers[host as usize].jvm.heap.given_up() {
            self.heap_failed(host, error);
        }
    }

    /// Tells of equal pauses, which begin when those before them, `stopped` long, are over.
    fn tell_pauses(&mut self, host: u32, entry: &Touched, (charged, stopped): (Charged, SimSpan)) {
        self.recorder.add(Tally::Pause, self.now, charged.each.as_secs(), entry.count as f64);
        let begin = self.managers[host as usize].paused_until.max(self.now) + stopped;
        let (task_manager, each) = (TaskManagerId(host), charged.each);
        self.tell(|| Entry::Paused { task_manager, kind: entry.kind, count: entry.count, begin, each });
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

    fn go_beside(&mut self, host: u32, beside: Beside) {
        match beside {
            Beside::Same => {}
            Beside::Stops => self.stop_beside(host),
            Beside::Begins(leg) => {
                self.stop_beside(host);
                self.start_leg(host, leg);
            }
        }
    }

    /// The threads of a concurrent collection stop.
    fn stop_beside(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        let (cycle, station) = (manager.cycle.take(), manager.cpu);
        if let Some(key) = cycle {
            self.cancel_work(station, key);
        }
    }

    fn start_leg(&mut self, host: u32, Leg { work, width }: Leg) {
        let station = self.managers[host as usize].cpu;
        let key = self.start_work(station, Job::Cycle(host), work, width);
        self.managers[host as usize].cycle = Some(key);
    }

    /// Somebody waits for a cycle: it gets a core of its own.
    fn hurry_cycle(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        let (Some(key), station) = (manager.cycle, manager.cpu) else { return };
        if let Some(width) = manager.jvm.hurry() {
            let work = self.cancel_work(station, key);
            self.start_leg(host, Leg { work, width });
        }
    }

    /// A concurrent collection, or a leg of one, has ended; allocations that waited for it go on.
    pub(super) fn end_cycle(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        manager.cycle = None;
        let waiting = std::mem::take(&mut manager.stalled);
        let mut touched = Vec::new();
        if let Some(leg) = manager.jvm.end_leg(&mut touched) {
            self.start_leg(host, leg);
        }
        self.charge(host, &touched);
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
        if let Some(buffering) = self.scenario.mechanisms.coordination.filter(|buffering| longest > *buffering) {
            let begins = self.now + buffering;
            for other in (0..self.managers.len() as u32).filter(|other| *other != host) {
                let event = Event::Stall(other, until);
                self.queue.schedule(begins, event.class(), event);
            }
        }
        if let Some(heartbeat) = self.scenario.mechanisms.timeouts.filter(|heartbeat| longest > *heartbeat) {
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
