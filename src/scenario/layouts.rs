//! The memory of a scenario's TaskManagers.

use super::spec::{Group, Scenario};
use crate::memory::layout::{Layout, Options, Origin};

/// The memory of a group's TaskManagers, derived as Flink derives it; with M4, managed memory is what the node leaves.
pub fn layout_of(scenario: &Scenario, group: &Group) -> Result<Layout, String> {
    let mut options = Options::default();
    let mut set = |key: &str, text: &str| options.insert(key, text, Origin::Unstated);
    for (key, value, _) in &group.flink {
        set(key, value);
    }
    let sizes = [
        ("process", "taskmanager.memory.process.size"),
        ("task_heap", "taskmanager.memory.task.heap.size"),
        ("managed", "taskmanager.memory.managed.size"),
        ("network", "taskmanager.memory.network.min"),
        ("network", "taskmanager.memory.network.max"),
    ];
    for (param, key) in sizes {
        if let Some(bytes) = group.args.bytes_opt(param) {
            set(key, &format!("{}b", bytes.0));
        }
    }
    let sized = group.args.bytes_opt("process").is_some() || group.args.bytes_opt("managed").is_some();
    if group.args.bytes_opt("task_heap").is_some() && !sized && group.flink.is_empty() {
        set("taskmanager.memory.managed.size", "0b");
    }
    set("taskmanager.numberOfTaskSlots", &group.args.count("slots").to_string());
    let mut layout = Layout::derive(&options).map_err(|error| error.to_string())?;
    if let Some(node) = scenario.mechanisms.fixed_node {
        let rest = layout.flink().saturating_sub(layout.managed);
        if rest > node {
            return Err(format!("heap and network take {rest}, more than mechanisms.node_memory = {node}"));
        }
        layout.managed = node - rest;
    }
    Ok(layout)
}
