//! Garbage collection: what the heap says was touched becomes pauses and stolen cores, and what follows from a pause.

use super::event::Event;
use super::log::Entry;
use super::meters::{Count, Level};
use super::recorder::Tally;
use super::world::World;
use crate::base::{Bytes, SimSpan, SimTime, SubtaskId, TaskManagerId};
use crate::heap::{Allocation, CollectionKind, OutOfMemory, Progress, Touched};
use crate::jvm::Charged;

impl World<'_> {
    /// Allocates the heap of a subtask's batch, then lets its work begin, now or when the collector allows it.
    pub(super) fn allocate_for(&mut self, subtask: SubtaskId, allocation: Allocation) {
        let task_manager = self.streaming.task_manager_of(subtask);
        let mut touched = Vec::new();
        let result = self.fleet[task_manager].jvm.heap.allocate(allocation, &mut touched);
        self.fleet.count_allocated(&mut self.books, task_manager, allocation.bytes.as_f64());
        self.charge(task_manager, &touched);
        match result {
            Ok(Progress::Done) => self.start_batch_work(subtask),
            // The price of this very allocation may have ended the process.
            Ok(Progress::Stalled { .. }) if !self.streaming.has_batch(subtask) => {}
            Ok(Progress::Stalled { left }) => {
                // What came before the stall is already counted.
                self.fleet.count_allocated(&mut self.books, task_manager, -left.as_f64());
                let rest = Allocation { bytes: left, ..allocation };
                self.streaming.set_stalled(&mut self.books, subtask);
                self.fleet[task_manager].stalled.push((subtask, rest));
                self.fleet.hurry_cycle(&mut self.books, &mut self.devices, task_manager);
            }
            Err(error)
                if self.streaming.has_batch(subtask)
                    && self.fleet.enlarge_heap(&mut self.books, task_manager, error.wanted) =>
            {
                self.fleet.count_allocated(&mut self.books, task_manager, -error.wanted.as_f64());
                self.allocate_for(subtask, Allocation { bytes: error.wanted, ..allocation });
            }
            Err(error) => self.heap_failed(task_manager, error),
        }
    }

    fn heap_failed(&mut self, task_manager: TaskManagerId, error: OutOfMemory) {
        self.fleet.show_heap(&mut self.books, task_manager);
        self.out_of_memory(task_manager, error.to_string());
    }

    /// Adds to the live set of a TaskManager; false where it is out of memory.
    pub(super) fn grow_heap(&mut self, task_manager: TaskManagerId, bytes: Bytes) -> bool {
        let result = self.try_grow(task_manager, bytes);
        result.map_err(|error| self.heap_failed(task_manager, error)).is_ok()
    }

    /// Adds to the live set all of `bytes` or nothing; false where the TaskManager is out of memory.
    pub(super) fn grow_heap_whole(&mut self, task_manager: TaskManagerId, bytes: Bytes) -> bool {
        let had_given_up = self.fleet[task_manager].jvm.heap.given_up().is_some();
        let result = self.try_grow(task_manager, bytes).map_err(|error| {
            if !had_given_up {
                self.fleet[task_manager].jvm.heap.take_back(bytes, error.wanted);
            }
            self.heap_failed(task_manager, error);
        });
        result.is_ok()
    }

    fn try_grow(&mut self, task_manager: TaskManagerId, bytes: Bytes) -> Result<(), OutOfMemory> {
        let mut touched = Vec::new();
        let mut result = self.fleet[task_manager].jvm.heap.grow(bytes, &mut touched);
        self.charge(task_manager, &touched);
        while let Err(error) = result {
            if !self.fleet.enlarge_heap(&mut self.books, task_manager, error.wanted) {
                break;
            }
            touched.clear();
            result = self.fleet[task_manager].jvm.heap.grow_on(error.wanted, &mut touched);
            self.charge(task_manager, &touched);
        }
        self.fleet[task_manager].sizing.allocated += bytes;
        result
    }

    /// Takes bytes that live for ever into a heap: classes, tables. False where it is out of memory.
    pub(super) fn pin_heap(&mut self, task_manager: TaskManagerId, bytes: Bytes) -> bool {
        let result = self.fleet[task_manager].jvm.heap.pin(bytes);
        self.fleet.show_heap(&mut self.books, task_manager);
        result.map_err(|error| self.heap_failed(task_manager, error)).is_ok()
    }

    /// Loads the classes of a JVM that starts.
    pub(super) fn load_classes(&mut self, task_manager: TaskManagerId) {
        let mut touched = Vec::new();
        let result = self.fleet[task_manager].jvm.load_classes(&mut touched);
        self.charge(task_manager, &touched);
        if let Err(error) = result {
            self.heap_failed(task_manager, error);
        }
    }

    /// A lost process starts with a fresh heap that holds the same live data.
    pub(super) fn reset_heap(&mut self, task_manager: TaskManagerId) {
        self.fleet[task_manager].resident.restart();
        self.fleet.settle_heap(&mut self.books, &mut self.devices, task_manager);
        self.reclaim_leaks(task_manager);
        self.fleet.trim_memory(&mut self.books, task_manager);
    }

    /// Prices what was touched: pauses stop the TaskManager, concurrent cycles take cores.
    fn charge(&mut self, task_manager: TaskManagerId, touched: &[Touched]) {
        let (mut stopped, mut paused, mut longest) = (SimSpan::ZERO, SimSpan::ZERO, SimSpan::ZERO);
        for entry in touched {
            let member = &mut self.fleet[task_manager];
            let charged = member.jvm.charge(self.books.now, entry);
            let spent = if entry.concurrent { charged.cpu.scale(1.0 / member.cores) } else { charged.stop };
            member.sizing.collecting += spent;
            self.fleet.touch_heap(&mut self.books, task_manager, entry.before);
            self.count_collection(entry, charged.cpu);
            self.fleet.go_beside(&mut self.books, &mut self.devices, task_manager, charged.beside);
            if !entry.concurrent {
                self.tell_pauses(task_manager, entry, (charged, stopped));
            }
            longest = longest.max(charged.each);
            stopped += charged.stop;
            paused += charged.each.scale(entry.count as f64);
        }
        if stopped > SimSpan::ZERO {
            let share = (paused.as_nanos() / stopped.as_nanos()).min(1.0);
            self.pause(task_manager, (stopped, share), longest);
        }
        if let Some(rule) = self.policies.heap.as_mut().filter(|_| !touched.is_empty()) {
            self.fleet.size_heap(&mut self.books, &mut **rule, (task_manager, stopped));
        }
        self.fleet.show_heap(&mut self.books, task_manager);
        if let Some(error) = self.fleet[task_manager].jvm.heap.given_up() {
            self.heap_failed(task_manager, error);
        }
    }

    /// Tells of equal pauses, which begin when those before them, `stopped` long, are over.
    fn tell_pauses(&mut self, task_manager: TaskManagerId, entry: &Touched, (charged, stopped): (Charged, SimSpan)) {
        self.books.record(Tally::Pause, charged.each.as_secs(), entry.count as f64);
        let begin = self.fleet[task_manager].paused_until.max(self.books.now) + stopped;
        let (task_manager, each) = (task_manager, charged.each);
        self.books.tell(|| Entry::Paused { task_manager, kind: entry.kind, count: entry.count, begin, each });
    }

    fn count_collection(&mut self, entry: &Touched, cpu: SimSpan) {
        let count = match entry.kind {
            CollectionKind::Young | CollectionKind::Refused | CollectionKind::Mixed => Count::Young,
            CollectionKind::Full | CollectionKind::Degenerated => Count::Full,
            _ => Count::Cycles,
        };
        let part = [CollectionKind::Remark, CollectionKind::Relocation, CollectionKind::ReferenceUpdate];
        if !part.contains(&entry.kind) {
            self.books.count(count, entry.count as f64);
        }
        self.books.count(Count::CollectorNanos, cpu.as_nanos());
        self.books.count(Count::Promoted, entry.promoted.as_f64() * entry.count as f64);
    }

    /// A concurrent collection, or a leg of one, has ended; allocations that waited for it go on.
    pub(super) fn end_cycle(&mut self, task_manager: TaskManagerId) {
        let member = &mut self.fleet[task_manager];
        member.cycle = None;
        let waiting = std::mem::take(&mut member.stalled);
        let mut touched = Vec::new();
        if let Some(leg) = member.jvm.end_leg(&mut touched) {
            self.fleet.start_leg(&mut self.books, &mut self.devices, task_manager, leg);
        }
        self.charge(task_manager, &touched);
        for (subtask, allocation) in waiting {
            if self.streaming.has_batch(subtask) {
                self.allocate_for(subtask, allocation);
            }
        }
    }

    /// Stops a TaskManager for a span, of which a share are pauses and the rest is lost beside them; `longest` is the
    /// longest single pause in it.
    fn pause(&mut self, task_manager: TaskManagerId, (span, share): (SimSpan, f64), longest: SimSpan) {
        self.books.count(Count::PauseNanos, span.as_nanos() * share);
        let member = &self.fleet[task_manager];
        let before = member.paused_until.since(self.books.now);
        let until = member.paused_until.max(self.books.now) + span;
        // What was still to stand and what comes on top are one stop, with the mean of their shares.
        let all = (before + span).as_nanos();
        let share = (before.as_nanos() * member.paused_share + span.as_nanos() * share) / all;
        self.stop_until(task_manager, until, Level::Paused);
        self.show_paused(task_manager, share);
        if let Some(buffering) = self.scenario.mechanisms.coordination.filter(|buffering| longest > *buffering) {
            let begins = self.books.now + buffering;
            for other in self.fleet.ids().filter(|other| *other != task_manager) {
                self.books.at(begins, Event::Stall(other, until));
            }
        }
        if let Some(heartbeat) = self.scenario.mechanisms.timeouts.filter(|heartbeat| longest > *heartbeat) {
            self.books.after(heartbeat, Event::Missed(task_manager));
        }
    }

    /// Freezes the cores of a TaskManager until then, unless it already stands longer.
    fn stop_until(&mut self, task_manager: TaskManagerId, until: SimTime, level: Level) {
        let member = &mut self.fleet[task_manager];
        if until <= member.paused_until || until <= self.books.now {
            return;
        }
        let was_running = member.paused_until <= self.books.now && member.resume.is_none();
        member.paused_until = until;
        if let Some(id) = member.resume.take() {
            self.books.queue.cancel(id);
        }
        let id = self.books.at(until, Event::Resume(task_manager));
        let member = &mut self.fleet[task_manager];
        member.resume = Some(id);
        let cpu = member.cpu;
        if was_running {
            let member = &mut self.fleet[task_manager];
            (member.stopped_as, member.paused_share) = (level, 1.0);
            self.books.shift(level, 1.0);
            self.devices.freeze(&mut self.books, cpu, true);
        }
    }

    /// Says which share of the present stop are pauses; the rest is lost to the collector beside them.
    fn show_paused(&mut self, task_manager: TaskManagerId, share: f64) {
        let member = &mut self.fleet[task_manager];
        if member.stopped_as != Level::Paused || member.resume.is_none() {
            return;
        }
        let change = share - std::mem::replace(&mut member.paused_share, share);
        if change != 0.0 {
            self.books.shift(Level::Paused, change);
            self.books.shift(Level::Lost, -change);
        }
    }

    /// A pause ends.
    pub(super) fn on_resume(&mut self, task_manager: TaskManagerId) {
        let member = &mut self.fleet[task_manager];
        member.resume = None;
        let (cpu, level) = (member.cpu, member.stopped_as);
        let share = std::mem::replace(&mut member.paused_share, 1.0);
        self.books.shift(level, -share);
        if share < 1.0 {
            self.books.shift(Level::Lost, share - 1.0);
        }
        self.devices.freeze(&mut self.books, cpu, false);
    }

    /// Another TaskManager pauses longer than buffers last: this one stands too.
    pub(super) fn on_stall(&mut self, task_manager: TaskManagerId, until: SimTime) {
        self.stop_until(task_manager, until, Level::Stalled);
    }

    /// A TaskManager was silent too long: it counts as lost.
    pub(super) fn on_missed(&mut self, task_manager: TaskManagerId) {
        self.lose_task_manager(task_manager);
    }
}
