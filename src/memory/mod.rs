//! Memory as state machines: what is held where, and what a collection touches. Knows no prices, no lengths of time and
//! no randomness.

pub mod cache;
pub mod heap;

#[cfg(test)]
pub(crate) mod testing;
