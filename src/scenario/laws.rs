//! Distributions in a scenario: which numbers a law takes, and which of them carry the unit of the quantity.

use crate::base::{Bytes, Kind, Law, SimSpan};

use super::quantity;
use super::tree::{Node, Origin, Tree};

/// A number of a law: its name, and whether it carries the unit of what is drawn.
pub type LawNumber = (&'static str, bool);

const TABLE: &[(&str, &[LawNumber])] = &[
    ("constant", &[("value", true)]),
    ("uniform", &[("min", true), ("max", true)]),
    ("exponential", &[("mean", true)]),
    ("gamma", &[("mean", true), ("scv", false)]),
    ("lognormal", &[("mean", true), ("scv", false)]),
    ("weibull", &[("scale", true), ("shape", false)]),
    ("pareto", &[("min", true), ("shape", false)]),
    ("bounded-pareto", &[("min", true), ("max", true), ("shape", false)]),
    ("zipf", &[("count", false), ("exponent", false)]),
    ("hyperexponential", &[("mean", true), ("scv", false)]),
    ("erlang", &[("mean", true), ("stages", false)]),
    ("empirical", &[]),
    ("mixture", &[]),
];

/// Names of all laws.
pub fn names() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|law| law.0)
}

/// The numbers that the law called `name` takes; `None` if there is no such law.
pub fn numbers(name: &str) -> Option<&'static [LawNumber]> {
    TABLE.iter().find(|law| law.0 == name).map(|law| law.1)
}

/// The kind of one value drawn from a distribution of this kind.
pub fn drawn(kind: &Kind) -> Kind {
    match kind {
        Kind::BytesLaw => Kind::Bytes,
        Kind::SpanLaw => Kind::Span,
        _ => Kind::Number(f64::MIN, f64::MAX),
    }
}

fn quantity(kind: &Kind, value: f64) -> Tree {
    match kind {
        Kind::BytesLaw => Tree::Text(quantity::bytes(Bytes::from_f64(value))),
        Kind::SpanLaw => Tree::Text(quantity::span(SimSpan::from_nanos(value))),
        _ => Tree::Number(value),
    }
}

/// The canonical TOML of a law: a constant is its bare value.
pub fn node(kind: &Kind, law: &Law) -> Node {
    let at = |tree| Node { tree, origin: Origin::Line(0) };
    if let ("constant", Some(value)) = (law.name.as_str(), law.number("value")) {
        return at(quantity(kind, value));
    }
    let mut entries = vec![("law".to_string(), at(Tree::Text(law.name.clone())))];
    for (name, value) in &law.numbers {
        let carries = numbers(&law.name).is_some_and(|known| known.iter().any(|number| number.0 == name && number.1));
        entries.push((name.clone(), at(if carries { quantity(kind, *value) } else { Tree::Number(*value) })));
    }
    if !law.sample.is_empty() {
        let sample = law.sample.iter().map(|value| at(quantity(kind, *value))).collect();
        entries.push(("sample".into(), at(Tree::List(sample))));
    }
    if !law.parts.is_empty() {
        let part = |(weight, part): &(f64, Law)| {
            let mut entries = vec![("weight".to_string(), at(Tree::Number(*weight)))];
            let part = node(kind, part);
            match part.tree {
                Tree::Table(more) => entries.extend(more),
                value => entries
                    .extend([("law".to_string(), at(Tree::Text("constant".into()))), ("value".to_string(), at(value))]),
            }
            at(Tree::Table(entries))
        };
        entries.push(("parts".into(), at(Tree::List(law.parts.iter().map(part).collect()))));
    }
    at(Tree::Table(entries))
}
