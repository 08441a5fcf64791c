//! Throughput over heap per core: measured points, predicted lines, a colour for each collector.

use super::super::axes::{Axes, Axis, Panel as Frame, label_room};
use super::super::canvas::{Area, Canvas, Ink, Stroke};
use super::super::error::ChartError;
use super::super::number::Unit;
use super::super::page::{self, Entry, Heading, Key};
use super::super::process::save;
use super::super::scale::Scale;
use super::super::style::{LineLook, STYLE};
use super::super::tables::Context;
use super::look;
use crate::evidence::validation::{Curve, Over, Panel, Point};
use crate::heap::Identity;
use std::path::Path;

/// Height of a row of panels.
const ROW: f64 = 360.0;
const GAP: f64 = 30.0;
/// Room for a panel's title.
const TITLE: f64 = 26.0;
/// How pale lines are where a job thrashes: the share of white.
const PALE: f64 = 0.55;

/// Draws panels into the file `path`, as SVG or PNG by its ending. `source` names the measurements.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw_throughput(panels: &[Panel], source: &str, path: &Path) -> Result<(), ChartError> {
    let format = save::Format::of(path)?;
    save::write(&paint(panels, source), path, format)
}

/// Puts panels on a canvas, which grows as high as it must.
pub(in super::super) fn paint(panels: &[Panel], source: &str) -> Canvas {
    let mut canvas = Canvas::default();
    let file = Path::new(source).file_name().map(|name| name.to_string_lossy().into_owned());
    let context = Context { scenario: file.unwrap_or_default(), ..Context::default() };
    let points = || panels.iter().flat_map(|panel| &panel.curves).flat_map(|curve| &curve.measured);
    let fitted_rows = points().filter(|point| point.fitted).count();
    let notes = vec![
        format!("{} runs, the cost of a record fitted on {fitted_rows} of them", points().count()),
        "markers: measured, lines: predicted; hollow and pale: more than half of the time in collections".into(),
    ];
    let title = "Throughput against heap per core (D/C): measured and predicted";
    let area = page::heading(&mut canvas, &context, &Heading { title, notes });
    let groups = groups(panels);
    let area = page::legend(&mut canvas, area, &legend(&groups));
    let columns = panels.len().clamp(1, 2);
    let rows = panels.len().div_ceil(columns).max(1);
    let bottom = area.top + rows as f64 * ROW + (rows - 1) as f64 * GAP;
    canvas.height = bottom + STYLE.margin;
    let area = Area { bottom, ..area };
    let figure = Figure { panels, groups: &groups };
    for (place, one) in panels.iter().enumerate() {
        figure.panel(&mut canvas, area.cell(place, (columns, rows), GAP), one);
    }
    canvas
}

fn groups(panels: &[Panel]) -> Vec<&str> {
    let mut groups: Vec<&str> =
        panels.iter().flat_map(|panel| &panel.curves).map(|curve| curve.group.as_str()).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

/// A collector as people write it.
fn name(group: &str) -> &str {
    Identity::registered(group).map_or(group, |identity| identity.shown)
}

fn legend(groups: &[&str]) -> Vec<Entry> {
    groups.iter().map(|group| (Key::Line(look(groups, group)), name(group).to_string())).collect()
}

/// A scale that all panels over the same thing share, so that they can be compared.
fn horizontal(over: Over, panels: &[Panel]) -> Scale {
    let curves = panels.iter().filter(|panel| panel.over == over).flat_map(|panel| &panel.curves);
    let places = curves.flat_map(|curve| curve.measured.iter().chain(&curve.predicted)).map(|point| point.x);
    let unit = if over == Over::HeapPerCore { Unit::Bytes } else { Unit::Plain };
    let scale = Scale::log(places, unit);
    let room = (scale.high / scale.low).powf(0.03);
    Scale { low: scale.low / room, high: scale.high * room, ..scale }
}

/// What all panels share.
struct Figure<'a> {
    panels: &'a [Panel],
    groups: &'a [&'a str],
}

impl Figure<'_> {
    fn panel(&self, canvas: &mut Canvas, outer: Area, panel: &Panel) {
        let groups = self.groups;
        let title = Ink::new(STYLE.subtitle, STYLE.ink).bold();
        canvas.fitted((outer.left, outer.top + 8.0), &panel.title, outer.width(), title);
        let rates = panel.curves.iter().flat_map(|curve| curve.measured.iter().chain(&curve.predicted)).map(|p| p.rate);
        let y = Axis::new(Scale::from_zero(rates, Unit::RecordsRate), "Throughput");
        let x_title = match panel.over {
            Over::HeapPerCore => "Task heap per core (D/C)",
            Over::Entries => "Entries that the cache holds",
        };
        let x = Axis::new(horizontal(panel.over, self.panels), x_title);
        let below = Area { top: outer.top + TITLE, ..outer };
        let frame = Frame::draw(canvas, below, Axes { x: &x, y: &y, left: label_room(&y, below.height()) });
        for curve in &panel.curves {
            line(canvas, &frame, curve, look(groups, &curve.group));
        }
        for curve in &panel.curves {
            let look = look(groups, &curve.group);
            for point in &curve.measured {
                canvas.marker(frame.at((point.x, point.rate)), look, (4.4, point.thrashes()));
            }
        }
    }
}

/// The predicted line, in stretches that thrash and stretches that do not.
fn line(canvas: &mut Canvas, frame: &Frame, curve: &Curve, look: LineLook) {
    let whole = Stroke::of(look);
    let pale = Stroke { color: look.color.tint(PALE), ..whole };
    let mut rest: &[Point] = &curve.predicted;
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|point| point.thrashes() == first.thrashes()).count();
        // A stretch reaches to the first point of the next one.
        let stretch = rest.get(..rest.len().min(alike + 1)).unwrap_or(rest);
        let pairs: Vec<(f64, f64)> = stretch.iter().map(|point| (point.x, point.rate)).collect();
        frame.line(canvas, &pairs, if first.thrashes() { pale } else { whole });
        rest = rest.get(alike..).unwrap_or_default();
    }
}
