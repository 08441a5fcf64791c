//! The heap after each collection over time.

use super::super::axes::{Axes, Axis, Panel, label_room};
use super::super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::super::number::Unit;
use super::super::scale::{Scale, range};
use super::super::style::STYLE;
use super::{DRAWN, dots};
use crate::gc_study::calibrate::{Class, HeapPoint, Observed};

/// Draws the heap of a run; the time from which its later part is held out is marked.
pub(super) fn draw(canvas: &mut Canvas, area: Area, (run, held): (&Observed, Option<f64>)) {
    let points: Vec<&HeapPoint> = run.heap.iter().collect();
    let times = range(points.iter().map(|point| point.time_s)).unwrap_or((0.0, 1.0));
    let x = Axis::new(Scale::linear(times.0, times.1, Unit::Seconds), "time since the JVM started");
    let y = Axis::new(Scale::from_zero(points.iter().map(|point| point.after), Unit::Bytes), "heap after");
    let left = label_room(&y, area.height());
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left });
    let name = (area.right - 18.0, area.top + 8.0);
    canvas.fitted(name, &run.name, area.width() * 0.7, Ink::new(STYLE.tick, STYLE.muted).align(Align::End));
    if let Some(from) = held {
        let at = panel.x_at(from);
        canvas.rect(Area { left: at, ..panel.area }, STYLE.grid, 0.35);
        let ink = Ink::new(STYLE.tick, STYLE.muted);
        canvas.text((at + 6.0, panel.area.bottom - 10.0), "held out", ink);
    }
    let stride = points.len().div_ceil(DRAWN).max(1);
    let line: Vec<(f64, f64)> = points.iter().step_by(stride).map(|point| (point.time_s, point.after)).collect();
    // Piece by piece: where a line turns back on itself, its joint would stick out far.
    for piece in line.windows(2) {
        panel.line(canvas, piece, Stroke::solid(STYLE.muted.tint(0.5), 1.0));
    }
    for class in [Class::Short, Class::Cycle, Class::Young, Class::Mixed, Class::Full] {
        let of_class: Vec<(f64, f64)> =
            points.iter().filter(|point| point.class == Some(class)).map(|point| (point.time_s, point.after)).collect();
        dots(canvas, &panel, class, &of_class);
    }
}
