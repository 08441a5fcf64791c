//! `[workloads.NAME]`: what arrives. The parameters of its `kind` stand beside those that all workloads share.

use std::sync::Arc;

use crate::base::{Param, Section};
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::schema::STATE_PRICE;
use crate::scenario::sections::{OperatorKeys, WorkloadKeys};
use crate::scenario::spec::{Choice, Operator, Workload};

use super::plugin::{self, Slot};
use super::section::{args, is_table, section, unknown_keys};
use super::{Context, state_price};

/// The kind of workload that is made of operators.
pub const GRAPH: &str = "graph";

/// All workloads, in the order of the file; `state_price` is the scenario's choice for keyed state that names none.
pub fn workloads(root: &Spot, state_price: Option<&Choice>, context: Context, faults: &mut Faults) -> Arc<[Workload]> {
    let Some(node) = root.node.get("workloads") else { return Arc::new([]) };
    let spot = root.child("workloads", node);
    if !is_table(&spot, faults) {
        return Arc::new([]);
    }
    let mut workloads = Vec::new();
    for (name, node) in node.entries() {
        let here = spot.child(name, node);
        if is_table(&here, faults) {
            let mut workload = workload(name, &here, context, faults);
            state_price::settle(&mut workload, state_price, context.catalogue);
            workloads.push(workload);
        }
    }
    workloads.into()
}

fn workload(name: &str, spot: &Spot, context: Context, faults: &mut Faults) -> Workload {
    let (family, _) = plugin::family("workloads.*", "kind");
    let members = context.catalogue.family(&family);
    let (kind, params) = plugin::kind_of(spot, (&family, &members), faults);
    if let Some(params) = params {
        let mut known: Vec<&str> =
            ["kind", "arrival"].into_iter().chain(names(WorkloadKeys::PARAMS)).chain(names(params)).collect();
        known.extend((kind == GRAPH).then_some("operators"));
        known.extend(state_price::keeps_state(params).then_some(STATE_PRICE));
        unknown_keys(spot, &known, faults);
    }
    let operators = if kind == GRAPH { operators(spot, context, faults) } else { Vec::new() };
    let kind = Choice { name: kind, args: args(spot, params.unwrap_or(&[]), faults) };
    let asked = spot.node.get("arrival").is_some();
    let slot = Slot { section: "workloads.*", key: "arrival" };
    let arrival = asked.then(|| plugin::choice(spot, slot, context.catalogue, faults));
    let state_price = match params {
        Some(params) if state_price::keeps_state(params) => state_price::named(spot, "workloads.*", context, faults),
        _ => None,
    };
    Workload { name: name.to_string(), keys: section(spot, faults), kind, state_price, arrival, operators }
}

fn names(params: &'static [Param]) -> impl Iterator<Item = &'static str> {
    params.iter().map(|param| param.name)
}

fn operators(spot: &Spot, context: Context, faults: &mut Faults) -> Vec<Operator> {
    let Some(node) = spot.node.get("operators") else { return Vec::new() };
    let spot = spot.child("operators", node);
    if !is_table(&spot, faults) {
        return Vec::new();
    }
    let mut operators = Vec::new();
    for (name, node) in node.entries() {
        let here = spot.child(name, node);
        if is_table(&here, faults) {
            unknown_keys(&here, &names(OperatorKeys::PARAMS).chain([STATE_PRICE]).collect::<Vec<_>>(), faults);
            let state_price = state_price::named(&here, "workloads.*.operators.*", context, faults);
            operators.push(Operator { name: name.to_string(), keys: section(&here, faults), state_price });
        }
    }
    operators
}
