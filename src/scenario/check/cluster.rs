//! Groups, regions and pressure: sizes and shares that must fit.

use super::Report;
use crate::base::{Bytes, SimSpan};
use crate::scenario::sections::{Mechanisms, Scheme, Step};
use crate::scenario::spec::{Group, Scenario};

/// Flink's default of taskmanager.memory.framework.heap.size.
const FRAMEWORK_HEAP: Bytes = Bytes::mib(128);
const FRAMEWORK_HEAP_KEY: &str = "taskmanager.memory.framework.heap.size";

/// All checks of the cluster itself.
pub fn check(scenario: &Scenario, report: &mut Report) {
    if scenario.groups.is_empty() {
        report
            .fault(&["groups"], "there are no TaskManagers: expected at least one group")
            .map(|fault| fault.hint("write [groups.workers] with count, cores and task_heap"));
    }
    for group in scenario.groups.iter() {
        heap(group, &scenario.mechanisms, report);
    }
    regions(scenario, report);
    pressure(scenario, report);
    let present: u64 = scenario.groups.iter().map(|group| u64::from(group.keys.count)).sum();
    let most = u64::from(scenario.monitor.max_task_managers);
    if most < present {
        let message =
            format!("is below the {present} TaskManagers that the groups already have: expected at least that");
        report.fault(&["monitor", "max_task_managers"], message);
    }
}

/// The framework's share of the heap: what Flink is told, else its default.
fn framework_heap(group: &Group) -> Option<Bytes> {
    match group.flink.iter().find(|option| option.0 == FRAMEWORK_HEAP_KEY) {
        // Flink's own unit texts are read by the layout, which reports what is wrong with them.
        Some(_) => None,
        None => Some(FRAMEWORK_HEAP),
    }
}

fn heap(group: &Group, mechanisms: &Mechanisms, report: &mut Report) {
    let (Some(framework), Some(task)) = (framework_heap(group), group.keys.task_heap) else { return };
    let (heap, name) = (framework + task, group.name.as_str());
    let live = group.keys.framework_live;
    if task == Bytes::ZERO {
        report.fault(&["groups", name, "task_heap"], "leaves no heap to tasks: expected more than 0 B");
    } else if heap <= live {
        let message = format!(
            "gives a heap of {heap} ({framework} of it the framework's), which the framework's own live objects of \
             {live} fill: expected task_heap above {}",
            live.saturating_sub(framework)
        );
        let hint = format!("raise task_heap, or lower groups.{name}.framework_live");
        report.fault(&["groups", name, "task_heap"], message).map(|fault| fault.hint(hint));
    }
    if let Some(young) = group.keys.young
        && young >= heap
    {
        let message = format!("leaves no old generation: expected less than the heap, which is {heap}");
        report.fault(&["groups", name, "young"], message);
    }
    if let Some(node) = mechanisms.fixed_node
        && node <= heap
    {
        let message = format!("does not hold the heap of groups.{name}, which is {heap}: expected more than that");
        report.fault(&["mechanisms", "node_memory"], message);
    }
    parts(group, heap, report);
}

/// Process memory below the sum of its given parts; the exact bounds are the layout's business.
fn parts(group: &Group, heap: Bytes, report: &mut Report) {
    let Some(process) = group.keys.process else { return };
    let sum = heap + group.keys.managed.unwrap_or_default() + group.keys.network.unwrap_or_default();
    if process <= sum {
        let message = format!("is not above the sum of its parts (heap, managed, network), which is {sum}");
        report.fault(&["groups", &group.name, "process"], message);
    }
}

fn regions(scenario: &Scenario, report: &mut Report) {
    let regions = &scenario.regions;
    let shares = regions.sort_share + regions.hash_share;
    if regions.scheme == Scheme::Legacy && shares > 1.0 {
        let message = format!(
            "sort_share and hash_share add to {shares:.3}, more than the managed memory that they divide: \
             expected at most 1"
        );
        report.fault(&["regions", "sort_share"], message);
    }
}

fn pressure(scenario: &Scenario, report: &mut Report) {
    let (steps, path) = (&scenario.pressure.order, ["pressure", "order"]);
    match steps.last() {
        None => {
            report.fault(&path, "is empty: expected at least one step, the last one \"fail\" or \"wait\"");
        }
        Some(Step::Fail | Step::Wait) => {}
        Some(_) => {
            let message = "does not end: what happens when the last step does not help? \
                           expected \"fail\" or \"wait\" as the last step";
            report.fault(&path, message);
        }
    }
    let repeated = (1..steps.len()).any(|at| steps[..at].contains(&steps[at]));
    if repeated {
        report.fault(&path, "has a step twice: expected each step once");
    }
    if steps.iter().position(|step| *step == Step::Fail).is_some_and(|at| at + 1 < steps.len()) {
        report.fault(&path, "goes on after \"fail\": expected \"fail\" as the last step");
    }
    if steps.contains(&Step::Wait) && scenario.pressure.patience == SimSpan::ZERO {
        report.warn("pressure.patience is 0 s: the step \"wait\" gives up at once");
    }
}
