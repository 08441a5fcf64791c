//! Distributions in a scenario: which of a law's numbers carry the unit of what is drawn, and how a law is printed.

use crate::base::{Bytes, Kind, Law, SimSpan};
use crate::kernel::LAWS;
use crate::kernel::dist::{LawEntry, LawNumber};

use super::quantity;
use super::tree::{Node, Origin, Tree};

/// The law called `name`.
pub fn entry(name: &str) -> Option<&'static LawEntry> {
    LAWS.iter().find(|entry| entry.name == name).copied()
}

/// The numbers of a law, each once, although two of its forms may share one.
pub fn numbers(entry: &LawEntry) -> Vec<&'static LawNumber> {
    let mut numbers: Vec<&'static LawNumber> = Vec::new();
    for number in entry.forms.iter().flat_map(|form| form.iter()) {
        if numbers.iter().all(|known| known.name != number.name) {
            numbers.push(number);
        }
    }
    numbers
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
        let carries = entry(&law.name).and_then(|entry| entry.number(name)).is_some_and(|number| number.has_unit);
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
