//! heapwise: a discrete-event simulator of memory management in Flink-like clusters.

pub mod base;
pub mod chart;
pub mod cli;
pub mod cluster;
pub mod experiment;
pub mod kernel;
pub mod memory;
pub mod metrics;
pub mod policy;
pub mod price;
pub mod report;
pub mod scenario;
pub mod sim;
pub mod workload;
