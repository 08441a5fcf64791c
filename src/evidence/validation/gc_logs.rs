//! Logs of garbage collectors: the later half of each run from its earlier half.
//!
//! The rows are made here: one a run. Input are logs, folders of logs, a CSV file whose column `log` names logs beside it,
//! or a CSV file of events (`log,time_s,kind,cause,heap_before_mb,heap_after_mb,heap_committed_mb,duration_ms`), one of
//! which is one log each. What is predicted is what [`crate::gc_study::replay::hold_out`] says.

mod events;
mod input;
#[cfg(test)]
mod tests;

use std::path::PathBuf;

use super::{Column, Dataset, Fit, Fits, Holds, Judged, Predicted, Prediction, Quantity, Table, Validation};
use crate::base::Entry;
use crate::gc_study::calibrate::{Logs, Observed};
use crate::gc_study::replay::{GOOD, Holdout, hold_out};
use crate::kernel::Streams;

/// The registry entry.
pub const ENTRY: Entry<Dataset> = Entry {
    name: "gc-logs",
    summary: "pauses and collections of the later half of a log, told from its earlier half",
    source: "any garbage-collection log of HotSpot",
    params: &[],
    traits: &[],
    build: Dataset {
        columns: &[
            Column { name: "log", holds: Holds::Text },
            Column { name: "collector", holds: Holds::Text },
            Column { name: "status", holds: Holds::Text },
        ],
        key: &["log"],
        group: "collector",
        quantities: &[
            Quantity { column: "pause_s", unit: "s", judged: Judged::Relative, bound: GOOD.0 },
            Quantity { column: "collections", unit: "", judged: Judged::Relative, bound: GOOD.1 },
        ],
        predict: |_, _| Err(vec!["error: gc-logs takes logs, and makes its rows itself".into()]),
        curves: None,
        scenarios: None,
        fits: Fits { rows: false, description: None },
    },
};

/// Columns of the table that is made.
const HEADER: [&str; 8] =
    ["log", "collector", "from_s", "pause_s", "collections", "forecast_pause_s", "forecast_collections", "status"];

/// Status of a run that is judged, and of one that is too short for it.
const STATUS: (&str, &str) = ("judged", "too short");

/// Reads logs, tells the later half of each run from its earlier half, and judges that.
///
/// # Errors
/// Everything that is wrong with the input: files that are missing, damaged or no logs, and options that do not apply.
pub fn validate_logs(paths: &[PathBuf], fit: &Fit) -> Result<Validation, Vec<String>> {
    let mut faults = Vec::new();
    if fit.share.is_some() || !fit.heaps.is_empty() {
        faults
            .push("error: gc-logs fits the earlier half of each log: --fit-share and --fit-heaps do not apply".into());
    }
    let logs = match input::read(paths) {
        Ok(logs) if faults.is_empty() => logs,
        read => {
            faults.extend(read.err().into_iter().flatten());
            return Err(faults);
        }
    };
    let streams = Streams::new(1);
    let held: Vec<Option<Holdout>> = logs.runs.iter().map(|run| hold_out(run, 0.5, &streams)).collect();
    let header = HEADER.map(String::from).to_vec();
    let cells = logs.runs.iter().zip(&held).map(|(run, held)| cells(run, held.as_ref())).collect();
    let name = match paths {
        [one] => one.display().to_string(),
        more => format!("{} files", more.len()),
    };
    let rows = held.iter().map(|held| predicted(held.as_ref())).collect();
    let mut notes = notes(&logs, &held);
    if let Some(calibration) = &fit.calibration {
        notes.push(format!("each log is its own calibration: {} was not used", calibration.file));
    }
    Ok(Validation { dataset: &ENTRY, table: Table::made(name, header, cells, ENTRY.build.key), rows, notes })
}

fn cells(run: &Observed, held: Option<&Holdout>) -> Vec<String> {
    let number = |of: fn(&Holdout) -> f64, digits: usize| {
        held.map(of).map_or(String::new(), |value| format!("{value:.digits$}"))
    };
    vec![
        run.name.clone(),
        run.collector.to_string(),
        number(|held| held.from_s, 3),
        number(|held| held.pauses.measured, 6),
        number(|held| held.collections.measured, 0),
        number(|held| held.forecast_pauses.predicted, 6),
        number(|held| held.forecast_collections.predicted, 2),
        if held.is_some() { STATUS.0 } else { STATUS.1 }.into(),
    ]
}

fn predicted(held: Option<&Holdout>) -> Predicted {
    let number = |of: fn(&Holdout) -> f64| held.map(|held| Prediction::Number(of(held)));
    let values = vec![number(|held| held.pauses.predicted), number(|held| held.collections.predicted)];
    Predicted { values, ..Predicted::default() }
}

fn notes(logs: &Logs, held: &[Option<Holdout>]) -> Vec<String> {
    let judged: Vec<&Holdout> = held.iter().flatten().collect();
    let all = judged.len();
    let count = |good: &dyn Fn(&Holdout) -> bool| judged.iter().filter(|held| good(held)).count();
    let (pauses, collections) = (|h: &Holdout| h.pauses.within(GOOD.0), |h: &Holdout| h.collections.within(GOOD.1));
    let mut notes = vec![
        format!(
            "later halves: pauses within {:.0} % on {} of {all}, collections within {:.0} % on {}, both on {}",
            100.0 * GOOD.0,
            count(&pauses),
            100.0 * GOOD.1,
            count(&collections),
            count(&|held| pauses(held) && collections(held)),
        ),
        format!(
            "forecast from the first half alone: pauses on {}, collections on {}",
            count(&|held| held.forecast_pauses.within(GOOD.0)),
            count(&|held| held.forecast_collections.within(GOOD.1)),
        ),
        "pauses are told given what each collection touched, collections by replaying what was allocated".into(),
    ];
    let lines = logs.lines;
    if lines.all > 0 {
        let known = 100.0 * (1.0 - lines.unexplained as f64 / lines.all as f64);
        notes.push(format!("lines: {}, of which {known:.2} % are understood or of a known sort", lines.all));
    }
    let short = held.len() - all;
    if short > 0 {
        notes.push(format!("runs too short to be judged, or without times: {short}"));
    }
    notes.extend(logs.remarks.iter().take(MOST_REMARKS).cloned());
    if let Some(more) = logs.remarks.len().checked_sub(MOST_REMARKS + 1) {
        notes.push(format!("{} more remarks: `heapwise calibrate` tells them log by log", more + 1));
    }
    notes
}

/// Remarks about logs that are passed on.
const MOST_REMARKS: usize = 5;
