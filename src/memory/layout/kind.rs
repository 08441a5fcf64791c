//! Which process is asked about, and what starts it: both decide what some options mean.

/// A process of Flink.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProcessKind {
    /// A worker.
    #[default]
    TaskManager,
    /// The process that plans and coordinates.
    JobManager,
}

/// What starts the processes. Today's options mean the same everywhere; those of Flink 1.9 and before do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeploymentKind {
    /// Start scripts on machines that stand ready.
    #[default]
    Standalone,
    /// Containers of a given size: Kubernetes, YARN.
    Container,
}
