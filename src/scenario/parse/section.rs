//! One table of a scenario against its declared parameters.

use std::cmp::Ordering;

use crate::base::nearest;
use crate::base::{Args, Misread, Param, Preset, Section, Value};
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::quantity::expectation;
use crate::scenario::tree::{Node, Origin, Tree};

use super::value::{read, stand_in};

/// Reads the declared parameters out of the table at `spot`; keys beside them are left to [`unknown_keys`].
pub fn args(spot: &Spot, params: &'static [Param], faults: &mut Faults) -> Args {
    let mut args = Args::default();
    for param in params {
        let given = spot.node.get(param.name);
        let value = given.and_then(|node| read(&param.kind, &spot.child(param.name, node), faults));
        match (value, given, param.preset) {
            (Some(value), ..) => args.set(param.name, value),
            (None, None, Preset::Absent) => {}
            (None, None, Preset::Required) => {
                let child = spot.child(param.name, spot.node);
                faults.key(&child, format!("is missing: expected {} ({})", expectation(&param.kind), param.about));
                args.set(param.name, stand_in(param, faults));
            }
            (None, ..) => args.set(param.name, stand_in(param, faults)),
        }
    }
    ordered_bounds(spot, &args, faults);
    args
}

/// The fields of the section at `spot`; keys beside them are left to [`unknown_keys`].
pub fn section<S: Section>(spot: &Spot, faults: &mut Faults) -> S {
    let (section, misread) = S::read(&args(spot, S::PARAMS, faults));
    for (key, Misread { message, known }) in misread {
        // What is no text at all has been told already.
        if let Some((node, Tree::Text(text))) = spot.node.get(key).map(|node| (node, &node.tree)) {
            faults.value(&spot.child(key, node), message).near(nearest(text, known.iter().map(String::as_str)));
        }
    }
    section
}

/// The defaults of the declared parameters; one that must be given gets the least value of its kind.
pub fn defaults(params: &'static [Param]) -> Args {
    let nothing = Node::empty(Origin::Line(0));
    args(&Spot::root(&nothing), params, &mut Faults::new(""))
}

/// Refuses every key that is not among `known`.
pub fn unknown_keys(spot: &Spot, known: &[&str], faults: &mut Faults) {
    for (name, node) in spot.node.entries() {
        if !known.contains(&name.as_str()) {
            let message = if known.is_empty() {
                "is not a known key: no keys are expected here".to_string()
            } else {
                format!("is not a known key: expected one of {}", known.join(", "))
            };
            faults.key(&spot.child(name, node), message).near(nearest(name, known.iter().copied()));
        }
    }
}

/// Whether `spot` is a table; a fault if it is not.
pub fn is_table(spot: &Spot, faults: &mut Faults) -> bool {
    let table = matches!(spot.node.tree, Tree::Table(_));
    if !table {
        faults.value(spot, format!("is {}: expected a section, written as [{}]", spot.node.noun(), spot.key));
    }
    table
}

/// Two parameters of a section that differ only in "min" and "max" bound the same thing.
fn ordered_bounds(spot: &Spot, args: &Args, faults: &mut Faults) {
    for (low_name, low) in args.iter() {
        let high_name = match low_name {
            "min" => "max".to_string(),
            name if name.starts_with("min_") => name.replacen("min_", "max_", 1),
            name if name.ends_with("_min") => name.trim_end_matches("_min").to_string() + "_max",
            _ => continue,
        };
        let Some(high) = args.get(&high_name) else { continue };
        if compare(low, high) == Some(Ordering::Greater) {
            let given = spot.node.get(low_name).or_else(|| spot.node.get(&high_name)).unwrap_or(spot.node);
            let other = spot.node.get(&high_name).map(|node| format!(" ({})", node.brief())).unwrap_or_default();
            let message = format!("is above {high_name}{other}: expected {low_name} to be at most {high_name}");
            faults.value(&Spot { node: given, ..spot.child(low_name, given) }, message);
        }
    }
}

fn compare(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
        (Value::Span(a), Value::Span(b)) => Some(a.cmp(b)),
        (Value::Count(a), Value::Count(b)) => Some(a.cmp(b)),
        (Value::Number(a), Value::Number(b)) => a.partial_cmp(b),
        _ => None,
    }
}
