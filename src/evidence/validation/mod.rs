//! Predictions against measurements: each row of a measured file predicted, written beside it and judged.
//!
//! A dataset is one file here and one line in [`DATASETS`]: it says which columns it needs, what it predicts and how
//! ([`Dataset`]). Reading, holding rows out, and judging are the same for all.

mod cluster;
mod dataset;
mod flink_job;
mod judge;
mod jvm;
mod record_cost;
mod sample;
mod table;
#[cfg(test)]
pub(crate) mod toy;

pub use dataset::{
    Calibration, Column, Curves, Dataset, Fit, Fits, Holds, Judged, Predicted, Prediction, Predictions, Quantity,
    Scenarios,
};
pub use flink_runs::{Curve, Over, Panel, Point};
pub use gc_logs::validate_logs;
pub use judge::{Part, Verdict};
pub use sample::sample;
pub use table::Table;

use crate::base::Entry;

crate::registry! {
    /// All datasets.
    pub static DATASETS: Dataset;
    gc_churn, heap_curves, flink_runs, gc_logs,
}

/// A predicted table.
pub struct Validation {
    /// The dataset.
    pub dataset: &'static Entry<Dataset>,
    /// The input.
    pub table: Table,
    /// One a row of the table.
    pub rows: Vec<Predicted>,
    /// What the dataset has to say besides.
    pub notes: Vec<String>,
}

/// Predicts and judges every row of `table`, which was read for `dataset`.
///
/// # Errors
/// What the dataset refuses: options that it cannot follow, a calibration with faults; all at once.
pub fn validate(dataset: &'static Entry<Dataset>, table: Table, fit: &Fit) -> Result<Validation, Vec<String>> {
    let predictions = (dataset.build.predict)(&table, fit)?;
    let (mut rows, width) = (predictions.rows, dataset.build.quantities.len());
    rows.resize_with(table.len(), Predicted::default);
    for row in &mut rows {
        row.values.resize(width, None);
        for value in &mut row.values {
            value.take_if(|value| matches!(value, Prediction::Number(number) if !number.is_finite()));
        }
    }
    let known = dataset.build.fits.description.filter(|_| fit.calibration.is_none());
    let own = known.filter(|_| sample(dataset.name).is_some_and(|(name, _)| name == table.file()));
    let mut notes = predictions.notes;
    notes.extend(own.map(|description| {
        format!(
            "what collections cost is as {description} says, which was fitted to these very rows: none is new to it"
        )
    }));
    Ok(Validation { dataset, table, rows, notes })
}

/// How many rows of a validation are of which kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Had a part in fitting.
    pub fitted: usize,
    /// Had none.
    pub not_fitted: usize,
    /// Nothing is said of them.
    pub passed_over: usize,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} fitted, {} not fitted", self.fitted, self.not_fitted)?;
        if self.passed_over > 0 {
            write!(f, ", {} passed over", self.passed_over)?;
        }
        Ok(())
    }
}

impl Validation {
    /// How many rows are fitted, not fitted, passed over.
    pub fn tally(&self) -> Tally {
        let count = |kind: &dyn Fn(&Predicted) -> bool| self.rows.iter().filter(|row| kind(row)).count();
        let (fitted, passed_over) = (count(&|row| row.fitted), count(&|row| row.passed_over));
        Tally { fitted, passed_over, not_fitted: self.rows.len() - fitted - passed_over }
    }

    /// The error of one prediction, where there is one and something was measured.
    pub fn error(&self, row: usize, quantity: usize) -> Option<f64> {
        let declared = self.dataset.build.quantities.get(quantity)?;
        let predicted = self.rows.get(row)?.values.get(quantity)?.as_ref()?;
        let measured = self.table.text(row, declared.column);
        declared.judged.error(measured, predicted)
    }

    /// The row's cell in the dataset's grouping column.
    pub fn group(&self, row: usize) -> &str {
        self.table.text(row, self.dataset.build.group)
    }
}
