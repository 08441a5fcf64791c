//! What the tests of generators share.

use super::graph::OperatorKeys;
use super::{GENERATORS, Generated, GeneratorInput};
use crate::base::{Args, Kind, Law, Param, Preset, Section, SimSpan, Value};
pub use crate::workload::arrival::testing::expected;
use crate::workload::graph::Graph;

/// The value that a scenario would read from `text`; laws by constants only.
pub fn value(kind: &Kind, text: &str) -> Value {
    let bytes = || text.parse::<crate::base::Bytes>().unwrap();
    let span = || text.parse::<SimSpan>().unwrap();
    match kind {
        Kind::Bytes => Value::Bytes(bytes()),
        Kind::Span => Value::Span(span()),
        Kind::Number(..) => Value::Number(text.parse().unwrap()),
        Kind::Count(..) => Value::Count(text.parse().unwrap()),
        Kind::Flag => Value::Flag(text == "true"),
        Kind::Text | Kind::Path | Kind::Choice(_) => Value::Text(text.into()),
        Kind::BytesLaw => Value::Law(Law::constant(bytes().as_f64())),
        Kind::SpanLaw => Value::Law(Law::constant(span().as_nanos())),
        Kind::NumberLaw => Value::Law(Law::constant(text.parse().unwrap())),
        Kind::Rate | Kind::Bandwidth => panic!("no generator has a rate"),
        Kind::List(kind) => Value::List(text.split_whitespace().map(|item| value(kind, item)).collect()),
    }
}

/// `params` with their defaults, and `given` in the spelling of scenarios; an unknown key or a choice of no known word
/// is our fault.
pub fn args(params: &[Param], given: &[(&str, &str)]) -> Args {
    assert!(given.iter().all(|(key, _)| params.iter().any(|param| param.name == *key)), "{given:?}");
    let mut args = Args::default();
    for param in params {
        let own = given.iter().rfind(|(key, _)| *key == param.name).map(|(_, text)| *text);
        let preset = if let Preset::Is(text) = param.preset { Some(text) } else { None };
        if let Some(text) = own.or(preset) {
            args.set(param.name, value(&param.kind, text));
        }
    }
    args
}

/// Builds the generator called `name` with an arrival process of `rate`.
pub fn build_at(name: &str, given: &[(&str, &str)], rate: Option<f64>) -> Result<Generated, Vec<String>> {
    let entry = GENERATORS.iter().find(|entry| entry.name == name).unwrap();
    (entry.build)(&GeneratorInput { args: &args(entry.params, given), operators: &[], rate })
}

/// The graph that `name` makes at `rate`.
pub fn graph_at(name: &str, given: &[(&str, &str)], rate: Option<f64>) -> Graph {
    match build_at(name, given, rate) {
        Ok(Generated::Graph(graph)) => graph,
        other => panic!("{other:?}"),
    }
}

/// All that is wrong with `given`, in one text.
pub fn faults_of(name: &str, given: &[(&str, &str)], rate: Option<f64>) -> String {
    build_at(name, given, rate).err().unwrap_or_default().join("\n")
}

/// An operator of a `graph`.
pub fn operator(name: &str, given: &[(&str, &str)]) -> (String, OperatorKeys) {
    (name.into(), OperatorKeys::read(&args(OperatorKeys::PARAMS, given)).0)
}

/// Defaults at 1000 records a second: a record, or a message of a mini-batch, costs below 1 ms and 1 MB; state is below
/// 8 GB.
#[test]
fn defaults_make_sense() {
    for entry in GENERATORS.iter().filter(|entry| !["graph", "tasks"].contains(&entry.name)) {
        let graph = graph_at(entry.name, &[], Some(1000.0));
        for (index, operator) in graph.operators.iter().enumerate() {
            assert!(operator.inputs.iter().all(|input| *input < index), "{}", entry.name);
            assert!(operator.cpu.mean() <= 1e6 && operator.garbage.mean() <= 1e6, "{}", entry.name);
            let state = operator.state.as_ref().map_or(0.0, |state| state.keys as f64 * state.entry.as_f64());
            assert!(state < 8e9, "{}: {state}", entry.name);
        }
        assert!(graph.operators[0].inputs.is_empty());
    }
}

#[test]
fn names_and_summaries_follow_the_house_style() {
    for entry in GENERATORS {
        assert!(entry.name.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{}", entry.name);
        assert!(!entry.summary.is_empty() && !entry.source.is_empty() && !entry.summary.ends_with('.'));
        let mut names: Vec<_> = entry.params.iter().map(|param| param.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), entry.params.len(), "{}", entry.name);
    }
}
