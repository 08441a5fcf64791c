//! Memory as state: address ranges, and what lies in them. Knows nothing of events, policies or prices.

pub mod pool;
//! Memory as bytes and addresses: how Flink divides a process, what a heap does, where blocks of a pool lie.
//! Knows no tasks, no clusters and no time beyond what a caller passes in.

pub mod layout;
//! Memory as state machines: what is held where, and what a collection touches. Knows no prices, no lengths of time and
//! no randomness.

pub mod cache;
pub mod heap;

#[cfg(test)]
pub(crate) mod testing;
