//! Rows of a file, with their line numbers.

use std::io::{BufRead, BufReader, Read};

use super::faults::Spot;
use crate::input::Input;
use crate::input::{Fault, InputError};
use crate::input::{cannot_read, parse_digits, parse_secs};

/// The first size that no block has: 256 TiB.
const TOO_LARGE: u64 = 1 << 48;

/// What some programs put before the first line of a text in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// A file being read. Blank lines are no rows, but they count as lines.
pub(super) struct Rows {
    file: String,
    reader: BufReader<Box<dyn Read>>,
    bytes: Vec<u8>,
    /// Where each cell of the row at hand begins and ends.
    cells: Vec<(usize, usize)>,
    /// Line of the row at hand, from 1.
    pub line: u64,
    held: bool,
}

impl Rows {
    pub fn open(input: &Input) -> Result<Rows, InputError> {
        let reader = BufReader::with_capacity(1 << 16, input.open()?);
        Ok(Rows { file: input.name().into(), reader, bytes: vec![], cells: vec![], line: 0, held: false })
    }

    /// Goes to the next row; false at the end.
    pub fn advance(&mut self) -> Result<bool, InputError> {
        if std::mem::take(&mut self.held) {
            return Ok(true);
        }
        loop {
            self.bytes.clear();
            let read = self.reader.read_until(b'\n', &mut self.bytes);
            if read.map_err(|error| cannot_read(&self.file, self.line + 1, &error.into()))? == 0 {
                return Ok(false);
            }
            self.line += 1;
            if self.line == 1 && self.bytes.starts_with(BYTE_ORDER_MARK) {
                self.bytes.drain(..BYTE_ORDER_MARK.len());
            }
            if !self.bytes.trim_ascii().is_empty() {
                self.cut();
                return Ok(true);
            }
        }
    }

    fn cut(&mut self) {
        self.cells.clear();
        let mut start = 0;
        for cell in self.bytes.split(|byte| *byte == b',') {
            self.cells.push((start, start + cell.len()));
            start += cell.len() + 1;
        }
    }

    /// Makes the next step stay on this row.
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// Number of cells of the row.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// A cell without blanks and a pair of quotes around it; empty where the row is too short.
    pub fn cell(&self, place: usize) -> &[u8] {
        let cell = self.cells.get(place).and_then(|(from, to)| self.bytes.get(*from..*to));
        let cell = cell.unwrap_or_default().trim_ascii();
        cell.strip_prefix(b"\"").and_then(|inner| inner.strip_suffix(b"\"")).unwrap_or(cell)
    }

    /// A place in the row at hand, and what stands there.
    pub fn spot<'a>(&self, column: &'static str, found: &'a str) -> Spot<'a> {
        Spot { line: self.line, column, found }
    }

    /// The first cell at or beyond `width` that is not empty.
    pub fn beyond(&self, width: usize) -> Option<String> {
        (width..self.width()).map(|place| self.text(place)).find(|text| !text.is_empty())
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
        match cell.strip_prefix(b"0x").or_else(|| cell.strip_prefix(b"0X")) {
            None => parse_digits(cell),
            // The parser of the standard library takes a sign too.
            Some(digits) if digits.starts_with(b"+") => None,
            Some(digits) => std::str::from_utf8(digits).ok().and_then(|text| u64::from_str_radix(text, 16).ok()),
        }
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
    pub fn wrong_header(&self, expected: &str) -> InputError {
        let other = self.width() == 1 && [b';', b'\t'].iter().any(|sign| self.cell(0).contains(sign));
        let expected = format!("{expected}{}", if other { "; cells divided by commas" } else { "" });
        InputError::of_file(&self.file, Fault::Header, &expected).at(self.line).found(&self.texts().join(","))
    }

    /// The fault of a file without rows.
    pub fn empty(&self) -> InputError {
        InputError::of_file(&self.file, Fault::Empty, "a header and at least one row")
    }
}
