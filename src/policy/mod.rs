//! Policies: pure decisions. A policy gets a read-only view and its own random stream and returns values; only
//! `sim/apply` changes state, and refuses what is illegal.

pub mod allocation;
pub mod heap;
pub mod kubernetes;
pub mod migration;
pub mod placement;
pub mod spill;
