//! Which format a file has, by its first line, and where its columns are.

use super::rows::Rows;
use crate::workload::error::TraceError;

const EXPECTED: &str = "op,id,size_bytes with ops a, r and f; or id,lower,upper,size; or rows alloc,ID,BYTES and \
                        free,ID, under a header or not";

/// What a row of operations asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Allocate,
    Resize,
    Free,
}

impl Verb {
    pub fn of(word: &[u8]) -> Option<Verb> {
        match word {
            b"a" | b"alloc" | b"malloc" => Some(Verb::Allocate),
            b"r" | b"resize" | b"realloc" => Some(Verb::Resize),
            b"f" | b"free" => Some(Verb::Free),
            _ => None,
        }
    }
}

/// Columns of a file of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub verb: usize,
    pub id: usize,
    pub bytes: usize,
    pub time: Option<usize>,
    pub consumer: Option<usize>,
}

/// Columns of a file of lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetimes {
    pub id: usize,
    pub lower: usize,
    pub upper: usize,
    pub size: usize,
    pub consumer: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Operations(Columns),
    Lifetimes(Lifetimes),
}

impl Layout {
    /// Reads the first line. Where that is a row already, it stays at hand.
    pub fn of(rows: &mut Rows) -> Result<Layout, TraceError> {
        if !rows.advance()? {
            return Err(rows.empty());
        }
        let header = rows.texts();
        let at = |names: &[&str]| header.iter().position(|cell| names.contains(&cell.as_str()));
        let (id, consumer) = (at(&["id"]), at(&["consumer", "class"]));
        if let (Some(id), Some(lower), Some(upper), Some(size)) = (id, at(&["lower"]), at(&["upper"]), at(&["size"])) {
            return Ok(Layout::Lifetimes(Lifetimes { id, lower, upper, size, consumer }));
        }
        // "alloc,id,bytes" is a header too, of rows that look like itself.
        let verb = at(&["op", "event", "alloc"]).filter(|_| rows.id(1).is_none());
        if let (Some(verb), Some(id), Some(bytes)) = (verb, id, at(&["bytes", "size_bytes", "size"])) {
            let time = at(&["time_s", "time"]);
            return Ok(Layout::Operations(Columns { verb, id, bytes, time, consumer }));
        }
        let bare = |verb: usize, time| Columns { verb, id: verb + 1, bytes: verb + 2, time, consumer: None };
        let columns = match (Verb::of(rows.cell(0)), Verb::of(rows.cell(1))) {
            (Some(_), _) => bare(0, (rows.width() > 3).then_some(3)),
            (None, Some(_)) if rows.nanoseconds(0).is_some() => bare(1, Some(0)),
            _ => return Err(rows.wrong_header(EXPECTED)),
        };
        rows.hold();
        Ok(Layout::Operations(columns))
    }
}
