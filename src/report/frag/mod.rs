//! Allocators compared on a trace: a table for people, CSV and JSON for programs.

mod files;
mod table;

pub use files::{csv, json};
pub use table::table;
