//! Pictures of allocators on a trace: how small a memory serves it, where blocks lie, how holes come and go.

mod comparison;
mod holes;
mod maps;
#[cfg(test)]
mod tests;

use super::axes::Axis;
use super::canvas::{Area, Canvas};
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading};
use super::process::save;
use super::scale::Scale;
use super::tables::Context;
use crate::base::SimTime;
use crate::frag::Subject;
use crate::frag::allocations::{Clock, Recording};
use std::path::Path;

const GAP: f64 = 30.0;
/// Height of a panel of a map.
const PANEL: f64 = 330.0;

/// Draws smallest memories and ratios of footprint to live memory into a file, SVG or PNG by its ending.
///
/// # Errors
/// The ending is neither, or the file cannot be written.
pub fn draw_comparison(subject: &Subject<'_>, path: &Path) -> Result<(), ChartError> {
    save::write(&comparison::paint(subject), path, save::Format::of(path)?)
}

/// Draws address against time for every map of the comparison.
///
/// # Errors
/// As [`draw_comparison`].
pub fn draw_maps(subject: &Subject<'_>, path: &Path) -> Result<(), ChartError> {
    save::write(&maps::paint(subject), path, save::Format::of(path)?)
}

/// Draws the sizes of holes over time for the contenders with these numbers, in the first memory.
///
/// # Errors
/// As [`draw_comparison`].
pub fn draw_holes(subject: &Subject<'_>, shown: &[usize], path: &Path) -> Result<(), ChartError> {
    save::write(&holes::paint(subject, shown), path, save::Format::of(path)?)
}

fn head(canvas: &mut Canvas, subject: &Subject<'_>, title: &str, mut notes: Vec<String>) -> Area {
    let file = Path::new(subject.name).file_name().map(|name| name.to_string_lossy().into_owned());
    let context = Context { scenario: file.unwrap_or_default(), ..Context::default() };
    if subject.reclamation != "eager" {
        notes.push(format!("reclamation {}", subject.reclamation));
    }
    page::heading(canvas, &context, &Heading { title, notes })
}

/// Makes the sheet as high as `panels` panels in two columns need; the grid, and the area for it.
fn panels(canvas: &mut Canvas, area: Area, panels: usize) -> ((usize, usize), Area) {
    let grid = if panels > 1 { (2, panels.div_ceil(2)) } else { (1, 1) };
    let height = if grid.0 == 1 { 1.6 * PANEL } else { PANEL };
    let bottom = area.top + grid.1 as f64 * height + (grid.1 - 1) as f64 * GAP;
    canvas.height = bottom + super::style::STYLE.margin;
    (grid, Area { bottom, ..area })
}

/// An axis over the time of the trace, and the value of a time on it.
fn time_axis(trace: &Recording) -> (Axis<'static>, fn(SimTime, Clock) -> f64) {
    let (begin, end) = trace.span();
    let value: fn(SimTime, Clock) -> f64 = |at, clock| match clock {
        Clock::Seconds => at.as_secs(),
        _ => at.0 as f64,
    };
    let unit = if trace.clock == Clock::Seconds { Unit::Seconds } else { Unit::Plain };
    let scale = Scale::linear(value(begin, trace.clock), value(end, trace.clock), unit);
    (Axis::new(scale, trace.clock.name()), value)
}
