//! What a dotted key of a scenario names: a value of some kind, a plug-in, or nothing that is known.

use crate::base::{Kind, Param};
use crate::kernel::LAWS;

use super::catalogue::{Catalogue, facts};
use super::laws;
use super::parse::{GRAPH, family, keeps_state};
use super::schema::{FAMILIES, SECTIONS, STATE_PRICE, params};
use super::tree::{Node, Tree, dotted};

/// What a key names.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// A value of this kind.
    Value(Kind),
    /// A plug-in of the family with this key in the catalogue.
    Family(String),
    /// A Flink option, kept as text.
    Free,
}

/// Why a key names nothing: what is wrong, and the names that could stand at the step that is.
#[derive(Debug)]
pub struct NoTarget {
    /// For people.
    pub message: String,
    /// The nearest key, whole.
    pub near: Option<String>,
}

/// A table of the schema: the family pattern of its plug-ins, and its parameters.
struct Table {
    pattern: &'static str,
    params: Vec<&'static Param>,
    /// Whether it speaks of keyed state.
    keeps_state: bool,
}

impl Table {
    fn of(pattern: &'static str) -> Table {
        let params = params(pattern);
        Table { pattern, params: params.iter().collect(), keeps_state: keeps_state(params) }
    }

    fn names(&self) -> Vec<&str> {
        let families = FAMILIES.iter().filter(|family| family.0 == self.pattern).map(|family| family.1);
        let families = families.filter(|key| self.keeps_state || *key != STATE_PRICE);
        self.params.iter().map(|param| param.name).chain(families).collect()
    }
}

/// What `path` names in the scenario `root`, whose groups, workloads and operators are known by name.
pub fn target(root: &Node, path: &[String], catalogue: &dyn Catalogue) -> Result<Target, NoTarget> {
    let Some(first) = path.first() else {
        return Err(NoTarget { message: "the key is empty".into(), near: None });
    };
    let (table, depth) = match first.as_str() {
        "groups" => (Table::of("groups.*"), named(root, path, 1)?),
        "workloads" if path.get(2).is_some_and(|step| step == "operators") => {
            named(root, path, 1)?;
            (Table::of("workloads.*.operators.*"), named(root, path, 3)?)
        }
        "workloads" => (workload(root, path, catalogue), named(root, path, 1)?),
        "prices" => (Table::of("prices"), 1),
        "policies" => (Table::of("policies"), 1),
        name => match SECTIONS.iter().find(|section| section.0 == name) {
            Some((name, _)) => (Table::of(name), 1),
            None => (Table::of(""), 0),
        },
    };
    if path.len() <= depth {
        return Err(NoTarget { message: format!("{} is a section, not one value", dotted(path)), near: None });
    }
    Key { root, path, catalogue }.inside(&table, depth)
}

/// Checks that the step at `depth` names an entry of the table before it, and answers the depth behind it.
fn named(root: &Node, path: &[String], depth: usize) -> Result<usize, NoTarget> {
    let Some(step) = path.get(depth) else { return Ok(depth + 1) };
    let (parent, reached) = root.deepest(&path[..depth]);
    let entries = if reached == depth { parent.entries() } else { &[] };
    if entries.iter().any(|entry| entry.0 == *step) {
        return Ok(depth + 1);
    }
    Err(unknown(path, depth, &entries.iter().map(|entry| entry.0.as_str()).collect::<Vec<_>>()))
}

fn unknown(path: &[String], depth: usize, known: &[&str]) -> NoTarget {
    let near = crate::base::nearest(&path[depth], known.iter().copied()).map(|name| {
        let mut path = path.to_vec();
        path[depth] = name.to_string();
        dotted(&path)
    });
    let place = if depth == 0 { "the scenario".to_string() } else { dotted(&path[..depth]) };
    let known = if known.is_empty() { "nothing".to_string() } else { known.join(", ") };
    NoTarget { message: format!("{place} has no \"{}\": expected one of {known}", path[depth]), near }
}

fn workload(root: &Node, path: &[String], catalogue: &dyn Catalogue) -> Table {
    let kind = chosen(root, &path[..path.len().min(2)], "kind").unwrap_or_default();
    let mut table = Table::of("workloads.*");
    if let Some(facts) = facts(catalogue, &family("workloads.*", "kind").0, &kind) {
        table.params.extend(facts.params);
        table.keeps_state = keeps_state(facts.params);
    }
    table
}

/// The name that stands under `key` of the table at `path`.
fn chosen(root: &Node, path: &[String], key: &str) -> Option<String> {
    let (node, depth) = root.deepest(path);
    let node = if depth == path.len() { node.get(key)? } else { return None };
    match &node.tree {
        Tree::Text(name) => Some(name.clone()),
        Tree::Table(_) => match &node.get("kind")?.tree {
            Tree::Text(name) => Some(name.clone()),
            _ => None,
        },
        _ => None,
    }
}

/// A key on its way down.
struct Key<'a> {
    root: &'a Node,
    path: &'a [String],
    catalogue: &'a dyn Catalogue,
}

impl Key<'_> {
    /// What the step at `depth`, which lies in `table`, and those behind it name.
    fn inside(&self, table: &Table, depth: usize) -> Result<Target, NoTarget> {
        let Key { root, path, catalogue } = *self;
        let (step, rest) = (path[depth].as_str(), &path[depth + 1..]);
        if table.pattern == "groups.*" && step == "flink" && !rest.is_empty() {
            return Ok(Target::Free);
        }
        if let Some(param) = table.params.iter().find(|param| param.name == step) {
            return value(path, depth, param.kind);
        }
        if !table.names().contains(&step) {
            let mut known = table.names();
            if depth == 0 {
                known.extend(SECTIONS.iter().map(|section| section.0));
                known.extend(["groups", "prices", "policies", "workloads"]);
            }
            let operators = chosen(root, &path[..depth], "kind").is_some_and(|kind| kind == GRAPH);
            known.extend((depth == 2 && operators).then_some("operators"));
            return Err(unknown(path, depth, &known));
        }
        let (key, default) = family(table.pattern, step);
        let Some(inner) = rest.first() else { return Ok(Target::Family(key)) };
        let name = chosen(root, &path[..depth], step).unwrap_or_else(|| default.to_string());
        if name.is_empty() {
            let message =
                format!("{} names nothing that has keys: expected its kind beside them", dotted(&path[..=depth]));
            return Err(NoTarget { message, near: None });
        }
        let params = facts(catalogue, &key, &name).map_or(&[][..], |facts| facts.params);
        match params.iter().find(|param| param.name == inner) {
            Some(param) => value(path, depth + 1, param.kind),
            None => Err(unknown(path, depth + 1, &params.iter().map(|param| param.name).collect::<Vec<_>>())),
        }
    }
}

/// The kind of the value at `depth`, or of the number of a law that the next step names.
fn value(path: &[String], depth: usize, kind: Kind) -> Result<Target, NoTarget> {
    let law = matches!(kind, Kind::BytesLaw | Kind::SpanLaw | Kind::NumberLaw);
    match path.get(depth + 1) {
        None => Ok(Target::Value(kind)),
        Some(number) if law && path.len() == depth + 2 => {
            let known = || LAWS.iter().flat_map(|entry| laws::numbers(entry));
            match known().find(|known| known.name == number) {
                Some(known) if known.has_unit => Ok(Target::Value(laws::drawn(&kind))),
                Some(_) => Ok(Target::Value(Kind::Number(f64::MIN, f64::MAX))),
                None => {
                    let mut names: Vec<&str> = known().map(|number| number.name).collect();
                    names.sort_unstable();
                    names.dedup();
                    Err(unknown(path, depth + 1, &names))
                }
            }
        }
        Some(_) => Err(NoTarget {
            message: format!("{} is one value, without keys of its own", dotted(&path[..=depth])),
            near: None,
        }),
    }
}
