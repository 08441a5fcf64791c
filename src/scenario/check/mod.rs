//! Faults that only show between keys: needs that nobody meets, sums that do not fit, graphs that do not hang together.

mod cluster;
mod graph;
mod heaps;
mod jvms;
mod layouts;
mod needs;
mod pages;
mod state_prices;
mod timing;

use super::catalogue::Catalogue;
use super::fault::{Fault, Faults};
use super::spec::Scenario;
use super::tree::{Node, dotted};

/// Where checks leave what they find.
pub struct Report<'a> {
    root: &'a Node,
    faults: &'a mut Faults,
    warnings: &'a mut Vec<String>,
}

impl<'a> Report<'a> {
    /// Findings about the scenario that was read from `root`.
    pub fn new(root: &'a Node, faults: &'a mut Faults, warnings: &'a mut Vec<String>) -> Report<'a> {
        Report { root, faults, warnings }
    }

    /// A fault at a dotted key, unless that key is known to be wrong already: then this would only be its echo.
    pub fn fault(&mut self, path: &[&str], message: impl Into<String>) -> Option<&mut Fault> {
        let steps: Vec<String> = path.iter().map(|step| step.to_string()).collect();
        if self.faults.blames(&dotted(&steps)) {
            return None;
        }
        Some(self.faults.path(self.root, path, message))
    }

    /// Whether the scenario itself has a value at `path`, whatever stands in for one that is absent.
    pub fn says(&self, path: &[&str]) -> bool {
        let steps: Vec<String> = path.iter().map(|step| step.to_string()).collect();
        self.root.deepest(&steps).1 == steps.len()
    }

    /// Something that runs, but hardly means what the user wants.
    pub fn warn(&mut self, text: impl Into<String>) {
        self.warnings.push(text.into());
    }
}

/// Runs all checks on one cell.
pub fn check(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    timing::check(scenario, report);
    cluster::check(scenario, report);
    jvms::check(scenario, catalogue, report);
    state_prices::check(scenario, catalogue, report);
    needs::check(scenario, catalogue, report);
    graph::check(scenario, report);
    pages::check(scenario, catalogue, report);
    if report.faults.is_empty() {
        layouts::check_layouts(scenario, report);
    }
}
