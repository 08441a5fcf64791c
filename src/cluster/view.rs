//! The read-only face of a cluster that policies see.
//!
//! Views borrow: making one costs nothing, whatever the size of the cluster. The feedback loop gets a
//! [`Sample`] instead, taken by the monitor some time ago, so that no policy knows the present from afar.

use crate::base::{Bytes, ConsumerId, SimSpan, SimTime, TaskManagerId};

/// What a consumer does with pool memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Buffers in flight.
    Network,
    /// Sort buffers of batch operators.
    Sort,
    /// Hash tables of joins and aggregations.
    Hash,
    /// Cache of a state backend; any amount is of use, more is better.
    State,
    /// A task of a trace: it needs what it asks for.
    Task,
}

/// One consumer of a region, as the ledger sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Consumer {
    /// Never reused within a run.
    pub id: ConsumerId,
    /// What it does with the memory.
    pub purpose: Purpose,
    /// First slot of the TaskManager in which it sits.
    pub slot: u32,
    /// Slots that it spans: 1, or the number of identical instances kept as one.
    pub slots: u32,
    /// Share in weighted policies, above 0.
    pub weight: f64,
    /// Higher goes first where a policy looks at it.
    pub priority: u8,
    /// Bytes held now.
    pub held: Bytes,
    /// Bytes it would hold if memory were free.
    pub wanted: Bytes,
    /// Bytes of it that lie on disk.
    pub spilled: Bytes,
    /// Bytes that it will want at its peak, where a trace tells (foresight), else `wanted`.
    pub peak: Bytes,
    /// Whether its memory may be written to disk.
    pub spillable: bool,
    /// Whether its memory may be dropped at once (a cache).
    pub evictable: bool,
    /// When it last touched its memory.
    pub last_used: SimTime,
    /// Touches so far.
    pub uses: u64,
    /// When it will next touch its memory, where foresight tells, else [`SimTime::NEVER`].
    pub next_use: SimTime,
}

/// A region of one TaskManager: a pool with its consumers.
#[derive(Clone, Copy, Debug)]
pub struct RegionView<'a> {
    /// Now.
    pub now: SimTime,
    /// The TaskManager that the region belongs to.
    pub task_manager: TaskManagerId,
    /// Size of the region.
    pub capacity: Bytes,
    /// Bytes not held, wherever they lie.
    pub free: Bytes,
    /// Largest block that the allocator could place now.
    pub largest_hole: Bytes,
    /// Slots of the TaskManager.
    pub slots: u32,
    /// Everyone who holds or wants memory of this region, in order of registration.
    pub consumers: &'a [Consumer],
}

/// A request for memory of a region, after a partial grant the rest of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Request {
    /// Index into [`RegionView::consumers`].
    pub consumer: usize,
    /// Bytes asked for, beyond what is held.
    pub bytes: Bytes,
    /// Least number of bytes that is of any use (the whole for a task, a page for a sort).
    pub least: Bytes,
}

/// A TaskManager as placement sees it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TaskManagerFace {
    /// Slots nobody has.
    pub free_slots: u32,
    /// All slots.
    pub slots: u32,
    /// CPU cores.
    pub cores: f64,
    /// Cores that the residents can use at most, which may exceed `cores`.
    pub claimed_cores: f64,
    /// Pool memory not held.
    pub free_memory: Bytes,
    /// All pool memory.
    pub memory: Bytes,
    /// Pool memory that the residents will hold at their peaks, where foresight tells, else what they hold.
    pub peak_memory: Bytes,
    /// Largest block that could be placed now.
    pub largest_hole: Bytes,
    /// Whether it takes new work (neither lost nor draining).
    pub open: bool,
}

/// All TaskManagers as placement sees them.
#[derive(Clone, Copy, Debug)]
pub struct ClusterView<'a> {
    /// Now.
    pub now: SimTime,
    /// One entry a TaskManager, by id.
    pub task_managers: &'a [TaskManagerFace],
    /// One bit a TaskManager, 64 a word: open and with a free slot.
    pub candidates: &'a [u64],
}

impl ClusterView<'_> {
    /// Open TaskManagers with a free slot, in order of id, from `first` on (no wrap-around).
    pub fn open_from(&self, first: usize) -> impl Iterator<Item = (TaskManagerId, &TaskManagerFace)> {
        let words = self.candidates.iter().enumerate().skip(first / 64);
        words
            .flat_map(move |(word, &bits)| {
                let mask = if word == first / 64 { !0u64 << (first % 64) } else { !0 };
                BitIter(bits & mask).map(move |bit| word * 64 + bit as usize)
            })
            .map(|index| (TaskManagerId(index as u32), &self.task_managers[index]))
    }
}

struct BitIter(u64);

impl Iterator for BitIter {
    type Item = u32;
    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}

/// What asks for slots: a task's instances, or one subtask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Identical instances still to be placed, one slot each.
    pub instances: u32,
    /// Cores that one instance can use.
    pub cores: f64,
    /// Pool memory that one instance asks for at its start.
    pub memory: Bytes,
    /// Pool memory at its peak, where foresight tells, else `memory`.
    pub peak: Bytes,
    /// Job that it belongs to.
    pub job: u32,
}

/// What the simulator calls something that can move; of use to policies as a name, and to break ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResidentId(pub u64);

/// Something that sits on a TaskManager and can move, as the monitor saw it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Resident {
    /// What the simulator calls it; a policy hands it back in a move.
    pub handle: ResidentId,
    /// Slots it takes.
    pub slots: u32,
    /// Pool memory it held.
    pub memory: Bytes,
    /// Bytes that would have to travel: state, or pool memory.
    pub state: Bytes,
    /// Touches a second of that state.
    pub rate: f64,
}

/// One TaskManager as the monitor saw it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TaskManagerSample {
    /// As placement would have seen it then.
    pub face: TaskManagerFace,
    /// Share of its cores that was busy since the sample before, 0 to 1.
    pub cpu_busy: f64,
    /// Requests that waited for memory.
    pub waiting: u32,
    /// What can move.
    pub residents: Vec<Resident>,
}

/// What the monitor saw at one instant.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// When.
    pub taken: SimTime,
    /// One entry a TaskManager, by id.
    pub task_managers: Vec<TaskManagerSample>,
    /// Tasks that waited for a slot.
    pub queue: u64,
    /// Future peaks of pool memory by TaskManager where foresight tells; else empty.
    pub peaks: Vec<Bytes>,
}

/// One heap of a group, as its last collection left it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeapView {
    /// Whose heap it is.
    pub task_manager: TaskManagerId,
    /// Its size.
    pub size: Bytes,
    /// The most that it may have (`-Xmx`).
    pub most: Bytes,
    /// What is live in it.
    pub live: Bytes,
    /// Bytes allocated since the collection before.
    pub allocated: Bytes,
    /// Time since then.
    pub span: SimSpan,
    /// Part of that time in collections: pauses, and the work of cycles beside the mutator divided by the cores.
    pub collecting: SimSpan,
}

/// The heaps of a group of TaskManagers, one of which has just been collected.
#[derive(Clone, Copy, Debug)]
pub struct HeapsView<'a> {
    /// All heaps of the group.
    pub heaps: &'a [HeapView],
    /// The one that was collected.
    pub at: usize,
    /// Heap that all of them may take together.
    pub budget: Option<Bytes>,
}
