//! The answer about one process as one document: sections of rows, from which table, JSON, CSV and differences are made.

use crate::base::Bytes;
use crate::flink::layout::{Cpu, FlinkVersion, ProcessKind};

/// Everything that is said of one process.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// Which process.
    pub process: ProcessKind,
    /// Where the options came from.
    pub subject: String,
    /// Whose rules were applied.
    pub version: FlinkVersion,
    /// The sections, in the order of printing.
    pub sections: Vec<Section>,
    /// What an experienced engineer would point out, with where: place (may be empty) and text.
    pub warnings: Vec<(String, String)>,
}

/// Rows that belong together.
#[derive(Clone, Debug)]
pub struct Section {
    /// The name for programs: one word of small letters.
    pub key: &'static str,
    /// The name for people.
    pub title: String,
    /// The rows.
    pub rows: Vec<Row>,
}

/// One quantity with where it came from.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The name for programs, unique in its section.
    pub key: String,
    /// The name for people.
    pub label: String,
    /// How deep the row is nested, from 0.
    pub depth: u8,
    /// The value.
    pub value: Quantity,
    /// The share of the process, 0 ..= 1, for parts that add up to it.
    pub share: Option<f64>,
    /// Where the value came from; empty where it speaks for itself.
    pub from: String,
    /// The same for programs, where the value is a component.
    pub provenance: Option<Provenance>,
}

/// Where a component's size came from, for programs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// set, default, fraction, minimum, maximum, rest or sum.
    pub how: &'static str,
    /// The option that decided, if one did.
    pub option: Option<&'static str>,
    /// Where that option was written, if it was.
    pub place: String,
}

/// A value and its kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Quantity {
    /// Memory.
    Bytes(Bytes),
    /// A number of things.
    Count(u64),
    /// A share, 0 ..= 1.
    Share(f64),
    /// CPU cores.
    Cores(Cpu),
    /// A word, or flags.
    Text(String),
}

impl Sheet {
    /// The process for programs, as it is named in options.
    pub fn process_name(&self) -> &'static str {
        match self.process {
            ProcessKind::TaskManager => "taskmanager",
            ProcessKind::JobManager => "jobmanager",
        }
    }

    /// The process for people.
    pub fn process_title(&self) -> &'static str {
        match self.process {
            ProcessKind::TaskManager => "TaskManager",
            ProcessKind::JobManager => "JobManager",
        }
    }
}

impl Quantity {
    /// The unit for programs.
    pub fn unit(&self) -> &'static str {
        match self {
            Quantity::Bytes(_) => "bytes",
            Quantity::Count(_) => "count",
            Quantity::Share(_) => "share",
            Quantity::Cores(_) => "cores",
            Quantity::Text(_) => "text",
        }
    }

    /// The value for programs: every digit, no unit.
    pub fn exact(&self) -> String {
        match self {
            Quantity::Bytes(bytes) => bytes.0.to_string(),
            Quantity::Count(count) => count.to_string(),
            Quantity::Share(share) => format!("{share}"),
            Quantity::Cores(cpu) => cpu.to_string(),
            Quantity::Text(text) => text.clone(),
        }
    }

    /// The value for people.
    pub fn readable(&self) -> String {
        match self {
            Quantity::Bytes(bytes) => bytes.to_string(),
            Quantity::Share(share) => format!("{:.1} %", 100.0 * share),
            Quantity::Cores(cpu) => cpu.to_string().trim_end_matches(".0").to_string(),
            _ => self.exact(),
        }
    }
}

impl Section {
    /// A section without rows.
    pub fn new(key: &'static str, title: impl Into<String>) -> Section {
        Section { key, title: title.into(), rows: Vec::new() }
    }

    /// Adds a row and answers it, for what only some rows have.
    pub fn row(&mut self, key: impl Into<String>, label: impl Into<String>, value: Quantity) -> &mut Row {
        let place = self.rows.len();
        let row = Row {
            key: key.into(),
            label: label.into(),
            depth: 0,
            value,
            share: None,
            from: String::new(),
            provenance: None,
        };
        self.rows.push(row);
        &mut self.rows[place]
    }

    /// Adds a row of memory.
    pub fn bytes(&mut self, key: impl Into<String>, label: impl Into<String>, bytes: Bytes) -> &mut Row {
        self.row(key, label, Quantity::Bytes(bytes))
    }
}

impl Row {
    /// Says where the value came from.
    pub fn from(&mut self, text: impl Into<String>) -> &mut Row {
        self.from = text.into();
        self
    }

    /// Nests the row.
    pub fn at_depth(&mut self, depth: u8) -> &mut Row {
        self.depth = depth;
        self
    }
}
