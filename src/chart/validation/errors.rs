//! The signed errors of a quantity over what was measured: what the diagonal of a scatter hides.

use super::super::axes::{Axes, Axis, Panel, label_room};
use super::super::canvas::{Area, Canvas, Ink, Stroke};
use super::super::number::Unit;
use super::super::scale::Scale;
use super::super::style::STYLE;
use super::scatter::name;
use super::{Dot, band};
use crate::evidence::validation::{Judged, Quantity};

/// Larger errors are drawn at the edge.
const MOST: f64 = 0.5;

/// Draws the panel.
pub(super) fn draw(canvas: &mut Canvas, outer: Area, (quantity, dots): (&Quantity, &[Dot])) {
    let relative = quantity.judged != Judged::Absolute;
    let error = |dot: &Dot| match relative {
        true => dot.predicted / dot.measured.max(f64::MIN_POSITIVE) - 1.0,
        false => dot.predicted - dot.measured,
    };
    let most = dots.iter().map(|dot| error(dot).abs()).fold(1.5 * quantity.bound, f64::max);
    let most = if relative { most.min(MOST) * 1.08 } else { most * 1.08 };
    let measured = Scale::log(dots.iter().map(|dot| dot.measured), Unit::Plain);
    let room = (measured.high / measured.low).powf(0.05);
    let measured = Scale { low: measured.low / room, high: measured.high * room, ..measured };
    let x_title = format!("measured {}", name(quantity));
    let unit = if relative { Unit::Share } else { Unit::Plain };
    let title = if relative { "predicted over measured, less 1" } else { "predicted less measured" };
    let bound = if relative { format!("{} %", 100.0 * quantity.bound) } else { quantity.bound.to_string() };
    let told = format!("errors; shaded: within {bound}");
    canvas.fitted((outer.left, outer.top + 6.0), &told, outer.width(), Ink::new(STYLE.tick, STYLE.muted));
    let (x, y) = (Axis::new(measured.clone(), &x_title), Axis::new(Scale::linear(-most, most, unit), title));
    let left = label_room(&y, outer.height());
    let panel = Panel::draw(canvas, Area { top: outer.top + 20.0, ..outer }, Axes { x: &x, y: &y, left });
    let (top, bottom) = (panel.y_at(quantity.bound), panel.y_at(-quantity.bound));
    canvas.rect(Area { top, bottom, left: panel.area.left + 1.0, ..panel.area }, band(0), 0.6);
    panel.line(canvas, &[(measured.low, 0.0), (measured.high, 0.0)], Stroke::solid(STYLE.ink, 1.0));
    dots.iter().for_each(|dot| canvas.marker(panel.at((dot.measured, error(dot))), dot.look, (4.2, dot.fitted)));
}
