//! Heat maps of hole sizes over time: darker for more free bytes in holes of that size.

use std::ops::RangeInclusive;

use super::super::axes::{Axes, Axis, Panel, label_room};
use super::super::canvas::{Area, Canvas, Ink};
use super::super::fonts;
use super::super::number::Unit;
use super::super::raster::Raster;
use super::super::scale::Scale;
use super::super::style::{Color, STYLE};
use super::{head, panels, time_axis};
use crate::base::SimTime;
use crate::frag::{BUCKETS, Run, Subject, bucket_floor};

/// The least share of the memory that is told apart from nothing.
const LEAST: f64 = 1e-4;
const COLUMNS: usize = 480;

/// One panel a contender, all with the same axes.
pub(super) fn paint(subject: &Subject<'_>, shown: &[usize]) -> Canvas {
    let mut canvas = Canvas::default();
    let size = subject.settings.sizes.first().copied().unwrap_or_default();
    let runs: Vec<&Run> = shown
        .iter()
        .filter_map(|number| subject.comparison.runs.iter().find(|run| run.contender == *number && run.size == size))
        .collect();
    let notes = vec![format!("memory {}", Unit::Bytes.write(size.as_f64()))];
    let area = head(&mut canvas, subject, "Sizes of holes over time", notes);
    let area = ramp(&mut canvas, area);
    let (grid, area) = panels(&mut canvas, area, runs.len());
    let (time, _) = time_axis(subject.trace);
    let (low, high) = range(&runs);
    let holes = Axis::new(Scale::log([bucket_floor(low), bucket_floor(high + 1)], Unit::Bytes), "Size of hole");
    for (place, run) in runs.iter().enumerate() {
        let cell = area.cell(place, grid, super::GAP);
        let ink = Ink::new(STYLE.label, STYLE.ink).bold();
        canvas.fitted((cell.left, cell.top + 8.0), subject.label(run.contender), cell.width(), ink);
        let inner = Area { top: cell.top + 22.0, ..cell };
        let room = label_room(&holes, inner.height());
        let panel = Panel::draw(&mut canvas, inner, Axes { x: &time, y: &holes, left: room });
        canvas.picture(panel.area, raster(run, subject.trace.span(), low..=high));
    }
    canvas
}

/// The smallest and the largest class that has a hole at any time.
fn range(runs: &[&Run]) -> (usize, usize) {
    let used = |class: &usize| runs.iter().flat_map(|run| &run.samples).any(|sample| sample.free[*class] > 0);
    let used: Vec<usize> = (0..BUCKETS).filter(used).collect();
    (used.first().copied().unwrap_or(0), used.last().copied().unwrap_or(0).max(1))
}

fn shade(share: f64) -> Color {
    if share <= 0.0 {
        return Color(255, 255, 255);
    }
    STYLE.ramp_at(0.12 + 0.88 * (share / LEAST).max(1.0).ln() / (1.0 / LEAST).ln())
}

/// The largest holes in the uppermost row.
fn raster(run: &Run, (begin, end): (SimTime, SimTime), classes: RangeInclusive<usize>) -> Raster {
    let memory = run.size.as_f64().max(1.0);
    let mut cells = Vec::with_capacity(COLUMNS * classes.clone().count());
    for class in classes.rev() {
        for column in 0..COLUMNS {
            let share = (column as f64 + 0.5) / COLUMNS as f64;
            let at = begin.0 + ((end.0 - begin.0) as f64 * share) as u64;
            let after = run.samples.partition_point(|sample| sample.at.0 <= at);
            let sample = run.samples.get(after.saturating_sub(1));
            // No size lies between one byte and two, so the row of one byte is as high as two.
            let class = if class == 1 { 0 } else { class };
            cells.push(shade(sample.map_or(0.0, |sample| sample.free[class] as f64 / memory)));
        }
    }
    Raster { columns: COLUMNS, cells }
}

/// Draws the scale of colours; returns the area below.
fn ramp(canvas: &mut Canvas, area: Area) -> Area {
    let (width, steps, y) = (240.0, 48, area.top + 10.0);
    let ink = Ink::new(STYLE.label, STYLE.ink);
    let text = "Free bytes in holes of a size, as a share of the memory: 0.01 %";
    canvas.text((area.left, y), text, ink);
    let left = area.left + fonts::width(text, STYLE.label, false) + 14.0;
    let cells = (0..steps).map(|step| shade(LEAST.powf(1.0 - (f64::from(step) + 0.5) / f64::from(steps)))).collect();
    let bar = Area { left, top: y - 8.0, right: left + width, bottom: y + 8.0 };
    canvas.picture(bar, Raster { columns: steps as usize, cells });
    canvas.text((left + width + 12.0, y), "100 %, even in logarithms", ink);
    Area { top: y + 26.0, ..area }
}
