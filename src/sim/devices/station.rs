//! Work in progress on shared capacity: the cores of a TaskManager, a disk, a link.

use slab::Slab;

use crate::base::{GroupId, OperationId, SimTime, StationId, SubtaskId, TaskManagerId, WorkId};
use crate::cluster::share::Share;
use crate::kernel::EventId;
use crate::sim::books::Books;
use crate::sim::event::Event;

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

/// How much work there is, and how many threads do it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Core-nanoseconds or bytes.
    pub work: f64,
    /// Threads.
    pub width: f64,
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

    /// Takes in work for `job`; returns the key to cancel it with.
    pub(super) fn start(&mut self, now: SimTime, job: Job, load: Load) -> WorkId {
        let key = WorkId(self.jobs.insert(job) as u32);
        // Work of no length would let a saturated source spin without time passing.
        self.share.start(now, key.0, load.work.max(1.0), load.width);
        key
    }

    /// Takes work away before it ends; returns what is left of it.
    pub(super) fn cancel(&mut self, now: SimTime, key: WorkId) -> f64 {
        self.jobs.try_remove(key.index());
        self.share.cancel(now, key.0).unwrap_or(0.0)
    }

    /// Its event has come.
    pub(super) fn wake(&mut self) {
        self.event = None;
    }

    /// The next job that has ended by now.
    pub(super) fn pop_ended(&mut self, now: SimTime) -> Option<Job> {
        let key = self.share.pop_ended(now)?;
        Some(self.jobs.remove(key as usize))
    }

    /// Brings the event in step with the earliest end of work; `id` is what others call the station.
    pub(super) fn reschedule(&mut self, books: &mut Books<'_>, id: StationId) {
        let next = self.share.next_end();
        if self.event.map(|(at, _)| at) == next {
            return;
        }
        if let Some((_, event)) = self.event.take() {
            books.queue.cancel(event);
        }
        if let Some(at) = next {
            self.event = Some((at, books.at(at, Event::Station(id))));
        }
    }
}
