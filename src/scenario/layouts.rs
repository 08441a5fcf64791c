//! The memory layout of a group: what the scenario says, as Flink's options, and what Flink makes of them.

use super::sections::GroupKeys;
use super::spec::{Group, Scenario};
use crate::base::Bytes;
use crate::flink::layout::{Layout, Options, Origin};

/// The sizes that a group gives by keys of its own, and the Flink options that these stand for.
fn sizes(group: &Group) -> [(&'static str, &'static str, Option<Bytes>); 5] {
    let GroupKeys { process, task_heap, managed, network, .. } = group.keys;
    [
        ("process", "taskmanager.memory.process.size", process),
        ("task_heap", "taskmanager.memory.task.heap.size", task_heap),
        ("managed", "taskmanager.memory.managed.size", managed),
        ("network", "taskmanager.memory.network.min", network),
        ("network", "taskmanager.memory.network.max", network),
    ]
}

/// The key of a group that stands for the Flink option `key`, if it is given there.
pub fn own_key(group: &Group, key: &str) -> Option<&'static str> {
    sizes(group).iter().find(|size| size.1 == key && size.2.is_some()).map(|size| size.0)
}

/// The Flink options of a group: those written as such, and over them the group's own keys.
pub fn options(group: &Group) -> Options {
    let mut options = group.flink.clone();
    let mut set = |key: &str, text: &str| options.insert(key, text, Origin::Unstated);
    for (_, key, bytes) in sizes(group) {
        if let Some(bytes) = bytes {
            set(key, &format!("{}b", bytes.0));
        }
    }
    // A task heap alone is not enough for Flink, but says all that a question about heaps needs.
    let sized = group.keys.process.is_some() || group.keys.managed.is_some();
    if group.keys.task_heap.is_some() && !sized && group.flink.is_empty() {
        set("taskmanager.memory.managed.size", "0b");
    }
    set("taskmanager.numberOfTaskSlots", &group.keys.slots.to_string());
    options
}

/// The layout of every TaskManager of `group`; a text where Flink would refuse to start it.
pub fn layout_of(scenario: &Scenario, group: &Group) -> Result<Layout, String> {
    let mut layout = Layout::derive(&options(group)).map_err(|error| error.to_string())?;
    if let Some(node) = scenario.mechanisms.fixed_node {
        layout.managed = rest_of(node, &layout)?;
    }
    Ok(layout)
}

/// M4: managed memory is what heap and network leave of the node.
fn rest_of(node: Bytes, layout: &Layout) -> Result<Bytes, String> {
    let rest = layout.flink().saturating_sub(layout.managed);
    if rest > node {
        return Err(format!("heap and network take {rest}, more than mechanisms.node_memory = {node}"));
    }
    Ok(node - rest)
}
