//! Reading a table of cases: its columns, its rows, and everything that is wrong with them.

use std::collections::BTreeMap;
use std::io::Read;

use super::families::family;
use super::rows::{Answer, Asked, Case, Params};
use super::tolerance::Tolerance;

/// Faults told at most; a file of the wrong kind has one in every row.
const MOST_FAULTS: usize = 20;

/// Columns that a table must have; others are kept as they are.
const COLUMNS: [&str; 6] = ["id", "model", "parameters", "quantity", "expected", "tolerance_note"];

/// A table that was read whole.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name of its file, for messages.
    pub file: String,
    /// Names of its columns.
    pub header: Vec<String>,
    /// Its cells, row by row.
    pub rows: Vec<Vec<String>>,
    /// Its cases, in the order of their first rows.
    pub cases: Vec<Case>,
    /// The line of each case's first row.
    pub lines: Vec<u64>,
}

impl Table {
    /// Reads a CSV file and keeps the cases of the families in `only`, or all where it is empty.
    ///
    /// # Errors
    /// All faults at once, each with `file` and line: unreadable, empty, columns missing or twice, rows of another width,
    /// families that nobody knows, parameters and notes that nobody can read. Of many, the first 20 and their number.
    pub fn read(file: &str, input: impl Read, only: &[String]) -> Result<Table, Vec<String>> {
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input);
        let mut table =
            Table { file: file.into(), header: Vec::new(), rows: Vec::new(), cases: Vec::new(), lines: Vec::new() };
        let mut faults = Vec::new();
        let mut lines = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    lines.push(record.position().map_or(0, |place| place.line()));
                    table.rows.push(record.iter().map(String::from).collect());
                }
                Err(error) => {
                    let line = error.position().map_or(0, |place| place.line());
                    let told = if error.is_io_error() { "cannot be read".into() } else { error.to_string() };
                    faults.push(format!("{file}:{line}: error: {told}"));
                    break;
                }
            }
        }
        if faults.is_empty() {
            faults = table.check(lines, only);
        }
        let all = faults.len();
        if all > MOST_FAULTS {
            faults.truncate(MOST_FAULTS);
            faults.push(format!("{file}: error: {} more faults", all - MOST_FAULTS));
        }
        if all == 0 { Ok(table) } else { Err(faults) }
    }

    fn check(&mut self, mut lines: Vec<u64>, only: &[String]) -> Vec<String> {
        if self.rows.len() < 2 {
            return vec![format!("{}: error: has no rows, expected a header and rows", self.file)];
        }
        self.header =
            self.rows.remove(0).iter().map(|name| name.trim_start_matches('\u{feff}').trim().into()).collect();
        lines.remove(0);
        let mut faults = self.faults_of_header();
        if !faults.is_empty() {
            return faults;
        }
        let mut known = BTreeMap::new();
        for (row, line) in lines.into_iter().enumerate() {
            let told = |fault: String| format!("{}:{line}: error: {fault}", self.file);
            if self.rows[row].len() != self.header.len() {
                let fault = format!("has {} cells, expected {}", self.rows[row].len(), self.header.len());
                faults.push(told(fault));
                continue;
            }
            match self.asked(row) {
                Ok((model, _, _)) if !only.is_empty() && !only.contains(&model) => {}
                Ok((model, params, asked)) => {
                    let place = *known.entry((model.clone(), params.clone())).or_insert(self.cases.len());
                    if place == self.cases.len() {
                        self.cases.push(Case { model, params, asked: Vec::new() });
                        self.lines.push(line);
                    }
                    self.cases[place].asked.push(asked);
                }
                Err(wrong) => faults.extend(wrong.into_iter().map(told)),
            }
        }
        if faults.is_empty() && self.cases.is_empty() {
            faults.push(format!("{}: error: has no row of {}", self.file, only.join(", ")));
        }
        faults
    }

    fn faults_of_header(&self) -> Vec<String> {
        let has = |name: &str| self.header.iter().any(|column| column == name);
        let lacks = |name: &str| {
            let near = crate::base::nearest(name, self.header.iter().map(String::as_str));
            let hint = near.map_or(String::new(), |near| format!(" (it has `{near}`)"));
            format!("{}:1: error: has no column `{name}`{hint}", self.file)
        };
        let mut faults: Vec<String> = COLUMNS.iter().filter(|name| !has(name)).map(|name| lacks(name)).collect();
        for (place, name) in self.header.iter().enumerate() {
            if self.header[..place].contains(name) {
                faults.push(format!("{}:1: error: has the column `{name}` twice", self.file));
            }
        }
        faults
    }

    /// The cell of a row in a column; empty where there is none.
    fn cell(&self, row: usize, column: &str) -> &str {
        let place = self.header.iter().position(|name| name == column);
        place.and_then(|place| self.rows.get(row)?.get(place)).map_or("", |cell| cell.trim())
    }

    fn asked(&self, row: usize) -> Result<(String, Params, Asked), Vec<String>> {
        let cell = |column: &str| self.cell(row, column);
        let mut faults: Vec<String> = family(cell("model")).err().into_iter().collect();
        for column in ["id", "quantity", "expected"].iter().filter(|column| cell(column).is_empty()) {
            faults.push(format!("`{column}` is blank, expected a value"));
        }
        let params =
            Params::parse(cell("parameters")).map_err(|fault| faults.push(format!("`parameters` holds {fault}")));
        let tolerance = Tolerance::parse(cell("tolerance_note"))
            .map_err(|fault| faults.push(format!("`tolerance_note` holds {fault}")));
        let (Ok(params), Ok(tolerance), true) = (params, tolerance, faults.is_empty()) else { return Err(faults) };
        let asked = Asked {
            row,
            id: cell("id").into(),
            quantity: cell("quantity").into(),
            expected: Answer::parse(cell("expected")),
            tolerance,
        };
        Ok((cell("model").into(), params, asked))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "id,model,parameters,quantity,expected,tolerance_note,source\n";

    #[test]
    fn rows_of_one_case_come_together_and_unknown_columns_stay() {
        let text = format!(
            "{HEAD}a,mm1,lambda=0.5;mu=1,L,1,stochastic,x\nb,mm1,mu=1;lambda=0.5,W,2,stochastic,\"y, z\"\n\
             c,mmc,lambda=3;mu=1;c=4,W,1,stochastic,x\n"
        );
        let table = Table::read("t.csv", text.as_bytes(), &[]).unwrap();
        assert_eq!((table.cases.len(), table.cases[0].asked.len(), table.lines.clone()), (2, 2, vec![2, 4]));
        assert_eq!(table.rows[1][6], "y, z");
        let one = Table::read("t.csv", text.as_bytes(), &["mmc".into()]).unwrap();
        assert_eq!((one.cases.len(), one.cases[0].asked[0].row), (1, 2));
    }

    #[test]
    fn all_faults_come_at_once_with_their_lines() {
        let text = format!(
            "{HEAD}a,mm2,lambda=0.5,L,1,stochastic,x\nb,mm1,lambda,L,1,roughly,x\nc,mm1,lambda=1,,1,stochastic,x\nd,mm1\n"
        );
        let faults = Table::read("t.csv", text.as_bytes(), &[]).unwrap_err().join("\n");
        for part in [
            "t.csv:2: error: there is no family `mm2`, did you mean `mm1`?",
            "t.csv:3: error: `parameters` holds `lambda`",
            "t.csv:3: error: `tolerance_note` holds `roughly`",
            "t.csv:4: error: `quantity` is blank",
            "t.csv:5: error: has 2 cells, expected 7",
        ] {
            assert!(faults.contains(part), "{part}: {faults}");
        }
        let faults = Table::read("t.csv", "id,modell,id\n1,2,3\n".as_bytes(), &[]).unwrap_err().join("\n");
        assert!(faults.contains("t.csv:1: error: has no column `model` (it has `modell`)"), "{faults}");
        assert!(faults.contains("`parameters`") && faults.contains("`id` twice"), "{faults}");
        assert!(Table::read("t.csv", "".as_bytes(), &[]).unwrap_err()[0].contains("has no rows"));
        assert!(Table::read("t.csv", &b"id\n\xff\xfe\n"[..], &[]).is_err());
    }
}
