//! Whether the JVMs that groups name have prices for what the groups run.

use super::Report;
use crate::jvm::description::SECTIONS;
use crate::scenario::spec::{Group, Scenario};

/// A collector that never collects needs no price.
const NEVER: &str = "none";

/// Collectors against descriptions, and prices that nobody pays.
pub fn check(scenario: &Scenario, report: &mut Report) {
    for group in scenario.groups.iter() {
        section(group, report);
    }
    let all = !scenario.groups.is_empty() && scenario.groups.iter().all(|group| group.jvm.is_some());
    let said = report.root.get("prices").is_some_and(|prices| prices.get("collection").is_some());
    if all && said {
        report.warn("prices.collection is not used, since every group names a jvm whose own prices hold");
    }
}

fn section(group: &Group, report: &mut Report) {
    let Some(jvm) = &group.jvm else { return };
    let collector = group.collector.name.as_str();
    if collector == NEVER || jvm.calibration.section(collector).is_some() {
        return;
    }
    let collectors = SECTIONS.iter().filter(|section| section.priced);
    let known: Vec<&str> =
        collectors.map(|section| section.name).filter(|name| jvm.calibration.section(name).is_some()).collect();
    let message = format!(
        "describes no collector \"{collector}\", which groups.{} has: expected a section [{collector}] in it, or another \
         collector; it describes {}",
        group.name,
        if known.is_empty() { "none".to_string() } else { known.join(", ") }
    );
    report.fault(&["groups", &group.name, "jvm"], message);
}
