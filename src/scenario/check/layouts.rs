//! Whether Flink would start TaskManagers of these sizes.

use super::Report;
use crate::scenario::layout_of;
use crate::scenario::spec::Scenario;

/// Derives the memory layout of every group and reports those that Flink would refuse. Called only for a scenario
/// that is right in all other respects.
pub fn check_layouts(scenario: &Scenario, report: &mut Report) {
    for group in scenario.groups.iter() {
        match layout_of(scenario, group) {
            Err(text) => _ = report.fault(&["groups", &group.name], text),
            Ok(layout) => {
                let (heap, live) = (layout.jvm_heap(), group.args.bytes("framework_live"));
                if heap <= live {
                    let text = format!("a JVM heap of {heap} does not hold the framework's own {live} (framework_live)");
                    report.fault(&["groups", &group.name, "task_heap"], text);
                }
            }
        }
    }
}
