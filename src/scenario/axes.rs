//! `[[axes]]`: the values that a sweep runs through.

use crate::base::{Bytes, Kind, Section, SimSpan, Value};

use super::catalogue::Catalogue;
use super::document::{relocated, steps};
use super::fault::{Faults, Spot};
use super::parse::value::{read, wrong_type};
use super::parse::{section, unknown_keys};
use super::quantity::{expectation, node};
use super::sections::{AxisKeys, Spacing};
use super::target::{Target, target};
use super::tree::{Node, Origin, Tree};

/// Keys of `[run]` of which a sweep has one value.
const ONE_FOR_ALL: [&str; 3] = ["replications", "precision", "max_replications"];

/// One swept key and its values, each as it stands in results and as it is put into the tree.
#[derive(Clone, Debug)]
pub struct Swept {
    /// Dotted key.
    pub key: String,
    /// The key, split.
    pub path: Vec<String>,
    /// Canonical text and value.
    pub values: Vec<(String, Node)>,
}

/// Reads `[[axes]]` out of the tree; an axis with a fault is left out.
pub fn axes(root: &Node, catalogue: &dyn Catalogue, faults: &mut Faults) -> Vec<Swept> {
    let Some(list) = root.get("axes") else { return Vec::new() };
    let spot = Spot::root(root).child("axes", list);
    let Tree::List(items) = &list.tree else {
        faults.value(&spot, format!("is {}: expected axes, each written as a table [[axes]]", list.noun()));
        return Vec::new();
    };
    let mut axes: Vec<Swept> = Vec::new();
    for (index, item) in items.iter().enumerate() {
        let here = spot.item(index, item);
        let Some(axis) = axis(root, &here, catalogue, faults) else { continue };
        if axes.iter().any(|other| other.path == axis.path) {
            faults.key(&here, format!("{} is swept twice: expected one axis a key", axis.key));
            continue;
        }
        axes.push(axis);
    }
    axes
}

fn axis(root: &Node, spot: &Spot, catalogue: &dyn Catalogue, faults: &mut Faults) -> Option<Swept> {
    if !matches!(spot.node.tree, Tree::Table(_)) {
        faults.value(spot, format!("is {}: expected a table [[axes]] with a key and values", spot.node.noun()));
        return None;
    }
    unknown_keys(spot, &AxisKeys::PARAMS.iter().map(|param| param.name).collect::<Vec<_>>(), faults);
    // Values, from and to have the kind of the swept key, so they are taken out before the rest is read.
    let entries = spot.node.entries().iter().filter(|entry| !["values", "from", "to"].contains(&entry.0.as_str()));
    let plain = Node { tree: Tree::Table(entries.cloned().collect()), origin: spot.node.origin.clone() };
    let declared: AxisKeys = section(&Spot { key: spot.key.clone(), node: &plain }, faults);
    let key = declared.key;
    let here = spot.node.get("key").map(|node| spot.child("key", node))?;
    let path = match steps(&key) {
        Ok(path) => path,
        Err(message) => {
            faults.value(&here, format!("is not a dotted key: {message}"));
            return None;
        }
    };
    let target = match target(root, &path, catalogue) {
        Ok(target) => target,
        Err(no) => {
            faults.value(&here, no.message).near(no.near.as_deref());
            return None;
        }
    };
    if path == ["name"] {
        faults.value(&here, "names the results and cannot be swept");
        return None;
    }
    if path.first().is_some_and(|section| section == "run") && ONE_FOR_ALL.contains(&path[path.len() - 1].as_str()) {
        faults.value(&here, "says how all cells are replicated and cannot be swept");
        return None;
    }
    let spacing = Spaced { how: declared.spacing, steps: declared.steps };
    let values = values(spot, &target, spacing, faults)?;
    distinct(spot, &values, faults).then_some(Swept { key, path, values })
}

#[derive(Clone, Copy)]
struct Spaced {
    how: Spacing,
    steps: u64,
}

fn values(spot: &Spot, target: &Target, spacing: Spaced, faults: &mut Faults) -> Option<Vec<(String, Node)>> {
    let (from, to) = (spot.node.get("from"), spot.node.get("to"));
    match (spot.node.get("values"), from, to) {
        (Some(list), None, None) => listed(&spot.child("values", list), target, faults),
        (None, Some(from), Some(to)) => {
            let Target::Value(kind) = target else {
                faults.key(&spot.child("from", from), "only quantities can be spaced: give values = [...] instead");
                return None;
            };
            spaced(kind, [&spot.child("from", from), &spot.child("to", to)], spacing, faults)
        }
        _ => {
            faults.key(spot, "expected either values = [...], or both from and to");
            None
        }
    }
}

fn listed(spot: &Spot, target: &Target, faults: &mut Faults) -> Option<Vec<(String, Node)>> {
    let items = match &spot.node.tree {
        Tree::List(items) if !items.is_empty() => items,
        _ => {
            faults.value(spot, "expected a list with at least one value");
            return None;
        }
    };
    let values: Vec<_> =
        items.iter().enumerate().map(|(index, item)| one(&spot.item(index, item), target, faults)).collect();
    values.into_iter().collect()
}

fn one(spot: &Spot, target: &Target, faults: &mut Faults) -> Option<(String, Node)> {
    let canonical = match target {
        Target::Value(kind) => relocated(node(kind, &read(kind, spot, faults)?), &spot.node.origin),
        Target::Family(_) if matches!(spot.node.tree, Tree::Text(_) | Tree::Table(_)) => spot.node.clone(),
        Target::Family(_) => {
            faults.value(spot, format!("is {}: expected a name, or {{ kind = \"name\", … }}", spot.node.noun()));
            return None;
        }
        Target::Free => Node::text(&spot.node.plain(), spot.node.origin.clone()),
    };
    Some((canonical.plain(), canonical))
}

fn spaced(kind: &Kind, ends: [&Spot; 2], spacing: Spaced, faults: &mut Faults) -> Option<Vec<(String, Node)>> {
    let (low, high) = (end(kind, ends[0], faults), end(kind, ends[1], faults));
    let (low, high) = (low?, high?);
    if low > high {
        let message = format!("is above to ({}): expected from to be at most to", ends[1].node.brief());
        faults.value(ends[0], message);
        return None;
    }
    if spacing.how == Spacing::Log && low <= 0.0 {
        faults.value(ends[0], format!("logarithmic spacing starts above 0: expected {}", expectation(kind)));
        return None;
    }
    let last = (spacing.steps - 1).max(1) as f64;
    let at = |step: u64| match step as f64 / last {
        0.0 => low,
        1.0 => high,
        share if spacing.how == Spacing::Log => low * (high / low).powf(share),
        share => low + (high - low) * share,
    };
    let values = |round: fn(&Kind, f64) -> Value| -> Vec<(String, Node)> {
        let canonical = (0..spacing.steps).map(|step| node(kind, &round(kind, at(step))));
        canonical.map(|value| (value.plain(), relocated(value, &ends[0].node.origin))).collect()
    };
    let short = values(rounded);
    // So many steps that short texts meet each other are told apart to the last byte.
    Some(if short.windows(2).any(|pair| pair[0].0 == pair[1].0) { values(whole) } else { short })
}

/// One end of a spaced axis in base units.
fn end(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<f64> {
    match read(kind, spot, faults)? {
        Value::Bytes(value) => Some(value.as_f64()),
        Value::Span(value) => Some(value.as_nanos()),
        Value::Number(value) => Some(value),
        Value::Count(value) => Some(value as f64),
        _ => {
            faults.value(spot, format!("cannot be spaced, since the key takes {}", wrong_type(kind, spot.node)));
            None
        }
    }
}

/// A value between the ends, rounded so far that its printed text is short and exact: results name what was really run.
fn rounded(kind: &Kind, value: f64) -> Value {
    match whole(kind, value) {
        Value::Bytes(bytes) => Value::Bytes(bytes.to_string().parse().unwrap_or(bytes)),
        Value::Span(span) => Value::Span(span.to_string().parse().unwrap_or(span)),
        other => other,
    }
}

/// A value between the ends in whole bytes, nanoseconds or pieces, and plain numbers to ten digits.
fn whole(kind: &Kind, value: f64) -> Value {
    match kind {
        Kind::Bytes => Value::Bytes(Bytes::from_f64(value)),
        Kind::Span => Value::Span(SimSpan::from_nanos(value)),
        Kind::Count(..) => Value::Count(value.round() as u64),
        _ => Value::Number(format!("{value:.9e}").parse().unwrap_or(value)),
    }
}

fn distinct(spot: &Spot, values: &[(String, Node)], faults: &mut Faults) -> bool {
    let mut texts: Vec<&str> = values.iter().map(|value| value.0.as_str()).collect();
    texts.sort_unstable();
    let twice = texts.windows(2).find(|pair| pair[0] == pair[1]);
    if let Some(pair) = twice {
        faults.key(spot, format!("has the value \"{}\" twice: expected each value once", pair[0]));
    }
    twice.is_none()
}

/// Most cells that one sweep may have; more is taken for a slip.
const MOST_CELLS: usize = 100_000;

/// For every cell of the sweep the index of its value on each axis, the last axis running fastest.
pub fn cells(axes: &[Swept], faults: &mut Faults) -> Vec<Vec<usize>> {
    let count = axes.iter().try_fold(1usize, |count, axis| count.checked_mul(axis.values.len()));
    if count.is_none_or(|count| count > MOST_CELLS) {
        let sizes: Vec<String> = axes.iter().map(|axis| axis.values.len().to_string()).collect();
        let message = format!("{} cells are too many: expected at most {MOST_CELLS}", sizes.join(" x "));
        faults.key(&Spot { key: "axes".into(), node: &Node::empty(Origin::Line(1)) }, message);
        return Vec::new();
    }
    let mut cells = vec![Vec::new()];
    for axis in axes {
        cells = cells
            .into_iter()
            .flat_map(|cell: Vec<usize>| {
                (0..axis.values.len()).map(move |index| cell.iter().copied().chain([index]).collect())
            })
            .collect();
    }
    cells
}
