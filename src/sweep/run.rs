//! What one run is to a sweep: a key goes in, a status and measurements come out, a row goes to a sink.

use std::fmt;
use std::str::FromStr;

use crate::metrics::{Record, SeriesRow};
use crate::stats::Bucket;

/// Which run this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunKey {
    /// Place in the plan and in `runs.csv`, from 0.
    pub index: usize,
    /// Combination of axis values, an index into `Meta::cells`.
    pub cell: usize,
    /// Number of the replication, from 0. Equal numbers share their random numbers across cells.
    pub replication: u32,
    /// Seed of the replication.
    pub seed: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// As planned.
    Ok,
    /// Given up after OutOfMemoryErrors; what was measured until then counts.
    Oom,
    /// Ended by an error of scenario, trace or policy, which the message names. Nothing was measured.
    Failed(String),
    /// Ended by a fault of ours. Nothing was measured.
    Panicked(String),
}

impl Status {
    /// Whether the run's measurements count.
    pub fn is_measured(&self) -> bool {
        matches!(self, Status::Ok | Status::Oom)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Status::Ok => f.write_str("ok"),
            Status::Oom => f.write_str("oom"),
            Status::Failed(message) => write!(f, "failed: {message}"),
            Status::Panicked(message) => write!(f, "panicked: {message}"),
        }
    }
}

impl FromStr for Status {
    type Err = String;
    fn from_str(text: &str) -> Result<Status, String> {
        match (text, text.split_once(": ")) {
            ("ok", _) => Ok(Status::Ok),
            ("oom", _) => Ok(Status::Oom),
            (_, Some(("failed", message))) => Ok(Status::Failed(message.into())),
            (_, Some(("panicked", message))) => Ok(Status::Panicked(message.into())),
            _ => Err(format!("\"{text}\" is not a status: expected ok, oom, failed: … or panicked: …")),
        }
    }
}

/// What a run gives.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOutput {
    /// How it ended.
    pub status: Status,
    /// Its columns.
    pub record: Record,
    /// Its ticks, if this replication writes them.
    pub series: Vec<SeriesRow>,
    /// Weights by value, under the name of what was counted. Merged over the replications of a cell.
    pub histograms: Vec<(String, Vec<Bucket>)>,
}

impl RunOutput {
    /// A run that ended with this status and measured nothing.
    pub fn nothing(status: Status) -> RunOutput {
        RunOutput { status, record: Record::default(), series: Vec::new(), histograms: Vec::new() }
    }
}

/// Carries out runs. Equal keys must give equal outputs, whatever else runs at the same time.
pub trait Work: Sync {
    /// Carries out one run. A panic ends this run only and is reported as a fault of ours.
    fn run(&self, key: RunKey) -> RunOutput;

    /// The first cell whose runs are the same as those of `cell` under the same seeds, itself if there is none. One run
    /// then serves all of them.
    fn alike(&self, cell: usize) -> usize {
        cell
    }
}

/// What a sweep keeps of a run once its row has left.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Which run.
    pub key: RunKey,
    /// How it ended.
    pub status: Status,
    /// What it measured.
    pub record: Record,
}

/// Why a row could not be kept; the sweep stops.
pub type SinkError = Box<dyn std::error::Error + Send + Sync>;

/// Takes finished runs, in index order and without gaps.
pub trait RowSink {
    /// Keeps one run for good before it returns.
    fn accept(&mut self, key: &RunKey, output: &RunOutput) -> Result<(), SinkError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_reads_back_as_it_was_written() {
        for status in
            [Status::Ok, Status::Oom, Status::Failed("policy x: moved 3: to 4".into()), Status::Panicked(String::new())]
        {
            assert_eq!(status.to_string().parse(), Ok(status));
        }
        assert!("fine".parse::<Status>().unwrap_err().contains("expected ok"));
    }
}
