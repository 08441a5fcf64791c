//! Synthetic workloads: drawn at random from declared laws.

pub mod tasks;
