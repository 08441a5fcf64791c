//! heapwise: a discrete-event simulator of memory management in Flink-like clusters.

pub mod base;
pub mod cluster;
pub mod kernel;
pub mod memory;
pub mod metrics;
pub mod policy;
pub mod price;
pub mod scenario;
pub mod workload;
pub mod cli;
pub mod kernel;
pub mod experiment;
pub mod metrics;
pub mod report;
pub mod scenario;

pub mod chart;
