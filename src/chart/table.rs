//! One CSV file as columns.
//!
//! Every column between `cell` and `ablation` is an axis of the sweep. Axes and a few named columns are kept as words,
//! all others as numbers; an empty cell, and one that is not finite, is NaN, which means "not recorded".

use super::error::ChartError;
use crate::scenario::Ablation;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Columns outside the axes that hold words.
/// The ablation of rows of the full model.
pub const FULL_MODEL: &str = Ablation::None.word();

const WORDS: [&str; 3] = ["ablation", "metric", "interior"];

#[derive(Clone, Debug, Default)]
struct Words {
    codes: Vec<u32>,
    known: Vec<String>,
    index: BTreeMap<String, u32>,
}

impl Words {
    fn push(&mut self, word: &str) {
        let code = match self.index.get(word) {
            Some(code) => *code,
            None => {
                let code = self.known.len() as u32;
                self.known.push(word.to_string());
                self.index.insert(word.to_string(), code);
                code
            }
        };
        self.codes.push(code);
    }

    fn at(&self, row: usize) -> &str {
        self.codes.get(row).and_then(|code| self.known.get(*code as usize)).map_or("", String::as_str)
    }
}

#[derive(Clone, Debug)]
enum Cells {
    Words(Words),
    /// The numbers, and line and text of the first cell that is none.
    Numbers(Vec<f64>, Option<(u64, String)>),
}

/// A column of numbers; an absent column is NaN everywhere.
#[derive(Clone, Copy, Debug)]
pub struct Numbers<'a>(&'a [f64]);

impl Numbers<'_> {
    /// The number in this row, or NaN.
    pub fn at(&self, row: usize) -> f64 {
        self.0.get(row).copied().unwrap_or(f64::NAN)
    }
}

/// A CSV file in memory.
#[derive(Clone, Debug)]
pub struct Table {
    path: PathBuf,
    names: Vec<String>,
    cells: Vec<Cells>,
    axes: Vec<String>,
    rows: usize,
}

fn csv_fault(path: &Path, error: &csv::Error) -> ChartError {
    ChartError::File { path: path.to_path_buf(), problem: error.to_string() }
}

impl Table {
    /// Reads a file. `one_run` keeps only the rows without ablation, and of those only the first replication found.
    ///
    /// # Errors
    /// The file cannot be read, is no CSV, or has no column `ablation`.
    pub fn read(path: &Path, one_run: bool) -> Result<Table, ChartError> {
        let mut reader = csv::Reader::from_path(path).map_err(|error| csv_fault(path, &error))?;
        let header = reader.headers().map_err(|error| csv_fault(path, &error))?.clone();
        let mut table = Table::with_header(path, header.iter().map(str::to_string).collect())?;
        let (ablation, replication) = (table.place("ablation"), table.place("replication"));
        let mut run: Option<String> = None;
        let mut record = csv::StringRecord::new();
        while reader.read_record(&mut record).map_err(|error| csv_fault(path, &error))? {
            let cell = |place: Option<usize>| place.and_then(|place| record.get(place)).unwrap_or("");
            if one_run {
                if cell(ablation) != FULL_MODEL {
                    continue;
                }
                let name = cell(replication);
                if run.get_or_insert_with(|| name.to_string()) != name {
                    continue;
                }
            }
            table.push(&record);
        }
        Ok(table)
    }

    fn with_header(path: &Path, names: Vec<String>) -> Result<Table, ChartError> {
        let Some(end) = names.iter().position(|name| name == "ablation") else {
            let problem =
                "has no column \"ablation\" (expected cell, the axes of the sweep, ablation, ...)".to_string();
            return Err(ChartError::File { path: path.to_path_buf(), problem });
        };
        let axes: Vec<String> = names[..end].iter().filter(|name| *name != "cell").cloned().collect();
        let cells = names
            .iter()
            .map(|name| {
                let words = axes.contains(name) || WORDS.contains(&name.as_str());
                if words { Cells::Words(Words::default()) } else { Cells::Numbers(Vec::new(), None) }
            })
            .collect();
        Ok(Table { path: path.to_path_buf(), names, cells, axes, rows: 0 })
    }

    fn push(&mut self, record: &csv::StringRecord) {
        let line = record.position().map_or(0, csv::Position::line);
        for (cells, text) in self.cells.iter_mut().zip(record) {
            let text = text.trim();
            match cells {
                Cells::Words(words) => words.push(text),
                Cells::Numbers(numbers, fault) => {
                    let number = text.parse::<f64>();
                    if number.is_err() && !text.is_empty() && fault.is_none() {
                        *fault = Some((line, text.to_string()));
                    }
                    numbers.push(number.ok().filter(|number| number.is_finite()).unwrap_or(f64::NAN));
                }
            }
        }
        self.rows += 1;
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Names of the axes of the sweep, in file order.
    pub fn axes(&self) -> &[String] {
        &self.axes
    }

    /// Whether the file has a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.place(name).is_some()
    }

    /// The word in a column of words; empty where there is none.
    pub fn word(&self, row: usize, column: &str) -> &str {
        match self.place(column).map(|place| &self.cells[place]) {
            Some(Cells::Words(words)) => words.at(row),
            _ => "",
        }
    }

    /// A column of numbers; NaN everywhere if the file has no such column.
    ///
    /// # Errors
    /// A cell of the column holds a text.
    pub fn numbers(&self, column: &str) -> Result<Numbers<'_>, ChartError> {
        match self.place(column).map(|place| &self.cells[place]) {
            Some(Cells::Numbers(_, Some((line, value)))) => Err(ChartError::Value {
                path: self.path.clone(),
                column: column.to_string(),
                line: *line,
                value: value.clone(),
            }),
            Some(Cells::Numbers(numbers, None)) => Ok(Numbers(numbers)),
            _ => Ok(Numbers(&[])),
        }
    }

    /// The rows whose `ablation` is this one ("none" for the full model).
    pub fn with_ablation<'a>(&'a self, ablation: &'a str) -> impl Iterator<Item = usize> + 'a {
        (0..self.rows).filter(move |&row| self.word(row, "ablation") == ablation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str, one_run: bool) -> Result<Table, ChartError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        Table::read(file.path(), one_run)
    }

    #[test]
    fn axes_are_what_lies_between_cell_and_ablation() {
        let table =
            table("cell,policies.spill,heap,ablation,mean\n0,lru,4096,none,1.5\n1,never,,M1,\n", false).unwrap();
        assert_eq!(table.axes(), ["policies.spill", "heap"]);
        assert_eq!((table.rows(), table.word(1, "policies.spill"), table.word(0, "heap")), (2, "never", "4096"));
        let mean = table.numbers("mean").unwrap();
        assert_eq!(mean.at(0), 1.5);
        assert!(mean.at(1).is_nan() && mean.at(9).is_nan());
        assert!(table.numbers("absent").unwrap().at(0).is_nan());
        assert_eq!(table.with_ablation("M1").collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn a_text_among_numbers_is_reported_with_its_place() {
        let table = table("cell,ablation,mean\n0,none,1\n1,none,fast\n", false).unwrap();
        let error = table.numbers("mean").unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("\"mean\"") && error.contains("\"fast\""), "{error}");
    }

    #[test]
    fn broken_files_are_refused_with_a_reason() {
        assert!(table("a,b\n1,2\n", false).unwrap_err().to_string().contains("no column \"ablation\""));
        assert!(table("cell,ablation\n1\n", false).unwrap_err().to_string().contains("line"));
        assert!(table("", false).is_err());
        assert!(Table::read(Path::new("/nowhere/x.csv"), false).is_err());
    }

    #[test]
    fn one_run_keeps_the_first_replication_of_the_full_model() {
        let text = "cell,ablation,replication,time_s\n0,M1,0,1\n0,none,3,2\n0,none,4,3\n1,none,3,4\n";
        let table = table(text, true).unwrap();
        let time = table.numbers("time_s").unwrap();
        assert_eq!((0..table.rows()).map(|row| time.at(row)).collect::<Vec<_>>(), [2.0, 4.0]);
    }

    #[test]
    fn numbers_that_are_not_finite_count_as_not_recorded() {
        let table = table("cell,ablation,mean\n0,none,NaN\n1,none,inf\n", false).unwrap();
        assert!(table.numbers("mean").unwrap().at(0).is_nan() && table.numbers("mean").unwrap().at(1).is_nan());
    }
}
