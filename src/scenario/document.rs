//! TOML text to a tree that knows its places, and changes to that tree under dotted keys.

use std::sync::Arc;

use toml_edit::{Document, Item, Key, Table, Value};

use super::fault::{Faults, Spot};
use super::schema::FAMILIES;
use super::tree::{Node, Origin, Tree, dotted};

/// A value that the command line puts in place of the file's.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// As typed, for messages: "--set run.seed=3".
    pub typed: String,
    /// "run.seed=3".
    pub assignment: String,
}

impl Override {
    /// `--set key=value`.
    pub fn set(assignment: &str) -> Override {
        Override { typed: format!("--set {assignment}"), assignment: assignment.to_string() }
    }

    /// Another option that stands for one key, such as `--seed 3` for run.seed.
    pub fn option(option: &str, key: &str, value: impl std::fmt::Display) -> Override {
        Override { typed: format!("{option} {value}"), assignment: format!("{key}={value}") }
    }
}

/// Reads `text`; `None`, with one fault at its line, if it is not TOML at all.
pub fn read(text: &str, faults: &mut Faults) -> Option<Node> {
    let lines = Lines::of(text);
    match Document::parse(text) {
        Ok(document) => Some(table(document.as_table(), Origin::Line(1), &lines)),
        Err(error) => {
            let message = error.message().trim().replace('\n', ", ");
            faults.file(error.span().map(|span| lines.at(span.start)), format!("not TOML: {message}"));
            None
        }
    }
}

/// Starts of all lines, to turn an offset into a line number.
struct Lines(Vec<usize>);

impl Lines {
    fn of(text: &str) -> Lines {
        Lines(std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }

    fn at(&self, offset: usize) -> u32 {
        self.0.partition_point(|start| *start <= offset) as u32
    }
}

type Span = Option<std::ops::Range<usize>>;

fn place(spans: [Span; 2], parent: &Origin, lines: &Lines) -> Origin {
    let first = spans.into_iter().flatten().next();
    first.map_or_else(|| parent.clone(), |span| Origin::Line(lines.at(span.start)))
}

fn table(table: &Table, origin: Origin, lines: &Lines) -> Node {
    let entries = table.iter().map(|(name, item)| {
        let at = place([table.key(name).and_then(Key::span), item.span()], &origin, lines);
        (name.to_string(), node(item, at, lines))
    });
    Node { tree: Tree::Table(entries.collect()), origin: origin.clone() }
}

fn node(item: &Item, origin: Origin, lines: &Lines) -> Node {
    match item {
        Item::None => Node::empty(origin),
        Item::Value(item) => value(item, origin, lines),
        Item::Table(item) => table(item, origin, lines),
        Item::ArrayOfTables(items) => {
            let list = items.iter().map(|item| table(item, place([item.span(), None], &origin, lines), lines));
            Node { tree: Tree::List(list.collect()), origin: origin.clone() }
        }
    }
}

fn value(value: &Value, origin: Origin, lines: &Lines) -> Node {
    let tree = match value {
        Value::String(text) => Tree::Text(text.value().clone()),
        Value::Integer(number) => Tree::Whole(*number.value()),
        Value::Float(number) => Tree::Number(*number.value()),
        Value::Boolean(flag) => Tree::Flag(*flag.value()),
        Value::Datetime(date) => Tree::Date(date.value().to_string()),
        Value::Array(items) => {
            let list = items.iter().map(|item| self::value(item, place([item.span(), None], &origin, lines), lines));
            Tree::List(list.collect())
        }
        Value::InlineTable(table) => {
            let entries = table.iter().map(|(name, item)| {
                let at = place([table.key(name).and_then(Key::span), item.span()], &origin, lines);
                (name.to_string(), self::value(item, at, lines))
            });
            Tree::Table(entries.collect())
        }
    };
    Node { tree, origin }
}

/// Splits a dotted key into its steps, with TOML's quoting rules.
pub fn steps(key: &str) -> Result<Vec<String>, String> {
    let keys = Key::parse(key.trim()).map_err(|error| error.message().trim().replace('\n', ", "))?;
    Ok(keys.iter().map(|key| key.get().to_string()).collect())
}

/// A value as typed: TOML if it is TOML, else a text, so that `4 GiB` and `max-min` need no quotes.
pub fn typed_value(text: &str, origin: &Origin) -> Node {
    let parsed = text.trim().parse::<Value>().ok().filter(|value| !matches!(value, Value::Datetime(_)));
    match parsed {
        Some(parsed) => relocated(value(&parsed, origin.clone(), &Lines(vec![0])), origin),
        None => Node::text(text.trim(), origin.clone()),
    }
}

/// The same value, standing at `origin` with all its parts.
pub fn relocated(node: Node, origin: &Origin) -> Node {
    let tree = match node.tree {
        Tree::List(items) => Tree::List(items.into_iter().map(|item| relocated(item, origin)).collect()),
        Tree::Table(entries) => {
            Tree::Table(entries.into_iter().map(|(key, item)| (key, relocated(item, origin))).collect())
        }
        other => other,
    };
    Node { tree, origin: origin.clone() }
}

/// Applies what the command line says, in its order.
pub fn apply(root: &mut Node, overrides: &[Override], faults: &mut Faults) {
    for change in overrides {
        let origin = Origin::Option(Arc::from(change.typed.as_str()));
        let here = Node::empty(origin.clone());
        let spot = Spot::root(&here);
        let Some((key, text)) = split(&change.assignment) else {
            faults.key(&spot, "expected key=value, as in --set groups.workers.cores=4");
            continue;
        };
        let value = typed_value(text, &origin);
        let done = steps(key).and_then(|path| {
            put(root, &path, value.clone())?;
            pin(root, &path, value)
        });
        if let Err(message) = done {
            faults.key(&Spot { key: key.to_string(), node: &here }, message);
        }
    }
}

/// Lets an axis over `path`, if there is one, run through `value` alone, or through its elements where it is a list and the
/// axis has no lists: what the command line says of a swept key would otherwise be lost to the axis.
fn pin(root: &mut Node, path: &[String], value: Node) -> Result<(), String> {
    let Tree::Table(entries) = &mut root.tree else { return Ok(()) };
    let Some((_, Node { tree: Tree::List(axes), .. })) = entries.iter_mut().find(|entry| entry.0 == "axes") else {
        return Ok(());
    };
    for axis in axes {
        let Some(Node { tree: Tree::Text(key), .. }) = axis.get("key") else { continue };
        let (key, Ok(swept)) = (key.clone(), steps(key)) else { continue };
        if swept == path {
            let is_list = |node: &Node| matches!(node.tree, Tree::List(_));
            let lists = matches!(axis.get("values").map(|values| &values.tree), Some(Tree::List(all)) if all.iter().any(is_list));
            let origin = value.origin.clone();
            let values = match lists || !is_list(&value) {
                true => Node { tree: Tree::List(vec![value.clone()]), origin: origin.clone() },
                false => value.clone(),
            };
            let key = Node::text(&key, origin);
            axis.tree = Tree::Table(vec![("key".into(), key), ("values".into(), values)]);
        } else if path.starts_with(&swept) {
            return Err(format!("is lost: the axis over {key} puts its values in this place; write it into them"));
        }
    }
    Ok(())
}

/// Splits at the first `=` outside quotes.
fn split(assignment: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (at, c) in assignment.char_indices() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            (None, '=') => return Some((&assignment[..at], &assignment[at + 1..])),
            _ => {}
        }
    }
    None
}

/// Puts `value` under `path`, making tables on the way; list elements go by number.
pub fn put(root: &mut Node, path: &[String], value: Node) -> Result<(), String> {
    let Some((last, way)) = path.split_last() else { return Err("the key is empty".into()) };
    let mut node = root;
    for (depth, step) in way.iter().enumerate() {
        node = enter(node, step, &value.origin).map_err(|reason| format!("{} {reason}", dotted(&path[..depth])))?;
        if is_family(&path[..=depth]) && matches!(node.tree, Tree::Text(_)) {
            // A plug-in given by its bare name becomes a table, so that one of its parameters can be set.
            let name = Node { tree: node.tree.clone(), origin: node.origin.clone() };
            node.tree = Tree::Table(vec![("kind".into(), name)]);
        }
    }
    let place = enter(node, last, &value.origin).map_err(|reason| format!("{} {reason}", dotted(way)))?;
    *place = value;
    Ok(())
}

/// Whether `path` names a plug-in that may be written as a table `{ kind = … }`.
fn is_family(path: &[String]) -> bool {
    FAMILIES.iter().any(|(section, key, _)| {
        let steps: Vec<&str> = section.split('.').chain([*key]).collect();
        *key != "kind"
            && steps.len() == path.len()
            && steps.iter().zip(path).all(|(known, given)| *known == "*" || known == given)
    })
}

fn enter<'a>(node: &'a mut Node, step: &str, origin: &Origin) -> Result<&'a mut Node, String> {
    let noun = node.noun();
    match &mut node.tree {
        Tree::Table(entries) => {
            let at = entries.iter().position(|entry| entry.0 == step).unwrap_or_else(|| {
                entries.push((step.to_string(), Node::empty(origin.clone())));
                entries.len() - 1
            });
            Ok(&mut entries[at].1)
        }
        Tree::List(items) => {
            let count = items.len();
            let index = step.parse::<usize>().ok().filter(|index| *index < count);
            let Some(index) = index else {
                return Err(format!("is a list of {count}: \"{step}\" is not one of its indices from 0 on"));
            };
            Ok(&mut items[index])
        }
        _ => Err(format!("is {noun}, which has no keys of its own")),
    }
}
