//! Coefficients of a JVM from its logs: what a collection costs, how well that is known, and what these logs do not tell.

mod fit;
mod law;
mod least;
mod sample;

pub use fit::{Coefficient, Defaults, FEWEST, Fitted, IDENTIFIED, Standing};
pub use law::{Law, Term, laws};
pub use sample::{Class, Sample, Sampler};
