//! The state of a cluster: what is. Knows no events, no policies and no randomness.

pub mod region;
pub mod share;
pub mod view;
