//! Traces of allocations: which block was asked for, resized and freed, in which order.
//!
//! Three formats, told apart by the first line: `op,id,size_bytes` with ops a, r and f (recorded from programs),
//! `id,lower,upper,size` (buffers with a lifetime), and our own rows `alloc,ID,BYTES` and `free,ID`. A file is read row by
//! row, and what is kept of it is a [`Recording`] of about eight bytes an operation, which can be replayed on any number
//! of allocators. Buffers with a lifetime are the exception: they must be put in the order of time first.
//!
//! Rows that contradict each other are faults, or are counted where the reader is told to be lenient; see [`Oddity`].

mod faults;
mod layout;
mod leaking;
mod lifetimes;
mod live;
mod operations;
mod recording;
mod rows;
#[cfg(test)]
mod tests;

pub use faults::{Faults, Oddities, Oddity};
pub use leaking::Lost;
pub use recording::{Act, Clock, MOST_LIVE, Op, Recording};

use crate::base::Bytes;
use crate::input::Input;
use faults::Judge;
use layout::Layout;
use rows::Rows;

/// How strictly a trace is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Count rows that contradict others and go on without them, instead of refusing the trace.
    pub lenient: bool,
    /// No block may be larger than this; `None` for no limit.
    pub memory: Option<Bytes>,
}

/// Reads a trace, plain or gzip.
///
/// # Errors
/// The file cannot be read, has no known header, or (unless lenient) has rows that make no sense; all of those up to a
/// limit.
pub fn read(input: &Input, how: Reading) -> Result<Recording, Faults> {
    let mut judge = Judge::new(input.name(), how);
    let mut rows = Rows::open(input)?;
    let recording = match Layout::of(&mut rows)? {
        Layout::Operations(columns) => operations::read(&mut rows, columns, &mut judge)?,
        Layout::Lifetimes(columns) => lifetimes::read(&mut rows, columns, &mut judge)?,
    };
    judge.decide(recording)
}
