//! A batch job that sorts: bounded source, exchange by key, sort, sink.
//!
//! Idea: the job that fills sort memory to the brim, and spills what does not fit. All records are kept until the last
//! has come, then they leave in order. Models: external merge sort (Knuth, TAOCP vol. 3, 5.4); GraySort for the shape
//! of the job. Defaults: 10 million records of 100 B as in that benchmark; CPU and garbage as measured on Flink 2.1,
//! whose sorter works on serialised records (4 million records, about 1 KB of garbage each from source to result).
//!
//! Departures: keys are spread evenly over subtasks (GraySort's are uniform); the CPU of comparisons and merges is part
//! of the law and does not grow with the number of records or runs; what spilling costs on disk is the simulator's to
//! say.

use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Entry, Kind, param};
use crate::workload::graph::{Graph, Operator, Role};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "sort-shuffle",
    summary: "batch: source, keyed exchange, sort, sink",
    source: "external merge sort (Knuth, TAOCP 3); GraySort",
    params: &[
        parts::PARALLELISM,
        param("records", Kind::Count(1, u64::MAX), "10000000", "records of the job"),
        parts::RECORD,
        parts::SOURCE_CPU,
        parts::SOURCE_GARBAGE,
        param("cpu", Kind::SpanLaw, "2 us", "CPU time of sorting one record"),
        param("garbage", Kind::BytesLaw, "600 B", "short-lived heap bytes of sorting one record"),
        parts::SURVIVAL,
        param(
            "output_ratio",
            Kind::Number(0.0, 1.0),
            "1",
            "records out for a record in; below 1 where equal keys are merged",
        ),
        parts::SINK_CPU,
    ],
    traits: &[],
    build,
};

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let record = reader.size("record");
    let records = input.args.count("records");
    reader.bounded("records", records as f64, record.as_f64());
    let source = Operator { records: Some(records), ..parts::source(&mut reader, "source", record) };
    let worker = parts::worker(&mut reader, &[0], record);
    let output_ratio = input.args.number("output_ratio");
    let sort = Operator { name: "sort".into(), role: Role::Sort, output_ratio, ..worker };
    let sink = parts::sink(&mut reader, 1);
    reader.finish(Generated::Graph(Graph { operators: vec![source, sort, sink] }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, graph_at};
    use crate::base::Bytes;
    use crate::workload::graph::{Exchange, Role};

    #[test]
    fn all_records_reach_the_sort_by_key() {
        let operators = graph_at("sort-shuffle", &[("records", "4000000"), ("output_ratio", "0.25")], None).operators;
        assert_eq!((operators[0].records, operators[0].record), (Some(4_000_000), Bytes(100)));
        assert_eq!(
            (operators[1].role, operators[1].exchange, operators[1].output_ratio),
            (Role::Sort, Exchange::Keyed, 0.25)
        );
        // 1 us at the source, 2 us at the sort, 0.5 us at the sink: 14 s of CPU for all but the records merged away.
        let nanos: f64 = operators.iter().map(|operator| operator.cpu.mean()).sum();
        assert_eq!(nanos * 4e6, 14e9);
    }

    #[test]
    fn more_data_than_there_is_in_the_world_is_refused() {
        let faults = faults_of("sort-shuffle", &[("records", "100000000000000000")], None);
        assert!(faults.contains("records = 100000000000000000: expected at most 1 EiB in all"), "{faults}");
    }
}
