//! Which format a file has, by its first line, and where its columns are.

use super::rows::Rows;
use crate::input::InputError;

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

/// A column: its place in a row, and what the file (or, without a header, this program) calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub place: usize,
    pub name: &'static str,
}

/// Columns of a file of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub verb: Column,
    pub id: Column,
    pub bytes: Column,
    pub time: Option<Column>,
    pub consumer: Option<Column>,
    /// Most cells that a row has.
    pub width: usize,
}

/// Columns of a file of lifetimes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Lifetimes {
    pub id: Column,
    pub lower: Column,
    pub upper: Column,
    pub size: Column,
    pub consumer: Option<Column>,
    /// Most cells that a row has.
    pub width: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layout {
    Operations(Columns),
    Lifetimes(Lifetimes),
}

impl Layout {
    /// Reads the first line. Where that is a row already, it stays at hand.
    pub fn of(rows: &mut Rows) -> Result<Layout, InputError> {
        if !rows.advance()? {
            return Err(rows.empty());
        }
        let header = rows.texts();
        let width = header.len();
        let at = |names: &[&'static str]| {
            let name = |cell: &String| names.iter().find(|name| cell.eq_ignore_ascii_case(name));
            header.iter().enumerate().find_map(|(place, cell)| name(cell).map(|name| Column { place, name }))
        };
        let (id, consumer) = (at(&["id"]), at(&["consumer", "class"]));
        if let (Some(id), Some(lower), Some(upper), Some(size)) = (id, at(&["lower"]), at(&["upper"]), at(&["size"])) {
            return Ok(Layout::Lifetimes(Lifetimes { id, lower, upper, size, consumer, width }));
        }
        // "alloc,id,bytes" is a header too, of rows that look like itself.
        let verb = at(&["op", "event", "alloc"]).filter(|_| rows.id(1).is_none());
        if let (Some(verb), Some(id), Some(bytes)) = (verb, id, at(&["bytes", "size_bytes", "size"])) {
            let time = at(&["time_s", "time"]);
            return Ok(Layout::Operations(Columns { verb, id, bytes, time, consumer, width }));
        }
        let time = |place| Some(Column { place, name: "time_s" });
        let columns = match (Verb::of(rows.cell(0)), Verb::of(rows.cell(1))) {
            (Some(_), _) => bare(0, time(3).filter(|_| rows.width() > 3)),
            (None, Some(_)) if rows.nanoseconds(0).is_some() => bare(1, time(0)),
            _ => return Err(rows.wrong_header(EXPECTED)),
        };
        rows.hold();
        Ok(Layout::Operations(columns))
    }
}

/// Columns of rows without a header.
fn bare(verb: usize, time: Option<Column>) -> Columns {
    let column = |place, name| Column { place, name };
    let (verb, id, bytes) = (column(verb, "op"), column(verb + 1, "id"), column(verb + 2, "bytes"));
    Columns { verb, id, bytes, time, consumer: None, width: if time.is_some() { 4 } else { 3 } }
}
