//! A scenario's text to all cells of its sweep, every one of them checked before anything runs.

use std::collections::BTreeMap;
use std::path::Path;

use crate::base::{Args, Bytes, Trait};

use super::ablation::Ablation;
use super::axes::{Swept, axes, cells};
use super::catalogue::{BuiltIn, Catalogue, facts};
use super::check::{Report, check};
use super::document::{Override, apply, put, read};
use super::fault::{Fault, Faults};
use super::parse::{Context, experiment, scenario};
use super::price_sources::mixed_prices;
use super::resolved::{Whole, resolved};
use super::sections::{Experiment, Mechanism, MechanismKeys};
use super::spec::{Choice, Scenario};
use super::tree::Node;

/// The allocator of cells whose memory may lie anywhere and whose requests are not rounded up.
const SCATTERED: &str = "scattered";

/// A swept key and its values, as they appear in results.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Dotted key.
    pub key: String,
    /// Canonical texts, in the order of the sweep.
    pub values: Vec<String>,
}

/// One point of the sweep.
#[derive(Clone, Debug)]
pub struct Cell {
    /// Its value on each axis.
    pub axis_values: Vec<String>,
    /// What is switched off here.
    pub ablation: Ablation,
    /// What runs.
    pub scenario: Scenario,
}

/// A scenario that may run.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The axes of the sweep; none for a single cell.
    pub axes: Vec<Axis>,
    /// `[experiment]`.
    pub experiment: Experiment,
    /// All cells: the last axis runs fastest, the ablations follow after the whole sweep.
    pub cells: Vec<Cell>,
    /// What runs, but hardly means what the user wants.
    pub warnings: Vec<String>,
    /// The whole in canonical TOML with every default; loading it gives the same cells.
    pub resolved: String,
}

/// Reads and checks a scenario with the plug-ins that are built in. `file` names it in faults, and its folder is the
/// one against which paths are resolved.
pub fn load(text: &str, file: &str, overrides: &[Override]) -> Result<Loaded, Vec<Fault>> {
    load_with(&BuiltIn, (text, file), overrides)
}

/// As [`load`], with plug-ins of the caller's: `source` is the text and the name of its file.
pub fn load_with(
    catalogue: &dyn Catalogue,
    source: (&str, &str),
    overrides: &[Override],
) -> Result<Loaded, Vec<Fault>> {
    let (text, file) = source;
    let mut faults = Faults::new(file);
    let Some(mut root) = read(text, &mut faults) else { return Err(faults.sorted()) };
    apply(&mut root, overrides, &mut faults);
    let context = Context { catalogue, folder: Path::new(file).parent().unwrap_or(Path::new("")) };
    let experiment = experiment(&root, &mut faults);
    let axes = axes(&root, catalogue, &mut faults);
    let grid = cells(&axes, &mut faults);
    let mut sweep = Sweep { context, root: &root, axes: &axes, found: Found::default(), warnings: Vec::new() };
    let cells = sweep.cells(&grid, file);
    let Sweep { found, mut warnings, .. } = sweep;
    warnings.extend(cells.as_ref().and_then(|(cells, _)| mixed_prices(cells.iter().map(|cell| &cell.scenario))));
    for fault in found.merged(grid.len().max(1)) {
        faults.add(fault);
    }
    match cells {
        Some((cells, mechanisms)) if faults.is_empty() => {
            let jvms = jvms(&cells);
            let scenarios: Vec<&Scenario> = cells.iter().map(|cell| &cell.scenario).collect();
            let whole = Whole {
                root: &root,
                cells: &scenarios,
                mechanisms: &mechanisms,
                experiment: &experiment,
                axes: &axes,
                jvms: &jvms,
            };
            let resolved = resolved(&whole, catalogue);
            let axes = axes
                .into_iter()
                .map(|axis| Axis { key: axis.key, values: axis.values.into_iter().map(|value| value.0).collect() });
            let axes: Vec<Axis> = axes.collect();
            let cells = ablated(cells, &axes, experiment.attribution);
            let cells = twinned(cells, catalogue, experiment.fragmentation_tax);
            Ok(Loaded { axes, experiment, cells, warnings, resolved })
        }
        _ => Err(faults.sorted()),
    }
}

/// Descriptions of JVMs that the cells name, with the digests of their texts.
fn jvms(cells: &[Cell]) -> BTreeMap<String, String> {
    let groups = cells.iter().flat_map(|cell| cell.scenario.groups.iter());
    groups.filter_map(|group| group.jvm.as_ref()).map(|jvm| (jvm.name.clone(), jvm.digest.clone())).collect()
}

/// The cells of a sweep while they are read.
struct Sweep<'a> {
    context: Context<'a>,
    root: &'a Node,
    axes: &'a [Swept],
    found: Found,
    warnings: Vec<String>,
}

impl Sweep<'_> {
    /// Reads and checks every cell; `None` where the grid is empty, and then the scenario is read once for its faults.
    fn cells(&mut self, grid: &[Vec<usize>], file: &str) -> Option<(Vec<Cell>, MechanismKeys)> {
        let (mut cells, mut first) = (Vec::<Cell>::with_capacity(grid.len()), None);
        if grid.is_empty() {
            self.cell(&[], file);
        }
        for point in grid {
            let (mut scenario, mechanisms) = self.cell(point, file);
            if let Some(before) = cells.last() {
                share(&mut scenario, &before.scenario);
            }
            first.get_or_insert(mechanisms);
            let values = self.axes.iter().zip(point).map(|(axis, index)| axis.values[*index].0.clone());
            cells.push(Cell { axis_values: values.collect(), ablation: Ablation::None, scenario });
        }
        first.map(|mechanisms| (cells, mechanisms))
    }

    fn cell(&mut self, point: &[usize], file: &str) -> (Scenario, MechanismKeys) {
        let mut faults = Faults::new(file);
        let mut root = self.root.clone();
        for (axis, index) in self.axes.iter().zip(point) {
            let value = axis.values[*index].1.clone();
            let origin = value.origin.clone();
            if let Err(message) = put(&mut root, &axis.path, value) {
                let node = Node::empty(origin);
                faults.key(&super::fault::Spot { key: axis.key.clone(), node: &node }, message);
            }
        }
        let (scenario, mechanisms) = scenario(&root, self.context, &mut faults);
        check(&scenario, self.context.catalogue, &mut Report::new(&root, &mut faults, &mut self.warnings));
        self.warnings.sort();
        self.warnings.dedup();
        let mut values = self.axes.iter().zip(point).map(|(axis, index)| (&axis.key, &axis.values[*index].0));
        self.found.add(faults.sorted(), || {
            values.by_ref().map(|(key, value)| format!("{key} = {value}")).collect::<Vec<_>>().join(", ")
        });
        (scenario, mechanisms)
    }
}

/// Cells that differ in one value share the rest: thousands of them stay small.
fn share(scenario: &mut Scenario, before: &Scenario) {
    if scenario.groups == before.groups {
        scenario.groups = before.groups.clone();
    }
    if scenario.workloads == before.workloads {
        scenario.workloads = before.workloads.clone();
    }
}

/// Faults of cells: the same one in many cells is said once.
#[derive(Default)]
struct Found(BTreeMap<String, (Fault, usize, String)>);

impl Found {
    fn add(&mut self, faults: Vec<Fault>, cell: impl FnOnce() -> String) {
        if faults.is_empty() {
            return;
        }
        let cell = cell();
        for fault in faults {
            let entry = self.0.entry(fault.to_string()).or_insert_with(|| (fault, 0, cell.clone()));
            entry.1 += 1;
        }
    }

    fn merged(self, cells: usize) -> Vec<Fault> {
        let merged = self.0.into_values().map(|(mut fault, count, first)| {
            if count < cells {
                fault.cells = Some(format!("in {count} of {cells} cells, first in {first}"));
            }
            fault
        });
        merged.collect()
    }
}

/// Whether an axis belongs to the curves whose optimum is attributed: heap and policies do. Of any other axis the
/// first value stands for all, since a sweep of cores, say, is a map beside the curve.
fn shapes_the_curve(key: &str) -> bool {
    key.starts_with("policies.") || key.ends_with(".task_heap") || key.ends_with(".process")
}

/// The cells again, once for each mechanism, without that mechanism where it is on.
fn ablated(mut cells: Vec<Cell>, axes: &[Axis], wanted: bool) -> Vec<Cell> {
    if !wanted {
        return cells;
    }
    let mut keys: Vec<Mechanism> = Vec::new();
    for cell in &cells {
        let on = |key: &&Mechanism| cell.scenario.mechanisms.has(**key) && !keys.contains(key);
        keys.extend(Mechanism::ALL.iter().filter(on).collect::<Vec<_>>());
    }
    let whole = cells.len();
    let on_curve = |cell: &Cell| {
        let mut sides = axes.iter().zip(&cell.axis_values).filter(|(axis, _)| !shapes_the_curve(&axis.key));
        sides.all(|(axis, value)| axis.values.first() == Some(value))
    };
    for key in keys {
        for at in 0..whole {
            if on_curve(&cells[at]) && cells[at].scenario.mechanisms.has(key) {
                let mut cell = cells[at].clone();
                cell.ablation = Ablation::Mechanism(key);
                cell.scenario.mechanisms = cell.scenario.mechanisms.without(key);
                cells.push(cell);
            }
        }
    }
    cells
}

/// The cells again, where a block must lie in one piece, with memory that knows no pieces. All else is the same, random
/// numbers and sizes of blocks included, so what differs is what contiguity costs. Where sizes are rounded, there is a third
/// one in which they are not: rounding has its own price.
fn twinned(mut cells: Vec<Cell>, catalogue: &dyn Catalogue, wanted: bool) -> Vec<Cell> {
    let traits = |cell: &Cell| {
        facts(catalogue, "regions.allocator", &cell.scenario.allocator.name).map_or(&[][..], |facts| facts.traits)
    };
    let contiguous = |cell: &&Cell| {
        cell.ablation == Ablation::None
            && ![Trait::Addressless, Trait::Bound].iter().any(|one| traits(cell).contains(one))
    };
    let rounds = |cell: &Cell| {
        let granule = cell.scenario.allocator.args.bytes_opt("granule");
        traits(cell).contains(&Trait::Rounds) || granule.is_some_and(|granule| granule > Bytes(1))
    };
    let whole: Vec<&Cell> = cells.iter().filter(contiguous).filter(|_| wanted).collect();
    let same_sizes = |cell: &&Cell| {
        let mut twin = Cell { ablation: Ablation::Contiguity, ..(*cell).clone() };
        twin.scenario.scattered = true;
        twin
    };
    let plain = |ablation: Ablation, cell: &Cell| {
        let mut twin = Cell { ablation, ..cell.clone() };
        twin.scenario.allocator = Choice { name: SCATTERED.into(), args: Args::default() };
        twin
    };
    let scattered = |cell: &&Cell| if rounds(cell) { same_sizes(cell) } else { plain(Ablation::Contiguity, cell) };
    let mut twins: Vec<Cell> = whole.iter().map(scattered).collect();
    twins.extend(whole.iter().filter(|cell| rounds(cell)).map(|cell| plain(Ablation::Rounding, cell)));
    cells.extend(twins);
    cells
}
