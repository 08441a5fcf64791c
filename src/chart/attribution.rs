//! Which mechanism makes the curve fall: where the optimum of D/C goes, and how the highest throughput changes, when
//! each mechanism is switched off; below, the curves themselves.
//!
//! The mechanisms M1 to M7 are those that make throughput fall with a larger heap. The
//! paired shift decides: an interval that excludes 0 shows a mechanism that moves the optimum, even where the
//! intervals of the two optima overlap.

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Area, Canvas, Ink, Stroke};
use super::curves::{self, Curve, curves, heap_scale, throughput_metric};
use super::design::Design;
use super::dots::{self, Dots};
use super::error::ChartError;
use super::number::Unit;
use super::optimum::{Optimum, optima};
use super::page::{self, Heading, Key, grid};
use super::scale::Scale;
use super::style::STYLE;
use super::table::FULL_MODEL;
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
const ROWS: usize = 48;

struct Attribution;

impl Chart for Attribution {
    fn needs(&self) -> &'static [&'static str] {
        &["optimum.optimum_heap_per_core_bytes"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let mut rows = optima(tables, &design, "all")?;
        if rows.iter().all(|row| row.ablation == FULL_MODEL) {
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
        let top = dots::height(&rows);
        let below = if curves.is_empty() { 0.0 } else { 240.0 * grid(curves.len()).1 as f64 + 66.0 };
        canvas.height = (top + below + 190.0).max(STYLE.height);
        let title = "What moves the optimum of heap per core (D/C)";
        let body = page::heading(canvas, &tables.context, &Heading { title, notes });
        let entries: Vec<page::Entry> = names
            .iter()
            .enumerate()
            .map(|(index, name)| (Key::Line(STYLE.ablation(index)), dots::name(name)))
            .collect();
        let body = page::legend(canvas, body, &entries);
        let share = if curves.is_empty() { 1.0 } else { top / body.height() };
        let (upper, lower) = body.stack(share.clamp(0.2, 1.0), 26.0);
        Dots { rows: &rows, names: &names, design: &design }.draw(canvas, upper);
        let quantity = curves::throughput_title(throughput_metric(tables));
        draw_curves(canvas, lower, &curves, quantity);
        Ok(Outcome::Drawn)
    }
}

/// The ablations in file order, the full model first.
fn ablations(rows: &[Optimum]) -> Vec<String> {
    let mut names = vec![FULL_MODEL.to_string()];
    for row in rows {
        if !names.contains(&row.ablation) {
            names.push(row.ablation.clone());
        }
    }
    names
}

/// The throughput curves of a line: one for each ablation that has any, with the index of the ablation as its line.
struct Ablated {
    line: usize,
    label: String,
    curves: Vec<Curve>,
}

fn ablated(
    tables: &Tables,
    design: &Design,
    (names, shown): (&[String], &[usize]),
) -> Result<Vec<Ablated>, ChartError> {
    let metric = throughput_metric(tables);
    let empty = |line: &usize| Ablated { line: *line, label: design.lines[*line].label.clone(), curves: Vec::new() };
    let mut all: Vec<Ablated> = shown.iter().map(empty).collect();
    for (index, name) in names.iter().enumerate() {
        for curve in curves(tables, design, (metric, name))? {
            if let Some(found) = all.iter_mut().find(|found| found.line == curve.line) {
                found.curves.push(Curve { line: index, ..curve });
            }
        }
    }
    all.retain(|found| curves::varies(&found.curves));
    Ok(all)
}

fn draw_curves(canvas: &mut Canvas, area: Area, all: &[Ablated], quantity: &str) {
    let points = || all.iter().flat_map(|found| &found.curves).flat_map(|curve| &curve.points);
    let scale = Scale::from_zero(points().map(|point| point.mean), Unit::RecordsRate);
    if !all.is_empty() {
        let title = format!("{quantity}, with all mechanisms and without each");
        canvas.fitted((area.left, area.top + 8.0), &title, area.width(), Ink::new(STYLE.label, STYLE.ink).bold());
    }
    let below = Area { top: area.top + 26.0, ..area };
    for (index, Ablated { label, curves, .. }) in all.iter().enumerate() {
        let (x, y) = (Axis::new(heap_scale(curves), "Heap per core (D/C)"), Axis::new(scale.clone(), label));
        let outer = below.cell(index, grid(all.len()), 22.0);
        let panel = Panel::draw(canvas, outer, Axes { x: &x, y: &y, left: label_room(&y, outer.height()) });
        for curve in curves.iter().rev() {
            let pairs: Vec<(f64, f64)> = curve.points.iter().map(|point| (point.x, point.mean)).collect();
            let look = STYLE.ablation(curve.line);
            panel.line(canvas, &pairs, Stroke { width: 1.5, ..Stroke::of(look) });
            pairs.iter().for_each(|&pair| canvas.marker(panel.at(pair), look, (3.0, false)));
        }
    }
}
