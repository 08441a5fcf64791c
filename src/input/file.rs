//! Where the bytes of a trace come from: a file, or a sample that is part of the program.
//!
//! An input can be opened more than once, because a file that is not in the order of time is read in several passes.

use super::{Fault, InputError, unpacked};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Samples that need no file, under "embedded:<name>"; `scenarios/traces/README.md` states origin and licence.
static EMBEDDED: &[(&str, &[u8])] = &[
    ("google_2011_sample", include_bytes!("../../scenarios/traces/google_2011_sample.csv.gz")),
    ("minimalloc_A.1048576", include_bytes!("../../scenarios/traces/minimalloc_A.1048576.csv")),
    ("heapwise_sample", include_bytes!("../../scenarios/traces/heapwise_sample.csv")),
];

/// No line of a trace is longer: a file without line ends is refused instead of read into memory.
const LONGEST_LINE: usize = 1 << 20;

const PREFIX: &str = "embedded:";
const BUFFER: usize = 1 << 16;

/// A trace file, not yet opened.
#[derive(Clone, Debug)]
pub struct Input {
    name: String,
    base: PathBuf,
    origin: Origin,
}

#[derive(Clone, Copy, Debug)]
enum Origin {
    File,
    Bytes(&'static [u8]),
}

/// The names that may follow "embedded:".
pub fn embedded_names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}

impl Input {
    /// The file or embedded sample that `text` names; a relative path starts at the folder `base`.
    pub fn resolve(base: &Path, text: &str) -> Result<Input, InputError> {
        let Some(name) = text.strip_prefix(PREFIX) else {
            let name = base.join(text).display().to_string();
            return Ok(Input { name, base: base.into(), origin: Origin::File });
        };
        match EMBEDDED.iter().find(|sample| sample.0 == name) {
            Some((_, bytes)) => Ok(Input { name: text.into(), base: base.into(), origin: Origin::Bytes(bytes) }),
            None => {
                let known = embedded_names().collect::<Vec<_>>().join(", ");
                Err(InputError::of_file(text, Fault::Missing, &format!("an embedded sample ({known})")))
            }
        }
    }

    /// A trace that is in memory already; `name` is for error texts.
    pub fn from_bytes(name: &str, bytes: &'static [u8]) -> Input {
        Input { name: name.into(), base: PathBuf::new(), origin: Origin::Bytes(bytes) }
    }

    /// Another file of the same trace, named relative to the same folder.
    pub fn beside(&self, text: &str) -> Result<Input, InputError> {
        Input::resolve(&self.base, text)
    }

    /// Path or name, for error texts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Opens it from the start, decompressed where its first bytes say gzip.
    pub fn open(&self) -> Result<Box<dyn Read>, InputError> {
        match self.origin {
            Origin::Bytes(bytes) => self.unpack(bytes),
            Origin::File => {
                let file = File::open(&self.name).map_err(|error| self.cannot_open(&error))?;
                self.unpack(BufReader::with_capacity(BUFFER, file))
            }
        }
    }

    fn cannot_open(&self, error: &io::Error) -> InputError {
        match error.kind() {
            io::ErrorKind::NotFound => InputError::of_file(&self.name, Fault::Missing, "a trace file"),
            _ => InputError::of_file(&self.name, Fault::Unreadable, "a readable file").found(&error.to_string()),
        }
    }

    fn unpack(&self, mut packed: impl BufRead + 'static) -> Result<Box<dyn Read>, InputError> {
        let start = packed.fill_buf().map_err(|error| self.cannot_open(&error))?;
        if start.is_empty() {
            return Err(InputError::of_file(&self.name, Fault::Empty, "a header and at least one row"));
        }
        let inner = unpacked(packed).map_err(|error| self.cannot_open(&error))?;
        Ok(Box::new(ShortLines { inner, run: 0 }))
    }
}

/// Fails on a line that is longer than any trace has.
struct ShortLines<R> {
    inner: R,
    run: usize,
}

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.run = match buffer[..count].iter().rposition(|byte| *byte == b'\n') {
            Some(last) => count - last - 1,
            None => self.run + count,
        };
        match self.run > LONGEST_LINE {
            true => Err(io::Error::new(io::ErrorKind::InvalidData, "a line of more than 1 MiB")),
            false => Ok(count),
        }
    }
}
