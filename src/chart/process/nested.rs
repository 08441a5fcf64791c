//! One process: boxes within boxes, a table of its parts, the JVM's limits as brackets.

use super::super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::super::fonts;
use super::super::number::Unit;
use super::super::page::wrap;
use super::super::style::{Color, STYLE};
use super::rows::{self, Columns, Leader, REACH, Row, SMALL};
use super::stack::{Block, HAIRLINE, Ruler, blocks};
use super::{Below, PartKind, Process, notes};

/// Where the axis and the boxes are.
const AXIS: f64 = 92.0;
const BOXES: (f64, f64) = (104.0, 568.0);
/// What a box leaves free of its parent at the right.
const INSET: f64 = 7.0;
/// Left edge of the table, of the brackets, and right edges of the columns.
const TABLE: f64 = 614.0;
const SIZE: f64 = 914.0;
const SHARE: f64 = 972.0;
const BRACKET: f64 = 984.0;

/// Where boxes of each depth begin and end.
struct Nest {
    strip: f64,
}

impl Nest {
    fn new(blocks: &[Block<'_>]) -> Nest {
        let depth = blocks.iter().map(|block| block.depth).max().unwrap_or(0).max(1);
        Nest { strip: (360.0 / depth as f64).min(120.0) }
    }

    fn edges(&self, depth: usize) -> (f64, f64) {
        (BOXES.0 + self.strip * depth as f64, BOXES.1 - INSET * depth as f64)
    }

    /// Writes the rows with their leaders, and the brackets beside them.
    fn table(&self, canvas: &mut Canvas, area: Area, ruler: &Ruler, blocks: &[Block<'_>]) {
        let leaves: Vec<&Block<'_>> = blocks.iter().filter(|block| block.is_leaf() && !block.is_empty()).collect();
        let total = blocks.first().map_or(1, |block| block.upto.max(1)) as f64;
        let rows: Vec<Row> = leaves.iter().map(|block| row(block, (ruler, total))).collect();
        let columns = Columns { left: TABLE, cells: vec![("size", SIZE), ("share", SHARE)] };
        columns.head(canvas, area.top);
        canvas.text((BRACKET + 12.0, area.top - 12.0), "JVM limit", Ink::new(SMALL, STYLE.muted));
        let places = rows::places(&rows, area);
        for ((row, y), block) in rows.iter().zip(&places).zip(&leaves) {
            let from = (self.edges(block.depth).1, row.middle);
            columns.leader(canvas, Leader { from, edge: BOXES.1, y: *y, color: row.color });
            columns.swatch(canvas, *y, row);
            columns.row(canvas, *y, row);
        }
        for block in blocks.iter().filter(|block| !has_flag_inside(block)) {
            let inside = |leaf: &Block<'_>| leaf.from >= block.from && leaf.upto <= block.upto;
            let mine: Vec<f64> =
                leaves.iter().zip(&places).filter(|(leaf, _)| inside(leaf)).map(|pair| *pair.1).collect();
            if let (Some(flag), Some(first), Some(last)) = (&block.part.flag, mine.first(), mine.last()) {
                let size = Unit::Bytes.write(block.part.size.as_f64());
                Bracket { top: first - REACH.0, bottom: last + REACH.1, flag, size: &size }.draw(canvas);
            }
        }
    }
}

/// Draws a process into `area`; the answer is what to say below.
pub(super) fn draw(canvas: &mut Canvas, area: Area, process: &Process) -> Below {
    let blocks = blocks(&process.part);
    let total = blocks.first().map_or(0, |block| block.upto);
    let ruler = Ruler::new(area, total);
    ruler.draw(canvas, AXIS);
    let nest = Nest::new(&blocks);
    let mut nameless = Vec::new();
    for block in blocks.iter().filter(|block| !block.is_empty()) {
        let place = ruler.area(block, nest.edges(block.depth));
        if block.is_leaf() {
            draw_leaf(canvas, place, (block.part.kind, process.slots));
        } else if !draw_group(canvas, (place, nest.strip), block) {
            nameless.push(block.part.name.as_str());
        }
    }
    nest.table(canvas, area, &ruler, &blocks);
    let nameless = (!nameless.is_empty()).then(|| format!("Too thin to be named in its box: {}.", nameless.join(", ")));
    let said = [notes::slots(process, &blocks), notes::empty(&blocks), notes::thin(&ruler, &blocks), nameless];
    let notes = said.into_iter().flatten().chain([notes::scale()]).collect();
    Below { notes, width: area.width(), bottom: area.bottom }
}

/// Draws a part that is not divided further, with the columns of the slots in it.
pub(super) fn draw_leaf(canvas: &mut Canvas, place: Area, (kind, slots): (PartKind, u32)) {
    if place.height() < HAIRLINE {
        let middle = (place.top + place.bottom) / 2.0;
        canvas.line(vec![(place.left, middle), (place.right, middle)], Stroke::solid(kind.color(), HAIRLINE));
        return;
    }
    let outlined = place.height() >= 4.0;
    canvas.rect(place, if outlined { kind.fill() } else { kind.color() }, 1.0);
    if outlined {
        draw_slots(canvas, place, (kind, slots));
        canvas.frame(place, Stroke::solid(kind.color(), 1.0));
    }
}

/// Draws the columns of the slots: solid where each slot has its own part, dashed where they share.
fn draw_slots(canvas: &mut Canvas, place: Area, (kind, slots): (PartKind, u32)) {
    let width = place.width() / f64::from(slots.max(1));
    let stroke = match kind {
        PartKind::Managed => Stroke::solid(kind.color().tint(0.25), 0.8),
        PartKind::TaskHeap => Stroke { color: kind.color().tint(0.2), width: 0.8, dash: &[3.0, 4.0] },
        _ => return,
    };
    if slots < 2 || width < 4.0 {
        return;
    }
    for slot in 0..slots {
        let x = place.left + width * f64::from(slot);
        if slot > 0 {
            canvas.line(vec![(x, place.top), (x, place.bottom)], stroke);
        }
        if kind == PartKind::Managed && place.height() > 18.0 {
            let (long, short) = (format!("slot {slot}"), slot.to_string());
            let ink = Ink::new(SMALL, STYLE.ink).align(Align::Middle);
            let text = [long, short].into_iter().find(|text| fonts::room(text, SMALL, false) + 6.0 <= width);
            canvas.text((x + width / 2.0, (place.top + place.bottom) / 2.0), &text.unwrap_or_default(), ink);
        }
    }
}

/// Draws a part that holds others, its name in the strip that they leave free; false where the name finds no room.
fn draw_group(canvas: &mut Canvas, (place, strip): (Area, f64), block: &Block<'_>) -> bool {
    let (kind, part) = (block.part.kind, block.part);
    canvas.rect(place, kind.color().tint(if kind == PartKind::Total { 0.94 } else { 0.88 }), 1.0);
    canvas.frame(place, Stroke::solid(kind.color().tint(0.2), 1.0));
    let mut lines: Vec<(String, Color)> =
        wrap(&part.name, SMALL, strip - 10.0).into_iter().map(|line| (line, STYLE.ink)).collect();
    lines.push((Unit::Bytes.write(part.size.as_f64()), STYLE.muted));
    if let Some(flag) = part.flag.as_ref().filter(|_| has_flag_inside(block)) {
        lines.push((format!("= {flag}"), STYLE.muted));
    }
    if lines.len() as f64 * 15.0 + 8.0 > place.height() {
        return false;
    }
    for (row, (line, color)) in lines.iter().enumerate() {
        let at = (place.left + 7.0, place.top + 14.0 + 15.0 * row as f64);
        canvas.text(at, &fonts::fit(line, SMALL, strip - 8.0), Ink::new(SMALL, *color));
    }
    true
}

/// Whether a part inside this one has a limit of its own; only the innermost limits are drawn as brackets.
fn has_flag_inside(block: &Block<'_>) -> bool {
    blocks(block.part).iter().skip(1).any(|inner| inner.part.flag.is_some())
}

fn row(block: &Block<'_>, (ruler, total): (&Ruler, f64)) -> Row {
    let part = block.part;
    let percent = part.size.as_f64() / total * 100.0;
    let share = if percent < 0.05 { "< 0.1 %".to_string() } else { format!("{percent:.1} %") };
    Row {
        name: part.name.clone(),
        note: part.note.clone(),
        cells: vec![Unit::Bytes.write(part.size.as_f64()), share],
        color: part.kind.color(),
        middle: ruler.middle(block),
    }
}

/// A bracket between two heights, with a limit and its size.
struct Bracket<'a> {
    top: f64,
    bottom: f64,
    flag: &'a str,
    size: &'a str,
}

impl Bracket<'_> {
    fn draw(&self, canvas: &mut Canvas) {
        let Bracket { top, bottom, flag, size } = *self;
        let stroke = Stroke::solid(STYLE.muted, 1.0);
        canvas.line(vec![(BRACKET - 4.0, top), (BRACKET, top), (BRACKET, bottom), (BRACKET - 4.0, bottom)], stroke);
        let (x, middle, space) = (BRACKET + 12.0, (top + bottom) / 2.0, STYLE.width - STYLE.margin - BRACKET - 12.0);
        canvas.text((x, middle - 8.0), &fonts::fit(flag, 12.0, space), Ink::new(12.0, STYLE.ink));
        canvas.text((x, middle + 9.0), &fonts::fit(size, SMALL, space), Ink::new(SMALL, STYLE.muted));
    }
}
