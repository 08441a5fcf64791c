//! Tasks of cluster traces and synthetic task classes: arrival, slots, memory steps, CPU work, departure.
//!
//! Identical instances of a task that land on the same TaskManager are kept as one *group*: they get the same
//! share of the same cores, so they behave alike, and one event serves them all. Groups are used only where the
//! allocator keeps no addresses; with addresses, or where blocks leak, every instance is a group of its own, with a block
//! of its own.

mod group;
mod migrate;
mod queue;
mod source;

use std::collections::{BTreeMap, VecDeque};

pub use group::{Group, Stage};
pub use source::Source;

use crate::base::{AGroup, ATask, ById, GroupId, Roster, SimSpan, SimTime, SourceId, TaskId, TaskManagerId};
use crate::workload::task::{DemandStep, Stay};

/// A task, from its arrival to the end of its last instance.
#[derive(Clone, Debug)]
pub struct Task {
    /// Never reused.
    pub number: u64,
    /// Workload it comes from.
    pub source: SourceId,
    /// Place among the tasks of its source.
    pub order: u64,
    /// What the source calls it.
    pub name: u64,
    /// Class within the workload.
    pub class: u32,
    /// When it arrived.
    pub arrived: SimTime,
    /// Instances that wait for a slot.
    pub waiting: u32,
    /// Groups that have slots.
    pub groups: u32,
    /// CPU work of one instance.
    pub work: SimSpan,
    /// Cores that one instance can use.
    pub cores: f64,
    /// When it leaves.
    pub stay: Stay,
    /// Memory of one instance over time.
    pub demand: Vec<DemandStep>,
    /// Higher goes first where a policy looks at it.
    pub priority: u8,
    /// Share in weighted policies.
    pub weight: f64,
    /// Group numbers of a task whose later steps come from its source; else empty.
    pub members: Vec<GroupId>,
}

/// All tasks, groups and sources.
#[derive(Default)]
pub struct Tasks {
    /// Tasks alive.
    pub tasks: Roster<ATask, Task>,
    /// Groups alive.
    pub groups: Roster<AGroup, Group>,
    /// Tasks with waiting instances, first come first served.
    pub line: VecDeque<TaskId>,
    /// Instances in `line`.
    pub waiting: u64,
    /// Whether the line is being served, so that serving does not begin again within itself.
    pub is_serving: bool,
    /// Whether a group has gone back to the line since serving began.
    pub sent_back: bool,
    /// The last answer of the placement policy, kept for its room.
    pub placed: Vec<(TaskManagerId, u32)>,
    /// Sources by workload.
    pub sources: ById<SourceId, Source>,
    /// Tasks whose source will name them again: (source, name) to task.
    pub named: BTreeMap<(SourceId, u64), TaskId>,
    /// Tasks so far.
    pub arrived: u64,
}
