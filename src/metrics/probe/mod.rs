//! Accumulators that a run feeds and reads at its end. All of them forget what came before when warm-up ends.

mod histogram;
mod series;
mod tally;
mod time_weighted;

pub use histogram::{Bucket, Histogram};
pub use series::Series;
pub use tally::Tally;
pub use time_weighted::TimeWeighted;
