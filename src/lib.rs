//! heapwise: a discrete-event simulator of memory management in Flink-like clusters.

pub mod base;
pub mod cluster;
pub mod memory;
pub mod policy;
pub mod metrics;
pub mod scenario;
pub mod kernel;
pub mod memory;
pub mod memory;
pub mod price;
pub mod workload;
