//! Throughput over heap size: what was measured, and what is predicted there and between.
//!
//! Rows that differ in nothing but heap and collector form a panel, with a curve for each collector. Caches may instead
//! differ in how much they hold on one heap.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::super::Table;
use super::super::flink_job::{Access, FRAMEWORK};
use super::{Outcome, Run, Sample, WINDOW};
use crate::base::Bytes;

/// Rows that differ in one thing and in the collector alone.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// What its rows have in common.
    pub title: String,
    /// In what they differ.
    pub over: Over,
    /// By the collector's name; never empty.
    pub curves: Vec<Curve>,
}

/// What the horizontal axis of a panel shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Over {
    /// Bytes of task heap per core (D/C).
    HeapPerCore,
    /// Entries that a cache holds at most.
    Entries,
}

/// One collector.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The collector's name.
    pub group: String,
    /// Measured rows, by ascending x.
    pub measured: Vec<Point>,
    /// Predictions on an even grid, by ascending x. They end where memory would run out.
    pub predicted: Vec<Point>,
}

/// A place on a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// As the panel's `over` says.
    pub x: f64,
    /// Records a second.
    pub rate: f64,
    /// Share of the time in pauses, 0 ..= 1.
    pub paused: f64,
    /// Whether the row had a part in fitting.
    pub fitted: bool,
}

impl Point {
    /// Whether more than half of the time goes to collections.
    pub fn thrashes(&self) -> bool {
        self.paused > 0.5
    }
}

/// Points of a predicted curve.
const GRID: u32 = 64;

/// Windows over which a predicted point is averaged, as shares of the usual one: how many full collections fall into a
/// window hangs on where it ends.
const WINDOWS: [f64; 3] = [0.9, 1.0, 1.1];

/// Runs with the rows where they stand.
type Rows<'a> = Vec<(usize, &'a Run<'a>)>;

/// The panels of a sample, those over heap first.
pub(super) fn panels(table: &Table, sample: &Sample) -> Vec<Panel> {
    let runs: Rows = sample.runs.iter().enumerate().filter_map(|(row, run)| Some((row, run.as_ref()?))).collect();
    let mut groups: BTreeMap<(Over, Vec<String>), Rows> = BTreeMap::new();
    for (row, run) in &runs {
        let differ = |over: Over| {
            let alike = runs.iter().filter(|(_, other)| common(other, over) == common(run, over));
            let mut places: Vec<u64> = alike.map(|(_, other)| place(other, over).to_bits()).collect();
            places.sort_unstable();
            places.dedup();
            places.len()
        };
        let (heaps, entries) = (differ(Over::HeapPerCore), differ(Over::Entries));
        let over = if entries > heaps { Over::Entries } else { Over::HeapPerCore };
        if heaps.max(entries) > 1 {
            groups.entry((over, common(run, over))).or_default().push((*row, run));
        }
    }
    groups.into_iter().map(|((over, _), rows)| panel(table, sample, over, &rows)).collect()
}

/// What rows of a panel have in common, as a key.
fn common(run: &Run, over: Over) -> Vec<String> {
    let (entries, miss) = match run.job.access {
        Access::Aggregate => (0.0, 0.0),
        Access::Cache { entries, miss } => (entries, miss),
    };
    let rest = if over == Over::Entries { run.heap.as_f64() } else { entries };
    let numbers = [run.cores, run.job.keys.0 as f64, run.job.keys.1, run.job.value, miss, rest];
    std::iter::once(run.workload.clone()).chain(numbers.map(|number| format!("{number:020.3}"))).collect()
}

fn place(run: &Run, over: Over) -> f64 {
    match (over, run.job.access) {
        (Over::Entries, Access::Cache { entries, .. }) => entries,
        (Over::Entries, Access::Aggregate) => 0.0,
        (Over::HeapPerCore, _) => heap_per_core(run),
    }
}

fn heap_per_core(run: &Run) -> f64 {
    run.heap.saturating_sub(FRAMEWORK).as_f64() / run.cores
}

/// The run elsewhere on its panel's axis.
fn moved<'a>(run: &Run<'a>, over: Over, x: f64) -> Run<'a> {
    let mut run = run.clone();
    match (over, &mut run.job.access) {
        (Over::Entries, Access::Cache { entries, .. }) => *entries = x,
        (Over::Entries, Access::Aggregate) => {}
        (Over::HeapPerCore, _) => run.heap = Bytes::from_f64(x * run.cores) + FRAMEWORK,
    }
    run
}

fn panel(table: &Table, sample: &Sample, over: Over, rows: &[(usize, &Run)]) -> Panel {
    let places = rows.iter().map(|(_, run)| place(run, over)).filter(|x| *x > 0.0);
    let (low, high) = places.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), x| (low.min(x), high.max(x)));
    let mut collectors: Vec<&str> = rows.iter().map(|(_, run)| run.gc.as_str()).collect();
    collectors.sort_unstable();
    collectors.dedup();
    let curve = |gc: &str| {
        let own = rows.iter().filter(|(_, run)| run.gc == gc);
        let mut measured: Vec<Point> =
            own.clone().filter_map(|(row, run)| told(table, sample, (*row, run), over)).collect();
        measured.sort_by(|a, b| a.x.total_cmp(&b.x));
        let grid = (0..=GRID).into_par_iter().map(|step| low * (high / low).powf(f64::from(step) / f64::from(GRID)));
        let along = |run: &Run| grid.filter_map(|x| predicted(&moved(run, over, x), sample.cost(run), x)).collect();
        let predicted = own.clone().next().map_or(Vec::new(), |(_, run)| along(run));
        Curve { group: gc.into(), predicted, measured }
    };
    let title = rows.first().map(|(_, run)| title(run, over)).unwrap_or_default();
    Panel { title, over, curves: collectors.into_iter().map(curve).collect() }
}

fn told(table: &Table, sample: &Sample, (row, run): (usize, &Run), over: Over) -> Option<Point> {
    let rate = table.number(row, "records_per_s")?;
    let paused = table.number(row, "pause_fraction").unwrap_or(0.0);
    Some(Point { x: place(run, over), rate, paused, fitted: sample.fitted.contains(&row) })
}

/// The mean over windows of several lengths; `None` where memory runs out.
fn predicted(run: &Run, cost: f64, x: f64) -> Option<Point> {
    let windows = WINDOWS.map(|share| share * WINDOW);
    let longest = windows.into_iter().fold(0.0, f64::max);
    let observed = run.observe(cost, longest).ok()?;
    let mut point = Point { x, rate: 0.0, paused: 0.0, fitted: false };
    for window in windows {
        let Outcome::Ran { records, paused, .. } = run.outcome(&observed, window) else { return None };
        point.rate += records / WINDOWS.len() as f64;
        point.paused += paused / WINDOWS.len() as f64;
    }
    Some(point)
}

fn title(run: &Run, over: Over) -> String {
    let cores = if run.cores == 1.0 { "1 core".into() } else { format!("{} cores", run.cores) };
    let keys = run.job.keys.0 as f64;
    let keys = if keys >= 1e6 { format!("{} M", keys / 1e6) } else { format!("{} k", keys / 1e3) };
    let rest = match (over, run.job.access) {
        (Over::Entries, _) => format!(", D/C {}", Bytes::from_f64(heap_per_core(run))),
        (Over::HeapPerCore, Access::Cache { entries, .. }) => format!(", {} k entries", entries / 1e3),
        (Over::HeapPerCore, Access::Aggregate) => String::new(),
    };
    let job = match run.job.access {
        Access::Aggregate => "Aggregation",
        Access::Cache { .. } => "Cache",
    };
    format!("{job} on {cores}, {keys} keys{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::validation::{DATASETS, Fit, sample};

    fn bundled() -> Vec<Panel> {
        let dataset = DATASETS.iter().find(|dataset| dataset.name == "flink-runs").expect("a dataset");
        let (name, bytes) = sample("flink-runs").expect("measurements");
        let table = Table::read(name, bytes, dataset).expect("sound");
        dataset.build.curves.expect("curves")(&table, &Fit::default()).expect("panels")
    }

    #[test]
    fn panels_hold_every_row_once_and_curves_span_their_axis() {
        let panels = bundled();
        let titles: Vec<&str> = panels.iter().map(|panel| panel.title.as_str()).collect();
        assert_eq!(
            titles,
            [
                "Aggregation on 1 core, 1 M keys",
                "Aggregation on 2 cores, 1 M keys",
                "Aggregation on 2 cores, 3 M keys",
                "Cache on 1 core, 5 M keys, D/C 1000 MiB"
            ]
        );
        let curves = || panels.iter().flat_map(|panel| &panel.curves);
        assert_eq!(curves().map(|curve| curve.measured.len()).sum::<usize>(), 64);
        assert!(curves().all(|curve| curve.predicted.len() == GRID as usize + 1), "memory runs out nowhere");
        let first = &panels[0].curves[0];
        assert_eq!((first.group.as_str(), first.measured[0].x), ("g1", 200.0 * 1048576.0));
        assert!((first.predicted[0].x / first.measured[0].x - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_table_with_nothing_to_compare_has_no_panel() {
        let dataset = DATASETS.iter().find(|dataset| dataset.name == "flink-runs").expect("a dataset");
        let text = "id,workload,gc,cores,keys,value,xmx_bytes\na,agg,g1,1,1000000,200,805306368\n";
        let table = Table::read("one.csv", text.as_bytes(), dataset).expect("sound");
        assert_eq!(dataset.build.curves.expect("curves")(&table, &Fit::default()), Ok(vec![]));
    }
}
