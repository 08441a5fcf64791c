//! Parameters and operators that several generators share.
//!
//! Defaults are of the size of what was measured on Flink 2.1 (one core: 0.4 to 1 million records a second through a
//! source and a keyed sum on the heap, 0.6 to 1.3 KB of garbage each), with the leaner half of it in the source.

use super::read::Reader;
use crate::base::{Bytes, Kind, Param, optional, param};
use crate::cache::{Eviction, Zipf};
use crate::workload::graph::{Exchange, Fill, Operator, State, StatePlace};

pub const SHARE: Kind = Kind::Number(0.0, 1.0);
pub const KEY_COUNT: Kind = Kind::Count(1, 100_000_000_000);

pub const PARALLELISM: Param =
    param("parallelism", Kind::Count(0, 1_000_000), "0", "subtasks of each operator; 0: one a slot of the cluster");
pub const SOURCE_CPU: Param = param("source_cpu", Kind::SpanLaw, "1 us", "CPU time of one record at its source");
pub const SOURCE_GARBAGE: Param =
    param("source_garbage", Kind::BytesLaw, "300 B", "short-lived heap bytes of one record at its source");
pub const RECORD: Param = param("record", Kind::Bytes, "100 B", "size of one record on the wire");
pub const SINK_CPU: Param = param("sink_cpu", Kind::SpanLaw, "500 ns", "CPU time of one result at the sink");
pub const SURVIVAL: Param =
    param("survival", SHARE, "0.02", "share of fresh bytes still reachable at the next young collection");
pub const STATE: Param = param(
    "state",
    Kind::Choice(StatePlace::WORDS),
    StatePlace::Heap.word(),
    "where state lives: on the heap or in managed memory",
);
pub const SKEW: Param = param("skew", Kind::Number(0.0, 4.0), "0.8", "exponent of the power law over keys; 0: uniform");
pub const CACHE: Param =
    optional("cache", Kind::Bytes, "heap cache in front of the state; absent: heap state is kept whole");
pub const CACHE_ORDER: Param = param(
    "cache_order",
    Kind::Choice(Eviction::WORDS),
    Eviction::Lru.word(),
    "replacement of the heap or managed cache; top-k keeps the hottest keys, known in advance",
);

/// The replacement rule that a checked text names.
pub fn eviction(text: &str) -> Eviction {
    Eviction::of(text).unwrap_or(Eviction::Lru)
}

/// The place that a checked text names.
pub fn place(text: &str) -> StatePlace {
    StatePlace::of(text).unwrap_or_default()
}

/// A source by `source_cpu`, `source_garbage`, `survival`, `parallelism`; sends records of `record` bytes.
pub fn source(reader: &mut Reader, name: &str, record: Bytes) -> Operator {
    Operator {
        cpu: reader.law("source_cpu"),
        garbage: reader.law("source_garbage"),
        survival: reader.args().number("survival"),
        record,
        ..plain(reader, name, &[])
    }
}

/// The operator in the middle, by `cpu`, `garbage`, `survival`, `parallelism`; sends records of `record` bytes.
pub fn worker(reader: &mut Reader, inputs: &[usize], record: Bytes) -> Operator {
    Operator {
        cpu: reader.law("cpu"),
        garbage: reader.law("garbage"),
        survival: reader.args().number("survival"),
        record,
        ..plain(reader, "worker", inputs)
    }
}

/// A sink in the slots of operator `input`, by `sink_cpu`.
pub fn sink(reader: &mut Reader, input: usize) -> Operator {
    let cpu = reader.law("sink_cpu");
    Operator { exchange: Exchange::Forward, cpu, ..plain(reader, "sink", &[input]) }
}

/// An operator that costs nothing, with the `parallelism` of all.
pub fn plain(reader: &Reader, name: &str, inputs: &[usize]) -> Operator {
    let parallelism = reader.args().count("parallelism") as u32;
    Operator { parallelism, ..Operator::neutral(name, inputs) }
}

/// State of `keys` entries by `state`, `entry`, `skew`, `cache`, `cache_order`: one access a record, which replaces the
/// entry.
pub fn state(reader: &mut Reader, keys: f64) -> State {
    let entry = reader.size("entry");
    reader.bounded("entry", keys, entry.as_f64());
    let args = reader.args();
    State {
        place: place(&args.text("state")),
        keys: (keys.round() as u64).max(1),
        entry,
        skew: args.number("skew"),
        accesses: 1.0,
        writes: 1.0,
        cache: args.bytes_opt("cache"),
        eviction: eviction(&args.text("cache_order")),
        fill: Fill::Restored,
        fixed: Bytes::ZERO,
        insert: Bytes::ZERO,
        makes: 0.0,
        cards: None,
        copying: 1.0,
        marking: 1.0,
    }
}

/// The law over keys by `keys` and `skew`.
pub fn keys(reader: &Reader) -> Zipf {
    Zipf::new(reader.args().count("keys"), reader.args().number("skew"))
}
