//! Prices: how long something takes, given what it touched. One folder a family, one file a model.
//!
//! A mechanism says *what* happened, a price says *how long* it takes and on which device or core, so one mechanism can
//! be priced for any machine. Prices decide nothing, keep no state and draw no random numbers. Every family has a free
//! member: with all of them free, memory management costs nothing.

pub mod collection;
pub mod compression;
pub mod spill;
pub mod state;
pub mod transfer;
