//! The square panel of a quantity: the diagonal, bands about it, dots.

use super::super::axes::{Axes, Axis, Panel, label_room};
use super::super::canvas::{Area, Canvas, Ink, Stroke};
use super::super::number::Unit;
use super::super::scale::{Scale, Spacing, range};
use super::super::style::STYLE;
use super::{BANDS, Dot, band};
use crate::evidence::validation::{Judged, Quantity};

/// Room that a panel keeps for the title above.
const HEAD: f64 = 28.0;
/// For tick labels and the title below.
const FOOT: f64 = 48.0;
/// For the last tick label.
const RIGHT: f64 = 18.0;
/// Points along the edge of a band, so that it ends neatly at the panel's edge.
const STEPS: u32 = 120;

/// The panel of a quantity.
pub(super) struct Scatter<'a> {
    pub quantity: &'a Quantity,
    pub dots: &'a [Dot],
    /// Its errors in one line.
    pub told: &'a str,
}

impl Scatter<'_> {
    /// Draws it.
    pub fn draw(&self, canvas: &mut Canvas, outer: Area) {
        let Scatter { quantity, dots, told } = *self;
        let scale = scale(quantity, dots);
        let (x_title, y_title) = (format!("measured {}", name(quantity)), format!("predicted {}", name(quantity)));
        let (x, y) = (Axis::new(scale.clone(), &x_title), Axis::new(scale.clone(), &y_title));
        let left = label_room(&y, outer.height() - HEAD - FOOT);
        // The line of errors stands between the title and the panel.
        let top = outer.top + 20.0;
        let side = (outer.width() - left - RIGHT).min(outer.bottom - top - HEAD - FOOT);
        let outer = Area { right: outer.left + left + side + RIGHT, bottom: top + HEAD + side + FOOT, ..outer };
        let below = Area { top, ..outer };
        let panel = Panel::draw(canvas, below, Axes { x: &x, y: &y, left });
        canvas.fitted((outer.left, outer.top + 6.0), told, outer.width(), Ink::new(STYLE.tick, STYLE.muted));
        for (place, wide) in bands(quantity).into_iter().enumerate().rev() {
            self.shade(canvas, &panel, Band { scale: &scale, wide, place });
        }
        panel.line(canvas, &[(scale.low, scale.low), (scale.high, scale.high)], Stroke::solid(STYLE.ink, 1.0));
        dots.iter().for_each(|dot| canvas.marker(panel.at((dot.measured, dot.predicted)), dot.look, (4.2, dot.fitted)));
    }

    /// Shades a band.
    fn shade(&self, canvas: &mut Canvas, panel: &Panel, Band { scale, wide, place }: Band<'_>) {
        let quantity = self.quantity;
        let at = |step: u32| {
            let share = f64::from(step) / f64::from(STEPS);
            match scale.spacing {
                Spacing::Log => scale.low * (scale.high / scale.low).powf(share),
                Spacing::Linear => scale.low + (scale.high - scale.low) * share,
            }
        };
        let edge = |x: f64, sign: f64| if is_relative(quantity) { x * (1.0 + sign * wide) } else { x + sign * wide };
        let upper = (0..=STEPS).map(|step| panel.at((at(step), edge(at(step), 1.0))));
        let lower = (0..=STEPS).rev().map(|step| panel.at((at(step), edge(at(step), -1.0))));
        canvas.fill(upper.chain(lower).collect(), band(place), 0.6);
    }
}

/// Where errors are at most so wide.
struct Band<'a> {
    scale: &'a Scale,
    wide: f64,
    /// Its place among the bands, which decides its colour.
    place: usize,
}

/// The quantity's column with its unit.
pub(super) fn name(quantity: &Quantity) -> String {
    match quantity.unit {
        "" => quantity.column.to_string(),
        unit => format!("{} ({unit})", quantity.column),
    }
}

fn is_relative(quantity: &Quantity) -> bool {
    matches!(quantity.judged, Judged::Relative | Judged::Count)
}

fn bands(quantity: &Quantity) -> Vec<f64> {
    if is_relative(quantity) { BANDS.to_vec() } else { vec![quantity.bound] }
}

/// One scale for both axes, with some room at its ends; counts of 0 lie at the edge of a logarithmic one.
fn scale(quantity: &Quantity, dots: &[Dot]) -> Scale {
    let values = dots.iter().flat_map(|dot| [dot.measured, dot.predicted]);
    if is_relative(quantity) {
        let scale = Scale::log(values, Unit::Plain);
        let room = (scale.high / scale.low).powf(0.06);
        return Scale { low: scale.low / room, high: scale.high * room, ..scale };
    }
    let (low, high) = range(values).unwrap_or((0.0, 1.0));
    let room = 0.05 * (high - low).max(2.0 * quantity.bound);
    Scale::linear(low - room, high + room, Unit::Plain)
}
