//! Curves of a metric against heap per core, from `summary.csv`.

use super::axes::{Axes, Axis, Panel, Quantity, label_room};
use super::canvas::{Area, Canvas, Stroke};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::scale::Scale;
use super::style::STYLE;
use super::tables::Tables;

/// A point of a curve with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Heap per core in bytes.
    pub x: f64,
    /// The mean.
    pub mean: f64,
    /// Lower end of the interval; the mean where none was recorded.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// The curve of one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Which line of the [`Design`].
    pub line: usize,
    /// Its points by ascending heap; never empty.
    pub points: Vec<Level>,
}

/// The curves of a metric under an ablation, one for each line that has points. Rows without heap or mean are left out.
///
/// # Errors
/// A cell holds a text instead of a number.
pub fn curves(tables: &Tables, design: &Design, (metric, ablation): (&str, &str)) -> Result<Vec<Curve>, ChartError> {
    let Some(table) = tables.get("summary") else { return Ok(Vec::new()) };
    let (x, mean) = (table.numbers("heap_per_core_bytes")?, table.numbers("mean")?);
    let (half, lower, upper) = (table.numbers("half_width")?, table.numbers("lower")?, table.numbers("upper")?);
    let mut curves: Vec<Curve> = (0..design.lines.len()).map(|line| Curve { line, points: Vec::new() }).collect();
    for row in table.with_ablation(ablation).filter(|&row| table.word(row, "metric") == metric) {
        let Some(line) = design.line(table, row) else { continue };
        let half = if half.at(row).is_finite() { half.at(row) } else { 0.0 };
        let end = |end: f64, other: f64| if end.is_finite() { end } else { other };
        let (x, mean) = (x.at(row), mean.at(row));
        if x.is_finite() && mean.is_finite() {
            let level =
                Level { x, mean, lower: end(lower.at(row), mean - half), upper: end(upper.at(row), mean + half) };
            curves[line].points.push(level);
        }
    }
    curves.retain(|curve| !curve.points.is_empty());
    curves.iter_mut().for_each(|curve| curve.points.sort_by(|a, b| a.x.total_cmp(&b.x)));
    Ok(curves)
}

/// The metric that throughput curves show: per core where it was recorded, so that groups of different size compare.
pub fn throughput_metric(tables: &Tables) -> &'static str {
    let per_core = "throughput_per_core_records_per_s_mean";
    let has = |metric| tables.get("summary").is_some_and(|t| (0..t.rows()).any(|row| t.word(row, "metric") == metric));
    if has(per_core) { per_core } else { "throughput_records_per_s_mean" }
}

/// What an axis calls the metric of [`throughput_metric`].
pub fn throughput_title(metric: &str) -> &'static str {
    if metric.contains("per_core") { "Throughput per core" } else { "Throughput" }
}

/// The point with the highest mean.
pub fn best(points: &[Level]) -> Option<&Level> {
    points.iter().max_by(|a, b| a.mean.total_cmp(&b.mean))
}

/// A scale for the heaps per core of these curves.
pub fn heap_scale(curves: &[Curve]) -> Scale {
    Scale::for_levels(curves.iter().flat_map(|curve| curve.points.iter().map(|point| point.x)), Unit::Bytes)
}

/// Whether the curves have more than one heap per core, so that they are curves at all.
pub fn varies(curves: &[Curve]) -> bool {
    heap_scale(curves).levels.len() > 1
}

/// Draws a panel with these curves.
pub fn panel(canvas: &mut Canvas, area: Area, Quantity { title, unit }: Quantity<'_>, curves: &[Curve]) {
    let points = curves.iter().flat_map(|curve| &curve.points);
    let y = Axis::new(Scale::from_zero(points.flat_map(|point| [point.mean, point.upper]), unit), title);
    let x = Axis::new(heap_scale(curves), "Heap per core (D/C)");
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left: label_room(&y, area.height()) });
    draw(canvas, &panel, curves);
}

/// Draws all curves. More than three bands would only darken one another; then the bars alone show the intervals.
pub fn draw(canvas: &mut Canvas, panel: &Panel, curves: &[Curve]) {
    if curves.len() <= 3 {
        curves.iter().for_each(|curve| curve.band(canvas, panel));
    }
    curves.iter().for_each(|curve| curve.draw(canvas, panel));
}

impl Curve {
    /// The mean at this heap per core, interpolated between neighbours; NaN outside the range.
    pub fn at(&self, x: f64) -> f64 {
        let ends = self.points.windows(2).find(|pair| pair[0].x <= x && x <= pair[1].x);
        let alone = self.points.iter().find(|point| point.x == x).map(|point| point.mean);
        alone
            .or(ends.map(|pair| {
                pair[0].mean + (pair[1].mean - pair[0].mean) * (x / pair[0].x).ln() / (pair[1].x / pair[0].x).ln()
            }))
            .unwrap_or(f64::NAN)
    }

    /// The point nearest to this heap per core, by ratio; the middle one if the heap is not known.
    pub fn near(&self, x: f64) -> Option<&Level> {
        if !x.is_finite() {
            return self.points.get(self.points.len() / 2);
        }
        self.points.iter().min_by(|a, b| (a.x / x).ln().abs().total_cmp(&(b.x / x).ln().abs()))
    }

    fn band(&self, canvas: &mut Canvas, panel: &Panel) {
        let band = self.points.iter().map(|point| (point.x, point.upper));
        let back = self.points.iter().rev().map(|point| (point.x, point.lower));
        canvas.fill(band.chain(back).map(|pair| panel.at(pair)).collect(), STYLE.line(self.line).color, 0.12);
    }

    /// Draws the line with a marker and an interval at each point.
    fn draw(&self, canvas: &mut Canvas, panel: &Panel) {
        let look = STYLE.line(self.line);
        let bar = Stroke::solid(look.color, 1.2);
        for point in &self.points {
            let (x, low, high) = (panel.x_at(point.x), panel.y_at(point.lower), panel.y_at(point.upper));
            if low - high > 1.0 {
                canvas.line(vec![(x, low), (x, high)], bar);
                canvas.line(vec![(x - 4.0, low), (x + 4.0, low)], bar);
                canvas.line(vec![(x - 4.0, high), (x + 4.0, high)], bar);
            }
        }
        let pairs: Vec<(f64, f64)> = self.points.iter().map(|point| (point.x, point.mean)).collect();
        panel.line(canvas, &pairs, Stroke::of(look));
        for pair in pairs {
            canvas.marker(panel.at(pair), look, (4.2, false));
        }
    }
}
