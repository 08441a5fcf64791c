//! A hash join: one side builds a table, the other probes it.
//!
//! Idea: the job that needs all of its smaller side in hash memory, and reads and writes both sides once more for what
//! does not fit (hybrid hash join: DeWitt et al., SIGMOD 1984; Shapiro, TODS 1986). The build side ends; the probe side
//! may end (batch) or not (a stream enriched with a table). Defaults: 2 million rows of 200 B, 400 MB, probed by an
//! endless stream.
//!
//! Departures: keys are spread evenly over subtasks; with an arrival process, build records arrive by it like all
//! others; a join of two endless streams is keyed state or a window, so declare it as a `graph`.

use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Entry, Kind, optional, param};
use crate::workload::graph::{Graph, Operator, Role};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "hash-join",
    summary: "two sources, a hash table of the first probed by the second, sink",
    source: "DeWitt et al., SIGMOD 1984; Shapiro, TODS 1986",
    params: &[
        parts::PARALLELISM,
        parts::SOURCE_CPU,
        parts::SOURCE_GARBAGE,
        param("build_records", Kind::Count(1, u64::MAX), "2000000", "records of the build side"),
        param("build_record", Kind::Bytes, "200 B", "size of a record of the build side, on the wire and in the table"),
        optional("probe_records", Kind::Count(1, u64::MAX), "records of the probe side; absent: it never ends"),
        param("probe_record", Kind::Bytes, "100 B", "size of a record of the probe side"),
        param("matches", Kind::Number(0.0, 1e6), "1", "results of a probe record"),
        param("cpu", Kind::SpanLaw, "1 us", "CPU time of building or probing with one record"),
        param("garbage", Kind::BytesLaw, "500 B", "short-lived heap bytes of building or probing with one record"),
        parts::SURVIVAL,
        parts::SINK_CPU,
    ],
    traits: &[],
    build,
};

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let sizes = [reader.size("build_record"), reader.size("probe_record")];
    let records = [Some(input.args.count("build_records")), input.args.count_opt("probe_records")];
    let source = parts::source(&mut reader, "", sizes[0]);
    let mut operators = Vec::new();
    for (side, name, key) in [(0, "build", "build_records"), (1, "probe", "probe_records")] {
        reader.bounded(key, records[side].unwrap_or(0) as f64, sizes[side].as_f64());
        operators.push(Operator { name: name.into(), records: records[side], record: sizes[side], ..source.clone() });
    }
    let worker = parts::worker(&mut reader, &[0, 1], sizes[0] + sizes[1]);
    let output_ratio = input.args.number("matches");
    operators.push(Operator { name: "join".into(), role: Role::Hash, output_ratio, ..worker });
    operators.push(parts::sink(&mut reader, 2));
    reader.finish(Generated::Graph(Graph { operators }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, graph_at};
    use crate::base::Bytes;
    use crate::workload::graph::Role;

    #[test]
    fn the_first_input_builds_and_the_second_probes() {
        let given = [("build_records", "1000"), ("probe_records", "30000"), ("matches", "0.5")];
        let operators = graph_at("hash-join", &given, None).operators;
        let sides: Vec<_> = operators[..2].iter().map(|side| (side.name.as_str(), side.records, side.record)).collect();
        assert_eq!(sides, [("build", Some(1000), Bytes(200)), ("probe", Some(30_000), Bytes(100))]);
        let join = &operators[2];
        assert_eq!(
            (join.role, &join.inputs, join.output_ratio, join.record),
            (Role::Hash, &vec![0, 1], 0.5, Bytes(300))
        );
    }

    #[test]
    fn the_probe_side_may_be_endless() {
        assert_eq!(graph_at("hash-join", &[], None).operators[1].records, None);
    }

    #[test]
    fn each_fault_is_told_once() {
        let faults = faults_of("hash-join", &[("build_record", "0 B"), ("probe_records", "20000000000000000")], None);
        assert!(faults.contains("build_record = 0 B: expected at least 1 B"), "{faults}");
        assert!(faults.contains("probe_records = 20000000000000000: expected at most 1 EiB"), "{faults}");
        assert_eq!(faults.lines().count(), 2, "{faults}");
    }
}
