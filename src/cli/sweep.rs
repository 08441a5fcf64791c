//! From a loaded scenario to its results: the sweep, its tables, its charts, its summary.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::base::{Bytes, Facts, Trait};
use crate::chart;
use crate::sweep::{Axis, AxisKind, Cell, Meta, NO_ABLATION, Precision, RunKey, RunOutput, Status, Stop, Sweep, Work, findings, sweep};
use crate::metrics::ColumnId;
use crate::report::{Manifest, Results, summary};
use crate::scenario::catalogue::{BuiltIn, Catalogue};
use crate::scenario::spec::Scenario;
use crate::scenario::{Loaded, layout_of};
use crate::sim::{self, Ending};

use super::failure::Failure;

/// Everything that a sweep needs to know.
pub struct Plan {
    /// The checked scenario, with all its cells.
    pub loaded: Loaded,
    /// Folder of the results.
    pub out: PathBuf,
    /// Threads; `None` for all cores.
    pub threads: Option<NonZeroUsize>,
    /// Whether finished runs are kept.
    pub resume: bool,
    /// Whether progress is silent.
    pub quiet: bool,
    /// The command line, for the manifest.
    pub command: String,
}

/// Runs the sweep, writes tables and charts, prints the summary.
pub fn carry_out(plan: &Plan, out: &mut dyn Write) -> Result<(), Failure> {
    let meta = meta(&plan.loaded)?;
    let manifest = Manifest::new(&meta, &plan.loaded.resolved, &plan.command);
    let (mut results, done) = match plan.resume {
        true => Results::resume(&plan.out, &meta, &manifest).map_err(user)?,
        false => (Results::create(&plan.out, &meta, &manifest).map_err(user)?, Vec::new()),
    };
    let stop = Stop::on_ctrl_c().map_err(|text| Failure::Ours(text.into()))?;
    let threads = plan.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, |count| count.get());
    let runs = Simulations::of(&plan.loaded.cells);
    let order = Default::default();
    let sweeping = Sweep { meta: &meta, threads, order, stop: &stop, quiet: plan.quiet };
    let outcome = sweep(&runs, &sweeping, done, &mut results).map_err(|error| Failure::User(error.to_string()))?;
    if outcome.is_interrupted() {
        return Err(Failure::User(crate::report::stopped(&outcome, &plan.out)));
    }
    let found = findings(&meta, &outcome.rows);
    results.finish(&found).map_err(user)?;
    write!(out, "{}", summary(&meta, &found, &outcome, &plan.out))?;
    let drawn = chart::draw_all(&plan.out, &[]).map_err(|error| Failure::Ours(Box::new(error)))?;
    let count = drawn.iter().filter(|drawn| drawn.skipped.is_none()).count();
    writeln!(out, "Charts:  {count} in {}", plan.out.join("charts").display())?;
    failed(&outcome.rows, outcome.has_panics())
}

/// A run that failed is told again at the end, with the exit code of whoever is at fault.
fn failed(rows: &[crate::sweep::Row], ours: bool) -> Result<(), Failure> {
    let faults = rows.iter().filter(|row| !row.status.is_measured()).map(|row| row.status.to_string());
    let mut faults: Vec<String> = faults.collect();
    let runs = faults.len();
    faults.sort();
    faults.dedup();
    match faults.first() {
        None => Ok(()),
        Some(first) => {
            let text = format!("{runs} of {} runs have no result; the first reason: {first}", rows.len());
            Err(if ours { Failure::Ours(text.into()) } else { Failure::User(format!("error: {text}")) })
        }
    }
}

fn user(error: impl std::fmt::Display) -> Failure {
    Failure::User(error.to_string())
}

/// What the sweep is about, for tables and summaries.
fn meta(loaded: &Loaded) -> Result<Meta, Failure> {
    let first = &loaded.cells[0].scenario;
    let objective = loaded.experiment.text("objective");
    let column = ColumnId::find(&objective).ok_or_else(|| {
        let names: Vec<String> = crate::metrics::COLUMNS.iter().map(|column| column.name()).collect();
        let near = crate::scenario::nearest(&objective, names.iter().map(String::as_str));
        let hint = near.map(|near| format!(", did you mean \"{near}\"?")).unwrap_or_default();
        Failure::User(format!("experiment.objective: there is no column \"{objective}\"{hint}"))
    })?;
    let cells: Result<Vec<Cell>, Failure> = loaded.cells.iter().map(cell).collect();
    Ok(Meta {
        name: first.name.clone(),
        title: first.title.clone(),
        seed: first.run.count("seed"),
        replications: first.run.count("replications") as u32,
        precision: Precision::of(&first.run),
        objective: column,
        bounds: bounds(),
        axes: axes(loaded),
        cells: cells?,
    })
}

/// The axes with their roles. Policies and other choices by name are compared with each other; where a sweep has
/// neither, all its values that are not a heap are.
fn axes(loaded: &Loaded) -> Vec<Axis> {
    let role = |axis: &crate::scenario::Axis| match kind(&axis.key) {
        AxisKind::Other if axis.values.iter().all(|value| value.parse::<f64>().is_err()) => AxisKind::Policy,
        kind => kind,
    };
    let mut axes: Vec<Axis> = loaded.axes.iter().map(|axis| Axis { key: axis.key.clone(), kind: role(axis) }).collect();
    for wanted in [AxisKind::Other, AxisKind::Cores] {
        let compared = axes.iter().any(|axis| matches!(axis.kind, AxisKind::Policy | AxisKind::Heap));
        for axis in axes.iter_mut().filter(|axis| !compared && axis.kind == wanted) {
            axis.kind = AxisKind::Policy;
        }
    }
    axes
}

fn kind(key: &str) -> AxisKind {
    let words: Vec<&str> = key.split('.').collect();
    match words.as_slice() {
        ["groups", _, "task_heap" | "process"] => AxisKind::Heap,
        ["groups", _, "cores"] => AxisKind::Cores,
        ["policies", ..] => AxisKind::Policy,
        _ => AxisKind::Other,
    }
}

fn cell(cell: &crate::scenario::Cell) -> Result<Cell, Failure> {
    let group = &cell.scenario.groups[0];
    let layout = layout_of(&cell.scenario, group).map_err(|text| {
        let values = cell.axis_values.join(", ");
        Failure::User(format!("error: groups.{} with {values}: {text}", group.name))
    })?;
    let cores = group.args.number("cores");
    Ok(Cell {
        values: cell.axis_values.clone(),
        ablation: if cell.ablation.is_empty() { NO_ABLATION.into() } else { cell.ablation.clone() },
        heap_per_core: Bytes::from_f64(layout.task_heap.as_f64() / cores),
        cores,
        heap: layout.task_heap,
    })
}

/// Policies that are unreachable references.
fn bounds() -> Vec<String> {
    let families = ["placement", "allocation", "spill", "migration", "heap"].map(|family| format!("policies.{family}"));
    let members = families.iter().flat_map(|family| BuiltIn.family(family));
    let is_bound = |facts: &Facts| facts.traits.contains(&Trait::Bound);
    members.filter(|(_, facts)| is_bound(facts)).map(|(name, _)| name.to_string()).collect()
}

/// The runs of a sweep, each a simulation of its cell.
struct Simulations<'a> {
    cells: &'a [crate::scenario::Cell],
    /// For each cell the first one with the same scenario.
    alike: Vec<usize>,
}

impl<'a> Simulations<'a> {
    /// Only twins of cells that differ in what twins lack, such as the allocator, come to be alike.
    fn of(cells: &'a [crate::scenario::Cell]) -> Simulations<'a> {
        let mut twins: Vec<usize> = Vec::new();
        let alike = (0..cells.len()).map(|cell| {
            if cells[cell].ablation == NO_ABLATION {
                return cell;
            }
            let same = twins.iter().find(|twin| cells[**twin].scenario == cells[cell].scenario);
            let first = same.copied().unwrap_or(cell);
            twins.extend((first == cell).then_some(cell));
            first
        });
        let alike = alike.collect();
        Simulations { cells, alike }
    }
}

impl Work for Simulations<'_> {
    fn alike(&self, cell: usize) -> usize {
        self.alike[cell]
    }

    fn run(&self, key: RunKey) -> RunOutput {
        let scenario: &Scenario = &self.cells[key.cell].scenario;
        let result = sim::run(scenario, key.seed, None);
        let wants_series = match scenario.run.text("series").as_str() {
            "all" => true,
            "none" => false,
            _ => key.replication == 0,
        };
        let histograms = result.histograms.iter().filter(|(_, histogram)| histogram.total() > 0.0);
        RunOutput {
            status: match result.ending {
                Ending::Complete => Status::Ok,
                Ending::OutOfMemory(_) => Status::Oom,
                Ending::Failed(text) => Status::Failed(text),
            },
            record: result.record,
            series: if wants_series { result.series } else { Vec::new() },
            histograms: histograms.map(|(name, histogram)| (name.to_string(), histogram.buckets())).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::load;

    #[test]
    fn allocators_share_the_twins_that_are_the_same() {
        let text = "name = \"x\"\n[groups.a]\ntask_heap = \"64 MiB\"\nmanaged = \"1 GiB\"\n[workloads.w]\nkind = \"tasks\"\n\
                    arrival = { kind = \"poisson\", rate = \"1 /s\" }\nhold = \"1 s\"\nsize = \"1 MiB\"\n[experiment]\n\
                    fragmentation_tax = true\n[[axes]]\nkey = \"regions.allocator\"\nvalues = [\"first-fit\", \"best-fit\", \
                    \"buddy\"]\n";
        let loaded = load(text, "x.toml", &[]).unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
        let ablations: Vec<&str> = loaded.cells.iter().map(|cell| cell.ablation.as_str()).collect();
        assert_eq!(ablations, ["none", "none", "none", "contiguity", "contiguity", "contiguity", "rounding"]);
        assert_eq!(Simulations::of(&loaded.cells).alike, [0, 1, 2, 3, 3, 5, 3]);
    }
}
