//! A FlinkDeployment, read as Flink's Kubernetes operator reads it.

use std::collections::BTreeSet;

use super::fault::Faults;
use super::flatten::flatten;
use super::scalar::Scalar;
use super::tree::{Entry, Node, Value, brief, get, told_twice};
use super::{FlinkConfig, Form, quantity};
use crate::flink::layout::{FlinkVersion, Notice, Options, Origin, keys};

/// The kind that is looked for.
pub const KIND: &str = "FlinkDeployment";

/// The sections of `spec` that describe a process: name, option of its memory, option of its cores.
const PROCESSES: [(&str, &str, &str); 2] = [
    ("taskManager", keys::task_manager::PROCESS.name, "kubernetes.taskmanager.cpu.amount"),
    ("jobManager", keys::job_manager::PROCESS.name, "kubernetes.jobmanager.cpu.amount"),
];

/// Whether `document` is a resource of Kubernetes.
pub fn has_kind(document: &Node) -> bool {
    matches!(&document.value, Value::Map(entries) if get(entries, "kind").is_some())
}

/// What the only FlinkDeployment among `documents` says; other kinds are passed over.
pub fn read(documents: &[Node], faults: &mut Faults) -> Option<FlinkConfig> {
    let mut found = Vec::new();
    for document in documents.iter().filter(|document| !document.value.is_null()) {
        resources(document, &mut found, faults);
    }
    let mut deployments = found.iter().filter(|resource| resource.kind == KIND);
    let Some(first) = deployments.next() else {
        if faults.is_empty() {
            none(&found, faults);
        }
        return None;
    };
    let mut single = true;
    for second in deployments {
        faults.at(second.line, format!("a second {KIND}, after that of line {}: expected one at a time", first.line));
        single = false;
    }
    single.then(|| deployment(first, faults))
}

fn none(found: &[Resource], faults: &mut Faults) {
    const NAMED: usize = 10;
    let kinds: BTreeSet<String> = found.iter().map(|resource| brief(resource.kind)).collect();
    let kinds: Vec<String> = kinds.into_iter().take(NAMED).collect();
    let only = if kinds.is_empty() { String::new() } else { format!(", only {}", kinds.join(", ")) };
    faults.file(format!("no {KIND} in this manifest{only}: expected one"));
}

struct Resource<'t> {
    kind: &'t str,
    line: u32,
    entries: &'t [Entry],
}

/// The resource that `node` is, or those of the list that it is.
fn resources<'t>(node: &'t Node, found: &mut Vec<Resource<'t>>, faults: &mut Faults) {
    let Value::Map(entries) = &node.value else {
        faults.at(node.line, format!("the document is {}: expected a resource of Kubernetes", node.value.what()));
        return;
    };
    let kind = get(entries, "kind").map(|entry| (&entry.value, entry.line));
    let Some((Value::Scalar(Scalar { text: kind, .. }), line)) = kind.filter(|kind| !kind.0.is_null()) else {
        faults.at(node.line, "a resource without a kind: expected `kind: FlinkDeployment`");
        return;
    };
    match get(entries, "items").map(|entry| &entry.value) {
        Some(Value::List(items)) if kind.ends_with("List") => {
            items.iter().for_each(|item| resources(item, found, faults));
        }
        _ => found.push(Resource { kind, line, entries }),
    }
}

fn deployment(resource: &Resource, faults: &mut Faults) -> FlinkConfig {
    told_twice(resource.entries, faults);
    let mut config =
        FlinkConfig { options: Options::new(), form: Form::Deployment, version: None, overruled: Vec::new() };
    let Some(spec) = section(resource.entries, "spec", faults) else {
        if faults.is_empty() {
            faults.at(resource.line, format!("this {KIND} has no `spec`: expected one"));
        }
        return config;
    };
    if let Some(Value::Map(entries)) = present(spec, "flinkConfiguration").map(|entry| &entry.value) {
        config.options = flatten(entries, faults);
    } else if let Some(entry) = present(spec, "flinkConfiguration") {
        not_a_group(entry, faults);
    }
    let version = present(spec, "flinkVersion").and_then(|entry| read_value(entry, FlinkVersion::parse, faults));
    config.version = version.map(|version| version.0);
    for (name, memory, cpu) in PROCESSES {
        let Some(resource) = section(spec, name, faults).and_then(|it| section(it, "resource", faults)) else {
            continue;
        };
        let size = present(resource, "memory").and_then(|entry| read_value(entry, quantity::memory, faults));
        set(&mut config, memory, size.map(|(size, line)| (format!("{}b", size.0), line)), faults);
        let cores = present(resource, "cpu").and_then(|entry| read_value(entry, quantity::cpu, faults));
        set(&mut config, cpu, cores.map(|(cores, line)| (cores.to_string(), line)), faults);
    }
    let parallelism = section(spec, "job", faults)
        .and_then(|job| present(job, "parallelism"))
        .and_then(|entry| read_value(entry, parallelism, faults));
    set(&mut config, "parallelism.default", parallelism.map(|(p, line)| (p.to_string(), line)), faults);
    config
}

fn set(config: &mut FlinkConfig, key: &str, found: Option<(String, u32)>, faults: &Faults) {
    if let Some((text, line)) = found {
        let field = FIELDS.iter().find(|field| field.0 == key).map_or("spec.job.parallelism", |field| field.1);
        if let Some((_, value, origin)) = config.options.iter().find(|option| option.0 == key) {
            let text = format!("`{key}` = {value} is without effect: the operator sets it from {field} (line {line})");
            config.overruled.push(Notice { origin: origin.clone(), text });
        }
        config.options.insert(key, &text, Origin::Field { file: faults.name().into(), line, field });
    }
}

/// Options that stand for a field of the manifest.
const FIELDS: [(&str, &str); 4] = [
    ("taskmanager.memory.process.size", "spec.taskManager.resource.memory"),
    ("kubernetes.taskmanager.cpu.amount", "spec.taskManager.resource.cpu"),
    ("jobmanager.memory.process.size", "spec.jobManager.resource.memory"),
    ("kubernetes.jobmanager.cpu.amount", "spec.jobManager.resource.cpu"),
];

fn parallelism(text: &str) -> Result<u32, String> {
    let parsed = text.parse().ok().filter(|parallelism| *parallelism > 0);
    parsed.ok_or_else(|| "expected a whole number from 1 on".into())
}

/// The entry `key`, unless it says nothing.
fn present<'t>(entries: &'t [Entry], key: &str) -> Option<&'t Entry> {
    get(entries, key).filter(|entry| !entry.value.is_null())
}

/// The keys below `key`, whose repetitions are told.
fn section<'t>(entries: &'t [Entry], key: &str, faults: &mut Faults) -> Option<&'t [Entry]> {
    let entry = present(entries, key)?;
    let Value::Map(below) = &entry.value else {
        not_a_group(entry, faults);
        return None;
    };
    told_twice(below, faults);
    Some(below)
}

fn not_a_group(entry: &Entry, faults: &mut Faults) {
    if entry.value != Value::Refused {
        faults.at(entry.line, format!("`{}` is {}: expected keys with values", entry.key, entry.value.what()));
    }
}

/// The value of `entry`, with its line.
fn read_value<T>(entry: &Entry, read: fn(&str) -> Result<T, String>, faults: &mut Faults) -> Option<(T, u32)> {
    let Value::Scalar(Scalar { text, .. }) = &entry.value else {
        faults.at(entry.line, format!("`{}` is {}: expected a single value", entry.key, entry.value.what()));
        return None;
    };
    let told =
        |reason| faults.at(entry.line, format!("`{}` = \"{}\" cannot be read: {reason}", entry.key, brief(text)));
    read(text).map_err(told).ok().map(|value| (value, entry.line))
}
