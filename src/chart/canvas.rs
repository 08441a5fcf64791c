//! What a chart draws on: a list of marks in pixels of the sheet. [`super::render`] turns it into SVG and PNG.
//!
//! Charts never meet a file format; both pictures come from one list, so they cannot differ.

use super::fonts;
use super::raster::Raster;
use super::style::{Color, LineLook, Marker, STYLE};

/// A place on the sheet: right, down.
pub type Point = (f64, f64);

/// A rectangle of the sheet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub left: f64,
    /// Upper edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
}

impl Area {
    /// Width in pixels.
    pub fn width(self) -> f64 {
        self.right - self.left
    }
    /// Height in pixels.
    pub fn height(self) -> f64 {
        self.bottom - self.top
    }
    /// The cell of a grid of `columns` by `rows` with `gap` pixels between; `index` counts row by row.
    pub fn cell(self, index: usize, (columns, rows): (usize, usize), gap: f64) -> Area {
        let (columns, rows) = (columns.max(1), rows.max(1));
        let width = (self.width() - gap * (columns - 1) as f64) / columns as f64;
        let height = (self.height() - gap * (rows - 1) as f64) / rows as f64;
        let left = self.left + (index % columns) as f64 * (width + gap);
        let top = self.top + (index / columns) as f64 * (height + gap);
        Area { left, top, right: left + width, bottom: top + height }
    }
    /// The part left of `share` (0 ..= 1) of the width, and the part right of it, with `gap` pixels between.
    pub fn split(self, share: f64, gap: f64) -> (Area, Area) {
        let at = self.left + (self.width() - gap) * share;
        (Area { right: at, ..self }, Area { left: at + gap, ..self })
    }
    /// The part above `share` of the height, and the part below it, with `gap` pixels between.
    pub fn stack(self, share: f64, gap: f64) -> (Area, Area) {
        let at = self.top + (self.height() - gap) * share;
        (Area { bottom: at, ..self }, Area { top: at + gap, ..self })
    }
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Colour.
    pub color: Color,
    /// Width in pixels.
    pub width: f64,
    /// Lengths of strokes and gaps; empty for a solid line.
    pub dash: &'static [f64],
}

impl Stroke {
    /// A solid line.
    pub fn solid(color: Color, width: f64) -> Stroke {
        Stroke { color, width, dash: &[] }
    }
    /// The line of a data series.
    pub fn of(look: LineLook) -> Stroke {
        Stroke { color: look.color, width: STYLE.stroke, dash: look.dash }
    }
}

/// Which end of a text is at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// The text starts at its place.
    Start,
    /// The middle of the text is at its place.
    Middle,
    /// The text ends at its place.
    End,
}

/// The look of a text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Font size in pixels.
    pub size: f64,
    /// Colour.
    pub color: Color,
    /// Bold or regular.
    pub bold: bool,
    /// Which end of the text is at its place.
    pub align: Align,
}

impl Ink {
    /// Regular text that starts at its place.
    pub fn new(size: f64, color: Color) -> Ink {
        Ink { size, color, bold: false, align: Align::Start }
    }
    /// The same in bold.
    pub fn bold(self) -> Ink {
        Ink { bold: true, ..self }
    }
    /// The same with another alignment.
    pub fn align(self, align: Align) -> Ink {
        Ink { align, ..self }
    }
}

/// One thing on the sheet.
#[derive(Clone, Debug, PartialEq)]
pub enum Mark {
    /// A line through points.
    Line(Vec<Point>, Stroke),
    /// A filled outline; the last number is the opacity, 0 ..= 1.
    Fill(Vec<Point>, Color, f64),
    /// A text whose vertical middle is at the point.
    Text(Point, String, Ink),
    /// A picture that fills an area.
    Picture(Area, Raster),
}

/// The list of marks, and the height of the sheet.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Everything drawn so far, in order.
    pub marks: Vec<Mark>,
    /// Height of the sheet in pixels.
    pub height: f64,
}

impl Default for Canvas {
    fn default() -> Canvas {
        Canvas { marks: Vec::new(), height: STYLE.height }
    }
}

fn finite(points: &[Point]) -> bool {
    points.iter().all(|(x, y)| x.is_finite() && y.is_finite())
}

impl Canvas {
    /// Draws a line. Lines with fewer than two points or with a coordinate that is no number are left out.
    pub fn line(&mut self, points: Vec<Point>, stroke: Stroke) {
        if points.len() > 1 && finite(&points) {
            self.marks.push(Mark::Line(points, stroke));
        }
    }

    /// Fills an outline of at least three points with this opacity (0 ..= 1).
    pub fn fill(&mut self, points: Vec<Point>, color: Color, opacity: f64) {
        if points.len() > 2 && finite(&points) {
            self.marks.push(Mark::Fill(points, color, opacity));
        }
    }

    /// Fills a rectangle.
    pub fn rect(&mut self, area: Area, color: Color, opacity: f64) {
        self.fill(corners(area).to_vec(), color, opacity);
    }

    /// Fills an area with a picture. One without cells is left out.
    pub fn picture(&mut self, area: Area, raster: Raster) {
        if raster.rows() > 0 && finite(&corners(area)) {
            self.marks.push(Mark::Picture(area, raster));
        }
    }

    /// Draws the outline of a rectangle.
    pub fn frame(&mut self, area: Area, stroke: Stroke) {
        let [a, b, c, d] = corners(area);
        self.line(vec![a, b, c, d, a], stroke);
    }

    /// Writes a text whose vertical middle is at the point.
    pub fn text(&mut self, at: Point, text: &str, ink: Ink) {
        if finite(&[at]) && !text.is_empty() {
            self.marks.push(Mark::Text(at, text.to_string(), ink));
        }
    }

    /// Writes a text that is not wanted to run beyond `space` pixels.
    pub fn fitted(&mut self, at: Point, text: &str, space: f64, ink: Ink) {
        self.text(at, &fonts::fit(text, ink.size, space), ink);
    }

    /// Draws a disc without a rim: many of them may crowd.
    pub fn dot(&mut self, at: Point, radius: f64, color: Color) {
        self.fill(outline(at, Marker::Circle, radius), color, 1.0);
    }

    /// Draws a marker of this size (distance from middle to edge); a hollow one is white inside.
    pub fn marker(&mut self, at: Point, look: LineLook, (size, hollow): (f64, bool)) {
        if !finite(&[at]) {
            return;
        }
        self.fill(outline(at, look.marker, size + 1.3), Color(255, 255, 255), 1.0);
        self.fill(outline(at, look.marker, size), look.color, 1.0);
        if hollow {
            self.fill(outline(at, look.marker, size * 0.5), Color(255, 255, 255), 1.0);
        }
    }
}

fn corners(area: Area) -> [Point; 4] {
    [(area.left, area.top), (area.right, area.top), (area.right, area.bottom), (area.left, area.bottom)]
}

/// The outline of a marker; sizes are evened out so that all look equally large.
fn outline((x, y): Point, marker: Marker, size: f64) -> Vec<Point> {
    let ring = |count: u32, radius: f64, turn: f64| {
        (0..count)
            .map(|i| {
                let angle = (f64::from(i) / f64::from(count) + turn) * std::f64::consts::TAU;
                (x + radius * angle.cos(), y + radius * angle.sin())
            })
            .collect::<Vec<Point>>()
    };
    match marker {
        Marker::Circle => ring(24, size, 0.0),
        Marker::Square => ring(4, size * 1.25, 0.125),
        Marker::Diamond => ring(4, size * 1.3, 0.0),
        Marker::Triangle => ring(3, size * 1.35, 0.75),
        Marker::Wedge => ring(3, size * 1.35, 0.25),
        Marker::Hexagon => ring(6, size * 1.15, 0.0),
        Marker::Plus => plus(size).map(|(dx, dy)| (x + dx, y + dy)).to_vec(),
        Marker::Cross => plus(size).map(|(dx, dy)| (x + (dx - dy) * 0.707, y + (dx + dy) * 0.707)).to_vec(),
    }
}

/// The corners of a plus sign about the origin.
fn plus(size: f64) -> [Point; 12] {
    let (a, b) = (size * 1.2, size * 0.42);
    [(-b, -a), (b, -a), (b, -b), (a, -b), (a, b), (b, b), (b, a), (-b, a), (-b, b), (-a, b), (-a, -b), (-b, -b)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_without_a_place_are_left_out() {
        let mut canvas = Canvas::default();
        canvas.line(vec![(0.0, 0.0), (f64::NAN, 1.0)], Stroke::solid(STYLE.ink, 1.0));
        canvas.line(vec![(0.0, 0.0)], Stroke::solid(STYLE.ink, 1.0));
        canvas.text((f64::INFINITY, 0.0), "x", Ink::new(10.0, STYLE.ink));
        canvas.marker((f64::NAN, 0.0), STYLE.line(0), (4.0, true));
        assert!(canvas.marks.is_empty());
    }

    #[test]
    fn cells_tile_an_area() {
        let area = Area { left: 0.0, top: 0.0, right: 110.0, bottom: 50.0 };
        assert_eq!(area.cell(3, (2, 2), 10.0), Area { left: 60.0, top: 30.0, right: 110.0, bottom: 50.0 });
        assert_eq!(area.split(0.5, 10.0).1.left, 60.0);
        assert_eq!(area.cell(0, (0, 0), 10.0), area);
    }
}
