//! The rows of every table, from header to last field. Column names here are a contract with charts.

use super::text::{line, number};
use crate::metrics::{COLUMNS, Column, ColumnId, Record, SERIES};
use crate::sweep::{Findings, Meta, Optimum, Row, RunKey, RunOutput, Status, Tax, canonical};

fn axis_keys(meta: &Meta) -> impl Iterator<Item = String> {
    meta.axes.iter().map(|axis| axis.key.clone())
}

fn names(words: &str) -> impl Iterator<Item = String> {
    words.split(", ").map(String::from)
}

/// Axis values and ablation of a cell.
fn place(meta: &Meta, cell: usize) -> impl Iterator<Item = String> {
    let cell = &meta.cells[cell];
    cell.values.iter().map(|value| canonical(value)).chain([cell.ablation.to_string()])
}

/// D/C, cores and heap of a cell.
fn sizes(meta: &Meta, cell: usize) -> [String; 3] {
    let cell = &meta.cells[cell];
    [cell.heap_per_core.0.to_string(), number(cell.cores), cell.heap.0.to_string()]
}

/// Header of `runs.csv`.
pub(super) fn runs_header(meta: &Meta) -> String {
    let fields = names("index, cell, replication, seed").chain(axis_keys(meta));
    let fields = fields.chain(names("ablation, heap_per_core_bytes, cores_count, heap_bytes, status"));
    line(fields.chain(COLUMNS.iter().map(Column::name)))
}

/// One run of `runs.csv`.
pub(super) fn runs_row(meta: &Meta, key: &RunKey, status: &Status, record: &Record) -> String {
    let fields = [key.index.to_string(), key.cell.to_string(), key.replication.to_string(), key.seed.to_string()];
    let fields = fields.into_iter().chain(place(meta, key.cell)).chain(sizes(meta, key.cell));
    let fields = fields.chain([status.to_string()]);
    line(fields.chain(record.values().iter().map(|value| number(*value))))
}

/// Reads a run back: status and record from the fields of its row. An error says which field is wrong.
pub(super) fn runs_parse(meta: &Meta, key: RunKey, fields: &csv::StringRecord) -> Result<Row, String> {
    let first = 4 + meta.axes.len() + 5;
    if fields.len() != first + COLUMNS.len() {
        return Err(format!("has {} fields: expected {}", fields.len(), first + COLUMNS.len()));
    }
    let status: Status = fields[first - 1].parse()?;
    let mut record = Record::default();
    for id in ColumnId::all() {
        let text = &fields[first + id.index()];
        if !text.is_empty() {
            let value = text.parse().map_err(|_| format!("has \"{text}\" as {}", id.column().name()))?;
            record.set(id, value);
        }
    }
    Ok(Row { key, status, record })
}

/// Header of `timeseries.csv`.
pub(super) fn series_header(meta: &Meta) -> String {
    let fields = names("cell").chain(axis_keys(meta)).chain(names("ablation, replication, time_s"));
    line(fields.chain(SERIES.iter().map(Column::name)))
}

/// All ticks of one run.
pub(super) fn series_rows(meta: &Meta, key: &RunKey, output: &RunOutput) -> String {
    let start: Vec<String> = std::iter::once(key.cell.to_string())
        .chain(place(meta, key.cell))
        .chain([key.replication.to_string()])
        .collect();
    let row = |tick: &crate::metrics::SeriesRow| {
        let values = std::iter::once(Some(tick.time_s)).chain(tick.values().iter().copied());
        line(start.iter().cloned().chain(values.map(number)))
    };
    output.series.iter().map(row).collect()
}

/// Header of `histograms.csv`.
pub(super) fn histograms_header(meta: &Meta) -> String {
    line(names("cell").chain(axis_keys(meta)).chain(names("ablation, metric, lower, upper, count")))
}

/// One bucket of a cell: bounds and weight.
pub(super) fn histograms_row(meta: &Meta, cell: usize, metric: &str, bucket: [f64; 3]) -> String {
    let start = std::iter::once(cell.to_string()).chain(place(meta, cell)).chain([metric.to_string()]);
    line(start.chain(bucket.map(number)))
}

/// The whole of `summary.csv`: one row a cell and measured column.
pub(super) fn summary(meta: &Meta, findings: &Findings) -> String {
    let header = names("cell").chain(axis_keys(meta)).chain(names(
        "ablation, heap_per_core_bytes, cores_count, heap_bytes, metric, mean, half_width, replications, lower, upper",
    ));
    let mut text = line(header);
    for (cell, estimates) in findings.estimates.iter().enumerate() {
        let start: Vec<String> =
            std::iter::once(cell.to_string()).chain(place(meta, cell)).chain(sizes(meta, cell)).collect();
        for (id, estimate) in ColumnId::all().zip(estimates) {
            let Some(estimate) = estimate else { continue };
            let end = |end: f64| number(estimate.half_width.map(|_| end));
            text += &line(start.iter().cloned().chain([
                id.column().name(),
                number(estimate.mean),
                number(estimate.half_width),
                estimate.count.to_string(),
                end(estimate.lower()),
                end(estimate.upper()),
            ]));
        }
    }
    text
}

/// The whole of `fragmentation_tax.csv`: one row a cell and taxed column.
pub(super) fn taxes(meta: &Meta, findings: &Findings) -> String {
    let header = names("cell").chain(axis_keys(meta)).chain(names(
        "metric, contiguous_mean, scattered_mean, tax, tax_half_width, tax_lower, tax_upper, tax_share, replications, \
         rounding, rounding_half_width",
    ));
    let row = |tax: &Tax| {
        let end = |end: f64| number(tax.tax.half_width.map(|_| end));
        let values = meta.cells[tax.cell].values.iter().map(|value| canonical(value));
        line(std::iter::once(tax.cell.to_string()).chain(values).chain([
            tax.column.column().name(),
            number(tax.contiguous.mean),
            number(tax.scattered.mean),
            number(tax.tax.mean),
            number(tax.tax.half_width),
            end(tax.tax.lower()),
            end(tax.tax.upper()),
            number(tax.share()),
            tax.tax.count.to_string(),
            number(tax.rounding.map(|rounding| rounding.mean)),
            number(tax.rounding.and_then(|rounding| rounding.half_width)),
        ]))
    };
    std::iter::once(line(header)).chain(findings.taxes.iter().map(row)).collect()
}

/// The whole of `optimum.csv`: one row a line and ablation. The columns called throughput hold the objective.
pub(super) fn optimum(meta: &Meta, findings: &Findings) -> String {
    let others = axis_keys(meta).enumerate().filter(|(place, _)| Some(*place) != meta.heap_axis()).map(|(_, key)| key);
    let header = others.chain(names(
        "ablation, optimum_heap_per_core_bytes, optimum_lower_bytes, optimum_upper_bytes, throughput_at_optimum, \
         half_width, interior, shift_bytes, shift_half_width_bytes, shift_throughput_share",
    ));
    let rows = findings.optima.iter().map(optimum_row);
    std::iter::once(line(header)).chain(rows).collect()
}

fn optimum_row(optimum: &Optimum) -> String {
    let (peak, shift) = (&optimum.peak, optimum.shift.as_ref());
    let start = optimum.values.iter().map(|value| canonical(value)).chain([optimum.ablation.to_string()]);
    line(start.chain([
        number(peak.at),
        number(peak.range.map(|range| range.0)),
        number(peak.range.map(|range| range.1)),
        number(peak.value.mean),
        number(peak.value.half_width),
        peak.interior.to_string(),
        number(shift.map(|shift| shift.by)),
        number(shift.and_then(|shift| shift.half_width)),
        number(shift.map(|shift| shift.gain)),
    ]))
}
