//! From a tree of keys to dotted keys.

use std::collections::BTreeMap;

use super::fault::Faults;
use super::tree::{Entry, Node, Value, brief, twice};
use super::{MAX_OPTIONS, TOO_MANY, scalar};
use crate::flink::layout::{Options, Origin, keys};

/// Bytes of the longest key.
const KEY_BYTES: usize = 1024;

/// The options below `entries`, in order. Keys that are set twice, memory options without a value, and sizes that no
/// configuration has are told.
pub fn flatten(entries: &[Entry], faults: &mut Faults) -> Options {
    let mut walk = Walk { options: Options::new(), lines: BTreeMap::new(), faults };
    walk.group("", entries);
    walk.options
}

struct Walk<'f> {
    options: Options,
    /// Where each dotted key was set.
    lines: BTreeMap<String, u32>,
    faults: &'f mut Faults,
}

impl Walk<'_> {
    fn group(&mut self, prefix: &str, entries: &[Entry]) {
        self.groups_told_twice(prefix, entries);
        for entry in entries {
            if self.lines.len() > MAX_OPTIONS {
                return;
            }
            if prefix.len() + entry.key.len() > KEY_BYTES {
                let message = format!("the key \"{}\" is longer than {KEY_BYTES} bytes", brief(&entry.key));
                self.faults.at(entry.line, message);
                continue;
            }
            let key = format!("{prefix}{}", entry.key);
            match &entry.value {
                Value::Map(below) => self.group(&format!("{key}."), below),
                Value::Refused => {}
                value => self.option(key, value, entry.line),
            }
        }
    }

    /// Tells groups that stand twice in one group. Options that do are seen later, wherever they stand.
    fn groups_told_twice(&mut self, prefix: &str, entries: &[Entry]) {
        let mut firsts: BTreeMap<&str, &Entry> = BTreeMap::new();
        let is_group = |entry: &Entry| matches!(entry.value, Value::Map(_));
        for entry in entries {
            match firsts.get(entry.key.as_str()) {
                Some(first) if is_group(first) || is_group(entry) => {
                    twice(&format!("{prefix}{}", entry.key), first.line, entry.line, self.faults);
                }
                Some(_) => {}
                None => _ = firsts.insert(&entry.key, entry),
            }
        }
    }

    fn option(&mut self, key: String, value: &Value, line: u32) {
        if let Some(first) = self.lines.get(&key) {
            return twice(&key, *first, line, self.faults);
        }
        if self.lines.len() == MAX_OPTIONS {
            self.faults.at(line, TOO_MANY);
        }
        let text = if value.is_null() { None } else { Some(print(value)) };
        match text {
            Some(text) => {
                let origin = Origin::Line { file: self.faults.name().into(), line };
                self.options.insert(&key, &text, origin);
            }
            None if is_memory_option(&key) => {
                self.faults.at(line, format!("`{key}` has no value: expected one, or the line to be left out"));
            }
            None => {}
        }
        self.lines.insert(key, line);
    }
}

fn is_memory_option(key: &str) -> bool {
    let mut known = keys::task_manager::ALL.iter().chain(keys::job_manager::ALL);
    known.any(|known| known.is_called(key))
}

/// A value on one line, lists and groups in brackets.
fn print(value: &Value) -> String {
    let list = |items: Vec<String>| items.join(", ");
    match value {
        Value::Scalar(scalar) => scalar::text(scalar).unwrap_or_else(|| "null".into()),
        Value::List(items) => format!("[{}]", list(items.iter().map(|item: &Node| print(&item.value)).collect())),
        Value::Map(entries) => {
            format!("{{{}}}", list(entries.iter().map(|e| format!("{}: {}", e.key, print(&e.value))).collect()))
        }
        Value::Refused => String::new(),
    }
}
