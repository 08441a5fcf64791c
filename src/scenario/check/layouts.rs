//! Whether Flink would start TaskManagers of these sizes.

use super::Report;
use crate::flink::layout::{FlinkVersion, Layout, Options, Problem};
use crate::scenario::layouts::{layout_of, options, own_key};
use crate::scenario::spec::{Group, Scenario};

/// Derives the memory layout of every group and reports those that Flink would refuse. Called only for a scenario
/// that is right in all other respects, since most of those faults would come back here as an echo.
pub fn check_layouts(scenario: &Scenario, report: &mut Report) {
    for group in scenario.groups.iter() {
        if single_options(group, &options(group), report) {
            continue;
        }
        match layout_of(scenario, group) {
            Err(message) => {
                let message = format!("Flink would not start these TaskManagers: {message}");
                report.fault(&["groups", &group.name], message);
            }
            Ok(layout) => {
                heap(group, &layout, report);
                super::heaps::budget(scenario, group, layout.jvm_heap(), report);
            }
        }
    }
}

/// Faults of single options; answers whether there are any. Keys of a configuration file that Flink does not read, and
/// sizes without a unit, are warned of: Flink starts with them, and what runs is to be simulated as it stands.
fn single_options(group: &Group, options: &Options, report: &mut Report) -> bool {
    let mut faulty = false;
    for fault in Layout::check(options, FlinkVersion::default()) {
        if fault.origin.line().is_some() && starts_anyway(&fault.problem) {
            report.warn(format!("groups.{}: {fault}", group.name));
            continue;
        }
        faulty = true;
        let message = match &fault.problem {
            Problem::Unknown(_) => "is not an option of Flink's TaskManager memory".to_string(),
            _ => fault.to_string(),
        };
        let reported = match own_key(group, &fault.key) {
            Some(own) => report.fault(&["groups", &group.name, own], message),
            None => report.fault(&["groups", &group.name, "flink", &fault.key], message),
        };
        if let (Some(reported), Problem::Unknown(near)) = (reported, &fault.problem) {
            reported.near(*near);
        }
    }
    faulty
}

fn starts_anyway(problem: &Problem) -> bool {
    matches!(problem, Problem::Unknown(_) | Problem::Folklore(_) | Problem::Bare(_))
}

/// The heap that Flink derives against what the framework's own objects fill.
fn heap(group: &Group, layout: &Layout, report: &mut Report) {
    let (heap, live) = (layout.jvm_heap(), group.keys.framework_live);
    if heap <= live {
        let message = format!(
            "Flink derives a heap of {heap}, which the framework's own live objects of {live} fill: expected more memory, \
             or a lower framework_live"
        );
        report.fault(&["groups", &group.name], message);
    }
    if let Some(young) = group.keys.young
        && young >= heap
    {
        let message = format!("leaves no old generation: expected less than the heap, which is {heap}");
        report.fault(&["groups", &group.name, "young"], message);
    }
}
