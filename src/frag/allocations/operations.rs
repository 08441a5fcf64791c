//! Files of operations: one row an allocation, a resize or a free.

use super::faults::{Judge, Oddity};
use super::layout::{Column, Columns, Verb};
use super::live::{Live, Standing};
use super::recording::{Act, Clock, MOST_SLOTS, Op, Recording};
use super::rows::Rows;
use crate::base::{Bytes, SimTime};
use crate::input::InputError;

/// Reads all rows.
pub(super) fn read(rows: &mut Rows, columns: Columns, judge: &mut Judge) -> Result<Recording, InputError> {
    let clock = if columns.time.is_some() { Clock::Seconds } else { Clock::Operations };
    let mut reader = Reader { columns, judge, live: Live::default(), recording: Recording::new(clock), last: 0 };
    while rows.advance()? {
        reader.row(rows);
    }
    Ok(reader.recording)
}

struct Reader<'a> {
    columns: Columns,
    judge: &'a mut Judge,
    live: Live,
    recording: Recording,
    last: u64,
}

impl Reader<'_> {
    fn row(&mut self, rows: &Rows) {
        let Columns { verb, id, width, .. } = self.columns;
        if let Some(extra) = rows.beyond(width) {
            let expected = format!("no more than {width} cells, as in the first line");
            return self.judge.note_as(Oddity::Unreadable, rows.spot("", &extra), &expected);
        }
        let Some(act) = Verb::of(rows.cell(verb.place)) else {
            return self.unreadable(rows, verb, "alloc, resize or free (or a, r or f)");
        };
        if act == Verb::Free && rows.cell(verb.place) == b"f" && rows.cell(id.place) == b"-1" {
            self.recording.null_frees += 1;
            return;
        }
        let Some(number) = rows.id(id.place) else {
            return self.unreadable(rows, id, "a whole number of at least 0, or an address such as 0x7f10");
        };
        if !self.time(rows) {
            return;
        }
        match act {
            Verb::Free => self.free(rows, number),
            _ => self.ask(rows, number, act),
        }
    }

    fn unreadable(&mut self, rows: &Rows, column: Column, expected: &str) {
        self.judge.note_as(Oddity::Unreadable, rows.spot(column.name, &rows.text(column.place)), expected);
    }

    /// Brings the clock up to the row; false where its time cannot be read.
    fn time(&mut self, rows: &Rows) -> bool {
        let Some(column) = self.columns.time else {
            self.last = self.recording.len() as u64;
            return true;
        };
        let Some(now) = rows.nanoseconds(column.place) else {
            self.unreadable(rows, column, "seconds as a decimal number of at least 0");
            return false;
        };
        if now < self.last {
            let expected = format!("a time of at least {} s, as in the row above", SimTime(self.last).as_secs());
            self.judge.note_as(Oddity::Backwards, rows.spot(column.name, &rows.text(column.place)), &expected);
        }
        self.last = self.last.max(now);
        true
    }

    fn free(&mut self, rows: &Rows, id: u64) {
        let text = rows.text(self.columns.id.place);
        match self.live.standing(id) {
            Standing::Unknown => self.judge.note(Oddity::FreeOfUnknown, rows.spot("id", &text)),
            Standing::Freed => self.judge.note(Oddity::FreedAgain, rows.spot("id", &text)),
            Standing::LeftOut => self.live.end(id),
            Standing::Live(slot) => {
                self.live.end(id);
                self.push(slot, Act::Free, 0);
            }
        }
    }

    fn ask(&mut self, rows: &Rows, id: u64, verb: Verb) {
        let (text, standing) = (rows.text(self.columns.id.place), self.live.standing(id));
        match (standing, verb) {
            (Standing::Live(_), Verb::Allocate) => {
                return self.judge.note(Oddity::AllocatedTwice, rows.spot("id", &text));
            }
            (Standing::Freed, Verb::Resize) => {
                return self.judge.note(Oddity::ResizedAfterFree, rows.spot("id", &text));
            }
            _ => {}
        }
        let slot = if let Standing::Live(slot) = standing { Some(slot) } else { None };
        let Some(bytes) = self.size(rows, slot) else {
            return self.live.leave_out(id);
        };
        let consumer = self.consumer(rows);
        match slot {
            Some(slot) => self.push(slot, Act::Resize(bytes), consumer),
            // A resize of nothing is an allocation, as in C.
            None if self.live.most < MOST_SLOTS => {
                let slot = self.live.begin(id);
                self.push(slot, Act::Allocate(bytes), consumer);
            }
            None => self.unreadable(rows, self.columns.id, "at most 2^30 blocks at a time"),
        }
    }

    /// The size asked for, by the block in `slot` where there is one already.
    fn size(&mut self, rows: &Rows, slot: Option<u32>) -> Option<Bytes> {
        let column = self.columns.bytes;
        let Some(bytes) = rows.bytes(column.place) else {
            self.unreadable(rows, column, "a whole number of bytes below 2^48");
            return None;
        };
        let (text, room) = (rows.text(column.place), self.recording.room(slot));
        let sound = self.judge.admits(bytes, room, rows.spot(column.name, &text));
        sound.then_some(Bytes(bytes))
    }

    fn consumer(&mut self, rows: &Rows) -> u16 {
        self.columns.consumer.map_or(0, |column| self.recording.consumer(&rows.text(column.place)))
    }

    fn push(&mut self, slot: u32, act: Act, consumer: u16) {
        self.recording.push(Op { at: SimTime(self.last), slot, act, consumer });
    }
}
