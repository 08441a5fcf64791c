//! Discrete events: the queue, the loop that empties it, random streams and distributions.
//!
//! This layer knows nothing of memory, files, threads or the wall clock.
//!
//! # What makes a run repeat bit for bit
//!
//! 1. Time is a whole number of nanoseconds. Floats appear only inside prices, laws and statistics, and become
//!    whole spans in one place ([`crate::base::SimSpan`]).
//! 2. Events have a total order: time, then the class that the caller declares (a smaller class goes first), then
//!    the order in which they were scheduled. No two events are equal, so no data structure can decide between them.
//! 3. Randomness comes from [`Streams`]: one stream for each (purpose, entity), derived from the seed of the
//!    replication alone. One more draw from a stream moves no other stream. Workloads draw from streams whose names
//!    do not mention a policy, so that policies meet the same sample paths and their differences can be paired.
//! 4. No iteration over hash containers, no wall clock, no environment and no identity of a thread from here up to
//!    the layer that runs many replications.
//! 5. The generator and its seeding are written out in [`streams`] and pinned by published test vectors, because a
//!    dependency may change the output of its default generator in any release.

pub mod dist;
mod driver;
mod queue;
pub mod streams;

pub use dist::{Dist, LAWS};
pub use driver::{Handler, run, run_while};
pub use queue::{EventId, EventQueue};
pub use streams::{Stream, Streams};
