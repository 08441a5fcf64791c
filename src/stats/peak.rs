//! Where a curve over a grid has its maximum, how sure that is, and how far the place moves when the curve changes.
//!
//! The answer lies on the grid, and so do the ends of its interval. Replications share random numbers across the
//! grid, so they are resampled jointly: what is common to all points of a curve does not blur its maximum.

use super::bootstrap::{middle, resamples, widening};
use super::{CONFIDENCE, Estimate, t_upper};
use crate::stats::Tally;

/// A curve: for each place of the grid, in rising order, one value a replication. All places have equally many.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Places, rising.
    pub x: Vec<f64>,
    /// Values: `y[place][replication]`.
    pub y: Vec<Vec<f64>>,
}

/// The maximum of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Peak {
    /// Place of the largest mean; the first of equals.
    pub at: f64,
    /// Its number on the grid.
    pub place: usize,
    /// Interval of the place, on the grid; absent with a single replication.
    pub range: Option<(f64, f64)>,
    /// The curve there.
    pub value: Estimate,
    /// The curve is significantly lower at both ends of the grid than at some place between them.
    pub interior: bool,
}

/// How the maximum moves from one curve to another.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// New place less old place.
    pub by: f64,
    /// Largest distance from `by` to an end of its interval; absent with a single replication.
    pub half_width: Option<f64>,
    /// Change of the maximum as a share of the old one.
    pub gain: f64,
}

impl Curve {
    /// Mean at each place, with the replications weighted by `shares`.
    fn means(&self, shares: &[f64]) -> Vec<f64> {
        self.y.iter().map(|values| values.iter().zip(shares).map(|(v, s)| v * s).sum()).collect()
    }

    fn replications(&self) -> usize {
        self.y.first().map_or(0, Vec::len)
    }

    fn plain_means(&self) -> Vec<f64> {
        let n = self.replications();
        self.means(&vec![1.0 / n as f64; n])
    }
}

fn highest(means: &[f64]) -> usize {
    (0..means.len()).fold(0, |best, place| if means[place] > means[best] { place } else { best })
}

/// Place of the maximum in each resample, with deviations from the mean curve widened for few replications.
fn resampled_places(curve: &Curve) -> Vec<f64> {
    let means = curve.plain_means();
    let factor = widening(curve.replications());
    let places = resamples(curve.replications()).map(|shares| {
        let drawn = curve.means(&shares);
        let spread: Vec<f64> = means.iter().zip(&drawn).map(|(mean, new)| mean + factor * (new - mean)).collect();
        curve.x[highest(&spread)]
    });
    places.collect()
}

/// The maximum of `curve`; `None` where the grid or the replications are empty.
pub fn peak(curve: &Curve) -> Option<Peak> {
    if curve.replications() == 0 {
        return None;
    }
    let place = highest(&curve.plain_means());
    let value = Estimate::of(&curve.y[place], CONFIDENCE)?;
    let range = (curve.replications() > 1).then(|| {
        let (lower, upper) = middle(&mut resampled_places(curve));
        (lower.min(curve.x[place]), upper.max(curve.x[place]))
    });
    Some(Peak { at: curve.x[place], place, range, value, interior: is_interior(curve) })
}

/// One-sided paired tests of each inner place against both ends, corrected for the number of inner places.
fn is_interior(curve: &Curve) -> bool {
    let last = curve.y.len() - 1;
    if last < 2 || curve.replications() < 2 {
        return false;
    }
    let tail = (1.0 - CONFIDENCE) / (last - 1) as f64;
    (1..last).any(|place| [0, last].iter().all(|end| significantly_above(&curve.y[place], &curve.y[*end], tail)))
}

/// Whether `left` exceeds `right` on paired replications, at the one-sided error probability `tail`.
pub(super) fn significantly_above(left: &[f64], right: &[f64], tail: f64) -> bool {
    let mut differences = Tally::default();
    left.iter().zip(right).for_each(|(l, r)| differences.push(l - r));
    let (Some(mean), Some(variance)) = (differences.mean(), differences.variance()) else { return false };
    let n = left.len() as f64;
    mean > 0.0 && mean > t_upper(tail, n - 1.0) * (variance / n).sqrt()
}

/// How the maximum moves from `old` to `new`; both share replications. `None` where one of them is empty.
pub fn shift(old: &Curve, new: &Curve) -> Option<Shift> {
    let (before, after) = (peak(old)?, peak(new)?);
    let by = after.at - before.at;
    let gain = after.value.mean / before.value.mean - 1.0;
    let half_width = (old.replications() == new.replications() && old.replications() > 1).then(|| {
        let pairs = resampled_places(old).into_iter().zip(resampled_places(new));
        let (lower, upper) = middle(&mut pairs.map(|(from, to)| to - from).collect::<Vec<_>>());
        (upper - by).max(by - lower).max(0.0)
    });
    Some(Shift { by, half_width, gain })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A parabola with its top at `top` on the grid 0 ..= 8, noise common to all places, and a little of its own.
    fn parabola(top: f64, own: f64) -> Curve {
        let x: Vec<f64> = (0..9).map(f64::from).collect();
        let noise = |place: usize, r: usize| own * (((place * 7 + r * 5) % 11) as f64 - 5.0);
        let value = |place: usize, r: usize| 100.0 - (x[place] - top).powi(2) + 30.0 * r as f64 + noise(place, r);
        let y = (0..9).map(|place| (0..8).map(|r| value(place, r)).collect()).collect();
        Curve { x, y }
    }

    #[test]
    fn common_noise_does_not_blur_the_place() {
        let found = peak(&parabola(3.0, 0.0)).unwrap();
        assert_eq!((found.at, found.range, found.interior), (3.0, Some((3.0, 3.0)), true));
        assert!(found.value.half_width.unwrap() > 10.0);
    }

    #[test]
    fn own_noise_widens_the_range_around_the_truth() {
        let (lower, upper) = peak(&parabola(3.5, 0.3)).unwrap().range.unwrap();
        assert!(lower <= 3.0 && upper >= 4.0 && upper - lower < 4.0, "{lower} .. {upper}");
    }

    #[test]
    fn a_rising_curve_has_no_interior_maximum() {
        assert!(!peak(&parabola(20.0, 0.0)).unwrap().interior);
        assert!(!peak(&parabola(7.5, 3.0)).unwrap().interior);
        assert_eq!(peak(&Curve { x: vec![], y: vec![] }), None);
    }

    #[test]
    fn one_replication_has_a_place_but_no_interval() {
        let found = peak(&Curve { x: vec![1.0, 2.0, 3.0], y: vec![vec![1.0], vec![5.0], vec![5.0]] }).unwrap();
        assert_eq!((found.at, found.range, found.interior), (2.0, None, false));
    }

    #[test]
    fn shifts_are_measured_between_paired_curves() {
        let moved = shift(&parabola(3.0, 0.0), &parabola(6.0, 0.0)).unwrap();
        assert_eq!((moved.by, moved.half_width), (3.0, Some(0.0)));
        assert!(moved.gain.abs() < 1e-12);
        let blurred = shift(&parabola(3.0, 0.3), &parabola(6.0, 0.3)).unwrap();
        assert!(blurred.half_width.unwrap() < 3.0);
    }
}
