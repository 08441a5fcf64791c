//! Real Flink jobs with state or a cache on the heap, under five collectors, on one and two cores.
//!
//! A source makes records without end; one keyed operator with one subtask a core aggregates or caches them. Each row is
//! simulated from the start of the job, without state, to the end of its window. Only the cost of a record is fitted, and
//! on few rows: those with the largest heaps, at most four a collector and workload. Rows that sort or keep their state in
//! RocksDB hold no state on the heap; nothing is said of them.

use super::curves::panels;
use super::jvm::{calibration, collector};
use super::operator::{Access, Job, Operator};
use super::record_cost::{Estimates, Told};
use super::{Column, Dataset, Fit, Holds, Judged, Panel, Predicted, Prediction, Predictions, Quantity, Table};
use crate::base::{Bytes, Entry};
use crate::experiment::jvm::{Jvm, Machine, Window};
use crate::memory::heap::{Heap, HeapSpec, OutOfMemory};
use crate::price::calibration::{Calibration, Coefficients};

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
            Column { name: "gc", holds: Holds::Word(&["serial", "parallel", "g1", "z", "shenandoah"]) },
            Column { name: "cores", holds: Holds::Number(1.0, 1024.0) },
            Column { name: "keys", holds: Holds::Number(1.0, 1e12) },
            Column { name: "zipf", holds: Holds::NumberOrBlank(0.0, 10.0) },
            Column { name: "value", holds: Holds::Number(1.0, 1e9) },
            Column { name: "entries", holds: Holds::NumberOrBlank(0.0, 1e12) },
            Column { name: "missNs", holds: Holds::NumberOrBlank(0.0, 1e12) },
            Column { name: "xmx_bytes", holds: Holds::Number(1048576.0, 1e15) },
            Column { name: "options", holds: Holds::TextOrBlank },
            Column { name: "window_s", holds: Holds::NumberOrBlank(0.0, 1e6) },
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
    },
};

/// Rows fitted at most, for each workload and collector.
const FITTED: usize = 4;

/// Seconds of a window where the file names none.
pub(super) const WINDOW: f64 = 12.5;

/// Objects so small that dirty cards come from updates alone, and that memory can be used to the last.
const GRAIN: Bytes = Bytes(64 << 10);

/// Steps of the search for a cost, as factors of the calibrated one: exp(-REACH) ..= exp(REACH).
const REACH: f64 = 1.1;
const HALVINGS: u32 = 11;

fn predict(table: &Table, fit: &Fit) -> Result<Predictions, Vec<String>> {
    let calibration = calibration(fit, "openjdk17-flink")?;
    let sample = Sample::of(table, fit, &calibration);
    let rows = sample.runs.iter().enumerate().map(|(row, run)| match run {
        Some(run) => {
            let fitted = sample.fitted.contains(&row);
            Predicted { fitted, ..run.simulate(sample.cost(run)).predicted() }
        }
        None => Predicted::default(),
    });
    Ok(Predictions { rows: rows.collect(), notes: sample.notes })
}

fn curves(table: &Table, fit: &Fit) -> Result<Vec<Panel>, Vec<String>> {
    let calibration = calibration(fit, "openjdk17-flink")?;
    let sample = Sample::of(table, fit, &calibration);
    Ok(panels(table, &sample))
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
    fn of(table: &Table, fit: &Fit, calibration: &'a Calibration) -> Sample<'a> {
        let mut notes: Vec<String> = Vec::new();
        let mut runs = Vec::with_capacity(table.len());
        for row in 0..table.len() {
            let run = Run::of(table, row, calibration);
            if let Some(reason) = run.as_ref().err().filter(|reason| !notes.contains(*reason)) {
                notes.push(reason.clone());
            }
            runs.push(run.ok());
        }
        let fitted = chosen(table, fit, &runs);
        let rows = || fitted.iter().filter_map(|row| Some((*row, runs.get(*row)?.as_ref()?)));
        let mut told: Vec<Told> = rows().filter_map(|(row, run)| run.told(table, row)).collect();
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
    costs: &'a Coefficients,
    section: &'a Coefficients,
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
        Predicted { values, fitted: false }
    }
}

impl<'a> Run<'a> {
    /// The row to simulate; the text says why nothing is said of it.
    fn of(table: &Table, row: usize, calibration: &'a Calibration) -> Result<Run<'a>, String> {
        let (workload, gc) = (table.text(row, "workload"), table.text(row, "gc"));
        if workload == "sort" {
            return Err("rows that sort are passed over: managed memory holds their records, not the heap".into());
        }
        if table.text(row, "options").contains("rocksdb") {
            return Err("rows with RocksDB are passed over: their state is not on the heap".into());
        }
        let described = |name: &str| {
            calibration.section(name).ok_or_else(|| format!("{} has no section [{name}]", calibration.name))
        };
        let number = |column| table.number(row, column).unwrap_or(0.0);
        let access = match workload {
            "cache" => Access::Cache { entries: number("entries"), miss: number("missNs") },
            _ => Access::Aggregate,
        };
        let section = described(gc)?;
        collector(gc, section)?;
        Ok(Run {
            workload: workload.into(),
            gc: gc.into(),
            cores: number("cores"),
            heap: Bytes::from_f64(number("xmx_bytes")),
            job: Job { access, keys: (number("keys") as u64, number("zipf")), value: number("value") },
            window: Some(number("window_s")).filter(|window| *window > 0.0).unwrap_or(WINDOW),
            costs: described(workload)?,
            section,
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

    /// The run with records that cost so many nanoseconds.
    pub fn simulate(&self, record: f64) -> Outcome {
        let measured = self.jvm().and_then(|mut jvm| self.measure(&mut jvm, record).map_err(|error| error.to_string()));
        measured.unwrap_or(Outcome::OutOfMemory)
    }

    fn jvm(&self) -> Result<Jvm, String> {
        let spec = HeapSpec { object: GRAIN, ..HeapSpec::new(self.heap, self.cores) };
        let machine = Machine { cores: self.cores, threads: self.cores };
        let mut section = self.section.clone();
        section.scale("copied", self.costs.get("graph-copying"));
        for name in ["marked", "unordered", "compacted", "crowded"] {
            section.scale(name, self.costs.get("graph-marking"));
        }
        Jvm::new(Heap::new(spec, collector(&self.gc, &section)?), machine, &section)
    }

    fn measure(&self, jvm: &mut Jvm, record: f64) -> Result<Outcome, OutOfMemory> {
        let mut operator = Operator::new(self.job, self.costs, record);
        jvm.load_classes()?;
        jvm.pin(operator.pinned())?;
        let from = self.costs.get("window-start") * 1e-9;
        let window = Window { from, until: from + self.window };
        jvm.measure(window);
        jvm.run(&mut operator)?;
        let sum = jvm.log().within(window);
        let records = jvm.units() / self.window;
        Ok(Outcome::Ran { records, paused: sum.paused / self.window, young: sum.young, full: sum.full })
    }

    /// The cost at which the simulation meets the measured throughput, by halving; within [`REACH`] of the calibrated one.
    fn told(&self, table: &Table, row: usize) -> Option<Told> {
        let measured = table.number(row, "records_per_s")?;
        let (mut low, mut high) = (-REACH, REACH);
        let mut paused = 0.0;
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            let Outcome::Ran { records, paused: share, .. } = self.simulate(self.record() * middle.exp()) else {
                return None;
            };
            paused = share;
            if records > measured { low = middle } else { high = middle }
        }
        let paused = table.number(row, "pause_fraction").unwrap_or(paused);
        let log_cost = self.record().ln() + 0.5 * (low + high);
        Some(Told { workload: self.workload.clone(), setting: self.setting(), log_cost, paused })
    }
}

#[cfg(test)]
mod tests;
