//! A JVM of a log, simulated: as it was logged, or with another heap, other cores, another collector.
//!
//! [`Source`] holds what a run of a log tells, [`Setting`] says how it is to run now, [`replay`] runs it collection by
//! collection and answers an [`Outcome`]. Nothing is random: who wants to know how sure an answer is replays some sources
//! [`Source::drawn`] from within what the log leaves open.

mod half;
mod holdout;
mod load;
mod outcome;
mod prices;
mod program;
mod run;
mod source;
mod trace;

pub use half::half;
pub use holdout::{GOOD, Holdout, Judged, Pair, hold_out, judge};
pub use outcome::Outcome;
pub use prices::Prices;
pub use program::Demand;
pub use run::replay;
pub use source::{Setting, Source};

#[cfg(test)]
mod tests;
