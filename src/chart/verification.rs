//! Simulations against exact theory: deviations in standard errors, as a histogram and quantile by quantile.

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Area, Canvas, Ink, Stroke};
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading, Key};
use super::process::save;
use super::scale::Scale;
use super::style::STYLE;
use super::tables::Context;
use crate::evidence::verification::{Asked, MOST_ERRORS, Verification};
use std::f64::consts::{PI, SQRT_2};
use std::path::Path;

/// Width of a bar in standard errors.
const BAR: f64 = 0.5;
/// Standard errors at the edges of the picture; what lies beyond is drawn there.
const EDGE: f64 = 4.0;
/// Radius of a row's dot.
const DOT: f64 = 2.4;

/// Draws a verification into the file `path`, as SVG or PNG by its ending. The file appears whole or not at all.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw_verification(verification: &Verification, path: &Path) -> Result<(), ChartError> {
    let format = save::Format::of(path)?;
    save::write(&paint(verification), path, format)
}

/// The deviations of all simulated rows in standard errors, in ascending order.
fn deviations(verification: &Verification) -> Vec<f64> {
    let asked = verification.table.cases.iter().flat_map(|case| &case.asked);
    let of = |asked: &Asked| verification.outcomes.get(asked.row)?.as_ref()?.deviation(asked);
    let mut all: Vec<f64> = asked.filter_map(of).collect();
    all.sort_by(f64::total_cmp);
    all
}

fn paint(verification: &Verification) -> Canvas {
    let mut canvas = Canvas::default();
    let all = deviations(verification);
    let file = Path::new(&verification.table.file).file_name().map(|name| name.to_string_lossy().into_owned());
    let context = Context { scenario: file.unwrap_or_default(), ..Context::default() };
    let within = all.iter().filter(|deviation| deviation.abs() <= 1.0).count();
    let notes = vec![
        format!("{} simulated rows, half-widths of {} %", all.len(), 100.0 * verification.plan.precision),
        format!("{within} within one standard error; of normal ones {:.0}", 0.682_689 * all.len() as f64),
    ];
    let title = "Deviations from exact values, in standard errors";
    let area = page::heading(&mut canvas, &context, &Heading { title, notes });
    let entries = [
        (Key::Fill(STYLE.areas[0]), "rows".to_string()),
        (Key::Stroke(Stroke::of(normal())), "standard normal law".to_string()),
    ];
    let area = page::legend(&mut canvas, area, &entries);
    if all.is_empty() {
        let ink = Ink::new(STYLE.label, STYLE.muted);
        canvas.fitted((area.left, area.top + 30.0), "no row was simulated", area.width(), ink);
        return canvas;
    }
    let (left, right) = area.split(0.5, 26.0);
    histogram(&mut canvas, left, &all);
    quantiles(&mut canvas, right, &all);
    canvas
}

fn normal() -> super::style::LineLook {
    STYLE.line(1)
}

/// Rows by deviation, with the normal law of as many rows.
fn histogram(canvas: &mut Canvas, area: Area, all: &[f64]) {
    let bars = (2.0 * EDGE / BAR) as usize;
    let mut counts = vec![0.0; bars];
    for deviation in all {
        let place = ((deviation + EDGE) / BAR).clamp(0.0, bars as f64 - 1.0) as usize;
        counts[place] += 1.0;
    }
    let density = |at: f64| all.len() as f64 * BAR * (-at * at / 2.0).exp() / (2.0 * PI).sqrt();
    let top = counts.iter().copied().fold(density(0.0), f64::max) * 1.06;
    let (x, y) = (axis("deviation in standard errors"), Axis::new(Scale::from_zero([top], Unit::Plain), "rows"));
    let left = label_room(&y, area.height());
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left });
    for (place, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0.0) {
        let from = place as f64 * BAR - EDGE;
        let bar = Area {
            left: panel.x_at(from) + 0.5,
            right: panel.x_at(from + BAR) - 0.5,
            top: panel.y_at(*count),
            bottom: panel.y_at(0.0),
        };
        canvas.rect(bar, STYLE.areas[0], 1.0);
    }
    let steps = (0..=160).map(|step| EDGE * (f64::from(step) / 80.0 - 1.0));
    let curve: Vec<(f64, f64)> = steps.map(|at| (at, density(at))).collect();
    panel.line(canvas, &curve, Stroke::of(normal()));
}

/// Each row's deviation over the quantile of the normal law at its rank.
fn quantiles(canvas: &mut Canvas, area: Area, all: &[f64]) {
    let (x, y) = (axis("quantile of the standard normal law"), axis("deviation in standard errors"));
    let left = label_room(&y, area.height());
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left });
    for limit in [-MOST_ERRORS, MOST_ERRORS] {
        let stroke = Stroke { dash: &[4.0, 4.0], ..Stroke::solid(STYLE.muted, 1.0) };
        panel.line(canvas, &[(-EDGE, limit), (EDGE, limit)], stroke);
    }
    for (rank, deviation) in all.iter().enumerate() {
        let at = normal_quantile((rank as f64 + 0.5) / all.len() as f64);
        let place = panel.at((at.clamp(-EDGE, EDGE), deviation.clamp(-EDGE, EDGE)));
        canvas.dot(place, DOT, STYLE.line(0).color);
    }
    // Over the dots, which crowd along it.
    panel.line(canvas, &[(-EDGE, -EDGE), (EDGE, EDGE)], Stroke { width: 1.4, ..Stroke::of(normal()) });
}

fn axis(title: &str) -> Axis<'_> {
    Axis::new(Scale::linear(-EDGE, EDGE, Unit::Plain), title)
}

/// The quantile of the standard normal law at 0 < `p` < 1, by bisection of its distribution function.
fn normal_quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-9.0, 9.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if normal_share(middle) < p { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

/// Share of the standard normal law below `x`, by the series of the error function (Abramowitz and Stegun 7.1.6), which
/// converges for all that a picture shows.
fn normal_share(x: f64) -> f64 {
    let z = x / SQRT_2;
    let mut term = z;
    let mut sum = z;
    for n in 1..200 {
        term *= 2.0 * z * z / (2.0 * f64::from(n) + 1.0);
        sum += term;
    }
    (0.5 + (-z * z).exp() * sum / PI.sqrt()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_the_normal_law() {
        for (p, quantile) in [(0.5, 0.0), (0.975, 1.959_964), (0.001, -3.090_232), (0.841_344_746, 1.0)] {
            assert!((normal_quantile(p) - quantile).abs() < 1e-5, "{p}: {}", normal_quantile(p));
        }
    }
}
