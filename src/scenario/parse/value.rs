//! One value, read by its declared kind.

use crate::base::nearest;
use crate::base::{Bytes, Kind, Law, Param, Preset, SimSpan, Value};
use crate::scenario::document::typed_value;
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::quantity::{bandwidth, expectation, rate};
use crate::scenario::tree::{Node, Origin, Tree};

use super::law;

/// The value at `spot`; `None`, with at least one fault, if it is not of `kind`.
pub fn read(kind: &Kind, spot: &Spot, faults: &mut Faults) -> Option<Value> {
    let read = match kind {
        Kind::BytesLaw | Kind::SpanLaw | Kind::NumberLaw => return law::read(kind, spot, faults).map(Value::Law),
        Kind::List(kind) => return list(kind, spot, faults),
        Kind::Bytes => {
            quantity(kind, spot, |text| text.parse().map(Value::Bytes).map_err(|e: crate::base::UnitError| e.0))
        }
        Kind::Span => {
            quantity(kind, spot, |text| text.parse().map(Value::Span).map_err(|e: crate::base::UnitError| e.0))
        }
        Kind::Bandwidth => quantity(kind, spot, |text| bandwidth(text).map(Value::Number)),
        Kind::Rate => quantity(kind, spot, |text| rate(text).map(Value::Number)),
        Kind::Number(low, high) => number(spot.node, *low, *high),
        Kind::Count(low, high) => count(spot.node, *low, *high),
        Kind::Flag => match spot.node.tree {
            Tree::Flag(flag) => Ok(Value::Flag(flag)),
            _ => Err(wrong_type(kind, spot.node)),
        },
        Kind::Text | Kind::Path => match &spot.node.tree {
            Tree::Text(text) => Ok(Value::Text(text.clone())),
            _ => Err(wrong_type(kind, spot.node)),
        },
        Kind::Choice(words) => return choice(words, spot, faults),
    };
    read.map_err(|message| faults.value(spot, message)).ok()
}

/// "is a text: expected a number from 0 to 1".
pub fn wrong_type(kind: &Kind, node: &Node) -> String {
    format!("is {}: expected {}", node.noun(), expectation(kind))
}

fn quantity(kind: &Kind, spot: &Spot, parse: impl Fn(&str) -> Result<Value, String>) -> Result<Value, String> {
    match &spot.node.tree {
        Tree::Text(text) => parse(text),
        Tree::Whole(_) | Tree::Number(_) => Err(format!("a bare number has no unit: expected {}", expectation(kind))),
        _ => Err(wrong_type(kind, spot.node)),
    }
}

fn number(node: &Node, low: f64, high: f64) -> Result<Value, String> {
    let kind = Kind::Number(low, high);
    let value = match node.tree {
        Tree::Whole(value) => value as f64,
        Tree::Number(value) => value,
        _ => return Err(wrong_type(&kind, node)),
    };
    // Not a number is outside every range.
    if value >= low && value <= high && value.is_finite() {
        return Ok(Value::Number(value));
    }
    Err(format!("is out of range: expected {}", expectation(&kind)))
}

fn count(node: &Node, low: u64, high: u64) -> Result<Value, String> {
    let kind = Kind::Count(low, high);
    let value = match &node.tree {
        Tree::Whole(value) => u64::try_from(*value).ok(),
        // Counts beyond TOML's integers can only be written as a text.
        Tree::Text(text) => match text.parse::<u64>() {
            Ok(value) if value > i64::MAX as u64 => Some(value),
            _ => return Err(wrong_type(&kind, node)),
        },
        _ => return Err(wrong_type(&kind, node)),
    };
    match value {
        Some(value) if (low..=high).contains(&value) => Ok(Value::Count(value)),
        _ => Err(format!("is out of range: expected {}", expectation(&kind))),
    }
}

fn choice(words: &'static [&'static str], spot: &Spot, faults: &mut Faults) -> Option<Value> {
    let kind = Kind::Choice(words);
    match &spot.node.tree {
        Tree::Text(text) if words.contains(&text.as_str()) => Some(Value::Text(text.clone())),
        Tree::Text(text) => {
            let near = nearest(text, words.iter().copied());
            faults.value(spot, format!("is not known: expected {}", expectation(&kind))).near(near);
            None
        }
        _ => {
            faults.value(spot, wrong_type(&kind, spot.node));
            None
        }
    }
}

fn list(kind: &'static Kind, spot: &Spot, faults: &mut Faults) -> Option<Value> {
    let Tree::List(items) = &spot.node.tree else {
        faults.value(spot, wrong_type(&Kind::List(kind), spot.node));
        return None;
    };
    // Every element is read before the list is given up, so that all wrong ones are named.
    let values: Vec<Option<Value>> =
        items.iter().enumerate().map(|(index, item)| read(kind, &spot.item(index, item), faults)).collect();
    values.into_iter().collect::<Option<Vec<Value>>>().map(Value::List)
}

/// A preset, as if the scenario had given it.
pub fn preset_node(kind: &Kind, text: &str) -> Node {
    let origin = Origin::Line(0);
    match kind {
        Kind::Number(..) | Kind::Count(..) | Kind::Flag | Kind::NumberLaw | Kind::List(_) => typed_value(text, &origin),
        Kind::BytesLaw | Kind::SpanLaw if text.starts_with('{') => typed_value(text, &origin),
        _ => Node::text(text, origin),
    }
}

/// What stands in for a value that is missing or wrong, so that the rest can still be checked.
pub fn stand_in(param: &Param, faults: &mut Faults) -> Value {
    if let Preset::Is(text) = param.preset {
        let node = preset_node(&param.kind, text);
        if let Some(value) = read(&param.kind, &Spot { key: param.name.into(), node: &node }, faults) {
            return value;
        }
    }
    match &param.kind {
        Kind::Bytes => Value::Bytes(Bytes::ZERO),
        Kind::Span => Value::Span(SimSpan::ZERO),
        Kind::Bandwidth | Kind::Rate => Value::Number(0.0),
        Kind::Number(low, high) => Value::Number(0.0f64.clamp(*low, *high)),
        Kind::Count(low, _) => Value::Count(*low),
        Kind::Flag => Value::Flag(false),
        Kind::Text | Kind::Path => Value::Text(String::new()),
        Kind::Choice(words) => Value::Text(words.first().unwrap_or(&"").to_string()),
        Kind::BytesLaw | Kind::SpanLaw | Kind::NumberLaw => Value::Law(Law::constant(0.0)),
        Kind::List(_) => Value::List(Vec::new()),
    }
}
