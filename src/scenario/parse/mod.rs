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
use std::sync::Arc;

use crate::base::{Args, Bytes, SimSpan, Value};
use crate::metrics::{COLUMNS, ColumnId};
use crate::pool::Reservation;

use super::catalogue::Catalogue;
use super::fault::{Faults, Spot};
use super::schema::{EXPERIMENT, FAMILIES, MECHANISMS, SECTIONS, TOP};
use super::spec::{Mechanisms, Policies, Prices, Scenario, Step, WarmUp};
use super::tree::{Node, Origin, Tree};
use crate::base::nearest;

use plugin::Slot;
pub use plugin::family;
pub use section::{args, defaults, unknown_keys};
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

/// Reads the whole tree; answers `[mechanisms]` as declared too, since a switch that is off keeps no coefficients.
pub fn scenario(root: &Node, context: Context, faults: &mut Faults) -> (Scenario, Args) {
    let spot = Spot::root(root);
    unknown_keys(&spot, &top_keys(), faults);
    let top = args(&spot, TOP, faults);
    let mut section = |name| declared(&spot, name, faults);
    let (run, regions, mechanisms) = (section("run"), section("regions"), section("mechanisms"));
    let (pressure, monitor, failures) = (section("pressure"), section("monitor"), section("failures"));
    let name = top.text("name");
    let prices = prices(&spot, context, faults);
    let scenario = Scenario {
        title: top.text_opt("title").unwrap_or_else(|| name.clone()),
        name,
        warm_up: warm_up(root, &run, faults),
        run,
        groups: group::groups(&spot, context, faults),
        allocator: chosen(&spot, Slot { section: "regions", key: "allocator" }, context, faults),
        scattered: false,
        reclamation: chosen(&spot, Slot { section: "regions", key: "reclamation" }, context, faults),
        reservation: reservation(root, &regions, faults),
        regions,
        mechanisms: switches(&mechanisms),
        steps: parsed_steps(&pressure),
        pressure,
        monitor,
        failures,
        policies: policies(&spot, context, faults),
        workloads: workload::workloads(&spot, prices.state.as_ref(), context, faults),
        prices,
        folder: context.folder.to_path_buf(),
    };
    (scenario, mechanisms)
}

/// One of the sections of [`SECTIONS`].
fn declared(spot: &Spot, name: &str, faults: &mut Faults) -> Args {
    let params = SECTIONS.iter().find(|section| section.0 == name).map_or(&[][..], |section| section.1);
    let here = spot.child(name, section_node(spot, name, faults));
    unknown_keys(&here, &section_keys(name, params), faults);
    args(&here, params, faults)
}

/// `[experiment]`, which belongs to the sweep and not to one run.
pub fn experiment(root: &Node, faults: &mut Faults) -> Args {
    let spot = Spot::root(root);
    let here = spot.child("experiment", section_node(&spot, "experiment", faults));
    unknown_keys(&here, &EXPERIMENT.iter().map(|param| param.name).collect::<Vec<_>>(), faults);
    let experiment = args(&here, EXPERIMENT, faults);
    let objective = experiment.text("objective");
    if ColumnId::find(&objective).is_none() && !faults.blames("experiment.objective") {
        let names: Vec<String> = COLUMNS.iter().map(|column| column.name()).collect();
        let message = "is not a column of the results: expected one that `heapwise list columns` names";
        let path = ["experiment", "objective"];
        faults.path(root, &path, message).near(nearest(&objective, names.iter().map(String::as_str)));
    }
    experiment
}

fn top_keys() -> Vec<&'static str> {
    let own = TOP.iter().map(|param| param.name);
    let tables = ["prices", "policies", "axes", "experiment"];
    own.chain(SECTIONS.iter().map(|section| section.0)).chain(NAMED).chain(tables).collect()
}

fn section_keys(section: &str, params: &[crate::base::Param]) -> Vec<&'static str> {
    let families = FAMILIES.iter().filter(|family| family.0 == section).map(|family| family.1);
    params.iter().map(|param| param.name).chain(families).collect()
}

/// The table called `name`; an empty one where it is absent or something else.
fn section_node<'a>(spot: &Spot<'a>, name: &str, faults: &mut Faults) -> &'a Node {
    match spot.node.get(name) {
        Some(node) if section::is_table(&spot.child(name, node), faults) => node,
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

fn warm_up(root: &Node, run: &Args, faults: &mut Faults) -> WarmUp {
    let text = run.text("warm_up");
    if text == "auto" {
        return WarmUp::Auto;
    }
    match text.parse::<SimSpan>() {
        Ok(span) => WarmUp::Fixed(span),
        Err(error) => {
            faults.path(root, &["run", "warm_up"], format!("expected \"auto\" or a time such as \"10 s\": {error}"));
            WarmUp::Auto
        }
    }
}

fn reservation(root: &Node, regions: &Args, faults: &mut Faults) -> Option<Reservation> {
    // What is no text at all has been told already.
    let is_text = |node: &&Node| matches!(node.tree, Tree::Text(_));
    let text = regions.text_opt("reservation").filter(|_| {
        let node = root.get("regions").and_then(|regions| regions.get("reservation"));
        node.as_ref().is_some_and(is_text)
    })?;
    let fault = match text.parse::<Bytes>() {
        _ if text == "all" => return Some(Reservation::All),
        Ok(step) if step > Bytes::ZERO => return Some(Reservation::Steps(step)),
        Ok(_) => "a step takes nothing: expected \"all\" or a size above 0 B".to_string(),
        Err(error) => format!("expected \"all\" or a size such as \"64 MiB\": {error}"),
    };
    faults.path(root, &["regions", "reservation"], fault);
    None
}

fn switches(args: &Args) -> Mechanisms {
    let on = |key: &str| args.flag(key).then_some(());
    Mechanisms {
        greedy_retention: on("greedy_retention").map(|()| args.bytes("headroom")),
        card_scanning: on("card_scanning").map(|()| args.bytes("fixed_young")),
        fixed_budget: on("fixed_budget")
            .map(|()| (args.number("price_core"), args.number("price_gib"), args.number("budget"))),
        fixed_node: on("fixed_node").map(|()| args.bytes("node_memory")),
        coordination: on("coordination").map(|()| args.span("buffering")),
        pointer_cliff: on("pointer_cliff").map(|()| (args.bytes("pointer_limit"), args.number("pointer_inflation"))),
        timeouts: on("timeouts").map(|()| args.span("heartbeat")),
    }
}

/// The switches that are on, by their keys in `[mechanisms]`, M1 first.
pub fn active(mechanisms: &Mechanisms) -> Vec<&'static str> {
    let on = [
        mechanisms.greedy_retention.is_some(),
        mechanisms.card_scanning.is_some(),
        mechanisms.fixed_budget.is_some(),
        mechanisms.fixed_node.is_some(),
        mechanisms.coordination.is_some(),
        mechanisms.pointer_cliff.is_some(),
        mechanisms.timeouts.is_some(),
    ];
    let keys = MECHANISMS.iter().filter(|param| param.kind == crate::base::Kind::Flag).map(|param| param.name);
    keys.zip(on).filter(|(_, on)| *on).map(|(key, _)| key).collect()
}

/// The same switches without the one under `key`.
pub fn without(mechanisms: &Mechanisms, key: &str) -> Mechanisms {
    let mut rest = mechanisms.clone();
    match key {
        "greedy_retention" => rest.greedy_retention = None,
        "card_scanning" => rest.card_scanning = None,
        "fixed_budget" => rest.fixed_budget = None,
        "fixed_node" => rest.fixed_node = None,
        "coordination" => rest.coordination = None,
        "pointer_cliff" => rest.pointer_cliff = None,
        "timeouts" => rest.timeouts = None,
        _ => {}
    }
    rest
}

fn parsed_steps(pressure: &Args) -> Arc<[Step]> {
    let words = pressure.list("order");
    words.iter().filter_map(|word| if let Value::Text(word) = word { step(word) } else { None }).collect()
}

fn step(word: &str) -> Option<Step> {
    Some(match word {
        "wait" => Step::Wait,
        "evict" => Step::Evict,
        "compact" => Step::Compact,
        "spill" => Step::Spill,
        "migrate" => Step::Migrate,
        "request" => Step::Request,
        "fail" => Step::Fail,
        _ => return None,
    })
}
