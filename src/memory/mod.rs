//! Memory as state: what a heap does, where the blocks of a pool lie.
//!
//! Knows no tasks, no prices, no randomness, and no time beyond what a caller passes in.

pub mod cache;
pub mod heap;
pub mod hit_table;
pub mod pool;

#[cfg(test)]
pub(crate) mod testing;
