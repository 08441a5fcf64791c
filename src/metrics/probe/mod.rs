//! Accumulators that a run feeds and reads at its end. Levels and counts over time are not here: the simulator keeps
//! them as cumulative snapshots, so that warm-up can be cut off after the run.

mod histogram;
mod tally;

pub use histogram::{Bucket, Histogram};
pub use tally::Tally;
