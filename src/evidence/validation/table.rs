//! A measured file in memory: its cells as they are, and the numbers among them.

use std::io::Read;

use super::dataset::{Column, Dataset, Holds};
use crate::base::Entry;
use crate::heap::Identity;

/// Faults told at most; a file of the wrong kind has one in every row.
const MOST_FAULTS: usize = 20;

/// A checked table. Rows and columns are named by their place and their name.
#[derive(Clone, Debug)]
pub struct Table {
    file: String,
    header: Vec<String>,
    rows: Vec<Row>,
    key: &'static [&'static str],
}

#[derive(Clone, Debug)]
struct Row {
    line: u64,
    cells: Vec<String>,
}

impl Table {
    /// Reads a CSV file with a header and checks the columns that `dataset` needs.
    ///
    /// # Errors
    /// All faults at once, each with `file`, line and column: unreadable or not UTF-8, empty, columns missing or twice,
    /// rows of another width, cells that hold something else than declared. Of many, the first 20 and their number.
    pub fn read(file: &str, input: impl Read, dataset: &Entry<Dataset>) -> Result<Table, Vec<String>> {
        let mut table = Table { file: file.into(), header: vec![], rows: vec![], key: dataset.build.key };
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
        let mut faults = table.load(&mut reader);
        if faults.is_empty() {
            faults = table.check_header(dataset);
        }
        if faults.is_empty() && table.rows.is_empty() {
            faults.push(format!("{file}: error: has no row below its header"));
        }
        let wide = faults.is_empty();
        for (row, cells) in table.rows.iter().enumerate().filter(|_| wide) {
            if cells.cells.len() != table.header.len() {
                let (found, expected) = (cells.cells.len(), table.header.len());
                faults.push(format!("{file}:{}: error: has {found} cells, expected {expected}", cells.line));
            } else {
                let bad = dataset.build.columns.iter().filter_map(|column| table.check(row, column));
                faults.extend(bad);
                let undeclared = dataset.build.quantities.iter().filter(|quantity| !dataset.build.declares(quantity));
                faults.extend(undeclared.filter_map(|quantity| table.check(row, &quantity.as_column())));
            }
        }
        shorten(&mut faults, file);
        if faults.is_empty() { Ok(table) } else { Err(faults) }
    }

    /// A table that was made here, not read; rows are as wide as the header.
    pub fn made(name: String, header: Vec<String>, rows: Vec<Vec<String>>, key: &'static [&'static str]) -> Table {
        let rows = rows.into_iter().enumerate().map(|(at, cells)| Row { line: at as u64 + 2, cells }).collect();
        Table { file: name, header, rows, key }
    }

    /// Path of the file, for error texts.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Names of all columns, in the order of the file.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row; never so for a table that was read.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// All cells of a row, as the file has them.
    pub fn cells(&self, row: usize) -> &[String] {
        self.rows.get(row).map_or(&[], |row| &row.cells)
    }

    /// Whether the file has a column of this name.
    pub fn has(&self, column: &str) -> bool {
        self.place(column).is_some()
    }

    /// The cell without blanks around it; empty where there is no such column.
    pub fn text(&self, row: usize, column: &str) -> &str {
        let place = self.place(column);
        place.and_then(|place| self.cells(row).get(place)).map_or("", |cell| cell.trim())
    }

    /// The cell as a finite number, if it is one.
    pub fn number(&self, row: usize, column: &str) -> Option<f64> {
        self.text(row, column).parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The row's name: the texts of the dataset's key columns, joined by commas.
    pub fn key(&self, row: usize) -> String {
        let texts: Vec<&str> = self.key.iter().map(|column| self.text(row, column)).collect();
        texts.join(",")
    }

    /// "FILE:LINE: error: column `c` holds `x`, expected …".
    pub fn fault(&self, row: usize, column: &str, expected: &str) -> String {
        let line = self.rows.get(row).map_or(0, |row| row.line);
        let found = self.text(row, column);
        let found = if found.is_empty() { "nothing".into() } else { format!("`{found}`") };
        format!("{}:{line}: error: column `{column}` holds {found}, expected {expected}", self.file)
    }

    /// "FILE:1: error: has no column …", with the nearest that there is.
    pub fn lacks(&self, column: &str, dataset: &str) -> String {
        let nearest = crate::base::nearest(column, self.header.iter().map(String::as_str));
        let hint = nearest.map_or(String::new(), |near| format!(" (it has `{near}`)"));
        format!("{}:1: error: has no column `{column}`, which {dataset} needs{hint}", self.file)
    }

    fn place(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|name| name.trim() == column)
    }

    fn load(&mut self, reader: &mut csv::Reader<impl Read>) -> Vec<String> {
        let mut faults = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, |place| place.line());
                    self.rows.push(Row { line, cells: record.iter().map(String::from).collect() });
                }
                Err(error) => {
                    let line = error.position().map_or(0, |place| place.line());
                    faults.push(format!("{}:{line}: error: {}", self.file, told(&error)));
                    if error.is_io_error() {
                        break;
                    }
                }
            }
        }
        if self.rows.is_empty() && faults.is_empty() {
            faults.push(format!("{}: error: the file is empty, expected a header and rows", self.file));
        }
        if faults.is_empty() {
            let header = self.rows.remove(0).cells;
            self.header = header.iter().map(|name| name.trim_start_matches('\u{feff}').to_string()).collect();
        }
        faults
    }

    fn check_header(&self, dataset: &Entry<Dataset>) -> Vec<String> {
        let needed = dataset.build.columns.iter().filter(|column| column.holds.is_needed());
        let missing: Vec<&str> = needed.map(|column| column.name).filter(|name| !self.has(name)).collect();
        let mut faults: Vec<String> = missing.iter().map(|name| self.lacks(name, dataset.name)).collect();
        for (place, name) in self.header.iter().map(|name| name.trim()).enumerate() {
            if self.place(name) != Some(place) {
                faults.push(format!("{}:1: error: has the column `{name}` twice", self.file));
            }
            if let Some(of) = name.strip_prefix("predicted_").filter(|of| dataset.build.predicts(of)) {
                faults.push(format!("{}:1: error: has `{name}` already, expected measured {of} alone", self.file));
            }
        }
        faults
    }

    fn check(&self, row: usize, column: &Column) -> Option<String> {
        if !self.has(column.name) {
            return None;
        }
        let expected = column.holds.refuses(self.text(row, column.name))?;
        Some(self.fault(row, column.name, &expected))
    }
}

impl Holds {
    fn is_needed(&self) -> bool {
        matches!(self, Holds::Text | Holds::Word(_) | Holds::Collector | Holds::Number(..))
    }

    /// What was expected, where `text` is something else.
    fn refuses(&self, text: &str) -> Option<String> {
        let blank = text.is_empty();
        let outside = |least: f64, most: f64| {
            let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
            let limits = match (least, most) {
                (f64::MIN, f64::MAX) => String::new(),
                (least, f64::MAX) => format!(" of at least {least}"),
                (least, most) => format!(" within {least} ..= {most}"),
            };
            number.is_none().then(|| format!("a number{limits}"))
        };
        match self {
            Holds::TextOrBlank => None,
            Holds::NumberOrBlank(..) if blank => None,
            Holds::Text => blank.then(|| "a text".into()),
            Holds::Word(words) => (!words.contains(&text)).then(|| one_of(words, text)),
            Holds::Collector => {
                let names: Vec<&str> = Identity::described().map(|identity| identity.name).collect();
                (!names.contains(&text)).then(|| one_of(&names, text))
            }
            Holds::Number(least, most) => outside(*least, *most),
            Holds::NumberOrBlank(least, most) => outside(*least, *most).map(|text| text + " or a blank cell"),
        }
    }
}

fn one_of(words: &[&str], text: &str) -> String {
    let near = crate::base::nearest(text, words.iter().copied());
    let hint = near.map_or(String::new(), |near| format!(" (did you mean `{near}`?)"));
    format!("{}{hint}", words.join(", "))
}

fn told(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "is not UTF-8 text".into(),
        csv::ErrorKind::Io(io) => format!("cannot be read: {io}"),
        _ => error.to_string(),
    }
}

fn shorten(faults: &mut Vec<String>, file: &str) {
    let all = faults.len();
    if all > MOST_FAULTS {
        faults.truncate(MOST_FAULTS);
        faults.push(format!("{file}: error: {} more faults", all - MOST_FAULTS));
    }
}
