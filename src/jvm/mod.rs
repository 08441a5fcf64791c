//! One JVM: its heap, what collections cost on its machine, and the collector's work beside the mutator.
//!
//! Whatever heapwise says of a JVM comes from here. A [`Jvm`] knows what happens and what it costs; it has no clock. Two
//! drivers give it one: the cluster engine, where a JVM shares cores, queues and events with everything else, and
//! [`Clock`], where one program runs that waits for nothing but the collector. A test in [`crate::sim`] holds the second
//! against the first.

mod clock;
mod costs;
pub mod description;
mod log;
mod machine;
mod mutator;
mod process;

pub use clock::Clock;
pub use costs::{Costs, Objects};
pub use log::{Log, Pause, Sum, Window};
pub use machine::Machine;
pub use mutator::{Mutator, Slice, Stretch};
pub use process::{Beside, Charged, Jvm, Leg};
