//! The curves of a table: the rows of each program and collector, and which of them are fitted.

use std::collections::BTreeMap;

use super::super::{Fit, Table};
use super::estimate::Point;

/// The rows of one program under one collector.
pub struct Group {
    /// Rows of the table.
    pub rows: Vec<usize>,
    /// Those that are fitted.
    pub fitted: Vec<usize>,
}

/// All groups by workload and collector.
pub type Groups = BTreeMap<(String, String), Group>;

/// Heap sizes that a text and a number give alike.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs()
}

pub fn heap(table: &Table, row: usize) -> f64 {
    table.number(row, "heap_over_min").unwrap_or_default()
}

/// A row's measurement, unless its time is blank.
pub fn point(table: &Table, row: usize) -> Option<Point> {
    let time = table.number(row, "mean_iteration_ms")?;
    let spread = table.number(row, "sd_between_runs_ms").unwrap_or_default() / time;
    Some(Point { heap: heap(table, row), time, spread })
}

/// Sorts the rows of a table into groups and says which are fitted.
///
/// # Errors
/// A heap size of `fit` that no row has.
pub fn groups(table: &Table, fit: &Fit) -> Result<Groups, Vec<String>> {
    let mut groups = Groups::new();
    for row in 0..table.len() {
        let text = |column: &str| table.text(row, column).to_string();
        let group = groups.entry((text("workload"), text("collector")));
        group.or_insert(Group { rows: vec![], fitted: vec![] }).rows.push(row);
    }
    let mut sizes: Vec<f64> = (0..table.len()).map(|row| heap(table, row)).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let absent = |size: &&f64| !sizes.iter().any(|known| same(*known, **size));
    let unknown: Vec<String> =
        fit.heaps.iter().filter(absent).map(|size| no_such_size(*size, &sizes, table.file())).collect();
    for group in groups.values_mut() {
        let measured: Vec<usize> = group.rows.iter().copied().filter(|row| point(table, *row).is_some()).collect();
        group.fitted = choose(table, fit, measured);
    }
    if unknown.is_empty() { Ok(groups) } else { Err(unknown) }
}

/// The rows to fit among those of one group that were measured.
fn choose(table: &Table, fit: &Fit, measured: Vec<usize>) -> Vec<usize> {
    let mut sizes: Vec<f64> = measured.iter().map(|row| heap(table, *row)).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    let own: Vec<f64> = sizes.iter().copied().take(2).chain(sizes.last().copied()).collect();
    let wanted = if fit.heaps.is_empty() { &own } else { &fit.heaps };
    let of_size = |row: &usize| wanted.iter().any(|size| same(heap(table, *row), *size));
    let is_fitted = |row: &usize| match fit.takes(&table.key(*row)) {
        Some(taken) => taken,
        None => of_size(row),
    };
    measured.into_iter().filter(is_fitted).collect()
}

fn no_such_size(size: f64, sizes: &[f64], file: &str) -> String {
    let known: Vec<String> = sizes.iter().map(f64::to_string).collect();
    format!("--fit-heaps: error: {size} is no heap size of {file}, expected some of {}", known.join(", "))
}
