//! The table beside the boxes: one row a part, pushed apart, joined to the boxes by leaders.

use super::super::canvas::{Align, Area, Canvas, Ink, Point, Stroke};
use super::super::style::{Color, STYLE};
use super::stack::push_apart;

/// Least distance between two rows.
pub(super) const PITCH: f64 = 42.0;
/// What a row takes above and below the middle of its first line.
pub(super) const REACH: (f64, f64) = (11.0, 26.0);
/// Font size of names and numbers.
pub(super) const TEXT: f64 = 13.0;
/// Font size of notes.
pub(super) const SMALL: f64 = 11.5;
const SWATCH: f64 = 9.0;
/// Room for a number of a column.
const CELL: f64 = 72.0;
/// From the middle of a name to that of its note.
const LINE: f64 = 17.0;

/// A row of the table before it has a place.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Name of the part.
    pub name: String,
    /// What stands below the name, in a quieter colour.
    pub note: String,
    /// Numbers, one a column.
    pub cells: Vec<String>,
    /// Colour of the swatch.
    pub color: Color,
    /// Where the middle of its first line should be.
    pub middle: f64,
}

/// The columns of the table.
#[derive(Clone, Debug)]
pub(super) struct Columns {
    /// Left edge of the table: where leaders end.
    pub left: f64,
    /// Title and right edge of each column of numbers.
    pub cells: Vec<(&'static str, f64)>,
}

/// What joins a box to its row.
#[derive(Clone, Copy)]
pub(super) struct Leader {
    /// The right edge of the box.
    pub from: Point,
    /// The right edge of the process.
    pub edge: f64,
    /// The middle of the row.
    pub y: f64,
    pub color: Color,
}

impl Columns {
    fn name(&self) -> f64 {
        self.left + SWATCH + 10.0
    }

    /// The right edge of the names.
    fn name_end(&self) -> f64 {
        self.cells.first().map_or(STYLE.width - STYLE.margin, |cell| cell.1 - CELL)
    }

    fn end(&self) -> f64 {
        self.cells.last().map_or(STYLE.width - STYLE.margin, |cell| cell.1)
    }

    /// Writes the head of the table, its line at `y`.
    pub fn head(&self, canvas: &mut Canvas, y: f64) {
        let ink = Ink::new(SMALL, STYLE.muted);
        canvas.text((self.name(), y - 12.0), "component", ink);
        for (title, right) in &self.cells {
            canvas.text((*right, y - 12.0), title, ink.align(Align::End));
        }
    }

    /// Writes a row, the middle of its first line at `y`.
    pub fn row(&self, canvas: &mut Canvas, y: f64, row: &Row) {
        let (ink, quiet) = (Ink::new(TEXT, STYLE.ink), Ink::new(SMALL, STYLE.muted));
        canvas.fitted((self.name(), y), &row.name, self.name_end() - self.name(), ink);
        canvas.fitted((self.name(), y + LINE), &row.note, self.end() - self.name(), quiet);
        for (text, (_, right)) in row.cells.iter().zip(&self.cells) {
            canvas.fitted((*right, y), text, CELL, ink.align(Align::End));
        }
    }

    /// Draws the coloured square of a row.
    pub fn swatch(&self, canvas: &mut Canvas, y: f64, row: &Row) {
        let (top, bottom) = (y - SWATCH / 2.0, y + SWATCH / 2.0);
        canvas.rect(Area { left: self.left, top, right: self.left + SWATCH, bottom }, row.color, 1.0);
    }

    /// Draws a leader: level out of the process, then slanting.
    pub fn leader(&self, canvas: &mut Canvas, leader: Leader) {
        let Leader { from, edge, y, color } = leader;
        let level = (from.1 - y).abs() < 0.5;
        let bends = if level { Vec::new() } else { vec![(edge + 6.0, from.1), (self.left - 12.0, y)] };
        let ends = (from, (self.left, if level { from.1 } else { y }));
        canvas.line([ends.0].into_iter().chain(bends).chain([ends.1]).collect(), Stroke::solid(color, 1.0));
    }
}

/// The middles of the first lines of rows, pushed apart inside `area`.
pub(super) fn places(rows: &[Row], area: Area) -> Vec<f64> {
    let wanted: Vec<f64> = rows.iter().map(|row| row.middle).collect();
    push_apart(&wanted, PITCH, (area.top + REACH.0, area.bottom - REACH.1))
}
