//! A program's curve from the few heap sizes at which it was measured.
//!
//! Where a program was measured near its minimum heap, at about twice that and at a third size, least squares
//! has all that it needs. Elsewhere the live set hardly shows in the times, and what is known of other programs helps:
//! a prior over `kappa` and the live set, and of all curves the one nearest to the mean of the posterior.

use super::curve::Curve;

/// A measured point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Heap over the minimum heap.
    pub heap: f64,
    /// Time per iteration, above 0.
    pub time: f64,
    /// Standard deviation between runs over the time, at least 0.
    pub spread: f64,
}

/// What is known of curves before one is measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Prior {
    /// Mean and standard deviation of log kappa.
    pub log_kappa: (f64, f64),
    /// Mean and standard deviation of log(1 - live).
    pub log_room: (f64, f64),
}

/// Mean and spread of log(1 - live) over the 15 programs.
const LOG_ROOM: (f64, f64) = (-2.523, 1.118);

/// Mean and spread of log kappa over the 15 programs.
const LOG_KAPPA: (f64, f64) = (-2.898, 1.702);

/// log kappa = a + b log(allocated MB/s over minimum heap in MB) + c log(minimum heap in MB), over the 13 of 15 programs
/// whose allocation was measured, and the spread around that.
const KAPPA_OF_ALLOCATION: ([f64; 3], f64) = ([-7.883, 0.955, 0.452], 0.997);

impl Prior {
    /// The prior for a program of which nothing else is known, or whose minimum heap (MB) and allocation (MB/s) are.
    pub fn of(program: Option<(f64, f64)>) -> Prior {
        let ([a, b, c], spread) = KAPPA_OF_ALLOCATION;
        let by_allocation = program.filter(|(minimum, rate)| *minimum > 0.0 && *rate > 0.0);
        let log_kappa = by_allocation
            .map_or(LOG_KAPPA, |(minimum, rate)| (a + b * (rate / minimum).ln() + c * minimum.ln(), spread));
        Prior { log_kappa, log_room: LOG_ROOM }
    }
}

/// The curve through `points`, for use at `heaps`; `None` without points.
pub fn fit(points: &[Point], prior: &Prior, heaps: &[f64]) -> Option<Curve> {
    let smallest = points.iter().map(|point| point.heap).min_by(f64::total_cmp)?;
    if tells_all(points) { least_squares(points, smallest) } else { posterior(points, prior, (smallest, heaps)) }
}

/// Whether three unknowns follow from the points alone: sizes around once and twice the minimum, and another.
fn tells_all(points: &[Point]) -> bool {
    let mut sizes: Vec<f64> = points.iter().map(|point| point.heap).collect();
    sizes.sort_by(f64::total_cmp);
    sizes.dedup();
    matches!(sizes[..], [first, second, _, ..] if first < 1.5 && second < 2.5)
}

/// Live sets to try, from 0.6 to 0.995 of the minimum heap, and below the smallest heap that ran.
fn live_sets(smallest: f64) -> impl Iterator<Item = f64> {
    let most = 1f64.min(smallest);
    (0..=80).map(move |step| most * (1.0 - 0.4 * (0.005f64 / 0.4).powf(f64::from(step) / 80.0)))
}

/// Least squares of relative errors.
pub fn least_squares(points: &[Point], smallest: f64) -> Option<Curve> {
    let curves = live_sets(smallest).map(|live| best_line(points, live));
    curves.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(curve, _)| curve)
}

/// The curve of a given live set with the least sum of squares, and that sum. Collections cost no negative time.
fn best_line(points: &[Point], live: f64) -> (Curve, f64) {
    let sum = |of: &dyn Fn(f64, f64) -> f64| -> f64 {
        points.iter().map(|point| of(1.0 / point.time, 1.0 / (point.time * (point.heap - live)))).sum()
    };
    let (ww, wv, vv) = (sum(&|w, _| w * w), sum(&|w, v| w * v), sum(&|_, v| v * v));
    let (w1, v1) = (sum(&|w, _| w), sum(&|_, v| v));
    let determinant = ww * vv - wv * wv;
    let (base, cost) = ((w1 * vv - v1 * wv) / determinant, (ww * v1 - wv * w1) / determinant);
    let sound = base > 0.0 && cost >= 0.0;
    let (base, kappa) = if sound { (base, cost / base) } else { (w1 / ww, 0.0) };
    let curve = Curve { base, kappa, live };
    (curve, points.iter().map(|point| (curve.time(point.heap) / point.time - 1.0).powi(2)).sum())
}

/// What a single measurement may be off, as a share: more near the minimum heap, where the law is coarse.
fn doubt(point: &Point) -> f64 {
    let law = if point.heap < 2.5 { 0.015 } else { 0.007 };
    f64::hypot(law, point.spread / 3.0)
}

/// Of a grid of curves, the one nearest to the posterior's mean at the heaps from the smallest measured one up.
///
/// Below that size no estimate is to be had, and it must not bend the rest.
fn posterior(points: &[Point], prior: &Prior, (smallest, heaps): (f64, &[f64])) -> Option<Curve> {
    let weighted: Vec<(Curve, f64)> = grid(smallest).map(|shape| level(points, prior, shape)).collect();
    let top = weighted.iter().map(|(_, log)| *log).fold(f64::NEG_INFINITY, f64::max);
    let mass = |log: f64| (log - top).exp();
    let total: f64 = weighted.iter().map(|(_, log)| mass(*log)).sum();
    let heaps: Vec<f64> = heaps.iter().copied().filter(|heap| *heap >= smallest).collect();
    let mean = |heap: f64| weighted.iter().map(|(curve, log)| mass(*log) * curve.time(heap).ln()).sum::<f64>() / total;
    let means: Vec<(f64, f64)> = heaps.iter().map(|heap| (*heap, mean(*heap))).collect();
    let far =
        |curve: &Curve| means.iter().map(|(heap, mean)| (curve.time(*heap).ln() - mean).abs()).fold(0.0, f64::max);
    // A curve without any mass may touch the mean by chance.
    let likely = weighted.iter().filter(|(_, log)| *log > top - 3.0).map(|(curve, _)| *curve);
    likely.min_by(|a, b| far(a).total_cmp(&far(b)))
}

/// Shapes (curves of base 1): 1 - live from 0.3 % to 40 %, kappa from 0.0005 to 3, evenly in logarithms.
fn grid(smallest: f64) -> impl Iterator<Item = Curve> {
    let most = 1f64.min(smallest);
    let lives = (0..32).map(move |step| most * (1.0 - 0.4 * (0.003f64 / 0.4).powf(f64::from(step) / 31.0)));
    let kappas = |step: i32| 5e-4 * (3.0f64 / 5e-4).powf(f64::from(step) / 63.0);
    lives.flat_map(move |live| (0..64).map(move |step| Curve { base: 1.0, kappa: kappas(step), live }))
}

/// The curve of this shape at its best level, and the logarithm of its posterior mass.
fn level(points: &[Point], prior: &Prior, shape: Curve) -> (Curve, f64) {
    let gaps: Vec<(f64, f64)> =
        points.iter().map(|point| ((point.time / shape.time(point.heap)).ln(), doubt(point).powi(-2))).collect();
    let weight: f64 = gaps.iter().map(|(_, weight)| weight).sum();
    let level = gaps.iter().map(|(gap, weight)| gap * weight).sum::<f64>() / weight;
    let misfit: f64 = gaps.iter().map(|(gap, weight)| (gap - level).powi(2) * weight).sum();
    let away = |value: f64, (mean, spread): (f64, f64)| ((value - mean) / spread).powi(2);
    let surprise = away(shape.kappa.ln(), prior.log_kappa) + away((1.0 - shape.live).ln(), prior.log_room);
    (Curve { base: level.exp(), ..shape }, -0.5 * (misfit + surprise))
}
