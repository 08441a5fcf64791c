//! What logs tell of the program that ran: how much it allocates, and what of it stays.

use super::observed::Observed;
use super::sample::{Class, Sample};

/// A mean with its standard deviation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// Standard deviation, at least 0.
    pub deviation: f64,
}

impl Spread {
    /// Mean and deviation of values with weights above 0; `None` of nothing.
    fn of(values: &[(f64, f64)]) -> Option<Spread> {
        let weight: f64 = values.iter().map(|value| value.1).sum();
        if !(weight.is_finite() && weight > 0.0) {
            return None;
        }
        let mean = values.iter().map(|value| value.0 * value.1).sum::<f64>() / weight;
        let variance = values.iter().map(|value| value.1 * (value.0 - mean).powi(2)).sum::<f64>() / weight;
        Some(Spread { mean, deviation: variance.sqrt() })
    }
}

/// A program as one run of a JVM shows it. Absent is what the log does not tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Program {
    /// Bytes allocated a second in which the program ran; spread over a hundred stretches of equal time.
    pub allocation: Option<Spread>,
    /// Share of the bytes allocated that outlives a young collection, 0 ..= 1.
    pub survival: Option<f64>,
    /// Bytes moved into the old generation a second in which the program ran.
    pub promotion: Option<f64>,
    /// Live bytes: after full collections or marking, else the least that a collection left.
    pub live: Option<Spread>,
    /// Growth of the live set, bytes a second; may be negative.
    pub growth: Option<f64>,
}

/// Stretches over which allocation is spread.
const STRETCHES: usize = 100;

impl Program {
    /// What a run shows.
    pub fn of(run: &Observed) -> Program {
        let live = live(run);
        Program {
            allocation: allocation(run),
            survival: survival(run),
            promotion: promotion(run),
            live: Spread::of(&live.iter().map(|point| (point.1, 1.0)).collect::<Vec<_>>()),
            growth: slope(&live),
        }
    }
}

fn allocation(run: &Observed) -> Option<Spread> {
    let (from, until) = run.span()?;
    let length = (until - from) / STRETCHES as f64;
    let place = |time: f64| (((time - from) / length) as usize).min(STRETCHES - 1);
    let mut stretches = vec![(0.0, length); STRETCHES];
    run.heap.iter().for_each(|point| stretches[place(point.time_s)].0 += point.allocated);
    let total: f64 = stretches.iter().map(|stretch| stretch.0).sum();
    let running = (until - from - run.paused_s()).max(f64::MIN_POSITIVE);
    let rates: Vec<(f64, f64)> = stretches.iter().map(|stretch| (stretch.0 / stretch.1, 1.0)).collect();
    let spread = Spread::of(&rates)?;
    Some(Spread { mean: total / running, deviation: spread.deviation })
}

fn young(run: &Observed) -> impl Iterator<Item = &Sample> {
    run.samples.iter().filter(|sample| matches!(sample.class, Class::Young | Class::Mixed))
}

/// Survivors of the survivors before count too, so that this is what a collection copies of what was allocated since.
fn survival(run: &Observed) -> Option<f64> {
    let copied: f64 = young(run).filter(|sample| sample.class == Class::Young).filter_map(|sample| sample.copied).sum();
    let allocated: f64 =
        run.heap.iter().filter(|point| point.class == Some(Class::Young)).map(|point| point.allocated).sum();
    (allocated > 0.0 && young(run).any(|sample| sample.copied.is_some())).then(|| (copied / allocated).min(1.0))
}

fn promotion(run: &Observed) -> Option<f64> {
    let (from, until) = run.span()?;
    let told: Vec<f64> = young(run).filter_map(|sample| sample.promoted).collect();
    let running = until - from - run.paused_s();
    (!told.is_empty() && running > 0.0).then(|| told.iter().sum::<f64>() / running)
}

/// Times and live bytes. Where nothing was marked, the least of what collections left in each stretch bounds them.
fn live(run: &Observed) -> Vec<(f64, f64)> {
    let marked = run.samples.iter().filter(|sample| sample.class != Class::Young);
    let told: Vec<(f64, f64)> = marked.filter_map(|sample| sample.start_s.zip(sample.live)).collect();
    if told.len() >= 2 {
        return told;
    }
    let left: Vec<(f64, f64)> = run.heap.iter().map(|point| (point.time_s, point.after)).collect();
    let stretch = left.len().div_ceil(10).max(1);
    left.chunks(stretch).filter_map(|part| part.iter().copied().min_by(|a, b| a.1.total_cmp(&b.1))).collect()
}

/// Slope of the straight line of least squares; `None` of fewer than three points.
fn slope(points: &[(f64, f64)]) -> Option<f64> {
    let count = points.len() as f64;
    let (x, y) = points.iter().fold((0.0, 0.0), |sum, point| (sum.0 + point.0 / count, sum.1 + point.1 / count));
    let (cross, square) = points
        .iter()
        .fold((0.0, 0.0), |sum, point| (sum.0 + (point.0 - x) * (point.1 - y), sum.1 + (point.0 - x) * (point.0 - x)));
    (points.len() >= 3 && square > 0.0).then(|| cross / square)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_line_is_its_slope() {
        let points: Vec<(f64, f64)> = (0..10).map(|i| (f64::from(i), 7.0 - 3.0 * f64::from(i))).collect();
        assert!((slope(&points).unwrap() + 3.0).abs() < 1e-12);
        assert_eq!(slope(&points[..2]), None);
    }

    #[test]
    fn a_spread_is_a_mean_and_a_deviation() {
        let spread = Spread::of(&[(1.0, 1.0), (3.0, 1.0)]).unwrap();
        assert_eq!((spread.mean, spread.deviation), (2.0, 1.0));
        assert_eq!(Spread::of(&[]), None);
    }
}
