//! Online learning with a parameter server: samples, workers that make gradients of mini-batches, shards that hold the
//! parameters.
//!
//! Idea: large state that every record reads many times, small messages that carry updates of a few hot rows. Sparse
//! models (recommendation, click prediction) hold a table of embedding rows; a sample reads `features` rows, of which
//! few are hot and most are rare. A worker sums the gradients of a mini-batch and pushes one message with the distinct
//! rows that it met; the shard applies it to the rows and to the moments that the optimizer keeps beside each. Sources:
//! Li et al., "Scaling distributed machine learning with the parameter server", OSDI 2014; Kingma and Ba, ICLR 2015,
//! for two moments a weight; Naumov et al., arXiv:1906.00091 (DLRM), for rows of 16 to 128 numbers.
//!
//! Departures: a graph has no circle, so rows travel back to the workers only as bytes: a message carries each row
//! twice, as the gradient out and as the fresh row back. A message goes to one shard, not in pieces to all, which is
//! the same load in the mean. The workers' rows are divided over them (samples are routed by their hottest feature);
//! they refresh rows as often as they push them.

use super::distinct::distinct;
use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput, parts};
use crate::base::{Bytes, Entry, Kind, param};
use crate::cache::Zipf;
use crate::kernel::Dist;
use crate::workload::graph::{Graph, Operator, State};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "online-learning",
    summary: "samples, workers that read a model, shards that hold and update it",
    source: "Li et al., OSDI 2014",
    params: &[
        parts::PARALLELISM,
        parts::SOURCE_CPU,
        parts::SOURCE_GARBAGE,
        param("record", Kind::Bytes, "500 B", "size of one sample on the wire"),
        param("rows", parts::KEY_COUNT, "2000000", "rows of the model"),
        param("entry", Kind::Bytes, "128 B", "bytes of one row at a worker"),
        param(
            "moments",
            Kind::Number(0.0, 16.0),
            "2",
            "numbers that the optimizer keeps at the shards beside each weight",
        ),
        param("features", Kind::Count(1, 1_000_000), "20", "rows that one sample reads"),
        parts::SKEW,
        param("mini_batch", Kind::Count(1, 1_000_000), "100", "samples whose gradients are pushed together"),
        param("cpu", Kind::SpanLaw, "20 us", "CPU time of the gradient of one sample, its state accesses apart"),
        param("garbage", Kind::BytesLaw, "4 KiB", "short-lived heap bytes of one sample at a worker"),
        param("update_cpu", Kind::Span, "200 ns", "CPU time of updating one row at a shard"),
        parts::SURVIVAL,
        parts::STATE,
        parts::CACHE,
        parts::CACHE_ORDER,
    ],
    traits: &[],
    build,
};

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let record = reader.size("record");
    let source = Operator { name: "samples".into(), ..parts::source(&mut reader, "source", record) };
    let worker = parts::worker(&mut reader, &[0], Bytes::ZERO);
    let rows = input.args.count("rows");
    let model = parts::state(&mut reader, rows as f64);
    reader.bounded("moments", rows as f64, model.entry.as_f64() * (1.0 + input.args.number("moments")));
    let push = Push::new(&reader, &model);
    let operators = vec![source, push.worker(worker, model.clone()), push.shard(&reader, model)];
    reader.finish(Generated::Graph(Graph { operators }))
}

/// What a mini-batch comes to.
struct Push {
    /// Samples.
    samples: f64,
    /// Rows read, with repetitions.
    reads: f64,
    /// Distinct rows, so the rows of a message.
    met: f64,
}

impl Push {
    fn new(reader: &Reader, model: &State) -> Push {
        let samples = reader.args().count("mini_batch") as f64;
        let reads = samples * reader.args().count("features") as f64;
        // At least one row is met, however few reads are expected.
        let met = distinct(&Zipf::new(model.keys, model.skew), reads).max(1.0);
        Push { samples, reads, met }
    }

    /// Reads rows for each sample, refreshes those that it pushed, and sends one message a mini-batch.
    fn worker(&self, worker: Operator, model: State) -> Operator {
        let accesses = self.reads / self.samples;
        let record = model.entry.scale(2.0 * self.met);
        let state = Some(State { accesses, writes: (self.met / self.reads).min(1.0), ..model });
        Operator { output_ratio: 1.0 / self.samples, record, state, ..worker }
    }

    /// Applies a message to the rows and moments of its rows.
    fn shard(&self, reader: &Reader, model: State) -> Operator {
        let cpu = Dist::constant(self.met * reader.args().span("update_cpu").as_nanos());
        let garbage = Dist::constant(self.met * model.entry.as_f64());
        let entry = model.entry.scale(1.0 + reader.args().number("moments"));
        let survival = reader.args().number("survival");
        let state = Some(State { entry, accesses: self.met, ..model });
        Operator { cpu, garbage, survival, state, ..parts::plain(reader, "shards", &[1]) }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{faults_of, graph_at};
    use crate::base::Bytes;

    /// Uniform rows, 5 samples of 20 reads among 100 rows: 100 (1 - 1/e) = 63.2 rows a message.
    #[test]
    fn a_message_carries_the_distinct_rows_of_its_mini_batch() {
        let given = [("rows", "100"), ("skew", "0"), ("features", "20"), ("mini_batch", "5"), ("entry", "1000 B")];
        let operators = graph_at("online-learning", &given, None).operators;
        let met = 100.0 * (1.0 - (-1.0f64).exp());
        let (worker, shards) = (&operators[1], &operators[2]);
        assert_eq!((worker.output_ratio, worker.record), (0.2, Bytes::from_f64(2000.0 * met)));
        let (read, written) = (worker.state.as_ref().unwrap(), shards.state.as_ref().unwrap());
        assert_eq!((read.accesses, read.entry), (20.0, Bytes(1000)));
        assert!((read.writes - met / 100.0).abs() < 1e-12 && (written.accesses - met).abs() < 1e-9);
        // A row with two moments beside each weight; 200 ns a row.
        assert_eq!((written.entry, written.writes), (Bytes(3000), 1.0));
        assert!((shards.cpu.mean() - 200.0 * met).abs() < 1e-6);
    }

    #[test]
    fn hot_rows_make_messages_smaller() {
        let record = |skew| graph_at("online-learning", &[("skew", skew)], None).operators[1].record;
        assert!(record("1.2") < record("0.8") && record("0.8") < record("0"));
    }

    #[test]
    fn every_fault_names_its_key() {
        let given = [("entry", "1 GiB"), ("rows", "1000000000"), ("record", "0 B")];
        let faults = faults_of("online-learning", &given, None);
        assert!(faults.contains("record = 0 B") && faults.contains("moments = 2: expected at most 1 EiB"), "{faults}");
    }
}
