//! Rows that make no sense: faults, or numbers to report.

use std::fmt;

use super::{Reading, Recording};
use crate::base::Bytes;
use crate::input::{Fault, InputError};

/// Faults shown of one file; the rest are counted.
const SHOWN: usize = 20;

/// Ways in which a row makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Oddity {
    /// A row whose cells cannot be read; it is left out.
    Unreadable,
    /// A free of a block that was never allocated; it is left out.
    FreeOfUnknown,
    /// A free of a block that was freed before; it is left out.
    FreedAgain,
    /// A resize of a block that was freed before; it is left out.
    ResizedAfterFree,
    /// A block without bytes; it is left out, and its free with it.
    ZeroBytes,
    /// A block larger than the memory; it stays in the trace, and is refused.
    LargerThanMemory,
    /// A block beyond all that a trace may have live at a time; it is left out.
    TooMuchLive,
    /// A second allocation of a live block; it is left out.
    AllocatedTwice,
    /// A time before that of the row above; the time of that row is taken.
    Backwards,
    /// A lifetime that ends when it begins, or earlier; the buffer is left out.
    NoLifetime,
}

impl Oddity {
    /// What a lenient reader did, for people; follows a number.
    pub fn told(self) -> &'static str {
        match self {
            Oddity::Unreadable => "rows that cannot be read, left out",
            Oddity::FreeOfUnknown => "frees of blocks that were never allocated, left out",
            Oddity::FreedAgain => "frees of blocks that were freed already, left out",
            Oddity::ResizedAfterFree => "resizes of blocks that were freed already, left out",
            Oddity::ZeroBytes => "blocks of zero bytes, left out",
            Oddity::LargerThanMemory => "blocks larger than the memory, refused there",
            Oddity::TooMuchLive => "blocks beyond 1 PiB live at a time, left out",
            Oddity::AllocatedTwice => "allocations of blocks that were live already, left out",
            Oddity::Backwards => "times that run backwards, taken as the time of the row above",
            Oddity::NoLifetime => "lifetimes that end before they begin, left out",
        }
    }

    fn fault(self) -> Fault {
        match self {
            Oddity::Unreadable | Oddity::ZeroBytes | Oddity::LargerThanMemory | Oddity::TooMuchLive => Fault::Value,
            Oddity::Backwards | Oddity::NoLifetime => Fault::Backwards,
            _ => Fault::Order,
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Oddity::Unreadable => "a row as the header says",
            Oddity::FreeOfUnknown => "a block that is live: this one was never allocated",
            Oddity::FreedAgain | Oddity::ResizedAfterFree => "a block that is live: this one was freed already",
            Oddity::ZeroBytes => "at least 1 byte",
            Oddity::LargerThanMemory => "no more than the memory",
            Oddity::TooMuchLive => "at most 1 PiB live at a time",
            Oddity::AllocatedTwice => "a block that is not live: this one was allocated before and not freed",
            Oddity::Backwards => "a time of at least that of the row above",
            Oddity::NoLifetime => "an end after the beginning",
        }
    }
}

/// What a lenient reader came upon: how often, and on which line first.
pub type Oddities = Vec<(Oddity, u64, u64)>;

/// The faults of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Faults {
    /// The first of them.
    pub shown: Vec<InputError>,
    /// How many there are beyond those.
    pub more: u64,
}

impl From<InputError> for Faults {
    fn from(error: InputError) -> Faults {
        Faults { shown: vec![error], more: 0 }
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, fault) in self.shown.iter().enumerate() {
            write!(f, "{}error: {fault}", if place == 0 { "" } else { "\n" })?;
        }
        match self.more {
            0 => Ok(()),
            more => write!(f, "\nand {more} more faults; --lenient leaves such rows out and counts them"),
        }
    }
}

impl std::error::Error for Faults {}

/// Where a fault is.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    /// Line of the file, from 1.
    pub line: u64,
    /// The column; empty for a whole row.
    pub column: &'static str,
    /// What stands there.
    pub found: &'a str,
}

/// Takes note of what makes no sense.
pub(super) struct Judge {
    file: String,
    how: Reading,
    faults: Faults,
    oddities: Oddities,
}

impl Judge {
    pub fn new(file: &str, how: Reading) -> Judge {
        Judge { file: file.into(), how, faults: Faults { shown: vec![], more: 0 }, oddities: vec![] }
    }

    /// The row at `spot` shows this oddity.
    pub fn note(&mut self, oddity: Oddity, spot: Spot) {
        self.note_as(oddity, spot, oddity.expected());
    }

    /// The same, where the oddity's own expectation says too little.
    pub fn note_as(&mut self, oddity: Oddity, spot: Spot, expected: &str) {
        let Spot { line, column, found } = spot;
        if self.how.lenient {
            match self.oddities.iter_mut().find(|known| known.0 == oddity) {
                Some(known) => known.1 += 1,
                None => self.oddities.push((oddity, 1, line)),
            }
        } else if self.faults.shown.len() < SHOWN {
            let error = InputError::of_file(&self.file, oddity.fault(), expected).at(line).found(found);
            self.faults.shown.push(InputError { column, ..error });
        } else {
            self.faults.more += 1;
        }
    }

    /// Whether a block may have this size where `room` bytes more may live; notes it where not.
    pub fn admits(&mut self, bytes: u64, room: u64, spot: Spot) -> bool {
        if bytes == 0 {
            self.note(Oddity::ZeroBytes, spot);
        }
        if let Some(memory) = self.how.memory.filter(|memory| Bytes(bytes) > *memory) {
            self.note_as(Oddity::LargerThanMemory, spot, &format!("no more than the memory, {} bytes", memory.0));
        }
        if bytes > room {
            self.note(Oddity::TooMuchLive, spot);
        }
        (1..=room).contains(&bytes)
    }

    /// The recording with its oddities, or all faults.
    pub fn decide(mut self, mut recording: Recording) -> Result<Recording, Faults> {
        if !self.faults.shown.is_empty() {
            return Err(self.faults);
        }
        if recording.allocations() == 0 {
            return Err(InputError::of_file(&self.file, Fault::Empty, "at least one allocation").into());
        }
        self.oddities.sort_unstable();
        recording.oddities = self.oddities;
        Ok(recording)
    }
}
