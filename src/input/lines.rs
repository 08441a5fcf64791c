//! Lines of a file: unzipped, cut at line ends of either kind, of bounded length.

use super::unpacked;
use std::io::{self, BufRead, BufReader, Read};

const BUFFER: usize = 1 << 18;

/// Longer lines are cut here; their rest is passed over. No line of a log is nearly as long.
const LONGEST: usize = 1 << 16;

/// One line.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Counted from 1.
    pub number: u64,
    /// Without its end.
    pub text: &'a [u8],
    /// Whether a line end follows; only the last line of a file lacks it.
    pub is_whole: bool,
}

/// The lines of a reader; one at a time is in memory.
pub struct Lines<'a> {
    input: Box<dyn BufRead + 'a>,
    line: Vec<u8>,
    number: u64,
}

impl<'a> Lines<'a> {
    /// Lines of plain or gzip bytes, told apart by the first two.
    pub fn of(input: impl Read + 'a) -> io::Result<Lines<'a>> {
        let input = unpacked(BufReader::with_capacity(BUFFER, input))?;
        Ok(Lines { input, line: Vec::new(), number: 0 })
    }

    /// How many lines were handed out.
    pub fn count(&self) -> u64 {
        self.number
    }

    /// The next line, or `None` at the end.
    pub fn next_line(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let mut is_any = false;
        let mut is_whole = false;
        while !is_whole {
            let chunk = match self.input.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if chunk.is_empty() {
                break;
            }
            is_any = true;
            let end = chunk.iter().position(|byte| *byte == b'\n');
            is_whole = end.is_some();
            let length = end.unwrap_or(chunk.len());
            let room = LONGEST.saturating_sub(self.line.len());
            self.line.extend(chunk.iter().take(length.min(room)));
            self.input.consume(length + usize::from(is_whole));
        }
        if !is_any {
            return Ok(None);
        }
        self.number += 1;
        let text = self.line.strip_suffix(b"\r").unwrap_or(&self.line);
        Ok(Some(Line { number: self.number, text, is_whole }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write;

    fn lines(bytes: &[u8]) -> Vec<(String, bool)> {
        let mut lines = Lines::of(bytes).unwrap();
        let mut read = Vec::new();
        while let Some(line) = lines.next_line().unwrap() {
            read.push((String::from_utf8_lossy(line.text).into_owned(), line.is_whole));
        }
        read
    }

    #[test]
    fn ends_of_either_kind() {
        let expected = vec![("a".to_string(), true), (String::new(), true), ("b".to_string(), false)];
        assert_eq!(lines(b"a\r\n\nb"), expected);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn gzip_is_unpacked_and_damage_told() {
        let mut packed = GzEncoder::new(Vec::new(), Compression::default());
        packed.write_all(b"one\ntwo\n").unwrap();
        let packed = packed.finish().unwrap();
        assert_eq!(lines(&packed), vec![("one".to_string(), true), ("two".to_string(), true)]);
        let mut cut = Lines::of(&packed[..packed.len() - 9]).unwrap();
        assert!((0..3).any(|_| cut.next_line().is_err()));
    }

    #[test]
    fn endless_lines_are_cut() {
        let read = lines(&vec![b'x'; 3 * LONGEST]);
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].0.len(), LONGEST);
    }
}
