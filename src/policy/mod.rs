//! Policies: pure decisions. A policy gets a read-only view and returns values; only the simulation changes state, and ends
//! the run where an answer is illegal.

pub mod allocation;
pub mod heap;
pub mod kubernetes;
pub mod migration;
pub mod placement;
pub mod spill;
