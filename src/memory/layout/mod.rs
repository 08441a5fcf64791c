//! Flink's own division of a process's memory, byte for byte.
//!
//! Idea: [`Options`] hold what a user wrote; [`Layout::derive`] and [`JobManagerLayout::derive`] answer with every
//! component in bytes, or with the first error that Flink would give; `check` lists the faults of single options all
//! at once. [`Layout::slot`] divides a TaskManager, [`ConsumerWeights`] divides a slot's managed memory,
//! [`RocksDbMemory`] divides the state backend's part of it, [`network`] counts the buffers that edges need.
//!
//! Source: the behaviour of Apache Flink 1.20 and 2.x, checked against layouts that Flink 2.1.3 computed.
//! Departures: the 1.20 options of older lines (`taskmanager.heap.size`, `taskmanager.network.numberOfBuffers`) are
//! not read, as 2.x does not read them; external resources (GPUs) are left out, since nothing here uses them.

mod advice;
mod check;
mod component;
mod cpu;
mod decimal;
mod demand;
mod error;
mod fraction;
mod job_manager;
pub mod keys;
pub mod memory_size;
pub mod network;
mod options;
mod process;
mod process_kind;
mod rocksdb;
mod slots;
mod task_manager;
mod version;
mod warning;
mod weights;

pub use advice::{Advice, AdviceKind, advice};
pub use component::{Component, Derivation};
pub use cpu::Cpu;
pub use demand::{BufferNeed, JobDemand, MAX_PARALLELISM};
pub use error::LayoutError;
pub use job_manager::JobManagerLayout;
pub use options::{Fault, Options, Origin, Problem};
pub use process_kind::ProcessKind;
pub use rocksdb::{RocksDbError, RocksDbMemory, RocksDbSettings};
pub use slots::{SlotProfile, SlotRequest};
pub use task_manager::{Layout, TaskManagerLayout};
pub use version::FlinkVersion;
pub use warning::{Setting, Warning, job_manager_warnings, warnings};
pub use weights::{
    Consumer, ConsumerWeights, WeightError, managed_bytes, managed_pages, operator_share, operator_weight,
};
