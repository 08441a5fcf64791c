//! A distribution: a bare value, or a table that names a law and its numbers.

use crate::base::nearest;
use crate::base::{Kind, Law, Value};
use crate::kernel::dist::{LawEntry, Takes};
use crate::kernel::{Dist, LAWS};
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::laws::{self, drawn, numbers};
use crate::scenario::tree::{Node, Tree};

use super::section::unknown_keys;
use super::value::{read as read_value, wrong_type};

const PLAIN: Kind = Kind::Number(f64::MIN, f64::MAX);

/// The distribution at `spot`; `None`, with at least one fault, if it is none.
pub fn read(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<Law> {
    match &spot.node.tree {
        Tree::Table(_) => table(kind, spot, &[], faults),
        Tree::Text(_) | Tree::Whole(_) | Tree::Number(_) => number(&drawn(kind), spot, faults).map(Law::constant),
        _ => {
            faults.value(spot, wrong_type(kind, spot.node));
            None
        }
    }
}

fn number(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<f64> {
    match read_value(kind, spot, faults)? {
        Value::Bytes(value) => Some(value.as_f64()),
        Value::Span(value) => Some(value.as_nanos()),
        Value::Number(value) => Some(value),
        _ => None,
    }
}

fn table(kind: &Kind, spot: &Spot, also: &[&str], faults: &mut Faults) -> Option<Law> {
    let entry = entry(spot, faults)?;
    let takes = match entry.takes {
        Takes::NumbersOnly => None,
        Takes::Sample => Some("sample"),
        Takes::Parts => Some("parts"),
    };
    let numbers = numbers(entry);
    let mut known: Vec<&str> = ["law"].iter().chain(also).copied().chain(takes).collect();
    known.extend(numbers.iter().map(|number| number.name));
    unknown_keys(spot, &known, faults);
    let given = numbers.iter().filter_map(|known| Some((known, spot.node.get(known.name)?)));
    let values: Vec<Option<(String, f64)>> = given
        .map(|(known, node)| {
            let kind = if known.has_unit { drawn(kind) } else { PLAIN };
            Some((known.name.to_string(), number(&kind, &spot.child(known.name, node), faults)?))
        })
        .collect();
    let mut law = Law { name: entry.name.into(), numbers: Vec::new(), sample: Vec::new(), parts: Vec::new() };
    match entry.takes {
        Takes::NumbersOnly => {}
        Takes::Sample => law.sample = sample(kind, spot, faults)?,
        Takes::Parts => law.parts = parts(kind, spot, faults)?,
    }
    law.numbers = values.into_iter().collect::<Option<_>>()?;
    Dist::new(&law).map_err(|message| faults.value(spot, message)).ok().map(|_| law)
}

fn entry(spot: &Spot, faults: &mut Faults) -> Option<&'static LawEntry> {
    let names = || LAWS.iter().map(|entry| entry.name);
    let all = || names().collect::<Vec<_>>().join(", ");
    let Some(node) = spot.node.get("law") else {
        faults.value(spot, format!("has no law: expected law = one of {}", all()));
        return None;
    };
    let Tree::Text(name) = &node.tree else {
        faults.value(&spot.child("law", node), format!("is {}: expected the name of a law: {}", node.noun(), all()));
        return None;
    };
    let entry = laws::entry(name);
    if entry.is_none() {
        let message = format!("is not a law: expected one of {}", all());
        faults.value(&spot.child("law", node), message).near(nearest(name, names()));
    }
    entry
}

fn given<'a>(spot: &Spot<'a>, key: &str, law: &str, faults: &mut Faults) -> Option<&'a Node> {
    let node = spot.node.get(key);
    if node.is_none() {
        faults.value(spot, format!("lacks \"{key}\", which the law \"{law}\" needs"));
    }
    node
}

fn items<'a>(spot: &Spot<'a>, key: &str, faults: &mut Faults) -> Option<(Spot<'a>, &'a [Node])> {
    let node = given(spot, key, if key == "sample" { "empirical" } else { "mixture" }, faults)?;
    let child = spot.child(key, node);
    match &node.tree {
        Tree::List(items) if !items.is_empty() => Some((child, items)),
        _ => {
            faults.value(&child, "expected a list with at least one element");
            None
        }
    }
}

fn sample(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<Vec<f64>> {
    let (list, items) = items(spot, "sample", faults)?;
    let values: Vec<Option<f64>> =
        items.iter().enumerate().map(|(index, item)| number(&drawn(kind), &list.item(index, item), faults)).collect();
    values.into_iter().collect()
}

fn parts(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<Vec<(f64, Law)>> {
    let (list, items) = items(spot, "parts", faults)?;
    let parts: Vec<Option<(f64, Law)>> =
        items.iter().enumerate().map(|(index, item)| part(kind, &list.item(index, item), faults)).collect();
    parts.into_iter().collect()
}

fn part(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<(f64, Law)> {
    let weight = given(spot, "weight", "mixture", faults)
        .and_then(|node| number(&Kind::Number(0.0, f64::MAX), &spot.child("weight", node), faults));
    let law = table(kind, spot, &["weight"], faults);
    Some((weight?, law?))
}
