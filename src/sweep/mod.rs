//! Many runs: a plan of keys, a pool that carries them out, and findings drawn from all of them.
//!
//! [`sweep()`] is the whole story. It knows what a run gives ([`RunOutput`]) but not how ([`Work`]), and where rows go
//! ([`RowSink`]) but no file format. [`meta_of`] and [`Simulations`] make a sweep of a checked scenario. Rows leave in index order whatever the number of threads, so the same plan gives
//! the same bytes. This is the lowest layer that may look at the clock, for progress only.

mod carry_out;
mod findings;
mod interrupt;
mod meta;
mod optima;
mod plan;
mod pool;
mod progress;
mod ranking;
mod run;
mod samples;
pub mod sensitivity;
mod simulations;
mod tax;
mod warnings;

pub use carry_out::{Order, Outcome, Sweep, SweepError, sweep};
pub use findings::{Findings, findings};
pub use interrupt::Stop;
pub use meta::{Axis, AxisKind, Cell, Meta, Precision, canonical};
pub use optima::Optimum;
pub use plan::{Plan, replication_seed};
pub use progress::Progress;
pub use ranking::{Ranked, Ranking};
pub use run::{Row, RowSink, RunKey, RunOutput, SinkError, Status, Work};
pub use simulations::{Simulations, meta_of};
pub use tax::{TAXED, Tax};

#[cfg(test)]
pub(crate) mod toy;
