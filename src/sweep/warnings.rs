//! What a reader of the results must know before trusting them.

use super::carry_out::imprecise;
use super::{Meta, Row, Status};
use crate::metrics::columns;
use crate::stats::Estimate;

/// A relative half-width above this is called wide.
const WIDE: f64 = 0.1;
/// A warm-up above this share of the run leaves too little to measure.
const LONG_WARM_UP: f64 = 1.0 / 3.0;

/// All warnings, gravest first.
pub(super) fn warnings(meta: &Meta, rows: &[Row], estimates: &[Vec<Option<Estimate>>]) -> Vec<String> {
    let count = |test: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| test(row)).count();
    let of_runs = |k: usize, text: &str| (k > 0).then(|| format!("{text} in {k} of {} runs", rows.len()));
    let failed = count(&|row| matches!(row.status, Status::Failed(_)));
    let panicked = count(&|row| matches!(row.status, Status::Panicked(_)));
    let flag = |row: &Row| row.record.get(columns::WARM_UP_REACHED);
    let found = [
        of_runs(panicked, "a fault of heapwise itself").map(|text| with_first(rows, text, "panicked")),
        of_runs(failed, "an error").map(|text| with_first(rows, text, "failed")),
        of_runs(count(&|row| row.status == Status::Oom), "OutOfMemoryError"),
        of_runs(count(&|row| flag(row) == Some(0.0)), "warm-up not reached").map(|t| t + ": lengthen run.duration"),
        of_runs(count(&is_short), "run too short (warm-up takes more than a third)")
            .map(|text| text + ": lengthen run.duration"),
        of_runs(count(&is_idle), "nothing was finished"),
        if meta.precision.is_some() { vague(meta, rows) } else { wide(meta, estimates) },
    ];
    found.into_iter().flatten().collect()
}

/// Adds the message of the first run with such a status.
fn with_first(rows: &[Row], text: String, word: &str) -> String {
    let first = rows.iter().find(|row| row.status.to_string().starts_with(word));
    first.map(|row| format!("{text}; first in run {}, {}", row.key.index, row.status)).unwrap_or(text)
}

fn is_short(row: &Row) -> bool {
    let (warm_up, whole) = (row.record.get(columns::WARM_UP), row.record.get(columns::SIMULATED));
    row.record.get(columns::WARM_UP_REACHED) != Some(0.0)
        && warm_up.zip(whole).is_some_and(|(warm_up, whole)| warm_up > LONG_WARM_UP * whole)
}

fn is_idle(row: &Row) -> bool {
    row.status == Status::Ok && row.record.get(columns::THROUGHPUT) == Some(0.0)
}

/// Cells in which the precision that was asked for is not reached.
fn vague(meta: &Meta, rows: &[Row]) -> Option<String> {
    let (precision, cells) = (meta.precision?, meta.cells.len());
    let (count, replications) = (imprecise(meta, rows), rows.len() / cells.max(1));
    (count > 0).then(|| {
        format!(
            "run.precision = {} is not reached in {count} of {cells} cells after {replications} replications: raise \
             run.max_replications",
            precision.relative
        )
    })
}

fn wide(meta: &Meta, estimates: &[Vec<Option<Estimate>>]) -> Option<String> {
    let known: Vec<&Estimate> = estimates.iter().filter_map(|row| row[meta.objective.index()].as_ref()).collect();
    if !known.is_empty() && known.iter().all(|estimate| estimate.half_width.is_none()) {
        return Some("one replication gives no intervals: raise run.replications".into());
    }
    let is_wide = |e: &&&Estimate| e.half_width.is_some_and(|half| half > WIDE * e.mean.abs());
    let count = known.iter().filter(is_wide).count();
    (count > 0).then(|| {
        format!("interval wider than 10 % of the mean in {count} of {} cells: raise run.replications", known.len())
    })
}

#[cfg(test)]
mod tests {
    use super::super::Precision;
    use super::super::toy::{Toy, carried_out, meta};
    use super::super::{Stop, findings};
    use super::*;

    #[test]
    fn troubles_are_counted_and_named() {
        let meta = meta(3, 4);
        let toy = Toy { panics_at: Some(7), ooms_at: Some(2), ..Toy::default() };
        let mut outcome = carried_out(&meta, &toy, &Stop::new());
        outcome.rows[0].record.set(columns::WARM_UP_REACHED, 0.0);
        outcome.rows[1].record.set(columns::WARM_UP, 5.0);
        outcome.rows[1].record.set(columns::SIMULATED, 10.0);
        assert_eq!(
            findings(&meta, &outcome.rows).warnings,
            [
                "a fault of heapwise itself in 1 of 12 runs; first in run 7, panicked: toy fault in run 7",
                "OutOfMemoryError in 1 of 12 runs",
                "warm-up not reached in 1 of 12 runs: lengthen run.duration",
                "run too short (warm-up takes more than a third) in 1 of 12 runs: lengthen run.duration",
            ]
        );
    }

    #[test]
    fn a_precision_that_is_not_reached_is_told() {
        let mut meta = meta(3, 1);
        meta.precision = Some(Precision { relative: 1e-4, most: 12 });
        let outcome = carried_out(&meta, &Toy::default(), &Stop::new());
        assert_eq!(
            findings(&meta, &outcome.rows).warnings,
            ["run.precision = 0.0001 is not reached in 3 of 3 cells after 12 replications: raise run.max_replications"]
        );
        meta.precision = Some(Precision { relative: 0.5, most: 12 });
        let outcome = carried_out(&meta, &Toy::default(), &Stop::new());
        assert_eq!(findings(&meta, &outcome.rows).warnings, [""; 0]);
    }

    #[test]
    fn a_single_replication_is_told() {
        let meta = meta(3, 1);
        let outcome = carried_out(&meta, &Toy::default(), &Stop::new());
        assert_eq!(
            findings(&meta, &outcome.rows).warnings,
            ["one replication gives no intervals: raise run.replications"]
        );
    }
}
