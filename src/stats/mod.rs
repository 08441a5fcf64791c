//! From values of replications to statements: intervals, tests of difference, warm-up, peaks of curves, rankings.
//!
//! Nothing here is random but the bootstrap, whose generator is seeded with a constant: equal input, equal output.

mod bootstrap;
mod histogram;
mod interval;
mod order_stats;
mod peak;
mod ranking;
mod special;
mod stopping;
mod student;
mod tally;
mod warm_up;

pub use histogram::{Bucket, Histogram};
pub use interval::{CONFIDENCE, Estimate, paired};
pub use order_stats::{OrderInterval, order_interval};
pub use peak::{Curve, Peak, Shift, peak, shift};
pub use ranking::{KimNelson, best, budget_allocation, screen};
pub use stopping::{LEAST_REPLICATIONS, precise_enough};
pub use student::{t_quantile, t_upper};
pub use tally::Tally;
pub use warm_up::{BATCH, WarmUp, mser5};

#[cfg(test)]
mod oracle;
