//! Real Flink jobs with state or a cache on the heap, under five collectors, on one and two cores.
//!
//! A source makes records without end; one keyed operator with one subtask a core aggregates or caches them. Each row is
//! simulated from the start of the job, without state, to the end of its window. Only the cost of a record is fitted, and
//! on few rows: those with the largest heaps, at most four a collector and workload. Rows that sort or keep their state in
//! RocksDB hold no state on the heap; nothing is said of them.

mod curves;

pub use curves::{Curve, Over, Panel, Point};

use curves::panels;
use rayon::prelude::*;

use super::cluster::{Observed, observe};
use super::flink_job::{Access, Job, Setup};
use super::jvm::{Described, described};
use super::record_cost::{Estimates, Told};
use super::{Column, Dataset, Fit, Fits, Holds, Judged, Predicted, Prediction, Predictions, Quantity, Table};
use crate::base::{Bytes, Entry};
use crate::jvm::Window;
use crate::jvm::description::Coefficients;

/// The registry entry.
pub const ENTRY: Entry<Dataset> = Entry {
    name: "flink-runs",
    summary: "throughput and collections of Flink jobs with state on the heap",
    source: "our measurements, Flink 2.1.3 on OpenJDK 17, Zen 4",
    params: &[],
    traits: &[],
    build: Dataset {
        columns: &[
            Column { name: "id", holds: Holds::Text },
            Column { name: "workload", holds: Holds::Word(&["agg", "cache", "sort"]) },
            Column { name: "gc", holds: Holds::Collector },
            Column { name: "cores", holds: Holds::Number(1.0, 1024.0) },
            Column { name: "keys", holds: Holds::Number(1.0, 1e12) },
            Column { name: "zipf", holds: Holds::NumberOrBlank(0.0, 10.0) },
            Column { name: "value", holds: Holds::Number(1.0, 1e9) },
            Column { name: "entries", holds: Holds::NumberOrBlank(0.0, 1e12) },
            Column { name: "missNs", holds: Holds::NumberOrBlank(0.0, 1e12) },
            Column { name: "xmx_bytes", holds: Holds::Number(1048576.0, 1e15) },
            Column { name: "options", holds: Holds::TextOrBlank },
            Column { name: "window_s", holds: Holds::NumberOrBlank(0.0, 3600.0) },
        ],
        key: &["id"],
        group: "gc",
        quantities: &[
            Quantity { column: "records_per_s", unit: "/s", judged: Judged::Relative, bound: 0.20 },
            Quantity { column: "pause_fraction", unit: "", judged: Judged::Absolute, bound: 0.05 },
            Quantity { column: "gc_young", unit: "", judged: Judged::Count, bound: 0.15 },
            Quantity { column: "gc_full", unit: "", judged: Judged::Count, bound: 0.15 },
            Quantity { column: "status", unit: "", judged: Judged::Word, bound: 0.0 },
        ],
        predict,
        curves: Some(curves),
        scenarios: Some(scenarios),
        fits: Fits { rows: true, description: Some("openjdk17-flink") },
    },
};

/// Rows fitted at most, for each workload and collector.
const FITTED: usize = 4;

/// Seconds of a window where the file names none.
pub(super) const WINDOW: f64 = 12.5;

/// Bounds of the search for a cost, as factors of the calibrated one: exp(-REACH) ..= exp(REACH).
const REACH: f64 = 1.1;
/// A cost is found where simulated and measured throughput agree within this share, or after so many simulations.
const CLOSE: f64 = 0.002;
const TRIALS: u32 = 9;

fn predict(table: &Table, fit: &Fit) -> Result<Predictions, Vec<String>> {
    let described = described(fit, "openjdk17-flink")?;
    let sample = Sample::of(table, fit, &described);
    described.needs(["agg", "cache"].into_iter().filter(|workload| has_rows(table, workload)))?;
    let runs: Vec<(usize, &Option<Run>)> = sample.runs.iter().enumerate().collect();
    let rows: Result<Vec<Predicted>, String> = runs
        .into_par_iter()
        .map(|(row, run)| match run {
            Some(run) => {
                let fitted = sample.fitted.contains(&row);
                Ok(Predicted { fitted, ..run.simulate(sample.cost(run), run.window)?.predicted() })
            }
            None => Ok(Predicted { passed_over: true, ..Predicted::default() }),
        })
        .collect();
    Ok(Predictions { rows: rows.map_err(|fault| vec![fault])?, notes: sample.notes })
}

/// Whether a row of that workload keeps something on the heap.
fn has_rows(table: &Table, workload: &str) -> bool {
    (0..table.len())
        .any(|row| table.text(row, "workload") == workload && !table.text(row, "options").contains("rocksdb"))
}

fn curves(table: &Table, fit: &Fit) -> Result<Vec<Panel>, Vec<String>> {
    let described = described(fit, "openjdk17-flink")?;
    let sample = Sample::of(table, fit, &described);
    Ok(panels(table, &sample))
}

fn scenarios(table: &Table, fit: &Fit) -> Result<Vec<(String, String)>, Vec<String>> {
    let described = described(fit, "openjdk17-flink")?;
    let sample = Sample::of(table, fit, &described);
    let runs = sample.runs.iter().enumerate().filter_map(|(row, run)| Some((row, run.as_ref()?)));
    let one = |(row, run): (usize, &Run)| {
        let (from, until) = (run.from(), run.from() + run.window);
        let text = run.setup(sample.cost(run), run.window).scenario(table.text(row, "id"));
        let head = format!(
            "# Row {} of {}: measured were the {} s from {from} s to {until} s after the start.\n",
            table.text(row, "id"),
            table.file(),
            run.window
        );
        (table.text(row, "id").to_string(), head + &text)
    };
    Ok(runs.map(one).collect())
}

/// The rows of a table, and what the fitted ones among them tell.
pub(super) struct Sample<'a> {
    /// One a row; absent where nothing is said of it.
    pub runs: Vec<Option<Run<'a>>>,
    /// Rows that were fitted.
    pub fitted: Vec<usize>,
    estimates: Estimates,
    notes: Vec<String>,
}

impl<'a> Sample<'a> {
    fn of(table: &Table, fit: &Fit, described: &'a Described) -> Sample<'a> {
        let mut notes: Vec<String> = Vec::new();
        let mut runs = Vec::with_capacity(table.len());
        for row in 0..table.len() {
            let run = Run::of(table, row, described);
            if let Some(reason) = run.as_ref().err().filter(|reason| !notes.contains(*reason)) {
                notes.push(reason.clone());
            }
            runs.push(run.ok());
        }
        let fitted = chosen(table, fit, &runs);
        let rows = || fitted.iter().filter_map(|row| Some((*row, runs.get(*row)?.as_ref()?)));
        let all: Vec<(usize, &Run)> = rows().collect();
        let mut told: Vec<Told> = all.into_par_iter().filter_map(|(row, run)| run.told(table, row)).collect();
        // The calibrated cost counts as one more row: it steadies a file of few rows, and gives way where many say otherwise.
        let mut workloads: Vec<&Run> = rows().map(|(_, run)| run).collect();
        workloads.sort_by(|a, b| a.workload.cmp(&b.workload));
        workloads.dedup_by(|a, b| a.workload == b.workload);
        told.extend(workloads.iter().map(|run| run.calibrated()));
        Sample { runs, fitted, estimates: Estimates::from(&told), notes }
    }

    /// Nanoseconds of a record in this run: of the rows that were fitted, else as calibrated.
    pub fn cost(&self, run: &Run) -> f64 {
        self.estimates.of(&run.workload, &run.setting()).map_or(run.record(), f64::exp)
    }
}

/// The rows whose throughput is used: of each workload and collector the largest heaps, as many for each number of cores.
fn chosen(table: &Table, fit: &Fit, runs: &[Option<Run>]) -> Vec<usize> {
    let measured = |row: &usize| table.number(*row, "records_per_s").is_some_and(|rate| rate > 0.0);
    let allowed = |row: &usize| fit.takes(&table.key(*row)).unwrap_or(true);
    let mut rows: Vec<(&Run, usize)> = (0..runs.len())
        .filter(|row| measured(row) && allowed(row))
        .filter_map(|row| Some((runs.get(row)?.as_ref()?, row)))
        .collect();
    rows.sort_by(|a, b| b.0.heap.cmp(&a.0.heap).then(a.1.cmp(&b.1)));
    let mut taken: Vec<(&Run, usize)> = Vec::new();
    for (run, row) in &rows {
        let alike = |other: &Run| other.workload == run.workload && other.gc == run.gc;
        let mut settings: Vec<String> =
            rows.iter().filter(|(other, _)| alike(other)).map(|(other, _)| other.setting()).collect();
        settings.sort();
        settings.dedup();
        let same = taken
            .iter()
            .filter(|(other, _)| other.workload == run.workload && other.setting() == run.setting())
            .count();
        if same < FITTED / settings.len().clamp(1, FITTED) {
            taken.push((run, *row));
        }
    }
    taken.into_iter().map(|(_, row)| row).collect()
}

/// One row to simulate.
#[derive(Clone)]
pub(super) struct Run<'a> {
    pub workload: String,
    pub gc: String,
    pub cores: f64,
    pub heap: Bytes,
    pub job: Job,
    pub window: f64,
    jvm: &'a str,
    costs: &'a Coefficients,
}

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Outcome {
    Ran { records: f64, paused: f64, young: u64, full: u64 },
    OutOfMemory,
}

impl Outcome {
    fn predicted(self) -> Predicted {
        let (numbers, status) = match self {
            Outcome::Ran { records, paused, young, full } => ([records, paused, young as f64, full as f64], "ok"),
            Outcome::OutOfMemory => ([0.0; 4], "oom"),
        };
        let mut values: Vec<Option<Prediction>> = numbers.map(|number| Some(Prediction::Number(number))).into();
        values.push(Some(Prediction::Word(status.into())));
        Predicted { values, ..Predicted::default() }
    }
}

impl<'a> Run<'a> {
    /// The row to simulate; the text says why nothing is said of it.
    fn of(table: &Table, row: usize, described: &'a Described) -> Result<Run<'a>, String> {
        let (workload, gc) = (table.text(row, "workload"), table.text(row, "gc"));
        if workload == "sort" {
            return Err("rows that sort are passed over: managed memory holds their records, not the heap".into());
        }
        if table.text(row, "options").contains("rocksdb") {
            return Err("rows with RocksDB are passed over: their state is not on the heap".into());
        }
        let number = |column| table.number(row, column).unwrap_or(0.0);
        let access = match workload {
            "cache" => Access::Cache { entries: number("entries"), miss: number("missNs") },
            _ => Access::Aggregate,
        };
        described.section(gc)?;
        let costs = described.section(workload)?;
        for (name, bounds) in [("record", 1.0..=1e9), ("window-start", 0.0..=3.6e12)] {
            let value = costs.get(name);
            if !bounds.contains(&value) {
                let (file, low, high) = (&described.name, bounds.start(), bounds.end());
                return Err(format!("{file}: {workload}.{name} is {value} ns: expected {low} to {high} ns"));
            }
        }
        Ok(Run {
            workload: workload.into(),
            gc: gc.into(),
            cores: number("cores"),
            heap: Bytes::from_f64(number("xmx_bytes")),
            job: Job { access, keys: (number("keys") as u64, number("zipf")), value: number("value") },
            window: Some(number("window_s")).filter(|window| *window > 0.0).unwrap_or(WINDOW),
            jvm: &described.name,
            costs,
        })
    }

    /// What rows with the same offset of their cost have in common.
    fn setting(&self) -> String {
        format!("{} on {}", self.gc, self.cores)
    }

    /// The calibrated cost of a record, nanoseconds.
    fn record(&self) -> f64 {
        self.costs.get("record")
    }

    /// The calibrated cost, as a row of a setting of its own.
    fn calibrated(&self) -> Told {
        let setting = "as calibrated".into();
        Told { workload: self.workload.clone(), setting, log_cost: self.record().ln(), paused: 0.0 }
    }

    /// The run with records that cost so many nanoseconds, measured over `window` seconds.
    ///
    /// # Errors
    /// A row that makes no scenario, in words.
    pub fn simulate(&self, record: f64, window: f64) -> Result<Outcome, String> {
        Ok(self.outcome(&self.observe(record, window)?, window))
    }

    /// Runs the row's scenario to the end of a window of that many seconds.
    pub fn observe(&self, record: f64, window: f64) -> Result<Observed, String> {
        observe(&self.setup(record, window).scenario("row"))
    }

    fn setup(&self, record: f64, window: f64) -> Setup<'_> {
        Setup {
            jvm: self.jvm,
            collector: &self.gc,
            cores: self.cores,
            heap: self.heap,
            job: self.job,
            costs: self.costs,
            record,
            from: self.from(),
            seconds: self.from() + window,
        }
    }

    /// Seconds from the start of the job to its window.
    fn from(&self) -> f64 {
        self.costs.get("window-start") * 1e-9
    }

    /// What is seen within a window of that many seconds.
    pub fn outcome(&self, observed: &Observed, window: f64) -> Outcome {
        if observed.out_of_memory.is_some() {
            return Outcome::OutOfMemory;
        }
        let within = Window { from: self.from(), until: self.from() + window };
        let sum = observed.log.within(within);
        let records = observed.records(within) / window;
        Outcome::Ran { records, paused: sum.paused / window, young: sum.young, full: sum.full }
    }

    /// The cost at which the simulation meets the measured throughput; within [`REACH`] of the calibrated one. Where half
    /// the cost makes twice the throughput the first guess is right, and each further one follows the last.
    fn told(&self, table: &Table, row: usize) -> Option<Told> {
        let measured = table.number(row, "records_per_s")?;
        let (mut low, mut high, mut at, mut paused) = (-REACH, REACH, 0.0, 0.0);
        for _ in 0..TRIALS {
            let Outcome::Ran { records, paused: share, .. } =
                self.simulate(self.record() * f64::exp(at), self.window).ok()?
            else {
                return None;
            };
            paused = share;
            let off = (records / measured).ln();
            if off.abs() < CLOSE {
                break;
            }
            (low, high) = if off > 0.0 { (at, high) } else { (low, at) };
            let next = at + off / (1.0 - share).max(0.2);
            at = if next > low && next < high { next } else { 0.5 * (low + high) };
        }
        let paused = table.number(row, "pause_fraction").unwrap_or(paused);
        let log_cost = self.record().ln() + at;
        Some(Told { workload: self.workload.clone(), setting: self.setting(), log_cost, paused })
    }
}

#[cfg(test)]
mod tests;
