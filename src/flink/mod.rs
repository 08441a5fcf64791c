//! Flink's configuration: read from where users keep it, derived as Flink derives it, and what to change where it fails.
//!
//! [`config`] reads files and manifests into options, [`layout`] divides a process's memory by them byte for byte,
//! [`advice`](advice()) finds the changes that let a failing derivation succeed.

mod advice;
pub mod config;
pub mod layout;

pub use advice::{Advice, AdviceKind, OptionChange, advice};
