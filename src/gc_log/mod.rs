//! Logs of the garbage collectors of HotSpot: unified logging (JDK 9 and later, any decorations) and the logging of
//! JDK 8 and earlier.
//!
//! One pass, line by line; memory does not grow with the log, since events go to a callback as they are found. Files
//! are plain or gzip and may be the parts of a rotated log in any order. Where times go backwards the JVM was started
//! anew, and a new [`Run`] begins.
//!
//! Every line is counted once ([`Reading`]): understood, of a known sort but not needed, cut off at an end of a file,
//! or unexplained. Lines with tags are known by their tags, others by their shape and first words.

mod cycle;
mod decorations;
mod event;
mod facts;
mod jdk8;
mod reader;
mod reading;
mod record;
mod sources;
mod stamps;
mod stops;
mod tenuring;
mod text;
mod unified;
mod verdict;

#[cfg(test)]
mod real_logs;
#[cfg(test)]
mod tests;

pub use event::{Change, CpuTimes, Event, Failures, Kind, Regions, Spaces, Tenuring, Workers};
pub use facts::JvmFacts;
pub use reading::{Clock, Format, Reading, Run, Unexplained};
pub use stops::{StopSum, Stops};

use crate::input::{InputError, Lines};
use reader::Reader;
use std::path::PathBuf;

/// Reads a log that consists of the files `paths`, given in any order, and hands its events to `sink` in about the
/// order in which they ended (the line of a cycle as a whole comes when the cycle is over).
///
/// Fails with every fault that it finds: files that are missing, unreadable or damaged; a format that changes (with
/// its line); a log without a collection. The events before the fault have been handed on by then.
pub fn read(paths: &[PathBuf], mut sink: impl FnMut(Event)) -> Result<Reading, Vec<InputError>> {
    let paths = sources::in_order(paths)?;
    let names = paths.iter().map(|path| path.display().to_string()).collect();
    let mut reader = Reader::new(names, &mut sink);
    let mut faults = Vec::new();
    for (index, path) in paths.iter().enumerate() {
        if let Err(fault) = sources::open(path).and_then(|lines| reader.file(index, lines)) {
            faults.push(fault);
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    reader.finish().map_err(|fault| vec![fault])
}

/// Reads a log and keeps its events.
pub fn read_all(paths: &[PathBuf]) -> Result<(Reading, Vec<Event>), Vec<InputError>> {
    let mut events = Vec::new();
    let reading = read(paths, |event| events.push(event))?;
    Ok((reading, events))
}

/// Reads a log that is in memory, plain or gzip; `name` is for faults.
pub fn read_bytes(name: &str, bytes: &[u8], mut sink: impl FnMut(Event)) -> Result<Reading, Vec<InputError>> {
    let mut reader = Reader::new(vec![name.to_string()], &mut sink);
    let lines = Lines::of(bytes).map_err(|error| vec![sources::unreadable(name, 0, &error)])?;
    reader.file(0, lines).and_then(|()| reader.finish()).map_err(|fault| vec![fault])
}
