//! A running aggregate by key: source, keyed aggregate, sink.
//!
//! Idea: the plainest stateful job, and the one whose heap live set is set by two numbers, keys and entry. Each record
//! reads its key's entry and replaces it (a fresh object on the heap), and sends the new value on. Nexmark q17 and q18
//! are of this kind. Defaults: as measured on Flink 2.1 with keys by a power law, about 0.6 KB of garbage a record and
//! 1 to 3 us of CPU; 600 MB of state. Departures: no expiry of keys, all keys are there from the start; source and sink
//! are subtasks of their own.

use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Entry, Kind, optional, param};
use crate::workload::graph::{Graph, Operator};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "keyed-aggregation",
    summary: "source, keyed aggregate with state, sink",
    source: "Nexmark q17, q18; keyed ValueState of Flink",
    params: &[
        parts::PARALLELISM,
        parts::SOURCE_CPU,
        parts::SOURCE_GARBAGE,
        parts::RECORD,
        optional("records", Kind::Count(1, u64::MAX), "records after which the source ends; absent: never"),
        param("cpu", Kind::SpanLaw, "1 us", "CPU time of one record at the aggregate, its state access apart"),
        param(
            "garbage",
            Kind::BytesLaw,
            "300 B",
            "short-lived heap bytes of one record at the aggregate, its entry apart",
        ),
        parts::SURVIVAL,
        parts::STATE,
        param("keys", parts::KEY_COUNT, "2000000", "distinct keys"),
        param("entry", Kind::Bytes, "300 B", "bytes of one key's state"),
        parts::SKEW,
        parts::CACHE,
        parts::CACHE_ORDER,
        parts::SINK_CPU,
    ],
    traits: &[],
    build,
};

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let record = reader.size("record");
    let source = parts::source(&mut reader, "source", record);
    let source = Operator { records: input.args.count_opt("records"), ..source };
    let worker = parts::worker(&mut reader, &[0], record);
    let state = parts::state(&mut reader, input.args.count("keys") as f64);
    let aggregate = Operator { name: "aggregate".into(), state: Some(state), ..worker };
    let sink = parts::sink(&mut reader, 1);
    reader.finish(Generated::Graph(Graph { operators: vec![source, aggregate, sink] }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, graph_at};
    use crate::base::Bytes;
    use crate::cache::Eviction;
    use crate::workload::graph::{Exchange, Fill, State, StatePlace};

    #[test]
    fn the_aggregate_holds_the_state_and_shares_slots_with_the_sink() {
        let given =
            [("keys", "5000"), ("state", "managed"), ("cache", "1 MiB"), ("cache_order", "top-k"), ("records", "9")];
        let operators = graph_at("keyed-aggregation", &given, None).operators;
        let names: Vec<&str> = operators.iter().map(|operator| operator.name.as_str()).collect();
        assert_eq!(names, ["source", "aggregate", "sink"]);
        let state = State {
            place: StatePlace::Managed,
            keys: 5000,
            entry: Bytes(300),
            skew: 0.8,
            accesses: 1.0,
            writes: 1.0,
            cache: Some(Bytes::mib(1)),
            eviction: Eviction::Static,
            fill: Fill::Restored,
            fixed: Bytes::ZERO,
            insert: Bytes::ZERO,
            makes: 0.0,
            cards: None,
            copying: 1.0,
            marking: 1.0,
        };
        assert_eq!((operators[1].state.as_ref(), operators[1].exchange), (Some(&state), Exchange::Keyed));
        assert_eq!((operators[2].exchange, &operators[2].inputs), (Exchange::Forward, &vec![1]));
        assert_eq!((operators[0].records, operators[1].records), (Some(9), None));
    }

    #[test]
    fn every_fault_names_its_key() {
        let given = [("record", "0 B"), ("keys", "100000000000"), ("entry", "1 GiB")];
        let faults = faults_of("keyed-aggregation", &given, None);
        assert!(faults.contains("record = 0 B: expected at least 1 B"), "{faults}");
        assert!(faults.contains("entry = 1 GiB: expected at most 1 EiB in all, not 1.074e20 B"), "{faults}");
        assert_eq!(faults.lines().count(), 2, "{faults}");
    }
}
