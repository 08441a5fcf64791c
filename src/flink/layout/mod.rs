//! Flink's own division of a process's memory, byte for byte.
//!
//! Idea: [`Options`] hold what a user wrote; [`Layout::derive`] and [`JobManagerLayout::derive`] answer with every
//! component in bytes, or with the first error that Flink would give; `check` lists the faults of single options all
//! at once. [`Layout::slot`] divides a TaskManager, [`ConsumerWeights`] divides a slot's managed memory,
//! [`RocksDb`] is what options say of the state backend, [`RocksDbMemory`] divides its part, [`network`] counts the
//! buffers that edges need.
//!
//! Source: the behaviour of Apache Flink 1.20 and 2.x, checked against layouts that Flink 2.1.3 computed.
//! The lines differ in the options that they read: [`translate`] says older ones in today's, [`notices`] and `check`
//! tell those that are deprecated or read by nobody ([`Folklore`]).
//! Departure: external resources (GPUs) are left out, since nothing here uses them.

mod check;
mod component;
mod cpu;
mod decimal;
mod demand;
mod error;
mod folklore;
mod fraction;
mod job_manager;
pub mod keys;
mod legacy;
pub mod memory_size;
pub mod network;
mod notices;
mod number;
mod options;
mod parts;
mod process;
mod process_kind;
mod rocksdb;
mod slots;
mod state;
mod task_manager;
mod version;
mod warning;
mod weights;

pub use component::{Component, Derivation};
pub use cpu::Cpu;
pub use demand::{BufferNeed, JobDemand, MAX_PARALLELISM};
pub use error::LayoutError;
pub use folklore::{Fate, Folklore};
pub use job_manager::JobManagerLayout;
pub use legacy::{DeploymentKind, translate};
pub use notices::{Notice, notices};
pub use options::{Fault, Options, Origin, Problem, pair, pieces};
pub use process::Lead;
pub use process_kind::ProcessKind;
pub use rocksdb::{RocksDbError, RocksDbMemory, RocksDbSettings};
pub use slots::SlotProfile;
pub use state::{RocksDb, RocksDbMode, StateBackend};
pub use task_manager::Layout;
pub use version::FlinkVersion;
pub use warning::{Circumstances, Warning, job_manager_warnings, warnings};
pub(in crate::flink) use warning::{LEAST_HEAP, TINY_TASK_HEAP};
pub use weights::{Consumer, ConsumerWeights, WeightError, managed_bytes, managed_pages};
