//! Histograms of runs, kept apart while a sweep goes on and merged over the replications of each cell at its end.
//!
//! While the sweep goes on they lie in `histograms.part.csv`, one row a bucket, in index order, so that a sweep can
//! be resumed. The file goes away once `histograms.csv` is whole.

use std::collections::BTreeMap;
use std::path::Path;

use super::text::{line, number};
use super::{ReportError, tables};
use crate::sweep::{Meta, RunKey, RunOutput};

/// The file of a sweep that goes on.
pub(super) const PART: &str = "histograms.part.csv";

/// Its header.
pub(super) fn part_header() -> String {
    line(["index", "metric", "lower", "upper", "weight"])
}

/// All buckets of one run.
pub(super) fn part_rows(key: &RunKey, output: &RunOutput) -> String {
    let index = key.index.to_string();
    let buckets = output.histograms.iter().flat_map(|(metric, buckets)| buckets.iter().map(move |b| (metric, b)));
    let rows = buckets.map(|(metric, bucket)| {
        let [lower, upper, weight] = [bucket.lower, bucket.upper, bucket.weight].map(number);
        line([&index, metric, &lower, &upper, &weight])
    });
    rows.collect()
}

/// The whole of `histograms.csv`, from the file of the sweep that has just ended.
pub(super) fn merged(meta: &Meta, part: &Path) -> Result<String, ReportError> {
    let fault = |error: &dyn std::fmt::Display| ReportError::new(part, format!("cannot be merged: {error}"));
    let mut reader = csv::Reader::from_path(part).map_err(|error| fault(&error))?;
    let mut weights: BTreeMap<(usize, String, u64, u64), f64> = BTreeMap::new();
    for row in reader.records() {
        let row = row.map_err(|error| fault(&error))?;
        let index: usize = row[0].parse().map_err(|error| fault(&error))?;
        let float = |place: usize| row[place].parse::<f64>().map_err(|error| fault(&error));
        // Bounds are at least 0, and such floats sort like their bits.
        let key = (index % meta.cells.len(), row[1].to_string(), float(2)?.to_bits(), float(3)?.to_bits());
        *weights.entry(key).or_default() += float(4)?;
    }
    let rows = weights.iter().map(|((cell, metric, lower, upper), weight)| {
        tables::histograms_row(meta, *cell, metric, [f64::from_bits(*lower), f64::from_bits(*upper), *weight])
    });
    Ok(std::iter::once(tables::histograms_header(meta)).chain(rows).collect())
}
