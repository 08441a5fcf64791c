//! A fit to logs at a glance: pauses as predicted against those observed, and the heap over time.
//!
//! Left, one marker a pause on logarithmic axes: on the diagonal it was predicted exactly, and the band holds what is
//! within a factor of two. Right, the heap after each collection, one panel a run; the largest few runs where there are many.

mod heap;
mod scatter;

use super::axes::Panel;
use super::canvas::{Area, Canvas};
use super::error::ChartError;
use super::page::{self, Entry, Heading, Key};
use super::process::save;
use super::style::{LineLook, STYLE};
use super::tables::Context;
use crate::gc_study::calibrate::{Calibrated, Class};
use crate::gc_study::replay::Judged;
use std::path::Path;

/// Runs whose heap is drawn.
const RUNS: usize = 4;
const GAP: f64 = 26.0;
/// Points of a class that are drawn at most; evenly chosen, since more of them hide each other.
const DRAWN: usize = 2000;
/// Up to so many points of a class get a marker.
const MARKED: usize = 300;
/// Half the width of a dot.
const DOT: f64 = 1.4;

/// Draws a calibration into the file `path`, as SVG or PNG by its ending. The file appears whole or not at all.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw_calibration(judged: &Judged, path: &Path) -> Result<(), ChartError> {
    let format = save::Format::of(path)?;
    save::write(&paint(judged), path, format)
}

/// Puts a calibration on a canvas.
pub(super) fn paint(judged: &Judged) -> Canvas {
    let calibrated = &judged.calibrated;
    let mut canvas = Canvas::default();
    let names: Vec<&str> = calibrated.runs.iter().map(|run| run.name.as_str()).collect();
    let logs = match names.as_slice() {
        [] => "no log".to_string(),
        [one] => one.to_string(),
        [first, rest @ ..] => format!("{first} and {} more", rest.len()),
    };
    let context = Context { scenario: logs, ..Context::default() };
    let pauses: usize = calibrated.runs.iter().flat_map(|run| &run.samples).filter(|s| s.class.is_pause()).count();
    let notes = vec![format!("{pauses} pauses")];
    let heading = Heading { title: "Pauses as fitted and as observed, and the heap over time", notes };
    let mut area = page::heading(&mut canvas, &context, &heading);
    area.bottom = canvas.height - STYLE.margin;
    let area = page::legend(&mut canvas, area, &legend(calibrated));
    let (left, right) = area.split(0.46, GAP);
    scatter::draw(&mut canvas, left, calibrated);
    heaps(&mut canvas, right, judged);
    canvas
}

/// The look of a class.
fn look(class: Class) -> LineLook {
    STYLE.lines[match class {
        Class::Young => 0,
        Class::Full => 1,
        Class::Mixed => 2,
        Class::Short => 3,
        Class::Cycle => 5,
    }]
}

/// Draws the pairs of one class: few as markers, many as dots without an edge, which would hide their neighbours.
fn dots(canvas: &mut Canvas, panel: &Panel, class: Class, pairs: &[(f64, f64)]) {
    let stride = pairs.len().div_ceil(DRAWN).max(1);
    for &pair in pairs.iter().step_by(stride) {
        let (x, y) = panel.at(pair);
        if pairs.len() <= MARKED {
            canvas.marker((x, y), look(class), (3.8, false));
        } else {
            canvas.rect(Area { left: x - DOT, top: y - DOT, right: x + DOT, bottom: y + DOT }, look(class).color, 0.6);
        }
    }
}

fn legend(calibrated: &Calibrated) -> Vec<Entry> {
    let seen = |class: &Class| calibrated.runs.iter().flat_map(|run| &run.samples).any(|sample| sample.class == *class);
    let classes = Class::ALL.into_iter().filter(seen);
    classes.map(|class| (Key::Marker(look(class), false), class.name().to_string())).collect()
}

/// The runs with the most collections, one below the other.
fn heaps(canvas: &mut Canvas, area: Area, judged: &Judged) {
    let calibrated = &judged.calibrated;
    let mut order: Vec<usize> =
        (0..calibrated.runs.len()).filter(|run| !calibrated.runs[*run].heap.is_empty()).collect();
    order.sort_by_key(|run| std::cmp::Reverse(calibrated.runs[*run].samples.len()));
    order.truncate(RUNS);
    order.sort_unstable();
    let rows = order.len();
    for (row, run) in order.into_iter().enumerate() {
        let held = judged.holdouts.get(run).and_then(|held| held.as_ref()).map(|held| held.from_s);
        heap::draw(canvas, area.cell(row, (1, rows), GAP), (&calibrated.runs[run], held));
    }
}
