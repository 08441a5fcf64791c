//! From a checked scenario to its sweep: what the axes stand for, what is compared, and the runs.

use super::{Axis, AxisKind, Cell, Meta, Precision, RunKey, RunOutput, Status, Work};
use crate::base::{Bytes, Facts, Trait};
use crate::scenario::catalogue::{BuiltIn, Catalogue};
use crate::scenario::sections::Series;
use crate::scenario::spec::Scenario;
use crate::scenario::{self, Ablation, Loaded, layout_of};
use crate::sim::{self, Ending};

/// What the sweep of `loaded` is about. Fails in words for the user where a layout fails.
pub fn meta_of(loaded: &Loaded) -> Result<Meta, String> {
    let first = &loaded.cells[0].scenario;
    let cells: Result<Vec<Cell>, String> = loaded.cells.iter().map(cell).collect();
    Ok(Meta {
        name: first.name.clone(),
        title: first.title.clone(),
        seed: first.run.seed,
        replications: first.run.replications,
        precision: Precision::of(&first.run),
        objective: *loaded.experiment.objective,
        bounds: bounds(),
        axes: axes(loaded),
        cells: cells?,
    })
}

/// The axes with their roles. Policies and other choices by name are compared with each other; where a sweep has
/// neither, all its values that are not a heap are.
fn axes(loaded: &Loaded) -> Vec<Axis> {
    let role = |axis: &scenario::Axis| match kind(&axis.key) {
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

fn cell(cell: &scenario::Cell) -> Result<Cell, String> {
    let group = &cell.scenario.groups[0];
    let layout = layout_of(&cell.scenario, group).map_err(|text| {
        let values = cell.axis_values.join(", ");
        format!("error: groups.{} with {values}: {text}", group.name)
    })?;
    let cores = group.keys.cores;
    Ok(Cell {
        values: cell.axis_values.clone(),
        ablation: cell.ablation,
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
pub struct Simulations<'a> {
    cells: &'a [scenario::Cell],
    /// For each cell the first one with the same scenario.
    alike: Vec<usize>,
}

impl<'a> Simulations<'a> {
    /// The runs of these cells. Only twins of cells that differ in what twins lack, such as the allocator, are alike.
    pub fn of(cells: &'a [scenario::Cell]) -> Simulations<'a> {
        let mut twins: Vec<usize> = Vec::new();
        let alike = (0..cells.len()).map(|cell| {
            if cells[cell].ablation == Ablation::None {
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
        let wants_series = match scenario.run.series {
            Series::All => true,
            Series::None => false,
            Series::First => key.replication == 0,
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
        let ablations: Vec<&str> = loaded.cells.iter().map(|cell| cell.ablation.word()).collect();
        assert_eq!(ablations, ["none", "none", "none", "contiguity", "contiguity", "contiguity", "rounding"]);
        assert_eq!(Simulations::of(&loaded.cells).alike, [0, 1, 2, 3, 3, 5, 3]);
    }
}
