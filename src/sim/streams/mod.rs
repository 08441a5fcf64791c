//! Streaming and batch jobs: subtasks in slots, bounded channels with credit, batches, state, windows.
//!
//! A subtask works on one batch at a time. Before it begins, it reserves a place at the one downstream subtask that
//! will receive the result (blocking before service, the nearest textbook rule to Flink's credit), so backpressure
//! emerges from full buffers and needs no rule of its own.

mod batch;
mod deploy;
mod failure;
mod gate;
mod keyed;
mod source;
mod state;
mod store;

use std::collections::VecDeque;
use std::rc::Rc;

use super::tenancy::Tenancy;
use crate::base::{AShipment, ById, Bytes, EdgeId, GateId, JobId, OperatorId, RequestId, Roster, SimTime};
use crate::base::{SlotGroupId, StationId, SubtaskId, TaskManagerId, WorkId};
use crate::kernel::Stream;
use crate::price::state::StatePrice;
use crate::workload::arrival::Arrival;
use crate::workload::graph::Graph;

/// Records that travel together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Batch {
    /// How many.
    pub records: u64,
    /// When the oldest of them entered the job.
    pub born: SimTime,
}

/// One input of a subtask: batches in order, and places for more.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    /// Batches that have arrived.
    pub queue: VecDeque<Batch>,
    /// Free places.
    pub credit: u32,
    /// Upstream subtasks that wait for a place, with the edge on which they wait.
    pub waiters: VecDeque<(SubtaskId, EdgeId)>,
    /// Batches on their way.
    pub in_flight: u32,
    /// Upstream subtasks that have not ended.
    pub open: u32,
}

/// An output of a subtask.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// Operator downstream.
    pub operator: OperatorId,
    /// Gate of its subtasks.
    pub gate: GateId,
    /// Which of them gets the result of the present batch.
    pub target: Target,
}

/// Where the result of the present batch goes on one edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Not chosen yet.
    Open,
    /// Chosen, waits for a place.
    Chosen(SubtaskId),
    /// A place is reserved.
    Reserved(SubtaskId),
}

/// What a subtask does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Has no input.
    Idle,
    /// Has input, waits for a place downstream.
    Blocked,
    /// Waits for pool memory.
    Asking,
    /// Waits for the heap: a concurrent collection must end first.
    Stalled,
    /// On its cores, or at the disk for its state.
    Busy,
    /// Writes or reads spilled records.
    Storing,
    /// Its job is down, or it travels.
    Stopped,
    /// All its input has come and gone.
    Ended,
}

/// Random streams of a subtask, one for each purpose.
pub struct Draws {
    /// CPU time.
    pub cpu: Stream,
    /// Garbage.
    pub garbage: Stream,
    /// Choice of the downstream subtask.
    pub route: Stream,
    /// Size of memory requests.
    pub size: Stream,
    /// How long memory is held.
    pub hold: Stream,
    /// State hits.
    pub hit: Stream,
}

/// One subtask.
pub struct Subtask {
    /// Its job.
    pub job: JobId,
    /// Its operator.
    pub operator: OperatorId,
    /// Its index among the subtasks of the operator.
    pub index: u32,
    /// Its slot group.
    pub group: SlotGroupId,
    /// What it does.
    pub stage: Stage,
    /// Inputs, in the order of `Operator::inputs`; a source has one that its arrivals fill.
    pub gates: ById<GateId, Gate>,
    /// Gate to look at first, so that no input starves another.
    pub turn: u32,
    /// Outgoing edges.
    pub edges: ById<EdgeId, Edge>,
    /// The batch in work, and the gate that it came from.
    pub current: Option<(Batch, GateId)>,
    /// Its work on the cores, or at the disk.
    pub work: Option<(StationId, WorkId)>,
    /// Disk bytes that the present batch still needs.
    pub disk: f64,
    /// A memory request under way.
    pub request: Option<RequestId>,
    /// Managed memory of its state.
    pub state: Option<Tenancy>,
    /// Network memory of its gates.
    pub network: Option<Tenancy>,
    /// Sort or hash memory, or memory of a batch.
    pub working: Option<Tenancy>,
    /// Held pool memory by end of hold.
    pub holds: VecDeque<(SimTime, Bytes)>,
    /// Heap bytes of its cache or state.
    pub heap_state: Bytes,
    /// Heap bytes of its cache, part of `heap_state`.
    pub cache: Bytes,
    /// Entries of its cache or state on the heap.
    pub held: f64,
    /// Most entries that it may hold there.
    pub most: f64,
    /// Heap bytes of its entries that live for ever.
    pub pinned: Bytes,
    /// Whether its state is there, or it has none.
    pub opened: bool,
    /// Subtasks of its operator in the same process, itself among them.
    pub peers: u32,
    /// Core-nanoseconds of its batches so far.
    pub worked: f64,
    /// When it began to work on the present batch.
    pub began: SimTime,
    /// Share of accesses that find their key on the heap: in the cache there, or in state that is there.
    pub cache_hit: f64,
    /// Share of the others that the cache of its state backend serves.
    pub hit: f64,
    /// Heap bytes kept by pane, the oldest first.
    pub panes: VecDeque<Bytes>,
    /// Part of an output record not yet emitted.
    pub carry: f64,
    /// Records that a source may still take, or a sort still has to emit; `None`: no end.
    pub left: Option<u64>,
    /// Records stored by a sort or hash operator.
    pub stored: f64,
    /// Probe records of a hash operator whose build side is on disk.
    pub deferred: f64,
    /// Whether it emits what it stored.
    pub emitting: bool,
    /// Random streams.
    pub draws: Draws,
}

/// Subtasks that share a slot.
#[derive(Clone, Debug)]
pub struct SlotGroup {
    /// Their job.
    pub job: JobId,
    /// Where they are.
    pub task_manager: TaskManagerId,
    /// Their slot.
    pub slot: u32,
    /// The subtasks, one an operator at most.
    pub subtasks: Vec<SubtaskId>,
    /// Whether they travel.
    pub moving: bool,
    /// Slot that is kept for them where they go.
    pub reserved: u32,
    /// When they may move again: one move an interval of the monitor, or a move without a price would never end.
    pub rests_until: SimTime,
}

/// One job.
pub struct Job {
    /// Its operators.
    pub graph: Rc<Graph>,
    /// Arrivals of batches at its sources; `None`: saturated.
    pub arrival: Option<Box<dyn Arrival>>,
    /// Stream of the arrivals.
    pub arrivals: Stream,
    /// Source subtask that gets the next arrival.
    pub next_source: u32,
    /// Higher goes first where a policy looks at it.
    pub priority: u8,
    /// Share in weighted policies.
    pub weight: f64,
    /// First subtask of each operator, and its parallelism.
    pub operators: ById<OperatorId, (SubtaskId, u32)>,
    /// What the keyed state of each operator costs; `None` where it keeps none.
    pub state_prices: ById<OperatorId, Option<Box<dyn StatePrice>>>,
    /// Cumulative share of records that each subtask of an operator gets; empty if equal.
    pub routes: ById<OperatorId, Vec<f64>>,
    /// Slot groups.
    pub groups: Vec<SlotGroupId>,
    /// Subtasks that have not ended.
    pub open: u32,
    /// Whether it runs.
    pub running: bool,
    /// Whether it has been placed.
    pub deployed: bool,
    /// Restarts so far.
    pub restarts: u64,
}

/// All jobs and subtasks.
#[derive(Default)]
pub struct Streaming {
    /// Jobs.
    pub jobs: ById<JobId, Job>,
    /// Subtasks.
    pub subtasks: ById<SubtaskId, Subtask>,
    /// Slot groups.
    pub groups: ById<SlotGroupId, SlotGroup>,
    /// Records on their way between TaskManagers, and where they go.
    pub shipments: Roster<AShipment, (SubtaskId, GateId, Batch)>,
    /// Jobs that wait for slots.
    pub line: VecDeque<JobId>,
}
