//! heapwise: a discrete-event simulator of memory management in Flink-like clusters.

pub mod base;
pub mod experiment;
pub mod metrics;
pub mod report;
pub mod scenario;
