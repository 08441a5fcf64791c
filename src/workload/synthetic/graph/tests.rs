//! What a declared graph becomes, and what is refused.

use super::super::testing::operator;
use super::super::{Generated, GeneratorInput};
use super::{ENTRY, OperatorKeys};
use crate::base::{Args, Bytes, Law, Section, SimSpan};
use crate::cache::Eviction;
use crate::workload::graph::{Exchange, Graph, PoolUse, Role, StatePlace, Window};
use proptest::prelude::*;

fn build(operators: &[(String, OperatorKeys)]) -> Result<Graph, String> {
    let args = Args::default();
    match (ENTRY.build)(&GeneratorInput { args: &args, operators, rate: None }) {
        Ok(Generated::Graph(graph)) => Ok(graph),
        Ok(other) => panic!("{other:?}"),
        Err(faults) => Err(faults.join("\n")),
    }
}

/// The only fault of a source and an operator "sum" that reads it, with `given` at "sum", starts with `text`.
fn refused(given: &[(&str, &str)], text: &str) {
    let given = [&[("inputs", "source")], given].concat();
    let faults = build(&[operator("source", &[]), operator("sum", &given)]).err().unwrap_or_default();
    assert!(faults.starts_with(&format!("operators.sum.{text}")), "{faults}");
    assert_eq!(faults.lines().count(), 1, "{faults}");
}

#[test]
fn what_is_said_of_a_state_that_is_not_there_is_refused() {
    for (key, value) in [
        ("cache", "1 MiB"),
        ("fill", "met"),
        ("entry_fixed", "8 B"),
        ("makes", "0.5"),
        ("entry_garbage", "8 B"),
        ("cards_on_hit", "1"),
        ("copying", "2"),
        ("marking", "3"),
    ] {
        refused(&[(key, value)], key);
        if !["cache", "fill"].contains(&key) {
            refused(&[("state", "managed"), (key, value)], key);
        }
    }
    refused(&[("state", "heap"), ("keys_per_card", "5")], "keys_per_card");
}

#[test]
fn every_declared_figure_arrives() {
    let given = [
        ("inputs", "source"),
        ("parallelism", "4"),
        ("cpu", "3 us"),
        ("garbage", "2 KiB"),
        ("survival", "0.1"),
        ("output_ratio", "0.5"),
        ("record", "70 B"),
        ("buffers", "3"),
        ("state", "managed"),
        ("keys", "50"),
        ("accesses", "2"),
        ("writes", "0.25"),
        ("cache_order", "fifo"),
        ("window", "1 min"),
        ("slide", "10 s"),
        ("retain", "90 B"),
        ("memory", "network"),
        ("request", "1 MiB"),
        ("hold", "2 s"),
    ];
    let graph = build(&[operator("source", &[("records", "7")]), operator("sum", &given)]).unwrap();
    let [source, sum] = &graph.operators[..] else { panic!("{graph:?}") };
    assert_eq!((source.records, source.inputs.len()), (Some(7), 0));
    assert_eq!((sum.name.as_str(), &sum.inputs, sum.exchange, sum.parallelism), ("sum", &vec![0], Exchange::Keyed, 4));
    assert_eq!((sum.role, sum.cpu.mean(), sum.garbage.mean(), sum.survival), (Role::Pipelined, 3000.0, 2048.0, 0.1));
    assert_eq!((sum.output_ratio, sum.record, sum.buffers), (0.5, Bytes(70), 3));
    let state = sum.state.as_ref().unwrap();
    assert_eq!((state.place, state.keys, state.entry, state.skew), (StatePlace::Managed, 50, Bytes(200), 0.8));
    assert_eq!((state.accesses, state.writes, state.eviction, state.cache), (2.0, 0.25, Eviction::Fifo, None));
    assert_eq!(sum.window, Some(Window { length: SimSpan::secs(60), slide: SimSpan::secs(10), retain: Bytes(90) }));
    let memory = sum.memory.as_ref().unwrap();
    assert_eq!((memory.purpose, memory.size.mean()), (PoolUse::Network, 1048576.0));
    assert_eq!(memory.hold.as_ref().unwrap().mean(), 2e9);
}

#[test]
fn operators_are_sorted_and_inputs_follow() {
    let declared = [
        operator("sink", &[("inputs", "join")]),
        operator("join", &[("inputs", "right left"), ("role", "hash")]),
        operator("left", &[]),
        operator("right", &[("records", "10")]),
    ];
    let graph = build(&declared).unwrap();
    let names: Vec<&str> = graph.operators.iter().map(|operator| operator.name.as_str()).collect();
    assert_eq!(names, ["left", "right", "join", "sink"]);
    // The order of the two sides of a join is kept.
    assert_eq!((&graph.operators[2].inputs, &graph.operators[3].inputs), (&vec![1, 0], &vec![2]));
}

#[test]
fn a_shape_that_cannot_work_is_refused() {
    refused(&[("inputs", "sorce")], "inputs = \"sorce\": expected an operator (source), did you mean \"source\"?");
    refused(&[("inputs", "source source")], "inputs = \"source\": expected each operator once");
    refused(&[("records", "5")], "records = 5: expected none");
    refused(
        &[("exchange", "forward"), ("parallelism", "2")],
        "exchange = \"forward\": expected the parallelism of \"source\", 0",
    );
    refused(&[("role", "sort")], "role = \"sort\": expected input that ends, but \"source\" has no records");
    let empty = build(&[]).unwrap_err();
    assert!(empty.contains("expected at least one, the source"), "{empty}");
    let no_source = build(&[operator("a", &[("inputs", "b")]), operator("b", &[("inputs", "a")])]).unwrap_err();
    assert!(no_source.contains("at least one without inputs"), "{no_source}");
    let circle = [
        operator("source", &[]),
        operator("a", &[("inputs", "source b")]),
        operator("b", &[("inputs", "a")]),
        operator("c", &[("inputs", "c")]),
    ];
    assert!(build(&circle).unwrap_err().contains("no circle, but each of these waits for another: a, b, c"));
}

#[test]
fn a_hash_join_needs_two_inputs_of_which_the_first_ends() {
    let bounded = operator("table", &[("records", "5")]);
    let join = |inputs| operator("join", &[("inputs", inputs), ("role", "hash")]);
    let one = build(&[bounded.clone(), join("table")]).unwrap_err();
    assert!(one.starts_with("operators.join.role = \"hash\": expected two inputs") && one.ends_with("not 1"), "{one}");
    // The endless source is two operators away from the build side.
    let through = operator("through", &[("inputs", "table stream")]);
    let declared = [bounded.clone(), operator("stream", &[]), through, join("through table")];
    let endless = build(&declared).unwrap_err();
    assert!(endless.contains("\"stream\" has no records") && endless.lines().count() == 1, "{endless}");
    assert!(build(&[bounded, operator("stream", &[]), join("table stream")]).is_ok());
}

#[test]
fn figures_that_make_no_sense_are_refused() {
    refused(&[("slide", "1 s")], "slide = 1 s: expected a window beside it");
    refused(&[("retain", "1 B")], "retain = 1 B: expected a window beside it");
    refused(&[("window", "1 s")], "retain = 0 B: expected at least 1 B");
    refused(&[("window", "1 s"), ("retain", "1 B"), ("slide", "2 s")], "slide = 2 s: expected at most the window, 1 s");
    refused(&[("window", "1 s"), ("retain", "1 B"), ("slide", "1 us")], "slide = 1 us: expected at least 1/100000");
    refused(&[("window", "0 s"), ("retain", "1 B")], "window = 0 ns: expected more than 0 s");
    refused(&[("cache", "1 MiB")], "cache = 1 MiB: expected state = \"heap\"");
    refused(&[("state", "heap"), ("entry", "0 B")], "entry = 0 B: expected at least 1 B");
    refused(
        &[("state", "heap"), ("keys", "100000000000"), ("entry", "1 GB")],
        "entry = 953.674 MiB: expected at most 1 EiB",
    );
    refused(&[("request", "1 KiB")], "request = { law = \"constant\", value = 1024 }: expected memory beside it");
    refused(&[("hold", "1 s")], "hold = { law = \"constant\", value = 1000000000 }: expected memory beside it");
    refused(&[("memory", "managed")], "request = { law = \"constant\", value = 0 }: expected more than 0 B");
}

#[test]
fn a_role_that_asks_for_memory_leaves_none_to_the_batches() {
    let sort = [("inputs", "source"), ("role", "sort"), ("memory", "sort"), ("request", "1 MiB")];
    let faults = build(&[operator("source", &[("records", "5")]), operator("sort", &sort)]).unwrap_err();
    assert!(faults.starts_with("operators.sort.memory = \"sort\": expected \"none\""), "{faults}");
}

#[test]
fn faults_of_all_operators_come_at_once() {
    let mut source = operator("source", &[("slide", "1 s")]);
    source.1.cpu = Law::with("exponential", &[("mean", -1.0)]);
    let faults = build(&[source, operator("sum", &[("inputs", "sorce"), ("cache", "1 B")])]).unwrap_err();
    for part in ["source.cpu: law", "source.slide", "sum.inputs", "sum.cache"] {
        assert!(faults.contains(&format!("operators.{part}")), "{faults}");
    }
    assert_eq!(faults.lines().count(), 4, "{faults}");
}

#[test]
fn the_table_declares_no_rate() {
    assert!(OperatorKeys::PARAMS.iter().all(|param| param.name != "rate"));
}

proptest! {
    /// Whatever is declared is either refused in words or built with inputs before readers, none lost.
    #[test]
    fn any_wiring_is_refused_or_sorted(wires in prop::collection::vec("([a-f]( [a-f])?( [a-f])?)?", 1..6)) {
        let names = ["a", "b", "c", "d", "e"].iter().zip(&wires);
        let declared: Vec<_> = names.map(|(name, inputs)| operator(name, &[("inputs", inputs)])).collect();
        match build(&declared) {
            Err(faults) => prop_assert!(faults.contains("expected")),
            Ok(graph) => for (index, operator) in graph.operators.iter().enumerate() {
                let place = declared.iter().position(|(name, _)| *name == operator.name).unwrap();
                let names = operator.inputs.iter().map(|input| graph.operators[*input].name.as_str());
                prop_assert_eq!(names.collect::<Vec<_>>(), wires[place].split_whitespace().collect::<Vec<_>>());
                prop_assert!(operator.inputs.iter().all(|input| *input < index));
            },
        }
    }
}
