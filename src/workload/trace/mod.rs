//! Trace formats: files of real (or exported) tasks, streamed.
//!
//! Memory grows with the tasks that are alive, or with the series of one task, or (where a file is not in the order
//! of time) with one day of it; never with the length of the trace. Plain and gzip files are told apart by their
//! first bytes. A fault in a file names file, line, column, value and what was expected; what was read before it
//! stays delivered.
//!
//! A format declares, besides the usual entry, which columns its files have and where the public data is to be had.
//! Columns are found by name, in any order, and others are ignored.

mod demand;
mod pull;

#[cfg(test)]
mod damage;
#[cfg(test)]
mod real_traces;

use super::task::TaskSource;
use crate::base::{Args, Param, param};
use crate::input::{Columns, Fault, Input, InputError, Table};
use crate::registry;
use std::path::Path;

/// What a trace format is, besides its entry's name and parameters.
#[derive(Clone, Copy)]
pub struct Format {
    /// The files that make up a trace; the first is the one under the parameter `path`.
    pub tables: &'static [Columns],
    /// Where to get the public data, and under which licence.
    pub where_to_get: &'static str,
    /// Opens a trace; faults in the first lines come at once, later ones from the source.
    pub open: fn(&Args, Input) -> Opened,
}

/// A trace about to be streamed, or what is wrong with its start.
pub type Opened = Result<Box<dyn TaskSource>, InputError>;

registry! {
    /// All trace formats.
    pub static TRACES: Format;
    heapwise_csv,
    alibaba_2017_batch,
    google_2011_jobs,
    nextflow_task_memory,
}

/// The parameter `replay`, which formats with a measured duration share.
pub(crate) const REPLAY: Param = param(
    "replay",
    crate::base::Kind::Choice(&["hold", "work"]),
    "hold",
    "hold: a task stays for its measured duration, whatever the CPU does; work: it leaves when its CPU work is done",
);

/// Opens the trace under the parameter `path` of `args`: a path relative to the folder `base`, or `embedded:<name>`.
pub fn open(format: &str, args: &Args, base: &Path) -> Opened {
    let Some(entry) = TRACES.iter().find(|entry| entry.name == format) else {
        let known = TRACES.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ");
        return Err(InputError::of_file(format, Fault::Format, &format!("the name of a trace format ({known})")));
    };
    let text = args.text_opt("path").unwrap_or_default();
    let input = Input::resolve(base, &text)?;
    (entry.build.open)(args, input).map_err(|error| error.or_where_to_get(entry.build.where_to_get))
}

/// Opens a file of a trace and checks its header.
fn table(input: &Input, columns: &'static Columns) -> Result<Table, InputError> {
    Table::open(input, columns, looks_like)
}

/// Says which known file has a header like this one.
fn looks_like(header: &[String]) -> String {
    if header.iter().any(|cell| cell.parse::<f64>().is_ok()) {
        return "; the first line looks like data: put the header above it".into();
    }
    let known = |columns: &&Columns| columns.required.iter().all(|name| header.iter().any(|cell| cell == name));
    for entry in TRACES {
        if let Some(columns) = entry.build.tables.iter().find(known) {
            return format!("; this looks like {} of the format {}", columns.of, entry.name);
        }
    }
    String::new()
}
