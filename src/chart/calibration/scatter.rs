//! Predicted against observed pauses.

use super::super::axes::{Axes, Axis, Panel, label_room};
use super::super::canvas::{Area, Canvas, Ink, Stroke};
use super::super::number::Unit;
use super::super::scale::{Scale, range};
use super::super::style::STYLE;
use super::dots;
use crate::gc_study::calibrate::{Calibrated, Class, Observed, Sample};

/// A pause: class, predicted and observed seconds.
type Dot = (Class, f64, f64);

/// Draws the panel.
pub(super) fn draw(canvas: &mut Canvas, area: Area, calibrated: &Calibrated) {
    let all = pauses(calibrated);
    let Some((low, high)) = range(all.iter().flat_map(|dot| [dot.1, dot.2])) else {
        let ink = Ink::new(STYLE.label, STYLE.muted);
        canvas.fitted((area.left, area.top + 30.0), "no pause has both a prediction and a length", area.width(), ink);
        return;
    };
    let scale = Scale::log([low * 0.8, high * 1.25], Unit::Seconds);
    let (x, y) = (Axis::new(scale.clone(), "predicted pause"), Axis::new(scale, "observed pause"));
    let left = label_room(&y, area.height());
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left });
    let (from, to) = (low * 0.8, high * 1.25);
    let band = [(from, from * 2.0), (to / 2.0, to), (to, to), (to, to / 2.0), (from * 2.0, from), (from, from)];
    canvas.fill(band.iter().map(|&pair| panel.at(pair)).collect(), STYLE.grid, 0.6);
    panel.line(canvas, &[(from, from), (to, to)], Stroke::solid(STYLE.ink, 1.2));
    // Rare classes lie on top.
    for class in [Class::Short, Class::Young, Class::Mixed, Class::Full] {
        let of_class: Vec<(f64, f64)> = all.iter().filter(|dot| dot.0 == class).map(|dot| (dot.1, dot.2)).collect();
        dots(canvas, &panel, class, &of_class);
    }
}

fn pauses(calibrated: &Calibrated) -> Vec<Dot> {
    let all = calibrated.runs.iter().flat_map(|run| run.samples.iter().map(move |sample| (run, sample)));
    let dot =
        |(run, sample): (&Observed, &Sample)| Some((sample.class, calibrated.predict(run, sample)?, sample.duration_s));
    all.filter_map(dot).filter(|dot| dot.1 > 0.0 && dot.2 > 0.0).collect()
}
