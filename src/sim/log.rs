//! The decision log: what happened to bytes, slots and tasks, told to whoever listens.
//!
//! The auditor replays it with its own arithmetic; verification computes its statistics from it. Nothing in a run
//! depends on whether somebody listens.

use crate::base::{Bytes, ConsumerId, RegionId, SimSpan, SimTime, SubtaskId, TaskManagerId};
use crate::heap::CollectionKind;

/// Where a consumer lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// TaskManager.
    pub task_manager: TaskManagerId,
    /// Region of that TaskManager.
    pub region: RegionId,
}

/// One entry of the log.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Entry {
    /// A TaskManager joins with that many slots.
    Joined(TaskManagerId, u32),
    /// A region of it has this capacity; `bounded` is false where the allocator never refuses.
    Opened {
        /// Which.
        place: Place,
        /// Its size.
        capacity: Bytes,
        /// Whether the size is a limit.
        bounded: bool,
    },
    /// A TaskManager leaves.
    Ended(TaskManagerId),
    /// A task arrives: workload, class, instances.
    Arrived {
        /// Number of the task, never reused.
        task: u64,
        /// Workload it comes from.
        workload: u32,
        /// Class within the workload.
        class: u32,
        /// Instances.
        instances: u32,
    },
    /// Instances of a task take slots.
    Placed {
        /// The task.
        task: u64,
        /// Where.
        task_manager: TaskManagerId,
        /// How many instances, one slot each.
        slots: u32,
    },
    /// Instances of a task have their memory and run.
    Running {
        /// The task.
        task: u64,
        /// How many.
        slots: u32,
    },
    /// Instances end or move away and free their slots.
    Vacated {
        /// The task.
        task: u64,
        /// Where.
        task_manager: TaskManagerId,
        /// How many.
        slots: u32,
    },
    /// Instances are done.
    Done {
        /// The task.
        task: u64,
        /// How many.
        slots: u32,
    },
    /// Instances are given up; `fragmented` if memory would have sufficed in one piece.
    Lost {
        /// The task.
        task: u64,
        /// How many.
        slots: u32,
        /// Whether contiguity alone was missing.
        fragmented: bool,
    },
    /// A consumer appears in a region, holding nothing.
    Registered {
        /// Where.
        place: Place,
        /// Never reused.
        consumer: ConsumerId,
    },
    /// A consumer gets memory.
    Granted {
        /// Where.
        place: Place,
        /// Who.
        consumer: ConsumerId,
        /// How much.
        bytes: Bytes,
    },
    /// A consumer gives memory back.
    Returned {
        /// Where.
        place: Place,
        /// Who.
        consumer: ConsumerId,
        /// How much.
        bytes: Bytes,
    },
    /// A consumer is gone; it must hold nothing.
    Left {
        /// Where.
        place: Place,
        /// Who.
        consumer: ConsumerId,
    },
    /// Bytes of a consumer begin to travel to disk.
    Spilled {
        /// Where.
        place: Place,
        /// Who.
        consumer: ConsumerId,
        /// How much.
        bytes: Bytes,
    },
    /// A block of a consumer is never returned: the consumer holds it no longer, and nobody can have it.
    Leaked {
        /// Where.
        place: Place,
        /// Whose it was.
        consumer: ConsumerId,
        /// How much.
        bytes: Bytes,
    },
    /// All that has leaked in a region comes back, because the process ends.
    Reclaimed {
        /// Where.
        place: Place,
        /// How much.
        bytes: Bytes,
    },
    /// Blocks of a region have moved together.
    Compacted {
        /// Where.
        place: Place,
        /// Bytes of blocks that moved, each block once.
        bytes: Bytes,
    },
    /// A JVM has stopped its TaskManager so often, one pause after the other.
    Paused {
        /// Whose.
        task_manager: TaskManagerId,
        /// What sort of collection.
        kind: CollectionKind,
        /// Pauses, at least 1.
        count: u64,
        /// Begin of the first.
        begin: SimTime,
        /// Length of each.
        each: SimSpan,
    },
    /// A subtask has worked on a batch.
    Worked {
        /// Its number.
        subtask: SubtaskId,
        /// Records of the batch.
        records: u64,
        /// When it began to work on them.
        begin: SimTime,
    },
    /// A window operator keeps records on the heap.
    Kept {
        /// Its subtask.
        subtask: SubtaskId,
        /// How much.
        bytes: Bytes,
    },
    /// A window ends, and records that no other window needs leave the heap.
    Expired {
        /// The subtask.
        subtask: SubtaskId,
        /// How much, which may be nothing.
        bytes: Bytes,
    },
    /// Pool state of a region after a change: free bytes in holes, their number, the largest.
    Layout {
        /// Where.
        place: Place,
        /// Bytes that blocks take.
        used: Bytes,
        /// Holes.
        holes: u64,
        /// Largest hole.
        largest: Bytes,
        /// External fragmentation.
        external: f64,
        /// Share of free memory in holes too small for the probe.
        unusable: f64,
    },
}

/// Listens to a run.
pub trait Observer {
    /// Hears one entry, in the order in which things happen.
    fn hear(&mut self, now: SimTime, entry: &Entry);
}
