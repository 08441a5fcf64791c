//! What a dataset is: the columns that it needs, the quantities that it predicts, and how it predicts them.

use super::{Panel, Table};

/// Measured and predicted rates of a table, or everything that is wrong (see [`Table::fault`] for faults of a cell).
pub type Curves = fn(&Table, &Fit) -> Result<Vec<Panel>, Vec<String>>;

/// A kind of measured file. A constant in the dataset's own file, under [`super::DATASETS`].
#[derive(Clone, Copy, Debug)]
pub struct Dataset {
    /// Columns that a prediction needs. Others may be there, and come back unchanged.
    pub columns: &'static [Column],
    /// Columns that together name a row; their text decides which rows a share for fitting takes.
    pub key: &'static [&'static str],
    /// The column by which errors are told apart, such as the collector.
    pub group: &'static str,
    /// What is predicted. A quantity's own column may be absent or blank: it is then predicted, but not judged.
    pub quantities: &'static [Quantity],
    /// Predicts all rows, or answers everything that is wrong (see [`Table::fault`] for faults of a cell).
    pub predict: fn(&Table, &Fit) -> Result<Predictions, Vec<String>>,
    /// Measured and predicted rates over heap size, for a dataset whose rows form curves.
    pub curves: Option<Curves>,
    /// The scenarios by which rows are predicted, for a dataset that runs them.
    pub scenarios: Option<Scenarios>,
    /// What rows are fitted.
    pub fits: Fits,
}

/// What a dataset predicts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fits {
    /// Whether it fits some of its rows.
    pub rows: bool,
    /// The description that the other coefficients come from, if nobody names one; it was fitted to the measurements that
    /// travel with the project.
    pub description: Option<&'static str>,
}

/// The rows of a table as scenarios: the name of each, and its text. A row that is passed over has none.
pub type Scenarios = fn(&Table, &Fit) -> Result<Vec<(String, String)>, Vec<String>>;

/// A column of the input.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the header.
    pub name: &'static str,
    /// What its cells hold.
    pub holds: Holds,
}

/// What the cells of a column hold.
#[derive(Clone, Copy, Debug)]
pub enum Holds {
    /// Any text that is not blank.
    Text,
    /// One of these words.
    Word(&'static [&'static str]),
    /// The registry name of a collector that descriptions price.
    Collector,
    /// A number within least ..= most.
    Number(f64, f64),
    /// As a number, or blank; a whole column of it may be absent.
    NumberOrBlank(f64, f64),
    /// Any text; the whole column may be absent.
    TextOrBlank,
}

/// Something that a dataset predicts, under `predicted_<column>`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The column of the measured value.
    pub column: &'static str,
    /// Its unit for people; empty for a plain number.
    pub unit: &'static str,
    /// What an error is.
    pub judged: Judged,
    /// The error that is still good.
    pub bound: f64,
}

/// What the error of a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// |predicted / measured - 1|, where something above 0 was measured.
    Relative,
    /// |predicted - measured| / max(measured, 1): a relative error for counts that may be 0.
    Count,
    /// |predicted - measured|.
    Absolute,
    /// 0 where the words are equal, else 1.
    Word,
}

/// What the user says of fitting.
#[derive(Clone, Debug, Default)]
pub struct Fit {
    /// Share of the rows that is fitted, within 0 ..= 1; the rest is held out. Without it a dataset follows its own rule.
    pub share: Option<f64>,
    /// Heap sizes, over the minimum heap, whose rows are fitted; empty for the dataset's own rule.
    pub heaps: Vec<f64>,
    /// Coefficients in place of those that travel with the project.
    pub calibration: Option<Calibration>,
}

/// A calibration as the user's file says it.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// Path, for error texts.
    pub file: String,
    /// Its text.
    pub text: String,
}

impl Fit {
    /// Whether the row with this key (see [`Table::key`]) is fitted; `None` where no share was asked for.
    ///
    /// A row is fitted at every share from its own hash up, whatever other rows the file has.
    pub fn takes(&self, key: &str) -> Option<bool> {
        self.share.map(|share| place(key) < share)
    }
}

/// A number within 0 .. 1 that only depends on the text.
fn place(key: &str) -> f64 {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(key.as_bytes());
    let head = hash.iter().take(6).fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
    head as f64 / (1u64 << 48) as f64
}

/// What came of a dataset's predictions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predictions {
    /// One a row of the table.
    pub rows: Vec<Predicted>,
    /// What a reader should know besides: what could not be fitted, say. One sentence each.
    pub notes: Vec<String>,
}

/// One row's predictions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Predicted {
    /// In the order of the dataset's quantities; absent where nothing can be said.
    pub values: Vec<Option<Prediction>>,
    /// Whether this row's measured values had a part in fitting.
    pub fitted: bool,
    /// Whether the dataset says nothing of rows like this one; it is not judged then.
    pub passed_over: bool,
}

/// One prediction.
#[derive(Clone, Debug, PartialEq)]
pub enum Prediction {
    /// A quantity. Anything but a finite number counts as absent.
    Number(f64),
    /// A status.
    Word(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_takes_about_that_many_rows_and_a_larger_one_takes_those_too() {
        let keys: Vec<String> = (0..2000).map(|n| format!("row {n}")).collect();
        let taken = |share: f64| {
            let fit = Fit { share: Some(share), ..Fit::default() };
            keys.iter().filter(|key| fit.takes(key) == Some(true)).count()
        };
        assert_eq!((taken(0.0), taken(1.0)), (0, 2000));
        assert!((520..680).contains(&taken(0.3)), "{}", taken(0.3));
        let (less, more) = (Fit { share: Some(0.3), ..Fit::default() }, Fit { share: Some(0.6), ..Fit::default() });
        assert!(keys.iter().all(|key| less.takes(key) == Some(false) || more.takes(key) == Some(true)));
        assert_eq!(Fit::default().takes("row 1"), None);
    }
}
