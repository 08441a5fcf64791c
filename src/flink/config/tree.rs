//! A small tree of YAML, in which every key and value knows its line.

use super::fault::Faults;
use super::scalar::{self, Scalar};
use std::collections::BTreeMap;

/// A value and the line on which it begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// From 1.
    pub line: u32,
    /// What stands there.
    pub value: Value,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A single text, number or flag, or nothing.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// Keys with values, in order; a key may be there twice.
    Map(Vec<Entry>),
    /// Something that is not read and has been told already.
    Refused,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// The line of the key, from 1.
    pub line: u32,
    /// The value.
    pub value: Value,
}

impl Value {
    /// Whether it says nothing: absent, `~` or `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Scalar(scalar) if scalar::text(scalar).is_none())
    }

    /// Its kind, for messages.
    pub fn what(&self) -> &'static str {
        match self {
            Value::Scalar(_) => "a single text",
            Value::List(_) => "a list",
            Value::Map(_) => "a group of keys",
            Value::Refused => "not readable",
        }
    }
}

/// The first entry called `key`.
pub fn get<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.key == key)
}

/// Tells the keys that stand more than once in `entries`.
pub fn told_twice(entries: &[Entry], faults: &mut Faults) {
    let mut lines: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in entries {
        match lines.get(entry.key.as_str()) {
            Some(first) => twice(&entry.key, *first, entry.line, faults),
            None => _ = lines.insert(&entry.key, entry.line),
        }
    }
}

/// The fault of `key` at `line`, which was set at line `first` already.
pub fn twice(key: &str, first: u32, line: u32, faults: &mut Faults) {
    faults.at(line, format!("`{}` is set twice, first at line {first}: expected it once", brief(key)));
}

/// `text`, cut where it is too long for a message, on one line.
pub fn brief(text: &str) -> String {
    const LETTERS: usize = 80;
    let line: String = text.chars().take(LETTERS).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(LETTERS).is_some() { format!("{line}…") } else { line }
}
