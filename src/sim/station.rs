//! Work in progress on shared capacity: the cores of a TaskManager, a disk, a link.

use slab::Slab;

use super::event::Event;
use super::world::World;
use crate::base::{GroupId, OperationId, SimTime, StationId, SubtaskId, TaskManagerId, WorkId};
use crate::cluster::share::Share;
use crate::kernel::EventId;

/// What a piece of work is for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Job {
    /// The CPU part of a batch of this subtask.
    Batch(SubtaskId),
    /// The disk part of a batch of this subtask.
    BatchIo(SubtaskId),
    /// The CPU work of a group of task instances.
    Group(GroupId),
    /// A concurrent collection of this TaskManager.
    Cycle(TaskManagerId),
    /// One leg of an operation of its own: a spill, a read-back, a move, a shipment of records.
    Operation(OperationId),
}

/// A shared capacity with its pending event.
pub struct Station {
    /// The capacity and who uses it.
    pub share: Share,
    jobs: Slab<Job>,
    event: Option<(SimTime, EventId)>,
}

impl Station {
    /// An idle station.
    pub fn new(share: Share) -> Station {
        Station { share, jobs: Slab::new(), event: None }
    }
}

impl World<'_> {
    /// Starts `work` (core-nanoseconds or bytes) for `job`, `width` threads wide; returns the key to cancel it with.
    pub(super) fn start_work(&mut self, station: StationId, job: Job, work: f64, width: f64) -> WorkId {
        let entry = &mut self.stations[station];
        let key = WorkId(entry.jobs.insert(job) as u32);
        // Work of no length would let a saturated source spin without time passing.
        entry.share.start(self.books.now, key.0, work.max(1.0), width);
        self.reschedule(station);
        key
    }

    /// Takes work away before it ends; returns what is left of it.
    pub(super) fn cancel_work(&mut self, station: StationId, key: WorkId) -> f64 {
        let entry = &mut self.stations[station];
        entry.jobs.try_remove(key.index());
        let left = entry.share.cancel(self.books.now, key.0).unwrap_or(0.0);
        self.reschedule(station);
        left
    }

    /// Stops or resumes all work of a station.
    pub(super) fn freeze_station(&mut self, station: StationId, frozen: bool) {
        self.stations[station].share.freeze(self.books.now, frozen);
        self.reschedule(station);
    }

    fn reschedule(&mut self, station: StationId) {
        let entry = &mut self.stations[station];
        let next = entry.share.next_end();
        if entry.event.map(|(at, _)| at) == next {
            return;
        }
        if let Some((_, id)) = entry.event.take() {
            self.books.queue.cancel(id);
        }
        if let Some(at) = next {
            let event = Event::Station(station);
            entry.event = Some((at, self.books.queue.schedule(at, event.class(), event)));
        }
    }

    /// Ends all work that is due at a station, and starts what follows from it.
    pub(super) fn on_station(&mut self, station: StationId) {
        self.stations[station].event = None;
        loop {
            let entry = &mut self.stations[station];
            let Some(key) = entry.share.pop_ended(self.books.now) else { break };
            let job = entry.jobs.remove(key as usize);
            self.end_work(job);
        }
        self.reschedule(station);
    }

    fn end_work(&mut self, job: Job) {
        match job {
            Job::Batch(subtask) => self.end_batch_cpu(subtask),
            Job::BatchIo(subtask) => self.end_batch_io(subtask),
            Job::Group(group) => self.end_group_cpu(group),
            Job::Cycle(task_manager) => self.end_cycle(task_manager),
            Job::Operation(operation) => self.end_leg(operation),
        }
    }
}
