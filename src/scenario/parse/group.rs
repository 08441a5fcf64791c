//! `[groups.NAME]`: TaskManagers that are alike.

use std::sync::Arc;

use crate::scenario::fault::{Faults, Spot};
use crate::scenario::flink;
use crate::scenario::schema::GROUP;
use crate::scenario::spec::Group;
use crate::scenario::tree::{Node, Origin, Tree};

use super::section::{args, is_table, unknown_keys};
use super::{Context, plugin};

/// All groups, in the order of the file.
pub fn groups(root: &Spot, context: Context, faults: &mut Faults) -> Arc<[Group]> {
    let Some(node) = root.node.get("groups") else { return Arc::new([]) };
    let spot = root.child("groups", node);
    if !is_table(&spot, faults) {
        return Arc::new([]);
    }
    let mut groups = Vec::new();
    for (name, node) in node.entries() {
        let here = spot.child(name, node);
        if is_table(&here, faults) {
            groups.push(group(name, &here, context, faults));
        }
    }
    groups.into()
}

fn group(name: &str, spot: &Spot, context: Context, faults: &mut Faults) -> Group {
    let own = GROUP.iter().map(|param| param.name);
    unknown_keys(spot, &own.chain(["collector", "flink"]).collect::<Vec<_>>(), faults);
    // What the scenario says itself comes last, and so goes before the file.
    let mut flink = config_file(spot, context, faults);
    if let Some(node) = spot.node.get("flink") {
        let here = spot.child("flink", node);
        if is_table(&here, faults) {
            flatten(&here, "", &mut flink, faults);
        }
    }
    Group {
        name: name.to_string(),
        args: args(spot, GROUP, faults),
        flink,
        collector: plugin::choice(spot, ("groups.*", "collector"), context.catalogue, faults),
    }
}

/// The TaskManager's options in the file under `flink_config`; a real file has many others, which are no faults.
fn config_file(spot: &Spot, context: Context, faults: &mut Faults) -> Vec<(String, String, String)> {
    let Some((node, Tree::Text(name))) = spot.node.get("flink_config").map(|node| (node, &node.tree)) else {
        return Vec::new();
    };
    match flink::read(&context.folder.join(name)) {
        Ok(config) => {
            let own = config.options.iter().filter(|(key, _, _)| key.starts_with("taskmanager."));
            own.map(|(key, value, origin)| (key.into(), value.into(), origin.to_string())).collect()
        }
        Err(found) => {
            let here = spot.child("flink_config", node);
            for fault in found {
                faults.value(&here, format!("{}: {}", fault.place(), fault.message));
            }
            Vec::new()
        }
    }
}

/// Flink's keys are dotted, and TOML reads an unquoted dotted key as nested tables: both spellings mean the same.
fn flatten(spot: &Spot, prefix: &str, out: &mut Vec<(String, String, String)>, faults: &mut Faults) {
    for (name, node) in spot.node.entries() {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let here = spot.child(name, node);
        match &node.tree {
            Tree::Table(_) => flatten(&here, &key, out, faults),
            Tree::List(_) => {
                faults.value(&here, "is a list: expected a text, number or flag, as in Flink's configuration file");
            }
            _ => out.push((key, node.plain(), place(node))),
        }
    }
}

fn place(node: &Node) -> String {
    match &node.origin {
        Origin::Line(line) => format!("line {line}"),
        Origin::Option(text) => text.to_string(),
    }
}
