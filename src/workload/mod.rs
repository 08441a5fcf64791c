//! Workloads: where tasks come from. L4: imports `base` and, for random draws, `kernel`; looks at no cluster.
//!
//! Whatever hands out tasks is a [`task::TaskSource`]: a stream of [`task::TraceEvent`]s in non-decreasing time,
//! pulled by the simulator one at a time. A trace format ([`trace`]) reads them from a file; [`synthetic`] draws
//! them, with gaps from an [`arrival`] process. None keeps more than the tasks that are alive, so the length of a
//! trace does not matter.

pub mod arrival;
pub mod graph;
pub mod synthetic;
pub mod task;
pub mod trace;
