//! One JVM on cores of its own, simulated collection by collection: a mutator, a heap, prices, and the clock that adds them up.
//!
//! The simulator of clusters drives heaps through events and queues; here one mutator works without ever waiting for anything
//! but the collector, so that what is measured on a real JVM can be predicted in a millisecond. The heap says what a
//! collection touched, the price says how long that takes, the mutator says what a byte of allocation costs it, and concurrent
//! cycles take cores from it while they last.

mod log;
mod mutator;
mod run;

pub use log::{Log, Pause, Window};
pub use mutator::{Mutator, Slice, Stretch};
pub use run::{Jvm, Machine};
