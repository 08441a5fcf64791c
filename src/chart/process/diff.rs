//! Two processes side by side on one scale, bands between equal parts, and what changes in numbers.

use super::super::canvas::{Area, Canvas, Ink, Stroke};
use super::super::number::Unit;
use super::super::style::{Color, STYLE};
use super::nested::draw_leaf;
use super::rows::{self, Columns, Leader, Row, TEXT};
use super::stack::{Block, Ruler, blocks};
use super::{Below, Process, notes};
use crate::base::Bytes;

const AXIS: f64 = 92.0;
const LEFT: (f64, f64) = (104.0, 314.0);
const RIGHT: (f64, f64) = (396.0, 606.0);
const TABLE: f64 = 652.0;
const COLUMNS: [(&str, f64); 3] = [("A", 964.0), ("B", 1062.0), ("change", 1168.0)];
const INSET: f64 = 8.0;
/// Heights of rows of the totals: with a note, and without.
const TOTALS: (f64, f64) = (39.0, 25.0);

/// A part of A, of B, or of both.
#[derive(Clone, Copy)]
struct Pair<'a>(Option<Block<'a>>, Option<Block<'a>>);

impl<'a> Pair<'a> {
    fn any(&self) -> Option<Block<'a>> {
        self.0.or(self.1)
    }

    fn sizes(&self) -> (Bytes, Bytes) {
        let size = |block: Option<Block<'_>>| block.map_or(Bytes::ZERO, |block| block.part.size);
        (size(self.0), size(self.1))
    }

    fn is_empty(&self) -> bool {
        self.sizes() == (Bytes::ZERO, Bytes::ZERO)
    }

    /// The sizes and the change between them.
    fn cells(&self) -> Vec<String> {
        let (a, b) = self.sizes();
        let change = match b.as_f64() - a.as_f64() {
            0.0 => "±0".to_string(),
            change => Unit::Bytes.signed(change),
        };
        vec![Unit::Bytes.write(a.as_f64()), Unit::Bytes.write(b.as_f64()), change]
    }

    /// The limit, and the notes of both, joined by an arrow where they differ.
    fn note(&self) -> String {
        let note = |block: Option<Block<'_>>| block.map_or(String::new(), |block| block.part.note.clone());
        let notes = match (note(self.0), note(self.1)) {
            (a, b) if a == b => a,
            (a, b) if a.is_empty() || b.is_empty() => a + &b,
            (a, b) => format!("{a} → {b}"),
        };
        let flag = self.any().and_then(|block| block.part.flag.clone()).unwrap_or_default();
        [flag, notes].into_iter().filter(|text| !text.is_empty()).collect::<Vec<String>>().join(" · ")
    }
}

/// Parts of equal names together: those of A in order, then those that only B has.
fn pairs<'a>(a: &[Block<'a>], b: &[Block<'a>]) -> Vec<Pair<'a>> {
    let named = |all: &[Block<'a>], block: &Block<'a>| all.iter().find(|one| one.part.name == block.part.name).copied();
    let of_a = a.iter().map(|block| Pair(Some(*block), named(b, block)));
    of_a.chain(b.iter().filter(|block| named(a, block).is_none()).map(|block| Pair(None, Some(*block)))).collect()
}

/// Draws both processes into `area`, and their totals below; the answer is what to say beside the totals.
pub(super) fn draw(canvas: &mut Canvas, area: Area, (a, b): (&Process, &Process)) -> Below {
    let (of_a, of_b) = (blocks(&a.part), blocks(&b.part));
    let ends = [&of_a, &of_b].map(|blocks| blocks.first().map_or(0, |block| block.upto));
    let ruler = Ruler::new(area, ends[0].max(ends[1]));
    ruler.draw(canvas, AXIS);
    let (leaves, groups): (Vec<Pair<'_>>, Vec<Pair<'_>>) =
        pairs(&of_a, &of_b).into_iter().partition(|pair| pair.any().is_some_and(|block| block.is_leaf()));
    let (empty, leaves): (Vec<Pair<'_>>, Vec<Pair<'_>>) = leaves.into_iter().partition(Pair::is_empty);
    leaves.iter().for_each(|pair| band(canvas, &ruler, pair));
    for (side, process, blocks) in [(LEFT, a, &of_a), (RIGHT, b, &of_b)] {
        Stack { process, blocks, side }.draw(canvas, &ruler);
        let (at, space) = ((side.0, area.top - 12.0), side.1 - side.0);
        canvas.fitted(at, &process.caption, space, Ink::new(TEXT, STYLE.ink));
    }
    table(canvas, (area, &ruler), &leaves);
    let bottom = totals(canvas, area.bottom + 12.0, &groups);
    let slots = [("A", notes::slots(a, &of_a)), ("B", notes::slots(b, &of_b))];
    let slots = slots.into_iter().filter_map(|(name, note)| note.map(|note| format!("{name}: {note}")));
    let empty: Vec<Block<'_>> = empty.iter().filter_map(Pair::any).collect();
    let thin: Vec<Block<'_>> = leaves.iter().flat_map(|pair| [pair.0, pair.1]).flatten().collect();
    let said = [notes::empty(&empty), notes::thin(&ruler, &thin), Some(notes::scale())];
    Below { notes: slots.chain(said.into_iter().flatten()).collect(), width: TABLE - 16.0 - area.left, bottom }
}

/// The boxes of one process.
struct Stack<'a> {
    process: &'a Process,
    blocks: &'a [Block<'a>],
    /// Left and right edge.
    side: (f64, f64),
}

impl Stack<'_> {
    fn draw(&self, canvas: &mut Canvas, ruler: &Ruler) {
        let Stack { process, blocks, side } = *self;
        for block in blocks.iter().filter(|block| !block.is_empty()) {
            let place = ruler.area(block, inset(side, block.depth));
            if block.is_leaf() {
                draw_leaf(canvas, place, (block.part.kind, process.slots));
            } else {
                canvas.rect(place, block.part.kind.color().tint(0.9), 1.0);
                canvas.frame(place, Stroke::solid(block.part.kind.color().tint(0.2), 1.0));
            }
        }
    }
}

fn inset((left, right): (f64, f64), depth: usize) -> (f64, f64) {
    (left + INSET * depth as f64, right - INSET * depth as f64)
}

/// Joins the two boxes of a part by a light band.
fn band(canvas: &mut Canvas, ruler: &Ruler, pair: &Pair<'_>) {
    let Pair(Some(a), Some(b)) = pair else { return };
    let (left, right) = (LEFT.1, RIGHT.0);
    let corners = [(left, a.from), (right, b.from), (right, b.upto), (left, a.upto)];
    let color = a.part.kind.color();
    canvas.fill(corners.map(|(x, bytes)| (x, ruler.at(bytes))).to_vec(), color.tint(0.8), 1.0);
    canvas.line(vec![(left, ruler.at(a.upto)), (right, ruler.at(b.upto))], Stroke::solid(color.tint(0.4), 0.8));
}

fn columns() -> Columns {
    Columns { left: TABLE, cells: COLUMNS.to_vec() }
}

/// Writes a row for each leaf.
fn table(canvas: &mut Canvas, (area, ruler): (Area, &Ruler), leaves: &[Pair<'_>]) {
    let columns = columns();
    columns.head(canvas, area.top);
    let rows: Vec<Row> = leaves.iter().map(|pair| row(pair, ruler)).collect();
    for ((row, y), pair) in rows.iter().zip(rows::places(&rows, area)).zip(leaves) {
        if let Some(block) = pair.1 {
            let from = (inset(RIGHT, block.depth).1, row.middle);
            columns.leader(canvas, Leader { from, edge: RIGHT.1, y, color: row.color });
        }
        columns.swatch(canvas, y, row);
        columns.row(canvas, y, row);
    }
}

/// Writes the parts that hold others below a line at `y`; returns where they end.
fn totals(canvas: &mut Canvas, y: f64, groups: &[Pair<'_>]) -> f64 {
    canvas.line(vec![(TABLE, y), (STYLE.width - STYLE.margin, y)], Stroke::solid(STYLE.muted, 1.0));
    let mut end = y + 4.0;
    for pair in groups {
        let row = total(pair);
        columns().row(canvas, end + 14.0, &row);
        end += if row.note.is_empty() { TOTALS.1 } else { TOTALS.0 };
    }
    end
}

fn row(pair: &Pair<'_>, ruler: &Ruler) -> Row {
    let place = pair.1.or(pair.0);
    Row {
        name: pair.any().map_or(String::new(), |block| block.part.name.clone()),
        note: pair.note(),
        cells: pair.cells(),
        color: pair.any().map_or(Color(0, 0, 0), |block| block.part.kind.color()),
        middle: place.map_or(0.0, |block| ruler.middle(&block)),
    }
}

/// The row of a part that holds others.
fn total(pair: &Pair<'_>) -> Row {
    let name = pair.any().map_or(String::new(), |block| block.part.name.clone());
    Row { name, note: pair.note(), cells: pair.cells(), color: STYLE.muted, middle: 0.0 }
}
