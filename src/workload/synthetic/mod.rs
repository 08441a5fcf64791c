//! Synthetic workloads: jobs and tasks made from a few declared numbers and laws.
//!
//! A generator makes no arrivals: `workloads.NAME.arrival` chooses them for all generators alike. A job without them
//! reads its sources as fast as it can. Priority, weight and start belong to the workload, too.
//!
//! What a generator derives is a [`Graph`] of operators (streaming and batch jobs) or a [`TaskSpec`] (independent
//! tasks). Memory is stated over all subtasks of an operator; how it falls on them, the simulator decides.

mod distinct;
mod parts;
mod read;
#[cfg(test)]
mod testing;

use super::graph::Graph;
use crate::base::Args;
use crate::registry;
pub use distinct::{distinct, last_of_key};
pub use tasks::TaskSpec;

/// What a generator makes.
#[derive(Clone, Debug)]
pub enum Generated {
    /// A streaming or batch job.
    Graph(Graph),
    /// A class of independent tasks, which needs an arrival process.
    Tasks(Box<TaskSpec>),
}

/// What a generator is made from.
#[derive(Clone, Copy, Debug)]
pub struct GeneratorInput<'a> {
    /// Its own parameters, as its entry declares them.
    pub args: &'a Args,
    /// Operators by name, in the order of the scenario; only of kind `graph`.
    pub operators: &'a [(String, graph::OperatorKeys)],
    /// Records (or tasks) a second in the long run, above 0; `None` without an arrival process.
    pub rate: Option<f64>,
}

/// Makes a workload, or tells all faults at once: "key = value: what was expected", the key as in the workload's table.
pub type BuildGenerator = fn(&GeneratorInput) -> Result<Generated, Vec<String>>;

registry! {
    /// All generators.
    pub static GENERATORS: BuildGenerator;
    graph,
    tasks,
    keyed_aggregation,
    sliding_window,
    session_window,
    sort_shuffle,
    hash_join,
    online_learning,
}
