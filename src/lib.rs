//! heapwise: a discrete-event simulator of memory management in Flink-like clusters.

pub mod base;

pub mod chart;
