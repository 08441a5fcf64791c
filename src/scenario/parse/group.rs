//! `[groups.NAME]`: TaskManagers that are alike.

use std::sync::Arc;

use crate::base::Section;
use crate::flink::config;
use crate::flink::layout::keys::task_manager as tm;
use crate::flink::layout::{FlinkVersion, Options, Origin, translate};
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::sections::{CORES, GroupKeys, MOST_SLOTS};
use crate::scenario::spec::Group;
use crate::scenario::tree::Tree;

use super::Context;
use super::described::{self, described};
use super::plugin::{self, Slot};
use super::section::{is_table, section, unknown_keys};

/// All groups, in the order of the file.
pub fn groups(root: &Spot, context: Context, faults: &mut Faults) -> Arc<[Group]> {
    let Some(node) = root.node.get("groups") else { return Arc::new([]) };
    let spot = root.child("groups", node);
    if !is_table(&spot, faults) {
        return Arc::new([]);
    }
    let priced = root.node.get("prices").is_some_and(|prices| prices.get("collection").is_some());
    let mut groups = Vec::new();
    for (name, node) in node.entries() {
        let here = spot.child(name, node);
        if is_table(&here, faults) {
            let mut group = group(name, &here, context, faults);
            if !priced && node.get("jvm").is_none() {
                described::suppose(&mut group, context);
            }
            described::hand_over(&mut group, node.get("collector"), context);
            groups.push(group);
        }
    }
    groups.into()
}

fn group(name: &str, spot: &Spot, context: Context, faults: &mut Faults) -> Group {
    let own = GroupKeys::PARAMS.iter().map(|param| param.name);
    unknown_keys(spot, &own.chain(["collector", "flink"]).collect::<Vec<_>>(), faults);
    // What the scenario says itself goes over the file.
    let mut flink = config_file(spot, context, faults);
    if let Some(node) = spot.node.get("flink") {
        let here = spot.child("flink", node);
        if is_table(&here, faults) {
            flatten(&here, "", &mut flink, faults);
        }
    }
    let mut keys: GroupKeys = section(spot, faults);
    take_over(spot, &flink, &mut keys);
    let collector = plugin::choice(spot, Slot { section: "groups.*", key: "collector" }, context.catalogue, faults);
    let jvm = described(spot, context, faults);
    Group { name: name.to_string(), keys, flink, collector, jvm, from_jvm: Vec::new() }
}

/// The TaskManager's options in the file under `flink_config`; a real file has many others, which are no faults.
fn config_file(spot: &Spot, context: Context, faults: &mut Faults) -> Options {
    let Some((node, Tree::Text(name))) = spot.node.get("flink_config").map(|node| (node, &node.tree)) else {
        return Options::new();
    };
    let here = spot.child("flink_config", node);
    let config = match config::read(&context.folder.join(name)) {
        Ok(config) => config,
        Err(found) => {
            for fault in found {
                faults.value(&here, format!("{}: {}", fault.place(), fault.message));
            }
            return Options::new();
        }
    };
    let today = match config.version.unwrap_or_default() {
        FlinkVersion::V1 => translate(&config.options, config.form.deployment()).map(|translated| translated.0),
        FlinkVersion::V2 => Ok(config.options),
    };
    let mut own = Options::new();
    match today {
        Ok(options) => {
            let read = options
                .iter()
                .filter(|(key, _, _)| key.starts_with("taskmanager.") || tm::CONTAINER_CPU.is_called(key));
            read.for_each(|(key, value, origin)| own.insert(key, value, origin.clone()));
        }
        Err(fault) => {
            faults.value(&here, fault.to_string());
        }
    }
    own
}

/// Slots and cores that the scenario leaves open are those of Flink's options, so that a configuration is simulated as
/// it stands. Values that Flink would refuse are told where its options are checked.
fn take_over(spot: &Spot, flink: &Options, keys: &mut GroupKeys) {
    let said = |name: &str| spot.node.get(name).is_some();
    if !said("slots")
        && flink.is_set(&tm::SLOTS)
        && let Ok(slots @ 1..=MOST_SLOTS) = flink.count(&tm::SLOTS)
    {
        keys.slots = slots;
    }
    let cores = flink.number(&tm::CONTAINER_CPU).or_else(|_| flink.number(&tm::CORES)).ok();
    if let Some(cores) = cores.filter(|cores| !said("cores") && CORES.contains(cores)) {
        keys.cores = cores;
    }
}

/// Flink's keys are dotted, and TOML reads an unquoted dotted key as nested tables: both spellings mean the same.
fn flatten(spot: &Spot, prefix: &str, out: &mut Options, faults: &mut Faults) {
    for (name, node) in spot.node.entries() {
        let key = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        let here = spot.child(name, node);
        match &node.tree {
            Tree::Table(_) => flatten(&here, &key, out, faults),
            Tree::List(_) => {
                faults.value(&here, "is a list: expected a text, number or flag, as in Flink's configuration file");
            }
            _ => out.insert(&key, &node.plain(), Origin::Unstated),
        }
    }
}
