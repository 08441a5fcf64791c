//! What was read, line by line and run by run.

use super::facts::JvmFacts;
use super::stops::Stops;

/// Which logging wrote the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Unified logging, JDK 9 and later.
    Unified,
    /// The flags `-XX:+PrintGC...` of JDK 8 and earlier.
    Jdk8,
}

/// What the times of the events of a run are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clock {
    /// Seconds since the JVM started.
    Uptime,
    /// The log has dates alone: seconds since the first of them.
    Date,
    /// The log has no times.
    #[default]
    None,
}

/// A line that is not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// Index of the file.
    pub file: usize,
    /// Line, counted from 1.
    pub line: u64,
    /// Its beginning.
    pub text: String,
}

/// One run of a JVM: the log up to a restart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// Index of the file in which it begins.
    pub file: usize,
    /// Line with which it begins.
    pub line: u64,
    /// What the times are.
    pub clock: Clock,
    /// First time of the run, seconds.
    pub first_s: Option<f64>,
    /// Last time of the run, seconds.
    pub last_s: Option<f64>,
    /// Facts of the JVM.
    pub facts: JvmFacts,
    /// Events.
    pub events: u64,
    /// Collections among them.
    pub collections: u64,
    /// Collections of which only a part was found, because the log is cut or mixed up; they give no event.
    pub torn: u64,
    /// Stops of the application.
    pub stops: Stops,
}

impl Run {
    /// Seconds that the log covers.
    pub fn span_s(&self) -> Option<f64> {
        Some(self.last_s? - self.first_s?)
    }
}

/// What was read. Every line is counted once: understood, passed over, cut or unexplained.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The files in the order of time.
    pub files: Vec<String>,
    /// Their format.
    pub format: Format,
    /// Lines.
    pub lines: u64,
    /// Lines from which something was taken.
    pub understood: u64,
    /// Lines of known sorts that tell nothing that is needed, and empty ones.
    pub passed_over: u64,
    /// First and last lines of files that are only a part of a line.
    pub cut: u64,
    /// Lines of no known sort.
    pub unexplained: u64,
    /// The first few of those.
    pub first_unexplained: Vec<Unexplained>,
    /// Runs of the JVM in the order of the log: one, and one more for each restart.
    pub runs: Vec<Run>,
}

impl Reading {
    /// Times that the JVM was started anew within the log.
    pub fn restarts(&self) -> usize {
        self.runs.len().saturating_sub(1)
    }

    /// Share of lines that are understood or known not to be needed, 0 ..= 1.
    pub fn explained_share(&self) -> f64 {
        1.0 - self.unexplained as f64 / self.lines.max(1) as f64
    }

    /// What a reader of the log must know, in words: restarts, unexplained lines, torn collections, contradictions.
    pub fn remarks(&self) -> Vec<String> {
        let file = |index: usize| self.files.get(index).map(String::as_str).unwrap_or_default();
        let mut remarks = Vec::new();
        for run in self.runs.iter().skip(1) {
            remarks.push(format!(
                "{}, line {}: the JVM was started anew; the log is split here",
                file(run.file),
                run.line
            ));
        }
        if let Some(first) = self.first_unexplained.first() {
            let (place, line) = (file(first.file), first.line);
            let share = 100.0 * (1.0 - self.explained_share());
            let count = self.unexplained;
            remarks.push(format!(
                "{count} lines ({share:.2} %) are not understood; the first is {place}, line {line}: {:?}",
                first.text
            ));
        }
        let torn: u64 = self.runs.iter().map(|run| run.torn).sum();
        if torn > 0 {
            remarks.push(format!("{torn} collections are incomplete in the log and left out"));
        }
        remarks.extend(self.runs.iter().flat_map(|run| run.facts.contradictions.iter().cloned()));
        remarks
    }
}
