//! Oracles of the allocators: published sequences, closed forms, exact chains, and a twin too simple to be wrong.

mod copying_twin;
mod measures;
mod moving;
mod over_time;
mod sequences;
mod span_twin;
mod swarm;
mod twin;

use super::{BLOCK_ALLOCATORS, Pool};
use crate::base::{Args, Bytes, Kind, Preset, Value};

/// The rules that hand out any free bytes of their sizes, all with a granule of one byte here.
const CONTIGUOUS: [&str; 8] =
    ["first-fit", "best-fit", "worst-fit", "next-fit", "buddy", "fibonacci-buddy", "tlsf", "half-fit"];

/// An empty pool with these parameters, and the presets for all others.
fn pool_with(rule: &str, capacity: u64, given: &[(&'static str, Value)]) -> Pool {
    let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == rule).expect("a registered rule");
    let mut args = Args::default();
    for param in entry.params {
        let Preset::Is(preset) = param.preset else { panic!("{rule} needs {}", param.name) };
        let value = match param.kind {
            Kind::Bytes => Value::Bytes(preset.parse().expect("a size")),
            Kind::Count(..) => Value::Count(preset.parse().expect("a count")),
            _ => Value::Number(preset.parse().expect("a number")),
        };
        args.set(param.name, value);
    }
    given.iter().for_each(|(name, value)| args.set(name, value.clone()));
    Pool::new(Bytes(capacity), (entry.build)(&args, Bytes(capacity)).expect("valid parameters"))
}

/// An empty pool whose rounding parameter, whatever it is called, has the value given; two classes a doubling for TLSF.
fn pool_rounding(rule: &str, capacity: u64, granule: u64) -> Pool {
    let granule = Value::Bytes(Bytes(granule));
    let name = match rule {
        "segments" => "page",
        "buddy" | "fibonacci-buddy" => "smallest",
        _ => "granule",
    };
    pool_with(rule, capacity, &[(name, granule), ("bits", Value::Count(1))])
}

/// An empty pool without rounding (but for the sizes of the buddy systems).
fn pool(rule: &str, capacity: u64) -> Pool {
    pool_rounding(rule, capacity, 1)
}

/// A row of the exact expected values.
struct Row {
    model: String,
    parameters: String,
    quantity: String,
    expected: String,
}

impl Row {
    /// The parameter called `key`, split at the bars.
    fn list(&self, key: &str) -> Vec<&str> {
        let value = self.parameters.split(';').find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
        value.map(|list| list.split('|').collect()).unwrap_or_default()
    }

    /// The only number under `key`.
    fn number(&self, key: &str) -> f64 {
        self.list(key)[0].parse().expect("a number")
    }
}

/// The rows of the table of exact values whose family starts with `family`, one at least.
fn exact_rows(family: &str) -> Vec<Row> {
    let path = crate::base::testing::data("scenarios/verification/queueing_and_allocation.csv");
    let mut reader = csv::Reader::from_path(path).expect("a table");
    let records = reader.records().map(|record| record.expect("a readable row"));
    let rows = records.filter(|record| record[1].starts_with(family)).map(|record| Row {
        model: record[1].into(),
        parameters: record[2].into(),
        quantity: record[3].into(),
        expected: record[4].into(),
    });
    let rows: Vec<Row> = rows.collect();
    assert!(!rows.is_empty(), "no row of {family}");
    rows
}

/// True where the two agree within `relative`, or absolutely so near 0.
fn close(found: f64, expected: f64, relative: f64) -> bool {
    (found - expected).abs() <= relative * expected.abs().max(1e-3)
}

/// Small numbers that look random, the same in every run.
fn scrambled() -> impl Iterator<Item = u64> {
    let step = |state: &u64| Some(state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407));
    std::iter::successors(Some(1u64), step).map(|state| state >> 33)
}
