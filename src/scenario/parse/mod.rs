//! A tree to a [`Scenario`], against the tables of [`schema`](super::schema).
//!
//! Nothing stops at the first fault: a wrong value is noted and a stand-in takes its place, so that everything else is
//! still read. The scenario that comes out is only meant to run if no fault was found.

mod described;
mod group;
mod law;
mod plugin;
mod section;
mod state_price;
pub(super) mod value;
mod workload;

use std::path::Path;

use crate::base::{Param, Section};

use super::catalogue::Catalogue;
use super::fault::{Faults, Spot};
use super::pages;
use super::schema::{FAMILIES, SECTIONS};
use super::sections::{Experiment, MechanismKeys, Mechanisms, Top};
use super::spec::{Policies, Prices, Scenario};
use super::tree::{Node, Origin, Tree};

use plugin::Slot;
pub use plugin::family;
use section::is_table;
pub use section::{args, defaults, section, unknown_keys};
pub use state_price::{fits as state_price_fits, keeps_state, place as state_place};
pub use workload::GRAPH;

/// What reading needs beside the tree.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// All plug-ins.
    pub catalogue: &'a dyn Catalogue,
    /// Folder against which paths are resolved.
    pub folder: &'a Path,
}

/// Sections that hold one table for each name that the user gives.
const NAMED: [&str; 2] = ["groups", "workloads"];

/// Stands for a section that the file does not have.
static ABSENT: Node = Node { tree: Tree::Table(Vec::new()), origin: Origin::Line(1) };

/// Reads the whole tree; answers `[mechanisms]` as it is written too, since a mechanism that is off keeps no coefficients.
pub fn scenario(root: &Node, context: Context, faults: &mut Faults) -> (Scenario, MechanismKeys) {
    let spot = Spot::root(root);
    unknown_keys(&spot, &top_keys(), faults);
    let Top { name, title } = section(&spot, faults);
    let mechanisms: MechanismKeys = declared(&spot, "mechanisms", faults);
    let prices = prices(&spot, context, faults);
    let groups = group::groups(&spot, context, faults);
    let mut allocator = chosen(&spot, Slot { section: "regions", key: "allocator" }, context, faults);
    let says_page = root.deepest(&pages::SAID.map(String::from)).1 == pages::SAID.len();
    if pages::is_paged(&allocator, context.catalogue) && !says_page {
        pages::settle(&mut allocator, &groups);
    }
    let scenario = Scenario {
        title: title.unwrap_or_else(|| name.clone()),
        name,
        run: declared(&spot, "run", faults),
        groups,
        regions: declared(&spot, "regions", faults),
        allocator,
        scattered: false,
        reclamation: chosen(&spot, Slot { section: "regions", key: "reclamation" }, context, faults),
        mechanisms: Mechanisms::of(&mechanisms),
        pressure: declared(&spot, "pressure", faults),
        monitor: declared(&spot, "monitor", faults),
        failures: declared(&spot, "failures", faults),
        policies: policies(&spot, context, faults),
        workloads: workload::workloads(&spot, prices.state.as_ref(), context, faults),
        prices,
        folder: context.folder.to_path_buf(),
    };
    (scenario, mechanisms)
}

/// A section that stands once, under `name`.
fn declared<S: Section>(spot: &Spot, name: &str, faults: &mut Faults) -> S {
    let here = spot.child(name, section_node(spot, name, faults));
    unknown_keys(&here, &section_keys(name, S::PARAMS), faults);
    section(&here, faults)
}

/// `[experiment]`, which belongs to the sweep and not to one run.
pub fn experiment(root: &Node, faults: &mut Faults) -> Experiment {
    declared(&Spot::root(root), "experiment", faults)
}

fn top_keys() -> Vec<&'static str> {
    let own = Top::PARAMS.iter().map(|param| param.name);
    let tables = ["prices", "policies", "axes", "experiment"];
    own.chain(SECTIONS.iter().map(|section| section.0)).chain(NAMED).chain(tables).collect()
}

fn section_keys(section: &str, params: &[Param]) -> Vec<&'static str> {
    let families = FAMILIES.iter().filter(|family| family.0 == section).map(|family| family.1);
    params.iter().map(|param| param.name).chain(families).collect()
}

/// The table called `name`; an empty one where it is absent or something else.
fn section_node<'a>(spot: &Spot<'a>, name: &str, faults: &mut Faults) -> &'a Node {
    match spot.node.get(name) {
        Some(node) if is_table(&spot.child(name, node), faults) => node,
        _ => &ABSENT,
    }
}

fn chosen(spot: &Spot, slot: Slot, context: Context, faults: &mut Faults) -> super::spec::Choice {
    let node = spot.node.get(slot.section).filter(|node| matches!(node.tree, Tree::Table(_))).unwrap_or(&ABSENT);
    plugin::choice(&spot.child(slot.section, node), slot, context.catalogue, faults)
}

fn prices(spot: &Spot, context: Context, faults: &mut Faults) -> Prices {
    families_only(spot, "prices", faults);
    let mut pick = |key| chosen(spot, Slot { section: "prices", key }, context, faults);
    Prices {
        collection: pick("collection"),
        spill: pick("spill"),
        compression: pick("compression"),
        transfer: pick("transfer"),
        state: spot.node.get("prices").and_then(|prices| prices.get("state")).map(|_| pick("state")),
    }
}

fn policies(spot: &Spot, context: Context, faults: &mut Faults) -> Policies {
    families_only(spot, "policies", faults);
    let mut pick = |key| chosen(spot, Slot { section: "policies", key }, context, faults);
    Policies {
        placement: pick("placement"),
        allocation: pick("allocation"),
        spill: pick("spill"),
        migration: pick("migration"),
        heap: pick("heap"),
    }
}

fn families_only(spot: &Spot, name: &str, faults: &mut Faults) {
    let node = section_node(spot, name, faults);
    unknown_keys(&spot.child(name, node), &section_keys(name, &[]), faults);
}
