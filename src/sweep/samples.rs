//! The values of one column, by cell and replication.

use super::{Meta, Row};
use crate::metrics::ColumnId;

/// `values[cell][replication]`; absent where the run failed, is missing, or does not know the column.
pub(super) struct Samples(Vec<Vec<Option<f64>>>);

impl Samples {
    pub(super) fn of(meta: &Meta, rows: &[Row], column: ColumnId) -> Samples {
        let replications = rows.iter().map(|row| row.key.replication as usize + 1).max().unwrap_or(0);
        let mut values = vec![vec![None; replications]; meta.cells.len()];
        for row in rows.iter().filter(|row| row.status.is_measured()) {
            values[row.key.cell][row.key.replication as usize] = row.record.get(column);
        }
        Samples(values)
    }

    /// The known values of a cell.
    pub(super) fn cell(&self, cell: usize) -> Vec<f64> {
        self.0[cell].iter().flatten().copied().collect()
    }

    /// Whether anything is known of a cell.
    pub(super) fn is_known(&self, cell: usize) -> bool {
        self.0[cell].iter().any(Option::is_some)
    }

    /// The replications in which all of `cells` are known: only these can be paired.
    pub(super) fn common(&self, cells: &[usize]) -> Vec<usize> {
        let replications = self.0.first().map_or(0, Vec::len);
        (0..replications).filter(|r| cells.iter().all(|cell| self.0[*cell][*r].is_some())).collect()
    }

    /// Values of a cell in the replications given, times `sign`.
    pub(super) fn chosen(&self, cell: usize, replications: &[usize], sign: f64) -> Vec<f64> {
        replications.iter().filter_map(|r| self.0[cell][*r]).map(|value| sign * value).collect()
    }
}
