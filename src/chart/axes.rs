//! A panel: frame, grid, ticks, axis titles, and the way from values to places on the sheet.

use super::canvas::{Align, Area, Canvas, Ink, Point, Stroke};
use super::fonts;
use super::number::Unit;
use super::page::tick_ink;
use super::scale::{Scale, Spacing, Tick};
use super::style::STYLE;

/// An axis: its scale and what it shows.
#[derive(Clone, Debug)]
pub struct Axis<'a> {
    /// From values to shares.
    pub scale: Scale,
    /// What it shows; the unit is added. Empty for an axis without title.
    pub title: &'a str,
    /// Whether tick labels are written.
    pub labels: bool,
}

impl<'a> Axis<'a> {
    /// An axis with labels.
    pub fn new(scale: Scale, title: &'a str) -> Axis<'a> {
        Axis { scale, title, labels: true }
    }

    /// The title with the unit, where the ticks do not say it themselves.
    fn heading(&self) -> String {
        let bare = self.scale.spacing == Spacing::Linear && self.scale.levels.is_empty();
        let (_, unit) = self.scale.step();
        if bare && !unit.is_empty() && !self.title.is_empty() {
            format!("{} ({unit})", self.title)
        } else {
            self.title.to_string()
        }
    }
}

/// The axes of a panel.
#[derive(Clone, Copy, Debug)]
pub struct Axes<'a> {
    /// The horizontal one.
    pub x: &'a Axis<'a>,
    /// The vertical one.
    pub y: &'a Axis<'a>,
    /// Room for the tick labels of the vertical one ([`label_room`]), pixels.
    pub left: f64,
}

/// What a panel shows.
#[derive(Clone, Copy, Debug)]
pub struct Quantity<'a> {
    /// The title of the panel.
    pub title: &'a str,
    /// Unit of the values.
    pub unit: Unit,
}

/// The plotting area of a panel with its two scales.
#[derive(Clone, Debug)]
pub struct Panel {
    /// Where data is drawn.
    pub area: Area,
    x: Scale,
    y: Scale,
}

/// Room for the tick labels of a vertical axis.
pub fn label_room(axis: &Axis<'_>, height: f64) -> f64 {
    let ticks = if axis.labels { axis.scale.ticks(tick_count(height, 36.0).min(8)) } else { Vec::new() };
    ticks.iter().map(|tick| fonts::room(&tick.1, STYLE.tick, false)).fold(0.0, f64::max) + 12.0
}

fn tick_count(length: f64, each: f64) -> usize {
    ((length / each) as usize).clamp(2, 12)
}

impl Panel {
    /// Draws frame, grid and labels inside `outer`, and returns the panel. The title of the vertical axis stands above
    /// the panel, where it is read without turning the head.
    pub fn draw(canvas: &mut Canvas, outer: Area, axes: Axes<'_>) -> Panel {
        let Axes { x, y, left } = axes;
        let foot = if x.labels { 26.0 } else { 6.0 } + if x.title.is_empty() { 0.0 } else { 22.0 };
        let head = if y.title.is_empty() { 8.0 } else { 28.0 };
        // The last tick label is centred on its tick and may stick out to the right.
        let area = Area {
            left: outer.left + left,
            top: outer.top + head,
            right: outer.right - 18.0,
            bottom: outer.bottom - foot,
        };
        let panel = Panel { area, x: x.scale.clone(), y: y.scale.clone() };
        let ink = Ink::new(STYLE.label, STYLE.ink);
        canvas.fitted((outer.left, outer.top + 8.0), &y.heading(), outer.width(), ink);
        panel.draw_x(canvas, x);
        panel.draw_y(canvas, y);
        canvas.line(vec![(area.left, area.bottom), (area.right, area.bottom)], Stroke::solid(STYLE.ink, 1.2));
        canvas.line(vec![(area.left, area.top), (area.left, area.bottom)], Stroke::solid(STYLE.ink, 1.2));
        let middle = ((area.left + area.right) / 2.0, outer.bottom - 9.0);
        canvas.fitted(middle, &x.heading(), outer.width(), ink.align(Align::Middle));
        panel
    }

    fn draw_x(&self, canvas: &mut Canvas, axis: &Axis<'_>) {
        let mut ticks: Vec<Tick> = self.x.ticks(tick_count(self.area.width(), 58.0));
        let widest = ticks.iter().map(|tick| fonts::room(&tick.1, STYLE.tick, false)).fold(0.0, f64::max);
        if self.x.levels.is_empty() && widest * ticks.len() as f64 > self.area.width() * 0.9 {
            ticks = self.x.ticks(tick_count(self.area.width(), widest * 1.6));
        }
        let mut free = f64::NEG_INFINITY;
        for (value, text) in ticks {
            let x = self.x_at(value);
            canvas.line(vec![(x, self.area.top), (x, self.area.bottom)], Stroke::solid(STYLE.grid, 1.0));
            let half = fonts::room(&text, STYLE.tick, false) / 2.0;
            if axis.labels && x - half >= free {
                canvas.text((x, self.area.bottom + 15.0), &text, tick_ink(Align::Middle));
                free = x + half + 8.0;
            }
        }
    }

    fn draw_y(&self, canvas: &mut Canvas, axis: &Axis<'_>) {
        let mut free = f64::INFINITY;
        for (value, text) in self.y.ticks(tick_count(self.area.height(), 36.0).min(8)) {
            let y = self.y_at(value);
            canvas.line(vec![(self.area.left, y), (self.area.right, y)], Stroke::solid(STYLE.grid, 1.0));
            if axis.labels && y <= free {
                canvas.text((self.area.left - 8.0, y), &text, tick_ink(Align::End));
                free = y - STYLE.tick * 1.3;
            }
        }
    }

    /// The pixel of a value on the horizontal axis.
    pub fn x_at(&self, value: f64) -> f64 {
        self.area.left + self.x.share(value) * self.area.width()
    }

    /// The pixel of a value on the vertical axis.
    pub fn y_at(&self, value: f64) -> f64 {
        self.area.bottom - self.y.share(value) * self.area.height()
    }

    /// The place of a pair of values.
    pub fn at(&self, (x, y): (f64, f64)) -> Point {
        (self.x_at(x), self.y_at(y))
    }

    /// Draws a line through the pairs; it breaks where a value is NaN.
    pub fn line(&self, canvas: &mut Canvas, pairs: &[(f64, f64)], stroke: Stroke) {
        for piece in pairs.split(|pair| !(pair.0.is_finite() && pair.1.is_finite())) {
            canvas.line(piece.iter().map(|&pair| self.at(pair)).collect(), stroke);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::canvas::Mark;
    use super::super::number::Unit;
    use super::*;

    fn texts(canvas: &Canvas) -> Vec<(f64, String)> {
        let text = |mark: &Mark| if let Mark::Text(at, text, _) = mark { Some((at.0, text.clone())) } else { None };
        canvas.marks.iter().filter_map(text).collect()
    }

    #[test]
    fn labels_of_crowded_levels_do_not_overlap() {
        let levels = (1..12).map(|i| f64::from(i) * 1234567.0);
        let (x, y) =
            (Axis::new(Scale::for_levels(levels, Unit::Bytes), "x"), Axis::new(Scale::from_zero([], Unit::Plain), ""));
        let outer = Area { left: 0.0, top: 0.0, right: 320.0, bottom: 300.0 };
        let mut canvas = Canvas::default();
        Panel::draw(&mut canvas, outer, Axes { x: &x, y: &y, left: 40.0 });
        let labels: Vec<(f64, String)> = texts(&canvas).into_iter().filter(|text| text.1.ends_with("iB")).collect();
        assert!(labels.len() > 1);
        for pair in labels.windows(2) {
            let half = |text: &str| fonts::room(text, STYLE.tick, false) / 2.0;
            assert!(pair[1].0 - pair[0].0 >= half(&pair[0].1) + half(&pair[1].1));
        }
    }

    #[test]
    fn a_line_breaks_where_nothing_was_recorded() {
        let axis = Axis::new(Scale::from_zero([0.0, 4.0], Unit::Plain), "");
        let outer = Area { left: 0.0, top: 0.0, right: 320.0, bottom: 300.0 };
        let panel = Panel::draw(&mut Canvas::default(), outer, Axes { x: &axis, y: &axis, left: 40.0 });
        let mut canvas = Canvas::default();
        let pairs = [(0.0, 1.0), (1.0, 1.0), (2.0, f64::NAN), (3.0, 1.0), (4.0, 1.0)];
        panel.line(&mut canvas, &pairs, Stroke::solid(STYLE.ink, 1.0));
        assert_eq!(canvas.marks.len(), 2);
    }
}
