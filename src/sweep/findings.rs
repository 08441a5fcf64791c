//! What all runs say together: an estimate for each cell and column, optima, a ranking, warnings.

use super::optima::{Optimum, optima};
use super::ranking::{Ranking, ranking};
use super::samples::Samples;
use super::tax::{Tax, taxes};
use super::warnings::warnings;
use super::{Meta, Row};
use crate::metrics::ColumnId;
use crate::stats::{CONFIDENCE, Estimate};

/// All that reports and the terminal tell of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub struct Findings {
    /// `estimates[cell][column]`, absent where no run measured the column.
    pub estimates: Vec<Vec<Option<Estimate>>>,
    /// Optima over the heap axis.
    pub optima: Vec<Optimum>,
    /// Policies against each other.
    pub ranking: Ranking,
    /// What contiguity costs, where that was asked for.
    pub taxes: Vec<Tax>,
    /// What to mistrust, in words.
    pub warnings: Vec<String>,
}

/// Draws the findings from the rows of a sweep. Runs that failed count nowhere; runs that ended in OutOfMemoryError
/// count with what they measured, since leaving them out would flatter the policies that cause them.
pub fn findings(meta: &Meta, rows: &[Row]) -> Findings {
    let columns: Vec<Samples> = ColumnId::all().map(|column| Samples::of(meta, rows, column)).collect();
    let estimate = |cell: usize| columns.iter().map(|c| Estimate::of(&c.cell(cell), CONFIDENCE)).collect();
    let estimates: Vec<Vec<Option<Estimate>>> = (0..meta.cells.len()).map(estimate).collect();
    let objective = &columns[meta.objective.index()];
    Findings {
        warnings: warnings(meta, rows, &estimates),
        optima: optima(meta, objective),
        ranking: ranking(meta, objective),
        taxes: taxes(meta, rows),
        estimates,
    }
}
