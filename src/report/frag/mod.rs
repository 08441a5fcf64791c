//! Allocators compared on a trace: a table for people, CSV and JSON for programs.

mod files;
mod head;
mod table;

pub use files::{csv, json};
pub use table::table;

use crate::base::{Bytes, SimTime};
use crate::frag::allocations::Clock;

/// A time as the trace counts it: seconds, or its own numbers.
fn clock(clock: Clock, at: SimTime) -> f64 {
    match clock {
        Clock::Seconds => at.as_secs(),
        Clock::Operations | Clock::Logical => at.0 as f64,
    }
}

/// A size for people, with its bytes where rounding hides them.
fn exact(bytes: Bytes) -> String {
    let text = super::text::size(bytes.as_f64());
    if text.parse() == Ok(bytes) { text } else { format!("{text} ({} B)", bytes.0) }
}
