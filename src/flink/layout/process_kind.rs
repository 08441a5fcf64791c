//! Which process of a cluster a division is for.

/// A kind of process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProcessKind {
    /// Runs subtasks.
    #[default]
    TaskManager,
    /// Coordinates jobs.
    JobManager,
}
