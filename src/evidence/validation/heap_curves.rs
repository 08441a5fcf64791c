//! Iteration time over heap size: each program's curve from few heap sizes, told at all others.
//!
//! The law is that of full, stop-the-world collections of a fixed live set (`Curve`): three unknowns a program, which are
//! fitted to the rows chosen for it; every row is then simulated. Real collectors are generational, and the law
//! still holds within 5 % at all ten sizes for 14 of 15 programs under G1.
//!
//! Which sizes are fitted decides. Heaps of once and twice the minimum and any third one tell the rest for 12 of 15
//! programs or more; so do twice the minimum and any two larger ones for sizes from three up. But no estimate can tell
//! the time on the minimum heap from larger ones: from twice the minimum up h2 and jython are within 2 % of each other,
//! and apart by a factor of 11 at the minimum; four other pairs are like them. `docs/validation.md` has the figures.

mod curve;
mod estimate;
mod groups;
#[cfg(test)]
mod tests;

use super::{Column, Dataset, Fit, Fits, Holds, Judged, Predicted, Prediction, Predictions, Quantity, Table};
use crate::base::Entry;
use curve::Curve;
use estimate::{Point, Prior, fit};
use groups::{Group, Groups, groups, heap, point};

/// The registry entry.
pub const ENTRY: Entry<Dataset> = Entry {
    name: "heap-curves",
    summary: "time per iteration of a program over heap sizes, told from few of them",
    source: "DaCapo Chopin, raw results (Blackburn et al., ASPLOS 2025)",
    params: &[],
    traits: &[],
    build: Dataset {
        columns: &[
            Column { name: "workload", holds: Holds::Text },
            Column { name: "collector", holds: Holds::Text },
            Column { name: "heap_over_min", holds: Holds::Number(0.1, 1000.0) },
            Column { name: "mean_iteration_ms", holds: Holds::NumberOrBlank(1e-9, 1e12) },
            Column { name: "sd_between_runs_ms", holds: Holds::NumberOrBlank(0.0, 1e12) },
            Column { name: "min_heap_mb", holds: Holds::NumberOrBlank(0.0, 1e9) },
            Column { name: "alloc_mb_per_s", holds: Holds::NumberOrBlank(0.0, 1e9) },
        ],
        key: &["workload", "collector", "heap_over_min"],
        group: "collector",
        quantities: &[Quantity { column: "mean_iteration_ms", unit: "ms", judged: Judged::Relative, bound: 0.05 }],
        predict,
        curves: None,
        scenarios: None,
        fits: Fits { rows: true, description: None },
    },
};

fn predict(table: &Table, fit: &Fit) -> Result<Predictions, Vec<String>> {
    if !table.has("mean_iteration_ms") {
        return Err(vec![table.lacks("mean_iteration_ms", ENTRY.name)]);
    }
    let groups = groups(table, fit)?;
    let mut told = Predictions { rows: vec![Predicted::default(); table.len()], notes: vec![] };
    if let Some(calibration) = &fit.calibration {
        told.notes.push(format!("{} takes no calibration: {} was not used", ENTRY.name, calibration.file));
    }
    let (mut borrowed, mut unknown) = (vec![], vec![]);
    for (name, group) in &groups {
        let own = curve(table, group);
        let found = own.or_else(|| {
            let other = neighbour(&groups, name)?;
            borrowed.push(format!("{} under {}", name.0, name.1));
            curve(table, other)
        });
        if found.is_none() {
            unknown.push(format!("{} under {}", name.0, name.1));
        }
        for row in &group.rows {
            let value = found.and_then(|curve| curve.simulate(heap(table, *row))).map(Prediction::Number);
            if let Some(told) = told.rows.get_mut(*row) {
                *told = Predicted { values: vec![value], fitted: group.fitted.contains(row), passed_over: false };
            }
        }
    }
    told.notes.extend(note(&borrowed, "no row is fitted, so the curve of another collector was taken"));
    told.notes.extend(note(&unknown, "no row is fitted under any collector, so nothing is predicted"));
    Ok(told)
}

/// The curve through a group's fitted rows, if there are any.
fn curve(table: &Table, group: &Group) -> Option<Curve> {
    let points: Vec<Point> = group.fitted.iter().filter_map(|row| point(table, *row)).collect();
    let first = *group.rows.first()?;
    let program = table.number(first, "min_heap_mb").zip(table.number(first, "alloc_mb_per_s"));
    let heaps: Vec<f64> = group.rows.iter().map(|row| heap(table, *row)).collect();
    fit(&points, &Prior::of(program), &heaps)
}

/// The group of the same program with the most fitted rows.
fn neighbour<'a>(groups: &'a Groups, (workload, _): &(String, String)) -> Option<&'a Group> {
    let own = groups.iter().filter(|(name, group)| name.0 == *workload && !group.fitted.is_empty());
    own.map(|(_, group)| group).max_by_key(|group| group.fitted.len())
}

/// "3 curves (a, b, c): …", where there are any.
fn note(names: &[String], about: &str) -> Option<String> {
    let shown: Vec<&str> = names.iter().take(3).map(String::as_str).collect();
    let more = if names.len() > shown.len() { ", …" } else { "" };
    let count = if names.len() == 1 { "1 curve".into() } else { format!("{} curves", names.len()) };
    (!names.is_empty()).then(|| format!("{count} ({}{more}): {about}", shown.join(", ")))
}
