//! Heap budgets against the heaps that they are for.

use super::Report;
use crate::base::Bytes;
use crate::scenario::spec::{Group, Scenario};

/// The rule that has nothing to do without a budget.
const DIVIDES: &str = "membalancer";

/// The budget of a group whose TaskManagers have heaps of up to `heap`.
pub fn budget(scenario: &Scenario, group: &Group, heap: Bytes, report: &mut Report) {
    let (count, rule) = (u64::from(group.keys.count), scenario.policies.heap.name.as_str());
    let Some(budget) = group.keys.heap_budget else {
        if rule == DIVIDES {
            let name = &group.name;
            report.warn(format!(
                "policies.heap is \"{rule}\", but groups.{name} has no heap_budget: its heaps stay as they are"
            ));
        }
        return;
    };
    let (part, live) = (Bytes(budget.0 / count.max(1)), group.keys.framework_live);
    if part <= live {
        let message = format!(
            "leaves {part} to each of {count} TaskManagers, which the framework's own live objects of {live} fill: expected more"
        );
        report.fault(&["groups", &group.name, "heap_budget"], message);
    } else if part >= heap {
        report.warn(format!(
            "groups.{}.heap_budget = {budget} is no limit: {count} heaps have {heap} at the most",
            group.name
        ));
    }
}
