//! A CSV file read row by row, with cells found by the name of their column and faults that name their place.
//!
//! No cell is quoted in any of the formats, and quotes are taken as they are: an unpaired one must not swallow the
//! file.

use super::{Fault, Input, InputError};
use crate::base::{SimSpan, SimTime};
use csv::ByteRecord;
use std::io::{ErrorKind, Read};

/// The columns of one file.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// What the rows are, for error texts.
    pub of: &'static str,
    /// Names that must be in the header.
    pub required: &'static [&'static str],
    /// Names that may be absent; their cells are then empty.
    pub optional: &'static [&'static str],
}

/// A file of rows, being read.
pub struct Table {
    file: String,
    reader: csv::Reader<Box<dyn Read>>,
    columns: &'static Columns,
    /// Position in the file of each column of `columns`, required ones first.
    places: Vec<Option<usize>>,
    width: usize,
    record: ByteRecord,
    line: u64,
    held: bool,
    ended: bool,
}

impl Table {
    /// Opens a file and checks its header; `hint` says of a wrong one what it looks like, as the end of a sentence.
    pub fn open(input: &Input, columns: &'static Columns, hint: fn(&[String]) -> String) -> Result<Table, InputError> {
        let raw = input.open()?;
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(false).from_reader(raw);
        let (file, record) = (input.name().to_string(), ByteRecord::new());
        let mut table =
            Table { file, reader, columns, places: vec![], width: 0, record, line: 0, held: false, ended: false };
        if !table.read()? {
            return Err(InputError::of_file(&table.file, Fault::Empty, "a header and at least one row"));
        }
        table.check_header(hint)?;
        match table.read()? {
            true => table.held = true,
            false => return Err(InputError::of_file(&table.file, Fault::Empty, "at least one row below the header")),
        }
        Ok(table)
    }

    /// The next row, or `None` at the end; after an error there are no more rows.
    pub fn next_row(&mut self) -> Result<Option<Row<'_>>, InputError> {
        if self.held {
            self.held = false;
        } else if !self.read()? {
            return Ok(None);
        }
        if self.record.len() != self.width {
            self.ended = true;
            let expected = format!("{} cells as in the header", self.width);
            let found = format!("{} cells", self.record.len());
            return Err(InputError::of_file(&self.file, Fault::Torn, &expected).at(self.line).found(&found));
        }
        Ok(Some(Row { table: self }))
    }

    /// Makes [`Table::next_row`] give the same row again.
    pub fn hold(&mut self) {
        self.held = true;
    }

    fn read(&mut self) -> Result<bool, InputError> {
        if self.ended {
            return Ok(false);
        }
        let result = self.reader.read_byte_record(&mut self.record);
        // Where reading fails, the position is that of the last complete line.
        self.line = match &result {
            Ok(true) => self.record.position().map_or(0, |place| place.line()),
            _ => self.reader.position().line(),
        };
        result.map_err(|error| {
            self.ended = true;
            cannot_read(&self.file, self.line, &error)
        })
    }

    fn check_header(&mut self, hint: fn(&[String]) -> String) -> Result<(), InputError> {
        let header: Vec<String> =
            self.record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_string()).collect();
        let find = |name: &&str| header.iter().position(|cell| cell == name);
        let names = self.columns.required.iter().chain(self.columns.optional);
        self.places = names.map(find).collect();
        self.width = header.len();
        if self.places.iter().take(self.columns.required.len()).all(Option::is_some) {
            return Ok(());
        }
        let expected = format!("{} ({}){}", self.columns.required.join(","), self.columns.of, hint(&header));
        Err(InputError::of_file(&self.file, Fault::Header, &expected).at(self.line).found(&header.join(",")))
    }
}

/// What a failure of the CSV reader means.
pub fn cannot_read(file: &str, line: u64, error: &csv::Error) -> InputError {
    let (fault, expected) = match error.kind() {
        csv::ErrorKind::Io(io) if io.kind() == ErrorKind::UnexpectedEof => {
            (Fault::CutShort, "a whole gzip file (fetch it again)")
        }
        csv::ErrorKind::Io(io) if io.kind() == ErrorKind::InvalidData => (Fault::Torn, "a CSV file with short lines"),
        _ => (Fault::Unreadable, "a readable file"),
    };
    InputError::of_file(file, fault, expected).at(line).found(&error.to_string())
}

/// One row. Columns are named by their index in [`Columns`]: required ones first, then optional ones.
#[derive(Clone, Copy)]
pub struct Row<'a> {
    table: &'a Table,
}

impl Row<'_> {
    /// The raw cell; empty where the file has no such column.
    pub fn cell(&self, column: usize) -> &[u8] {
        let place = self.table.places.get(column).copied().flatten();
        place.and_then(|place| self.table.record.get(place)).unwrap_or_default().trim_ascii()
    }

    /// The cell as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self, column: usize) -> String {
        String::from_utf8_lossy(self.cell(column)).into_owned()
    }

    /// A finite number of at least 0.
    pub fn number(&self, column: usize) -> Result<f64, InputError> {
        let parsed = std::str::from_utf8(self.cell(column)).ok().and_then(|text| text.parse::<f64>().ok());
        let valid = parsed.filter(|number| number.is_finite() && *number >= 0.0);
        valid.ok_or_else(|| self.wrong(column, "a number of at least 0"))
    }

    /// A whole number of at least 0.
    pub fn count(&self, column: usize) -> Result<u64, InputError> {
        parse_digits(self.cell(column)).ok_or_else(|| self.wrong(column, "a whole number of at least 0"))
    }

    /// A whole number within 1 ..= 2^32-1.
    pub fn positive(&self, column: usize) -> Result<u32, InputError> {
        let parsed = parse_digits(self.cell(column)).and_then(|number| u32::try_from(number).ok());
        parsed.filter(|number| *number > 0).ok_or_else(|| self.wrong(column, "a whole number of at least 1"))
    }

    /// Seconds in decimals, of at least 0; exact down to the nanosecond.
    pub fn secs(&self, column: usize) -> Result<SimSpan, InputError> {
        let parsed = parse_secs(self.cell(column)).filter(|nanos| *nanos >= 0);
        let parsed = parsed.ok_or_else(|| self.wrong(column, "seconds as a decimal number of at least 0"))?;
        Ok(SimSpan(parsed.unsigned_abs()))
    }

    /// Seconds in decimals, possibly negative, in nanoseconds.
    pub fn signed_secs(&self, column: usize) -> Result<i64, InputError> {
        parse_secs(self.cell(column)).ok_or_else(|| self.wrong(column, "seconds as a decimal number"))
    }

    /// The value of `column` is not what was expected.
    pub fn wrong(&self, column: usize, expected: &str) -> InputError {
        self.fault(Fault::Value, column, expected)
    }

    /// A fault at a cell of this row.
    pub fn fault(&self, fault: Fault, column: usize, expected: &str) -> InputError {
        let columns = self.table.columns;
        let name = columns.required.iter().chain(columns.optional).nth(column).copied().unwrap_or_default();
        let error =
            InputError::of_file(&self.table.file, fault, expected).at(self.table.line).found(&self.text(column));
        InputError { column: name, ..error }
    }

    /// `Ok` where `now` is not before `last`, else the fault of a time that runs backwards.
    pub fn in_order(&self, column: usize, last: SimTime, now: SimTime) -> Result<(), InputError> {
        if now >= last {
            return Ok(());
        }
        Err(self.fault(
            Fault::Backwards,
            column,
            &format!("a time of at least {} s, as in the row before", last.as_secs()),
        ))
    }
}

/// A whole number of digits alone; `None` for anything else, and beyond 64 bits.
pub fn parse_digits(cell: &[u8]) -> Option<u64> {
    if cell.is_empty() {
        return None;
    }
    cell.iter().try_fold(0u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}

/// Decimal seconds to nanoseconds without a float between; digits beyond the ninth are dropped.
pub fn parse_secs(cell: &[u8]) -> Option<i64> {
    let (negative, digits) = match cell.strip_prefix(b"-") {
        Some(rest) => (true, rest),
        None => (false, cell),
    };
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let whole = i64::try_from(parse_digits(&digits[..point])?).ok()?;
    let fraction = digits.get(point + 1..).unwrap_or_default();
    let mut nanos = 0;
    for place in 0..9.max(fraction.len()) {
        let byte = fraction.get(place).copied().unwrap_or(b'0');
        let digit = byte.is_ascii_digit().then(|| i64::from(byte - b'0'))?;
        nanos = if place < 9 { nanos * 10 + digit } else { nanos };
    }
    let total = whole.checked_mul(1_000_000_000)?.checked_add(nanos)?;
    Some(if negative { -total } else { total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_parse_exactly() {
        let cases = [
            ("0", 0),
            ("1.5", 1_500_000_000),
            ("-1078", -1_078_000_000_000),
            ("0.1", 100_000_000),
            ("2.", 2_000_000_000),
        ];
        for (text, nanos) in cases {
            assert_eq!(parse_secs(text.as_bytes()), Some(nanos), "{text}");
        }
        assert_eq!(parse_secs(b"8640000.123456789123"), Some(8_640_000_123_456_789));
        for text in ["", "-", ".5", "1e3", "1.x", "nan", "99999999999999999999", "1 s", "--1"] {
            assert_eq!(parse_secs(text.as_bytes()), None, "{text}");
        }
    }
}
