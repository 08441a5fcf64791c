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
    Calibration, Column, Curves, Dataset, Fit, Holds, Judged, Predicted, Prediction, Predictions, Quantity,
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
    Ok(Validation { dataset, table, rows, notes: predictions.notes })
}

impl Validation {
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
