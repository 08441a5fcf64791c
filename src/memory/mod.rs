//! Memory as bytes and addresses: how Flink divides a process, what a heap does, where blocks of a pool lie.
//! Knows no tasks, no clusters and no time beyond what a caller passes in.

pub mod layout;
