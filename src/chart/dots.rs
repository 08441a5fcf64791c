//! The rows of the attribution chart: optimum, its shift, and the gain of the highest throughput, one row a line and
//! ablation.

use super::axes::{Axes, Axis, Panel};
use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::design::Design;
use super::fonts;
use super::number::Unit;
use super::optimum::Optimum;
use super::scale::{Scale, range};
use super::style::{LineLook, STYLE};
use super::table::FULL_MODEL;
use crate::scenario::sections::Mechanism;

const ROW: f64 = 19.0;
const GAP: f64 = 10.0;

/// What people call an ablation: "without M1 greedy retention".
pub fn name(ablation: &str) -> String {
    match Mechanism::of(ablation) {
        _ if ablation == FULL_MODEL => "full model".to_string(),
        Some(mechanism) => format!("without M{} {}", mechanism.model(), ablation.replace('_', " ")),
        None => format!("without {ablation}"),
    }
}

/// The room that the longest name of a row takes, with a gap on either side.
fn name_room(rows: &[Optimum]) -> f64 {
    rows.iter().map(|row| fonts::room(&name(&row.ablation), STYLE.tick, false)).fold(0.0, f64::max) + 30.0
}

fn starts_line(rows: &[Optimum], index: usize) -> bool {
    index == 0 || rows[index - 1].line != rows[index].line
}

/// The height that these rows need, axis included.
pub fn height(rows: &[Optimum]) -> f64 {
    let lines = (0..rows.len()).filter(|&index| starts_line(rows, index)).count();
    66.0 + rows.len() as f64 * ROW + lines as f64 * GAP
}

/// The middle of each row; lines are set apart by a little room.
fn middles(rows: &[Optimum], top: f64) -> Vec<f64> {
    let mut foot = top;
    let mut middles = Vec::new();
    for index in 0..rows.len() {
        foot += if index > 0 && starts_line(rows, index) { ROW + GAP } else { ROW };
        middles.push(foot - ROW / 2.0);
    }
    middles
}

/// The columns; those for which nothing was recorded are left out.
struct Columns {
    optimum: Panel,
    shift: Option<Panel>,
    gain: Option<Panel>,
}

impl Columns {
    fn draw(canvas: &mut Canvas, area: Area, rows: &[Optimum]) -> Columns {
        let tells = |ends: Option<(f64, f64)>| ends.filter(|(low, high)| *low != 0.0 || *high != 0.0);
        let apart = || rows.iter().filter(|row| row.ablation != FULL_MODEL);
        let ends = |row: &Optimum| [row.shift - row.shift_half, row.shift + row.shift_half];
        let shifts = tells(range(apart().flat_map(ends)));
        let gains = tells(range(apart().map(|row| row.gain)));
        let (left, rest) = match (shifts, gains) {
            (None, None) => (area, area),
            (Some(_), Some(_)) => area.split(0.44, 26.0),
            _ => area.split(0.6, 26.0),
        };
        let (middle, right) = if shifts.is_some() && gains.is_some() { rest.split(0.5, 26.0) } else { (rest, rest) };
        let mut panel = |area: Area, scale: Scale, title: &str| {
            let rows = Axis {
                scale: Scale { levels: vec![f64::NAN], ..Scale::linear(0.0, 1.0, Unit::Plain) },
                title: "",
                labels: false,
            };
            Panel::draw(canvas, area, Axes { x: &Axis::new(scale, title), y: &rows, left: 0.0 })
        };
        let levels = rows.iter().flat_map(|row| [row.at, row.lower, row.upper]);
        Columns {
            optimum: panel(left, optimum_scale(levels), "Optimum of D/C"),
            shift: shifts.map(|(low, high)| {
                let room = (high.max(0.0) - low.min(0.0)) * 0.06;
                let scale = Scale::linear(low.min(0.0) - room, high.max(0.0) + room, Unit::Bytes);
                panel(middle, scale, "Shift, paired")
            }),
            gain: gains.map(|ends| panel(right, gain_scale(ends, right.width()), "Throughput gained")),
        }
    }

    fn zero_lines(&self, canvas: &mut Canvas) {
        for panel in self.shift.iter().chain(&self.gain) {
            let x = panel.x_at(0.0);
            canvas.line(vec![(x, panel.area.top), (x, panel.area.bottom)], Stroke::solid(STYLE.muted, 1.0));
        }
    }

    fn row(&self, canvas: &mut Canvas, row: &Optimum, place: Place) {
        place.interval(canvas, &self.optimum, [row.lower, row.at, row.upper], !row.interior);
        if row.ablation == FULL_MODEL {
            return;
        }
        if let Some(panel) = self.shift.as_ref().filter(|_| row.shift.is_finite()) {
            let ends = [row.shift - row.shift_half, row.shift, row.shift + row.shift_half];
            place.interval(canvas, panel, ends, false);
        }
        if let Some(panel) = self.gain.as_ref().filter(|_| row.gain.is_finite()) {
            place.gain(canvas, panel, row.gain);
        }
    }
}

/// What the chart shows.
pub struct Dots<'a> {
    /// One a line and ablation, lines together.
    pub rows: &'a [Optimum],
    /// The ablations in the order of their looks.
    pub names: &'a [String],
    /// Names the lines.
    pub design: &'a Design,
}

impl Dots<'_> {
    /// Draws all rows.
    pub fn draw(&self, canvas: &mut Canvas, area: Area) {
        let Dots { rows, names, design } = *self;
        let label = |row: &Optimum| design.lines[row.line].label.clone();
        let room = rows.iter().map(|row| fonts::room(&label(row), STYLE.label, true)).fold(0.0, f64::max);
        let names_room = name_room(rows);
        let room = room.min(190.0) + names_room;
        let columns = Columns::draw(canvas, Area { left: area.left + room, ..area }, rows);
        columns.zero_lines(canvas);
        let left = columns.optimum.area.left;
        let middles = middles(rows, columns.optimum.area.top + 4.0);
        for (index, (row, &y)) in rows.iter().zip(&middles).enumerate() {
            if starts_line(rows, index) {
                let ink = Ink::new(STYLE.label, STYLE.ink).bold();
                canvas.fitted((area.left, y), &label(row), room - names_room, ink);
                self.full_model(canvas, &columns.optimum, &middles, index);
            }
            let look = STYLE.ablation(names.iter().position(|name| *name == row.ablation).unwrap_or(0));
            let ink = Ink::new(STYLE.tick, STYLE.ink).align(Align::End);
            canvas.fitted((left - 12.0, y), &name(&row.ablation), names_room - 14.0, ink);
            columns.row(canvas, row, Place { y, look });
        }
    }

    /// The dotted line of the full model through the rows of its line.
    fn full_model(&self, canvas: &mut Canvas, panel: &Panel, middles: &[f64], first: usize) {
        let rows = self.rows;
        let line = rows[first].line;
        let last = (first..rows.len()).take_while(|&index| rows[index].line == line).last().unwrap_or(first);
        if let Some(full) = rows[first..=last].iter().find(|row| row.ablation == FULL_MODEL) {
            let x = panel.x_at(full.at);
            let stroke = Stroke { color: STYLE.muted, width: 1.0, dash: &[2.0, 3.0] };
            canvas.line(vec![(x, middles[first] - 8.0), (x, middles[last] + 8.0)], stroke);
        }
    }
}

/// A scale for bars from 0, with room for the number beside each of them on either side.
fn gain_scale((low, high): (f64, f64), width: f64) -> Scale {
    let (low, high) = (low.min(0.0), high.max(0.0));
    let number = |value: f64| fonts::room(&Unit::Share.signed(value), STYLE.tick, false) + 16.0;
    let (left, right) = (if low < 0.0 { number(low) } else { 8.0 }, if high > 0.0 { number(high) } else { 8.0 });
    // The panel keeps a margin at its right end; what numbers leave is for bars.
    let each = (high - low) / (width - 18.0 - left - right).max(20.0);
    Scale::linear(low - left * each, high + right * each, Unit::Share)
}

/// A scale with round ticks, for values that are no levels.
fn optimum_scale(values: impl Iterator<Item = f64>) -> Scale {
    let scale = Scale::log(values, Unit::Bytes);
    let room = (scale.high / scale.low).powf(0.06);
    Scale { low: scale.low / room, high: scale.high * room, ..scale }
}

/// Where a row is drawn, and how.
#[derive(Clone, Copy)]
struct Place {
    y: f64,
    look: LineLook,
}

impl Place {
    /// An interval with its middle, hollow or not.
    fn interval(self, canvas: &mut Canvas, panel: &Panel, ends: [f64; 3], hollow: bool) {
        let Place { y, look } = self;
        let [low, at, high] = ends.map(|value| panel.x_at(value));
        canvas.line(vec![(low, y), (high, y)], Stroke::solid(look.color, 2.0));
        for x in [low, high] {
            canvas.line(vec![(x, y - 4.0), (x, y + 4.0)], Stroke::solid(look.color, 1.4));
        }
        canvas.marker((at, y), look, (4.6, hollow));
    }

    /// A bar from 0 with its number.
    fn gain(self, canvas: &mut Canvas, panel: &Panel, gain: f64) {
        let Place { y, look } = self;
        let (zero, x) = (panel.x_at(0.0), panel.x_at(gain));
        let bar = Area { left: zero.min(x), top: y - 5.0, right: zero.max(x).max(zero.min(x) + 1.0), bottom: y + 5.0 };
        canvas.rect(bar, look.color.tint(0.3), 1.0);
        let (at, align) = if gain < 0.0 { (x - 6.0, Align::End) } else { (x + 6.0, Align::Start) };
        canvas.text((at, y), &Unit::Share.signed(gain), Ink::new(STYLE.tick, STYLE.muted).align(align));
    }
}
