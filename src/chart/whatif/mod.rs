//! "What if?" at a glance: throughput lost and the 99th percentile of pauses against the heap, one line a collector and
//! number of cores, with bands that hold what the calibration leaves open.
//!
//! What the log measured is a cross on the panels: where it lies off its line, the model errs. Left of the live set no heap
//! can do; the line at the stated share is where the smallest heap is read off.

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::curves::{self, Curve, Level};
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Entry, Heading, Key};
use super::process::save;
use super::scale::Scale;
use super::style::{LineLook, Marker, STYLE};
use super::tables::Context;
use crate::base::Bytes;
use crate::gc_study::whatif::{Cost, Likely, Reply};
use crate::heap::hotspot::CollectorKind;
use std::path::Path;

const GAP: f64 = 34.0;
/// Dashes of lines that are no data.
const DASH: &[f64] = &[5.0, 4.0];

/// Draws an answer into the file `path`, as SVG or PNG by its ending. The file appears whole or not at all.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw_whatif(reply: &Reply, path: &Path) -> Result<(), ChartError> {
    let format = save::Format::of(path)?;
    save::write(&paint(reply), path, format)
}

/// A collector on so many cores.
type Side = (CollectorKind, u32);

/// Puts an answer on a canvas.
pub(super) fn paint(reply: &Reply) -> Canvas {
    let mut canvas = Canvas { height: 620.0, ..Canvas::default() };
    let context = Context { scenario: reply.source.name.clone(), ..Context::default() };
    let notes = vec![
        format!("{} live", rounded(reply.question.live)),
        format!("{}/s allocated", rounded(reply.source.rate)),
        format!("bands hold {:.0} % of the draws", 100.0 * reply.question.interval),
    ];
    let heading = Heading { title: "What if: collection against the heap", notes };
    let area = page::heading(&mut canvas, &context, &heading);
    let area = page::legend(&mut canvas, area, &legend(reply));
    let (left, right) = area.split(0.5, GAP);
    let bound = reply.question.max_loss;
    let measured = reply.measured.as_ref();
    let loss = Shown { title: "throughput lost", unit: Unit::Share, of: |cost| cost.loss, bound: Some(bound) };
    loss.draw(&mut canvas, left, (reply, measured.map(|measured| measured.paused)));
    let pause = Shown { title: "99th percentile of pauses", unit: Unit::Seconds, of: |cost| cost.p99_s, bound: None };
    pause.draw(&mut canvas, right, (reply, measured.map(|measured| measured.p99_s)));
    canvas
}

fn rounded(bytes: f64) -> Bytes {
    Bytes::mib(Bytes::from_f64(bytes).as_mib().round() as u64)
}

fn sides(reply: &Reply) -> Vec<Side> {
    reply.answer.smallest.iter().map(|side| (side.collector, side.cores)).collect()
}

/// What the log measured: no line has this look.
fn measured_look() -> LineLook {
    LineLook { color: STYLE.ink, dash: &[], marker: Marker::Cross }
}

fn legend(reply: &Reply) -> Vec<Entry> {
    let lines = sides(reply).into_iter().enumerate().map(|(line, (collector, cores))| {
        let cores = if cores == 1 { "1 core".to_string() } else { format!("{cores} cores") };
        (Key::Line(STYLE.line(line)), format!("{collector}, {cores}"))
    });
    let mut entries: Vec<Entry> = lines.collect();
    if reply.measured.is_some() {
        entries.push((Key::Marker(measured_look(), false), "measured by the log".into()));
    }
    entries.push((Key::Stroke(dashed()), format!("{} % lost", 100.0 * reply.question.max_loss)));
    entries
}

fn dashed() -> Stroke {
    Stroke { color: STYLE.muted, width: 1.4, dash: DASH }
}

/// A quantity in a panel.
struct Shown {
    title: &'static str,
    unit: Unit,
    of: fn(&Cost) -> Likely,
    bound: Option<f64>,
}

impl Shown {
    fn draw(&self, canvas: &mut Canvas, area: Area, (reply, measured): (&Reply, Option<f64>)) {
        let curves = self.curves(reply);
        let logged = reply.question.logged.heap.as_f64();
        let values = curves.iter().flat_map(|curve| &curve.points).flat_map(|point| [point.mean, point.upper]);
        let y = Scale::from_zero(values.chain(measured).chain(self.bound), self.unit);
        let y = Axis::new(if self.unit == Unit::Share { Scale { high: y.high.min(1.0), ..y } } else { y }, self.title);
        let x = Axis::new(heaps(reply), "heap");
        let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left: label_room(&y, area.height()) });
        live(canvas, &panel, reply.question.live);
        if let Some(bound) = self.bound {
            let y = panel.y_at(bound);
            canvas.line(vec![(panel.area.left, y), (panel.area.right, y)], dashed());
        }
        curves::draw(canvas, &panel, &curves);
        if let Some(measured) = measured {
            canvas.marker(panel.at((logged, measured)), measured_look(), (6.5, false));
        }
    }

    fn curves(&self, reply: &Reply) -> Vec<Curve> {
        let curve = |(line, side): (usize, Side)| {
            let rows = reply.answer.rows.iter().filter(|row| (row.choice.collector, row.choice.cores) == side);
            let point = |(heap, cost): (Bytes, &Cost)| {
                let likely = (self.of)(cost);
                Level { x: heap.as_f64(), mean: likely.value, lower: likely.low, upper: likely.high }
            };
            let mut points: Vec<Level> =
                rows.filter_map(|row| Some((row.choice.heap, row.cost.as_ref()?))).map(point).collect();
            points.sort_by(|a, b| a.x.total_cmp(&b.x));
            Curve { line, points }
        };
        sides(reply).into_iter().enumerate().map(curve).filter(|curve| !curve.points.is_empty()).collect()
    }
}

/// Logarithmic, with ticks at the heaps asked for and the logged one, and room for the live set.
fn heaps(reply: &Reply) -> Scale {
    let logged = reply.question.logged.heap.as_f64();
    let asked = reply.answer.rows.iter().map(|row| row.choice.heap.as_f64());
    let mut levels: Vec<f64> = asked.chain([logged]).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    let scale = Scale::log(levels.iter().copied().chain([reply.question.live]), Unit::Bytes);
    let room = (scale.high / scale.low).powf(0.05);
    Scale { low: scale.low / room, high: scale.high * room, levels, ..scale }
}

/// Shades the heaps that cannot hold the live set.
fn live(canvas: &mut Canvas, panel: &Panel, live: f64) {
    let area = Area { right: panel.x_at(live), ..panel.area };
    canvas.rect(area, STYLE.grid, 0.55);
    canvas.line(vec![(area.right, area.top), (area.right, area.bottom)], Stroke::solid(STYLE.muted, 1.0));
    let ink = Ink::new(STYLE.tick, STYLE.muted).align(Align::Start);
    canvas.text((area.right + 6.0, area.top + 9.0), "live set", ink);
}
