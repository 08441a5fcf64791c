//! Which tasks move where, and when TaskManagers are added or removed.

use crate::base::{Build, Bytes, TaskManagerId};
use crate::cluster::view::Sample;
use crate::registry;

/// Why a migration policy is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occasion {
    /// The monitor took a sample.
    Tick,
    /// A request on this TaskManager lacks that many bytes; at most so many tasks may move.
    Shortage(TaskManagerId, Bytes, u32),
}

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Move a resident of the sample to another TaskManager with enough free slots.
    Move {
        /// [`crate::cluster::view::Resident::handle`].
        resident: u64,
        /// Where it goes.
        to: TaskManagerId,
    },
    /// Start that many TaskManagers like the first one of the cluster.
    Add(u32),
    /// Let this one take no new work, and end it when it is empty.
    Drain(TaskManagerId),
}

/// Plans from what the monitor saw.
pub trait MigrationPolicy {
    /// Pushes actions; none is the usual answer. `sample` may be old: an action that no longer fits the present
    /// (the task has ended, the slot is taken) is dropped and counted, not an error.
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>);
}

registry! {
    /// Migration policies; the first is the do-nothing member.
    pub static MIGRATION: Build<dyn MigrationPolicy>;
    never,
}
