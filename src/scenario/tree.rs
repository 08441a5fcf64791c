//! A scenario as it was written: values with the place where each one stands.
//!
//! The TOML library forgets places as soon as a document is changed, and `--set` and sweep axes change it; so the
//! document is copied into this small tree, in which every value carries its [`Origin`].

use std::fmt::{self, Write};
use std::sync::Arc;

/// Where a value was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A line of the file, from 1 on.
    Line(u32),
    /// An option of the command line, as it was typed.
    Option(Arc<str>),
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The value.
    pub tree: Tree,
    /// Its place.
    pub origin: Origin,
}

/// The values that TOML knows.
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// A string.
    Text(String),
    /// An integer.
    Whole(i64),
    /// A float.
    Number(f64),
    /// true or false.
    Flag(bool),
    /// A date or time of day, which no key of a scenario takes.
    Date(String),
    /// An array.
    List(Vec<Node>),
    /// A table, in the order of the file.
    Table(Vec<(String, Node)>),
}

impl Node {
    /// A table without entries at `origin`.
    pub fn empty(origin: Origin) -> Node {
        Node { tree: Tree::Table(Vec::new()), origin }
    }

    /// A string at `origin`.
    pub fn text(text: &str, origin: Origin) -> Node {
        Node { tree: Tree::Text(text.to_string()), origin }
    }

    /// The entries of a table; none for any other value.
    pub fn entries(&self) -> &[(String, Node)] {
        match &self.tree {
            Tree::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The entry called `name` of a table.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.0 == name).map(|entry| &entry.1)
    }

    /// The node at the end of `path`, and how many steps of the path exist.
    pub fn deepest(&self, path: &[String]) -> (&Node, usize) {
        let mut node = self;
        for (depth, step) in path.iter().enumerate() {
            match node.get(step) {
                Some(next) => node = next,
                None => return (node, depth),
            }
        }
        (node, path.len())
    }

    /// What the value is, for messages: "a text", "a table".
    pub fn noun(&self) -> &'static str {
        match self.tree {
            Tree::Text(_) => "a text",
            Tree::Whole(_) => "a whole number",
            Tree::Number(_) => "a number",
            Tree::Flag(_) => "true or false",
            Tree::Date(_) => "a date",
            Tree::List(_) => "a list",
            Tree::Table(_) => "a table",
        }
    }

    /// The value in one line, cut where it grows long.
    pub fn brief(&self) -> String {
        const LONGEST: usize = 70;
        let text = self.to_string();
        if text.chars().count() <= LONGEST {
            return text;
        }
        text.chars().take(LONGEST).chain(['…']).collect()
    }

    /// The value as the plain text of a table cell: strings lose their quotes.
    pub fn plain(&self) -> String {
        match &self.tree {
            Tree::Text(text) => text.clone(),
            _ => self.to_string(),
        }
    }
}

/// Prints the value as TOML on one line.
impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.tree {
            Tree::Text(text) => f.write_str(&quoted(text)),
            Tree::Whole(number) => write!(f, "{number}"),
            Tree::Number(number) => f.write_str(&float(*number)),
            Tree::Flag(flag) => write!(f, "{flag}"),
            Tree::Date(date) => f.write_str(date),
            Tree::List(items) => {
                let items: Vec<String> = items.iter().map(Node::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Tree::Table(entries) if entries.is_empty() => f.write_str("{}"),
            Tree::Table(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(key, node)| format!("{} = {node}", bare_or_quoted(key))).collect();
                write!(f, "{{ {} }}", entries.join(", "))
            }
        }
    }
}

/// A string in TOML's quotes.
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04X}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A float as TOML reads it back: with a point or an exponent, so that it stays a float.
pub fn float(number: f64) -> String {
    let text = format!("{number:?}");
    match text.as_str() {
        "NaN" => "nan".into(),
        _ => text,
    }
}

/// A key as TOML wants it: quoted only where it must be.
pub fn bare_or_quoted(key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    if bare { key.to_string() } else { quoted(key) }
}

/// Joins the steps of a path with points.
pub fn dotted(path: &[String]) -> String {
    path.iter().map(|step| bare_or_quoted(step)).collect::<Vec<_>>().join(".")
}
