//! Files of buffers, each with the time of its first use and the time after its last.
//!
//! Such a file is a plan, not a record: at equal times ends come before beginnings, and both in the order of the rows.

use std::collections::BTreeSet;

use super::faults::{Judge, Oddity, Spot};
use super::layout::Lifetimes;
use super::recording::{Act, Clock, Op, Recording};
use super::rows::Rows;
use crate::base::{Bytes, SimTime};
use crate::input::InputError;

struct Buffer {
    lower: u64,
    upper: u64,
    bytes: Bytes,
    consumer: u16,
    line: u64,
}

/// The slot of a buffer that is left out.
const NOWHERE: u32 = u32::MAX;

/// Reads all rows and puts their ends in the order of time.
pub(super) fn read(rows: &mut Rows, columns: Lifetimes, judge: &mut Judge) -> Result<Recording, InputError> {
    let mut recording = Recording::new(Clock::Logical);
    let (mut buffers, mut seen) = (Vec::new(), BTreeSet::new());
    while rows.advance()? {
        let Some((id, buffer)) = buffer(rows, columns, judge) else { continue };
        if !seen.insert(id) {
            judge.note(Oddity::AllocatedTwice, rows.spot("id", &rows.text(columns.id.place)));
            continue;
        }
        let consumer = columns.consumer.map_or(0, |column| recording.consumer(&rows.text(column.place)));
        buffers.push(Buffer { consumer, ..buffer });
    }
    // Time, then ends before beginnings, then rows.
    let ends = buffers.iter().enumerate().map(|(row, buffer)| (buffer.upper, false, row));
    let begins = buffers.iter().enumerate().map(|(row, buffer)| (buffer.lower, true, row));
    let mut events: Vec<(u64, bool, usize)> = ends.chain(begins).collect();
    events.sort_unstable();
    let (mut spare, mut most, mut slots) = (Vec::new(), 0, vec![0; buffers.len()]);
    for (at, begins, row) in events {
        let bytes = buffers[row].bytes;
        if begins && bytes.0 > recording.room(None) {
            let spot = Spot { line: buffers[row].line, column: "size", found: &bytes.0.to_string() };
            judge.note(Oddity::TooMuchLive, spot);
            slots[row] = NOWHERE;
        }
        if slots[row] == NOWHERE {
            continue;
        }
        let act = if begins {
            slots[row] = spare.pop().unwrap_or_else(|| {
                most += 1;
                most - 1
            });
            Act::Allocate(bytes)
        } else {
            spare.push(slots[row]);
            Act::Free
        };
        recording.push(Op { at: SimTime(at), slot: slots[row], act, consumer: buffers[row].consumer });
    }
    Ok(recording)
}

fn buffer(rows: &Rows, columns: Lifetimes, judge: &mut Judge) -> Option<(u64, Buffer)> {
    if let Some(extra) = rows.beyond(columns.width) {
        let expected = format!("no more than {} cells, as in the first line", columns.width);
        judge.note_as(Oddity::Unreadable, rows.spot("", &extra), &expected);
        return None;
    }
    let Lifetimes { id, lower, upper, size, .. } = columns;
    let number = "a whole number of at least 0";
    let cells = [
        (id, rows.id(id.place), number),
        (lower, rows.count(lower.place), number),
        (upper, rows.count(upper.place), number),
        (size, rows.bytes(size.place), "a whole number of bytes below 2^48"),
    ];
    for (column, value, expected) in cells {
        if value.is_none() {
            judge.note_as(Oddity::Unreadable, rows.spot(column.name, &rows.text(column.place)), expected);
        }
    }
    let [Some(id), Some(lower), Some(upper), Some(bytes)] = cells.map(|cell| cell.1) else { return None };
    if upper <= lower {
        let expected = format!("a time after {lower}, when the buffer begins");
        judge.note_as(Oddity::NoLifetime, rows.spot("upper", &rows.text(columns.upper.place)), &expected);
        return None;
    }
    let sound = judge.admits(bytes, u64::MAX, rows.spot("size", &rows.text(size.place)));
    sound.then_some((id, Buffer { lower, upper, bytes: Bytes(bytes), consumer: 0, line: rows.line }))
}
