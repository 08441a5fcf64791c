//! Faults of a file: which file, line, column and value, and what was expected there.

use std::fmt;

/// What kind of fault it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no such trace format.
    Format,
    /// The file is not there.
    Missing,
    /// The file cannot be read, for a reason of the operating system.
    Unreadable,
    /// The file holds nothing, or a header alone.
    Empty,
    /// The header lacks columns.
    Header,
    /// A line has too few or too many cells, or is beyond any sensible length.
    Torn,
    /// A cell is not what its column holds.
    Value,
    /// A time, or another value that must grow, is smaller than the one before.
    Backwards,
    /// The rows contradict each other (a departure without an arrival, say).
    Order,
    /// A gzip file ends early, or is damaged.
    CutShort,
    /// The lines of a log change from one format to another.
    MixedFormats,
    /// A log of a garbage collector tells of no collection.
    NoCollections,
}

/// A fault of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct InputError {
    /// Path or name of the file.
    pub file: String,
    /// Line, counted from 1 (after decompression); 0 where the fault concerns the file as a whole.
    pub line: u64,
    /// Column, where one is at fault.
    pub column: &'static str,
    /// What was found, shortened.
    pub found: String,
    /// What was expected.
    pub expected: String,
    /// The kind.
    pub fault: Fault,
}

/// Longer values are shortened in error texts.
const SHOWN: usize = 60;

impl InputError {
    /// A fault of a whole file.
    pub fn of_file(file: &str, fault: Fault, expected: &str) -> InputError {
        let (file, expected) = (file.to_string(), expected.to_string());
        InputError { file, line: 0, column: "", found: String::new(), expected, fault }
    }

    /// The same fault at a line.
    pub(crate) fn at(self, line: u64) -> InputError {
        InputError { line, ..self }
    }

    /// The same fault with what was found.
    pub(crate) fn found(self, found: &str) -> InputError {
        let mut short: String = found.chars().take(SHOWN).collect();
        if short.len() < found.len() {
            short.push_str("...");
        }
        InputError { found: short, ..self }
    }

    /// Adds to a missing file where its public original is.
    pub(crate) fn or_where_to_get(mut self, where_to_get: &str) -> InputError {
        if self.fault == Fault::Missing {
            self.expected = format!("{}; {where_to_get}", self.expected);
        }
        self
    }

    fn what(&self) -> &'static str {
        match self.fault {
            Fault::Format => "no such trace format",
            Fault::Missing => "no such file",
            Fault::Unreadable => "cannot be read",
            Fault::Empty => "no rows",
            Fault::Header => "wrong header",
            Fault::Torn => "torn line",
            Fault::Value => "wrong value",
            Fault::Backwards => "order runs backwards",
            Fault::Order => "rows contradict each other",
            Fault::CutShort => "the gzip stream ends early or is damaged",
            Fault::MixedFormats => "the format of the log changes",
            Fault::NoCollections => "no collection",
        }
    }
}

impl fmt::Display for InputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ", line {}", self.line)?;
        }
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.what())?;
        if !self.found.is_empty() || self.fault == Fault::Value {
            write!(f, ": found \"{}\"", self.found)?;
        }
        write!(f, ", expected {}", self.expected)
    }
}

impl std::error::Error for InputError {}
