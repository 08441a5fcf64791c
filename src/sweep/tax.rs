//! The fragmentation tax: what contiguity alone costs, from pairs of runs.
//!
//! A cell and its scattered twin meet the same requests on the same random numbers; only where blocks may lie differs.
//! The difference is the tax. For losses it is the one that theory knows: blocking under a placement rule less that of
//! complete sharing (Kaufman 1981, Roberts 1981). A twin takes as many bytes for a request as the allocator itself, so that
//! what rounding costs is no part of the tax; it is the difference to another twin, which takes what is asked for.

use super::samples::Samples;
use super::{Meta, Row};
use crate::metrics::{ColumnId, columns as c};
use crate::scenario::Ablation;
use crate::stats::{CONFIDENCE, Estimate, paired};

/// What is taxed: blocking, waiting, spilling, TaskManagers, and what comes of them.
pub const TAXED: &[ColumnId] = &[
    c::TASKS_LOST_SHARE,
    c::BLOCKED_REQUESTS,
    c::WAITING_MEAN,
    c::WAITING_P99,
    c::SPILL_BYTES,
    c::SPILL_TIME,
    c::TASK_MANAGERS,
    c::STRANDED_CPU,
    c::STRANDED_MEMORY,
    c::THROUGHPUT,
];

/// The tax on one column in one cell.
#[derive(Clone, Debug, PartialEq)]
pub struct Tax {
    /// The cell that pays it.
    pub cell: usize,
    /// What is taxed.
    pub column: ColumnId,
    /// With contiguity, over the paired replications.
    pub contiguous: Estimate,
    /// Without it.
    pub scattered: Estimate,
    /// The difference, contiguous less scattered, over pairs.
    pub tax: Estimate,
    /// What sizes that are rounded up cost besides, scattered less scattered without rounding; `None` where nothing is
    /// rounded.
    pub rounding: Option<Estimate>,
}

impl Tax {
    /// The tax as a share of what is unavoidable; `None` where that is nothing.
    pub fn share(&self) -> Option<f64> {
        (self.scattered.mean != 0.0).then(|| self.tax.mean / self.scattered.mean)
    }
}

/// The taxes of all cells that have a twin, by cell and then column. Columns that neither measured are left out.
pub(super) fn taxes(meta: &Meta, rows: &[Row]) -> Vec<Tax> {
    let twin = |cell: usize, ablation: Ablation| {
        let wanted = &meta.cells[cell].values;
        meta.cells.iter().position(|other| other.ablation == ablation && other.values == *wanted)
    };
    let whole = (0..meta.cells.len()).filter(|cell| meta.cells[*cell].ablation == Ablation::None);
    let pairs: Vec<(usize, usize)> = whole.filter_map(|cell| Some((cell, twin(cell, Ablation::Contiguity)?))).collect();
    let columns: Vec<(ColumnId, Samples)> = match pairs.is_empty() {
        true => Vec::new(),
        false => TAXED.iter().map(|column| (*column, Samples::of(meta, rows, *column))).collect(),
    };
    let difference = |samples: &Samples, (cell, other): (usize, usize)| {
        let common = samples.common(&[cell, other]);
        let (with, without) = (samples.chosen(cell, &common, 1.0), samples.chosen(other, &common, 1.0));
        Some([
            Estimate::of(&with, CONFIDENCE)?,
            Estimate::of(&without, CONFIDENCE)?,
            paired(&with, &without, CONFIDENCE)?,
        ])
    };
    let tax = |(cell, other): (usize, usize), (column, samples): &(ColumnId, Samples)| {
        let [contiguous, scattered, tax] = difference(samples, (cell, other))?;
        let rounding = twin(cell, Ablation::Rounding).and_then(|plain| Some(difference(samples, (other, plain))?[2]));
        Some(Tax { cell, column: *column, contiguous, scattered, tax, rounding })
    };
    pairs.iter().flat_map(|pair| columns.iter().filter_map(|column| tax(*pair, column))).collect()
}

#[cfg(test)]
mod tests {
    use super::super::toy::meta;
    use super::super::{RunKey, Status};
    use super::*;
    use crate::metrics::Record;
    use crate::scenario::sections::Mechanism;

    #[test]
    fn a_tax_is_the_mean_of_paired_differences() {
        let mut meta = meta(3, 3);
        for (cell, ablation) in [(1, Ablation::Contiguity), (2, Ablation::Rounding)] {
            meta.cells[cell] = super::super::Cell { ablation, ..meta.cells[0].clone() };
        }
        let values = [[5.0, 3.0, 1.0], [9.0, 8.0, 8.0], [4.0, 1.0, 0.0]];
        let row = |index: usize| {
            let mut record = Record::default();
            record.set(c::BLOCKED_REQUESTS, values[index / 3][index % 3]);
            let key = RunKey { index, cell: index % 3, replication: index as u32 / 3, seed: 0 };
            Row { key, status: Status::Ok, record }
        };
        let rows: Vec<Row> = (0..9).map(row).collect();
        let found = taxes(&meta, &rows);
        assert_eq!(found.len(), 1, "other columns were not measured");
        assert_eq!((found[0].contiguous.mean, found[0].scattered.mean, found[0].tax.mean), (6.0, 4.0, 2.0));
        assert_eq!((found[0].share(), found[0].tax.count), (Some(0.5), 3));
        // Differences 2, 1, 3 have a standard deviation of 1; t with two degrees of freedom is 4.3027.
        assert!((found[0].tax.half_width.unwrap() - 4.302_652_7 / 3f64.sqrt()).abs() < 1e-6);
        assert_eq!(found[0].rounding.map(|rounding| rounding.mean), Some(1.0));
        meta.cells[2].ablation = Ablation::Mechanism(Mechanism::Timeouts);
        assert_eq!(taxes(&meta, &rows)[0].rounding, None);
        meta.cells[1].ablation = Ablation::Mechanism(Mechanism::Timeouts);
        assert!(taxes(&meta, &rows).is_empty());
    }
}
