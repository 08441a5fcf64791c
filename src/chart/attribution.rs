//! Which mechanism makes the curve fall: where the optimum of D/C goes, and how the highest throughput changes, when each
//! mechanism is switched off; below, the curves themselves.
//!
//! The mechanisms M1 to M7 are those that make throughput fall with a larger heap. An interval that leaves the dotted
//! line of the full model shows a mechanism that moves the optimum.

use super::axes::{Axis, Panel, label_room};
use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::curves::{self, Curve, curves, heap_scale, throughput_metric};
use super::design::Design;
use super::error::ChartError;
use super::fonts;
use super::number::Unit;
use super::optimum::{Optimum, optima};
use super::page::{self, Heading, Key, fitted, grid};
use super::scale::{Scale, range};
use super::style::{LineLook, STYLE};
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "attribution",
    summary: "shift of the optimum of D/C and of the highest throughput when each mechanism is switched off",
    source: "one-at-a-time ablation with paired replications",
    params: &[],
    traits: &[],
    build: || Box::new(Attribution),
};

/// Rows of dots beyond this number would be too thin to read.
const ROWS: usize = 36;

struct Attribution;

impl Chart for Attribution {
    fn needs(&self) -> &'static [&'static str] {
        &["optimum.optimum_heap_per_core_bytes"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let mut rows = optima(tables, &design, "all")?;
        if rows.iter().all(|row| row.ablation == "none") {
            return Ok(Outcome::Skipped("no mechanism was switched off".to_string()));
        }
        let names = ablations(&rows);
        let lines = (ROWS / names.len().max(1)).max(1);
        let mut shown: Vec<usize> = rows.iter().map(|row| row.line).collect();
        shown.dedup();
        let hidden = shown.len().saturating_sub(lines);
        shown.truncate(lines);
        rows.retain(|row| shown.contains(&row.line));
        let mut notes = vec!["bars: 95 % intervals".to_string()];
        notes.extend(design.notes());
        if hidden > 0 {
            notes.push(format!("the first {lines} lines, {hidden} more are in optimum.csv"));
        }
        let curves = ablated(tables, &design, (&names, &shown))?;
        let dots = 66.0 + rows.len() as f64 * 19.0 + shown.len() as f64 * 10.0;
        let below = if curves.is_empty() { 0.0 } else { 240.0 * grid(curves.len()).1 as f64 + 66.0 };
        canvas.height = (dots + below + 190.0).max(STYLE.height);
        let title = "What moves the optimum of heap per core (D/C)";
        let body = page::heading(canvas, &tables.context, &Heading { title, notes });
        let entries: Vec<page::Entry> =
            names.iter().enumerate().map(|(index, name)| (Key::Line(STYLE.ablation(index)), long(name))).collect();
        let body = page::legend(canvas, body, &entries);
        let share = if curves.is_empty() { 1.0 } else { dots / body.height() };
        let (upper, lower) = body.stack(share.clamp(0.2, 1.0), 26.0);
        draw_dots(canvas, upper, (&rows, &names), &design);
        let quantity = curves::throughput_title(throughput_metric(tables));
        draw_curves(canvas, lower, (&curves, quantity), &design);
        Ok(Outcome::Drawn)
    }
}

fn long(ablation: &str) -> String {
    if ablation == "none" { "full model".to_string() } else { format!("without {ablation}") }
}

/// The ablations in file order, the full model first.
fn ablations(rows: &[Optimum]) -> Vec<String> {
    let mut names = vec!["none".to_string()];
    for row in rows {
        if !names.contains(&row.ablation) {
            names.push(row.ablation.clone());
        }
    }
    names
}

/// The throughput curves of a line: one for each ablation that has any, with the index of the ablation as its line.
type Ablated = (usize, Vec<Curve>);

fn ablated(
    tables: &Tables,
    design: &Design,
    (names, shown): (&[String], &[usize]),
) -> Result<Vec<Ablated>, ChartError> {
    let metric = throughput_metric(tables);
    let mut all: Vec<Ablated> = shown.iter().map(|line| (*line, Vec::new())).collect();
    for (index, name) in names.iter().enumerate() {
        for curve in curves(tables, design, (metric, name))? {
            if let Some(found) = all.iter_mut().find(|found| found.0 == curve.line) {
                found.1.push(Curve { line: index, ..curve });
            }
        }
    }
    all.retain(|found| curves::varies(&found.1));
    Ok(all)
}

/// Where each row of dots lies: lines are set apart by a little room.
fn heights(rows: &[Optimum], top: f64) -> Vec<f64> {
    let mut y = top;
    let mut heights = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        y += if index > 0 && rows[index - 1].line != row.line { 29.0 } else { 19.0 };
        heights.push(y - 9.5);
    }
    heights
}

fn no_ticks() -> Axis<'static> {
    let scale = Scale { levels: vec![f64::NAN], ..Scale::linear(0.0, 1.0, Unit::Plain) };
    Axis { scale, title: "", labels: false }
}

fn draw_dots(canvas: &mut Canvas, area: Area, (rows, names): (&[Optimum], &[String]), design: &Design) {
    let label = |row: &Optimum| design.lines[row.line].label.clone();
    let room = rows.iter().map(|row| fonts::room(&label(row), STYLE.label, true)).fold(0.0, f64::max);
    let room = room.min(230.0) + 120.0;
    let gains = range(rows.iter().map(|row| row.gain)).filter(|(low, high)| *low != 0.0 || *high != 0.0);
    let plot = Area { left: area.left + room, ..area };
    let (left, right) = if gains.is_some() { plot.split(0.62, 30.0) } else { (plot, plot) };
    let levels = rows.iter().flat_map(|row| [row.at, row.lower, row.upper]);
    let x = Axis::new(dot_scale(levels), "Optimum of D/C");
    let panel = Panel::draw(canvas, left, (&x, &no_ticks()), 0.0);
    let other = gains.map(|gains| {
        let x = Axis::new(Scale::around_zero([gains.0, gains.1], Unit::Share), "Change of the highest throughput");
        Panel::draw(canvas, right, (&x, &no_ticks()), 0.0)
    });
    let heights = heights(rows, panel.area.top + 4.0);
    for (index, (row, &y)) in rows.iter().zip(&heights).enumerate() {
        if index == 0 || rows[index - 1].line != row.line {
            let ink = Ink::new(STYLE.label, STYLE.ink).bold();
            fitted(canvas, (area.left, y), (&label(row), room - 120.0), ink);
            full_model(canvas, &panel, (rows, &heights), index);
        }
        let look = STYLE.ablation(names.iter().position(|name| *name == row.ablation).unwrap_or(0));
        canvas.text(
            (panel.area.left - 12.0, y),
            &long(&row.ablation),
            Ink::new(STYLE.tick, STYLE.ink).align(Align::End),
        );
        interval(canvas, &panel, (row, y), look);
        if let Some(other) = other.as_ref().filter(|_| row.gain.is_finite() && row.ablation != "none") {
            gain(canvas, other, (row.gain, y), look);
        }
    }
}

/// A scale with round ticks for values that are no levels.
fn dot_scale(values: impl Iterator<Item = f64> + Clone) -> Scale {
    let scale = Scale::log(values, Unit::Bytes);
    let room = (scale.high / scale.low).powf(0.06);
    Scale { low: scale.low / room, high: scale.high * room, ..scale }
}

/// The dotted line of the full model through the rows of its line.
fn full_model(canvas: &mut Canvas, panel: &Panel, (rows, heights): (&[Optimum], &[f64]), first: usize) {
    let line = rows[first].line;
    let last = (first..rows.len()).take_while(|&index| rows[index].line == line).last().unwrap_or(first);
    if let Some(full) = rows[first..=last].iter().find(|row| row.ablation == "none") {
        let x = panel.x_at(full.at);
        let stroke = Stroke { color: STYLE.muted, width: 1.0, dash: &[2.0, 3.0] };
        canvas.line(vec![(x, heights[first] - 8.0), (x, heights[last] + 8.0)], stroke);
    }
}

fn interval(canvas: &mut Canvas, panel: &Panel, (row, y): (&Optimum, f64), look: LineLook) {
    let (low, high) = (panel.x_at(row.lower), panel.x_at(row.upper));
    canvas.line(vec![(low, y), (high, y)], Stroke::solid(look.color, 2.0));
    for x in [low, high] {
        canvas.line(vec![(x, y - 4.0), (x, y + 4.0)], Stroke::solid(look.color, 1.4));
    }
    canvas.marker((panel.x_at(row.at), y), look, (4.6, !row.interior));
}

fn gain(canvas: &mut Canvas, panel: &Panel, (gain, y): (f64, f64), look: LineLook) {
    let (zero, x) = (panel.x_at(0.0), panel.x_at(gain));
    let bar = Area { left: zero.min(x), top: y - 5.0, right: zero.max(x).max(zero.min(x) + 1.0), bottom: y + 5.0 };
    canvas.rect(bar, look.color.tint(0.3), 1.0);
    let (at, align) = if gain < 0.0 { (x - 6.0, Align::End) } else { (x + 6.0, Align::Start) };
    canvas.text((at, y), &Unit::Share.signed(gain), Ink::new(STYLE.tick, STYLE.muted).align(align));
}

fn draw_curves(canvas: &mut Canvas, area: Area, (all, quantity): (&[Ablated], &str), design: &Design) {
    let points = || all.iter().flat_map(|found| &found.1).flat_map(|curve| &curve.points);
    let scale = Scale::from_zero(points().map(|point| point.mean), Unit::RecordsRate);
    if !all.is_empty() {
        let title = format!("{quantity}, with all mechanisms and without each");
        fitted(canvas, (area.left, area.top + 8.0), (&title, area.width()), Ink::new(STYLE.label, STYLE.ink).bold());
    }
    let below = Area { top: area.top + 26.0, ..area };
    for (index, (line, curves)) in all.iter().enumerate() {
        let title = design.lines[*line].label.clone();
        let (x, y) = (Axis::new(heap_scale(curves), "Heap per core (D/C)"), Axis::new(scale.clone(), &title));
        let outer = below.cell(index, grid(all.len()), 22.0);
        let panel = Panel::draw(canvas, outer, (&x, &y), label_room(&y, outer.height()));
        for curve in curves.iter().rev() {
            let pairs: Vec<(f64, f64)> = curve.points.iter().map(|point| (point.x, point.mean)).collect();
            let look = STYLE.ablation(curve.line);
            panel.line(canvas, &pairs, Stroke { width: 1.5, ..Stroke::of(look) });
            pairs.iter().for_each(|&pair| canvas.marker(panel.at(pair), look, (3.0, false)));
        }
    }
}
