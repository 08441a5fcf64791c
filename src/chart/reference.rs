//! Which cell of a sweep stands for a line where a chart can show only one: time series, distributions, volumes.
//!
//! It is the full model (no ablation) at the recorded heap per core nearest to the optimum of the line, so that
//! policies are compared at their best. Without a known optimum it is the middle one of the cells recorded.

use super::curves::{best, curves, throughput_metric};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::optimum::optima;
use super::page::{Entry, Key};
use super::style::STYLE;
use super::table::{FULL_MODEL, Table};
use super::tables::Tables;
use std::collections::BTreeMap;

/// The cell that stands for a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// Which line of the [`Design`].
    pub line: usize,
    /// Its heap per core in bytes; NaN if `summary.csv` does not tell.
    pub heap: f64,
    /// The rows of the table that belong to it, in file order.
    pub rows: Vec<usize>,
}

/// The cells that stand for the lines, at most one each, and what a subtitle should say of the choice.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Reference {
    /// The cells, in the order of lines.
    pub cells: Vec<Cell>,
    /// What a subtitle should say; empty where there was no choice.
    pub note: String,
    /// Whether the cells have different heaps per core, so that each must be named.
    pub differ: bool,
}

/// The heap per core at which each line is best: from `optimum.csv`, else the highest point of its curve, else NaN.
///
/// # Errors
/// A cell of a table holds a text instead of a number.
pub fn wanted(tables: &Tables, design: &Design) -> Result<Vec<f64>, ChartError> {
    let mut wanted = vec![f64::NAN; design.lines.len()];
    for curve in curves(tables, design, (throughput_metric(tables), FULL_MODEL))? {
        wanted[curve.line] = best(&curve.points).map_or(f64::NAN, |level| level.x);
    }
    for optimum in optima(tables, design, FULL_MODEL)? {
        wanted[optimum.line] = optimum.at;
    }
    Ok(wanted)
}

/// Heap per core of every cell.
fn heaps(tables: &Tables) -> Result<BTreeMap<u64, f64>, ChartError> {
    let Some(summary) = tables.get("summary") else { return Ok(BTreeMap::new()) };
    let (cell, heap) = (summary.numbers("cell")?, summary.numbers("heap_per_core_bytes")?);
    Ok((0..summary.rows()).map(|row| (cell.at(row).to_bits(), heap.at(row))).collect())
}

/// How far two heaps are apart, by ratio; NaN counts as infinitely far.
fn distance(a: f64, b: f64) -> f64 {
    let ratio = (a / b).ln().abs();
    if ratio.is_nan() { f64::INFINITY } else { ratio }
}

/// Picks the cells among those rows of the table that `keep` accepts.
///
/// # Errors
/// A cell of a table holds a text instead of a number.
pub fn choose(
    tables: &Tables,
    design: &Design,
    table: &Table,
    keep: impl Fn(usize) -> bool,
) -> Result<Reference, ChartError> {
    let (heaps, wanted, number) = (heaps(tables)?, wanted(tables, design)?, table.numbers("cell")?);
    let mut found: Vec<Vec<(u64, Cell)>> = vec![Vec::new(); design.lines.len()];
    for row in table.with_ablation(FULL_MODEL).filter(|&row| keep(row)) {
        let Some(line) = design.line(table, row) else { continue };
        let key = number.at(row).to_bits();
        match found[line].iter_mut().find(|(known, _)| *known == key) {
            Some((_, cell)) => cell.rows.push(row),
            None => {
                let heap = heaps.get(&key).copied().unwrap_or(f64::NAN);
                found[line].push((key, Cell { line, heap, rows: vec![row] }));
            }
        }
    }
    let choice = found.iter().any(|cells| cells.len() > 1);
    let mut cells = Vec::new();
    for (line, candidates) in found.into_iter().enumerate() {
        let near = |cell: &Cell| distance(cell.heap, wanted[line]);
        let known = candidates.iter().any(|(_, cell)| near(cell).is_finite());
        let middle = candidates.len() / 2;
        let picked = if known {
            candidates.into_iter().min_by(|a, b| near(&a.1).total_cmp(&near(&b.1)))
        } else {
            candidates.into_iter().nth(middle)
        };
        cells.extend(picked.map(|(_, cell)| cell));
    }
    Ok(describe(cells, choice, design.heap.is_some()))
}

/// Without an axis of heap (`swept`) the heap tells nothing, and is left out.
fn describe(cells: Vec<Cell>, choice: bool, swept: bool) -> Reference {
    let differ = cells.windows(2).any(|pair| pair[0].heap != pair[1].heap);
    let heap = cells.first().map_or(f64::NAN, |cell| cell.heap);
    let note = match (choice, differ) {
        (true, true) => "each line at the recorded D/C nearest to its optimum".to_string(),
        (true, false) if heap.is_finite() => format!("at D/C {}, nearest to the optimum", Unit::Bytes.write(heap)),
        (true, false) => "the middle one of the recorded cells".to_string(),
        (false, false) if swept && heap.is_finite() => format!("at D/C {}", Unit::Bytes.write(heap)),
        (false, _) => String::new(),
    };
    Reference { cells, note, differ }
}

impl Reference {
    /// The one with more cells, for charts whose panels show different metrics; the earlier one of equals.
    pub fn wider(known: Option<Reference>, other: Reference) -> Option<Reference> {
        known.filter(|known| known.cells.len() >= other.cells.len()).or(Some(other))
    }

    /// The name of a cell's line, with its heap per core where cells differ in that.
    pub fn label(&self, design: &Design, cell: &Cell) -> String {
        let name = &design.lines[cell.line].label;
        if self.differ && cell.heap.is_finite() {
            format!("{name}, D/C {}", Unit::Bytes.write(cell.heap))
        } else {
            name.clone()
        }
    }

    /// Legend entries for the lines of the cells.
    pub fn entries(&self, design: &Design) -> Vec<Entry> {
        let entry = |cell: &Cell| (Key::Line(STYLE.line(cell.line)), self.label(design, cell));
        self.cells.iter().map(entry).collect()
    }

    /// What the subtitle should say of the choices made here and in the design.
    pub fn notes(&self, design: &Design) -> Vec<String> {
        let own = Some(self.note.clone()).filter(|note| !note.is_empty());
        design.notes().into_iter().chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &str = "cell,policies.a,w.heap,ablation,heap_per_core_bytes,metric,mean\n\
        0,p,1,none,100,throughput_records_per_s_mean,5\n1,p,2,none,200,throughput_records_per_s_mean,9\n\
        2,p,4,none,400,throughput_records_per_s_mean,7\n";

    fn chosen(series: &str, summary: &str) -> Reference {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("timeseries.csv"), series).unwrap();
        std::fs::write(dir.path().join("summary.csv"), summary).unwrap();
        let tables = Tables::open(dir.path(), &["summary", "timeseries"]).unwrap();
        let design = Design::of(&tables).unwrap();
        choose(&tables, &design, tables.get("timeseries").unwrap(), |_| true).unwrap()
    }

    #[test]
    fn the_cell_nearest_to_the_optimum_is_taken() {
        let series =
            "cell,policies.a,w.heap,ablation,replication,time_s\n0,p,1,none,0,0\n2,p,4,none,0,0\n2,p,4,none,0,1\n";
        let reference = chosen(series, SUMMARY);
        // The optimum, 200, was not recorded; 100 and 400 are equally far by ratio, and the first one stays.
        assert_eq!(reference.cells, [Cell { line: 0, heap: 100.0, rows: vec![0] }]);
        let series =
            "cell,policies.a,w.heap,ablation,replication,time_s\n0,p,1,none,0,0\n1,p,2,none,0,0\n1,p,2,none,0,1\n";
        let reference = chosen(series, SUMMARY);
        assert_eq!(reference.cells, [Cell { line: 0, heap: 200.0, rows: vec![1, 2] }]);
        assert_eq!(reference.note, "at D/C 200 B, nearest to the optimum");
    }

    #[test]
    fn without_an_optimum_the_middle_cell_is_taken() {
        let series =
            "cell,policies.a,w.heap,ablation,replication,time_s\n7,p,1,none,0,0\n8,p,2,none,0,0\n9,p,4,none,0,0\n";
        let reference = chosen(series, "cell,policies.a,w.heap,ablation,heap_per_core_bytes,metric,mean\n");
        assert_eq!(reference.cells.len(), 1);
        assert_eq!((reference.cells[0].rows.clone(), reference.cells[0].heap.is_nan()), (vec![1], true));
    }
}
