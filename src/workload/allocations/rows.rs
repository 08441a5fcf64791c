//! Rows of a file, with their line numbers.

use std::io::Read;

use csv::ByteRecord;

use crate::workload::error::{Fault, TraceError};
use crate::workload::trace::TraceInput;
use crate::workload::trace::table::{cannot_read, parse_digits, parse_secs};

/// The first size that no block has: 256 TiB.
const TOO_LARGE: u64 = 1 << 48;

/// A file being read. Empty lines are no rows.
pub(super) struct Rows {
    file: String,
    reader: csv::Reader<Box<dyn Read>>,
    record: ByteRecord,
    /// Line of the row at hand, from 1.
    pub line: u64,
    held: bool,
}

impl Rows {
    pub fn open(input: &TraceInput) -> Result<Rows, TraceError> {
        let raw = input.open()?;
        let reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(false).from_reader(raw);
        Ok(Rows { file: input.name().into(), reader, record: ByteRecord::new(), line: 0, held: false })
    }

    /// Goes to the next row; false at the end.
    pub fn advance(&mut self) -> Result<bool, TraceError> {
        if std::mem::take(&mut self.held) {
            return Ok(true);
        }
        let found = self.reader.read_byte_record(&mut self.record).map_err(|error| {
            let line = self.reader.position().line();
            cannot_read(&self.file, line, &error)
        })?;
        self.line = self.record.position().map_or(self.line, csv::Position::line);
        Ok(found)
    }

    /// Makes the next step stay on this row.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Number of cells of the row.
    pub fn width(&self) -> usize {
        self.record.len()
    }

    /// A cell without blanks around it; empty where the row is too short.
    pub fn cell(&self, place: usize) -> &[u8] {
        self.record.get(place).unwrap_or_default().trim_ascii()
    }

    /// The same as text.
    pub fn text(&self, place: usize) -> String {
        String::from_utf8_lossy(self.cell(place)).into_owned()
    }

    /// All cells as text.
    pub fn texts(&self) -> Vec<String> {
        (0..self.width()).map(|place| self.text(place)).collect()
    }

    /// A whole number of at least 0, or an address such as 0x7f10.
    pub fn id(&self, place: usize) -> Option<u64> {
        let cell = self.cell(place);
        let hexadecimal = cell.strip_prefix(b"0x").and_then(|digits| std::str::from_utf8(digits).ok());
        hexadecimal.map_or_else(|| parse_digits(cell), |digits| u64::from_str_radix(digits, 16).ok())
    }

    /// A number of bytes that a block can have, 0 included.
    pub fn bytes(&self, place: usize) -> Option<u64> {
        parse_digits(self.cell(place)).filter(|bytes| *bytes < TOO_LARGE)
    }

    /// A whole number of at least 0.
    pub fn count(&self, place: usize) -> Option<u64> {
        parse_digits(self.cell(place)).filter(|count| *count < 1 << 62)
    }

    /// Decimal seconds of at least 0, in nanoseconds.
    pub fn nanoseconds(&self, place: usize) -> Option<u64> {
        parse_secs(self.cell(place)).and_then(|nanoseconds| u64::try_from(nanoseconds).ok())
    }

    /// A fault of the file's first line.
    pub fn wrong_header(&self, expected: &str) -> TraceError {
        TraceError::of_file(&self.file, Fault::Header, expected).at(self.line).found(&self.texts().join(","))
    }

    /// The fault of a file without rows.
    pub fn empty(&self) -> TraceError {
        TraceError::of_file(&self.file, Fault::Empty, "a header and at least one row")
    }
}
