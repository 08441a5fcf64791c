//! What is observed: columns and series, declared once.
//!
//! Knows bytes and simulated time, but neither events nor policies nor files. Everything here is a pure function
//! of what was put in, in the order in which it was put in, so equal runs give equal bytes.

#[macro_use]
mod declare;

pub mod columns;
pub mod series;

pub use columns::{Better, COLUMNS, Column, ColumnId, Record};
pub use series::{SERIES, SeriesId, SeriesRow};
