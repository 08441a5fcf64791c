//! Graphs of operators: inputs that exist, no circles, a source, exchanges that match.

use super::Report;
use crate::base::nearest;
use crate::scenario::parse::GRAPH;
use crate::scenario::spec::{Operator, Scenario, Workload};
use crate::workload::graph::Exchange;

/// Every workload that is a graph.
pub fn check(scenario: &Scenario, report: &mut Report) {
    for workload in scenario.workloads.iter().filter(|workload| workload.kind.name == GRAPH) {
        let path = ["workloads", workload.name.as_str(), "operators"];
        if workload.operators.is_empty() {
            report
                .fault(&path, "a graph needs operators: expected at least one, the source")
                .map(|fault| fault.hint(format!("write [workloads.{}.operators.source]", workload.name)));
            continue;
        }
        // The graph as a whole comes first: a fault inside one operator would pass for its cause.
        let mut known = true;
        for operator in &workload.operators {
            known &= inputs_exist(workload, operator, report);
        }
        if known {
            order(workload, report);
        }
        for operator in &workload.operators {
            window(workload, operator, report);
            bounded_source(workload, operator, report);
            forward(workload, operator, report);
        }
    }
}

fn inputs_exist(workload: &Workload, operator: &Operator, report: &mut Report) -> bool {
    let names = || workload.operators.iter().map(|operator| operator.name.as_str());
    let mut all = true;
    for input in operator.keys.read_from() {
        if names().any(|name| name == input) {
            continue;
        }
        all = false;
        let others: Vec<&str> = names().filter(|name| *name != operator.name).collect();
        let message = format!("there is no operator \"{input}\": expected one of {}", others.join(", "));
        let path = ["workloads", &workload.name, "operators", &operator.name, "inputs"];
        report.fault(&path, message).map(|fault| fault.near(nearest(input, others)));
    }
    all
}

/// Takes away operators whose inputs are all taken away; what is left stands on a circle or behind one.
fn order(workload: &Workload, report: &mut Report) {
    let path = ["workloads", workload.name.as_str(), "operators"];
    if workload.operators.iter().all(|operator| !operator.keys.read_from().is_empty()) {
        report.fault(&path, "has no source: expected at least one operator without inputs");
        return;
    }
    let mut left: Vec<&Operator> = workload.operators.iter().collect();
    loop {
        let before = left.len();
        let names: Vec<&str> = left.iter().map(|operator| operator.name.as_str()).collect();
        left.retain(|operator| operator.keys.read_from().iter().any(|input| names.contains(&input.as_str())));
        if left.is_empty() {
            return;
        }
        if left.len() == before {
            let message = format!("these operators wait for each other in a circle: {}", names.join(", "));
            report.fault(&path, message);
            return;
        }
    }
}

fn window(workload: &Workload, operator: &Operator, report: &mut Report) {
    let path = ["workloads", workload.name.as_str(), "operators", operator.name.as_str(), "slide"];
    let Some(slide) = operator.keys.slide else { return };
    match operator.keys.window {
        None => {
            report.fault(&path, "a slide needs a window to step over: expected window beside it");
        }
        Some(window) if slide > window => {
            report.fault(&path, format!("is longer than the window of {window}: expected at most that"));
        }
        Some(_) if slide.0 == 0 => {
            report.fault(&path, "a window that slides by nothing never ends: expected more than 0 s");
        }
        Some(_) => {}
    }
}

fn bounded_source(workload: &Workload, operator: &Operator, report: &mut Report) {
    if operator.keys.read_from().is_empty() {
        return;
    }
    if operator.keys.records.is_some() {
        let path = ["workloads", &workload.name, "operators", &operator.name, "records"];
        report.fault(&path, "only a source has it, and this operator has inputs: expected one or the other");
    }
}

fn forward(workload: &Workload, operator: &Operator, report: &mut Report) {
    if operator.keys.exchange != Exchange::Forward {
        return;
    }
    let own = operator.keys.parallelism;
    for input in operator.keys.read_from() {
        let Some(other) = workload.operators.iter().find(|operator| operator.name == *input) else { continue };
        let theirs = other.keys.parallelism;
        if own != theirs {
            let path = ["workloads", &workload.name, "operators", &operator.name, "exchange"];
            let message = format!(
                "joins subtasks one to one, but the parallelism is {own} here and {theirs} in \"{input}\": \
                 expected equal ones, or exchange = \"keyed\""
            );
            report.fault(&path, message);
        }
    }
}
