//! Throughput against heap per core (D/C), one line a combination of policies, with 95 % intervals; below, where the
//! optimum of each line lies.
//!
//! The interval of the optimum has a strip of its own: drawn into the curves, intervals of six lines would hide one
//! another.

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Area, Canvas, Stroke};
use super::curves::{self, Curve, curves, heap_scale, throughput_metric};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::optimum::{Optimum, optima};
use super::page::{self, Heading, Key};
use super::scale::{Scale, range};
use super::style::STYLE;
use super::table::FULL_MODEL;
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "throughput-dc",
    summary: "throughput against heap per core with 95 % intervals, and where the optimum of each line lies",
    source: "the D/C question of this simulator; intervals as in Cleveland, The Elements of Graphing Data (1994)",
    params: &[],
    traits: &[],
    build: || Box::new(ThroughputDc),
};

struct ThroughputDc;

impl Chart for ThroughputDc {
    fn needs(&self) -> &'static [&'static str] {
        &["summary.heap_per_core_bytes", "summary.metric", "summary.mean"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let metric = throughput_metric(tables);
        let curves = curves(tables, &design, (metric, FULL_MODEL))?;
        if curves.iter().all(|curve| curve.points.iter().all(|point| point.mean <= 0.0)) {
            return Ok(Outcome::Skipped("no throughput was recorded".to_string()));
        }
        if !curves::varies(&curves) {
            return Ok(Outcome::Skipped("the sweep has a single value of heap per core".to_string()));
        }
        let optima = optima(tables, &design, FULL_MODEL)?;
        let notes = [vec!["bars: 95 % intervals".to_string()], design.notes()].concat();
        let body =
            page::heading(canvas, &tables.context, &Heading { title: "Throughput against heap per core (D/C)", notes });
        let entries: Vec<page::Entry> = design
            .lines
            .iter()
            .enumerate()
            .filter(|(line, _)| curves.iter().any(|curve| curve.line == *line))
            .map(|(line, named)| (Key::Line(STYLE.line(line)), named.label.clone()))
            .collect();
        let body = page::legend(canvas, body, &entries);
        Panels { curves: &curves, optima: &optima, quantity: curves::throughput_title(metric) }.draw(canvas, body);
        Ok(Outcome::Drawn)
    }
}

/// What the chart shows: curves, and below them their optima, if any.
struct Panels<'a> {
    curves: &'a [Curve],
    optima: &'a [Optimum],
    quantity: &'a str,
}

impl Panels<'_> {
    fn draw(&self, canvas: &mut Canvas, body: Area) {
        let Panels { curves, optima, quantity } = *self;
        let points = || curves.iter().flat_map(|curve| &curve.points);
        let ends = optima.iter().flat_map(|optimum| [optimum.lower, optimum.upper]);
        let mut x = heap_scale(curves);
        if let Some((low, high)) = range(ends) {
            (x.low, x.high) = (x.low.min(low.max(x.low * 0.5)), x.high.max(high.min(x.high * 2.0)));
        }
        let y = Axis::new(
            Scale::from_zero(points().flat_map(|point| [point.mean, point.upper]), Unit::RecordsRate),
            quantity,
        );
        let left = label_room(&y, body.height());
        let title = "Heap per core (D/C)";
        if optima.is_empty() {
            let panel = Panel::draw(canvas, body, Axes { x: &Axis::new(x, title), y: &y, left });
            curves::draw(canvas, &panel, curves);
            return;
        }
        let strip = 72.0 + 20.0 * optima.len() as f64;
        let upper = Area { bottom: body.bottom - strip, ..body };
        let lower = Area { top: upper.bottom + 4.0, ..body };
        let panel =
            Panel::draw(canvas, upper, Axes { x: &Axis { scale: x.clone(), title: "", labels: false }, y: &y, left });
        let rows = Axis {
            // A level that is nowhere: the rows need no ticks.
            scale: Scale { levels: vec![f64::NAN], ..Scale::linear(0.0, optima.len() as f64, Unit::Plain) },
            title: "Optimum of D/C with its 95 % interval (hollow marks above)",
            labels: false,
        };
        let below = Panel::draw(canvas, lower, Axes { x: &Axis::new(x, title), y: &rows, left });
        curves::draw(canvas, &panel, curves);
        let place = |row: usize, optimum: &Optimum| {
            let curve = curves.iter().find(|curve| curve.line == optimum.line);
            let top = curve.map_or(f64::NAN, |curve| panel.y_at(curve.at(optimum.at)));
            (below.x_at(optimum.at), top, below.y_at(optima.len() as f64 - row as f64 - 0.5))
        };
        for (row, optimum) in optima.iter().enumerate() {
            let (x, top, foot) = place(row, optimum);
            let stroke = Stroke { color: STYLE.line(optimum.line).color, width: 1.0, dash: &[3.0, 4.0] };
            canvas.line(vec![(x, top), (x, foot)], stroke);
        }
        for (row, optimum) in optima.iter().enumerate() {
            let (x, top, foot) = place(row, optimum);
            optimum.draw(canvas, &below, foot);
            canvas.marker((x, top), STYLE.line(optimum.line), (7.0, true));
        }
    }
}
