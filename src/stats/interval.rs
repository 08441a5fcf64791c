//! Means with intervals, and differences of means.

use super::t_quantile;
use crate::stats::Tally;

/// Confidence of every interval that the project writes.
pub const CONFIDENCE: f64 = 0.95;

/// A mean and how far off it may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Mean of the values.
    pub mean: f64,
    /// Half the width of the interval; absent for a single value.
    pub half_width: Option<f64>,
    /// Number of values.
    pub count: usize,
}

impl Estimate {
    /// Mean of independent values with its t-interval at `confidence` (0 .. 1). `None` without values.
    pub fn of(values: &[f64], confidence: f64) -> Option<Estimate> {
        let tally = tally(values);
        let n = values.len() as f64;
        let half_width = tally.variance().map(|v| t_quantile(0.5 + 0.5 * confidence, n - 1.0) * (v / n).sqrt());
        Some(Estimate { mean: tally.mean()?, half_width, count: values.len() })
    }

    /// Lower end; the mean itself where there is no interval.
    pub fn lower(&self) -> f64 {
        self.mean - self.half_width.unwrap_or(0.0)
    }

    /// Upper end; the mean itself where there is no interval.
    pub fn upper(&self) -> f64 {
        self.mean + self.half_width.unwrap_or(0.0)
    }
}

fn tally(values: &[f64]) -> Tally {
    let mut tally = Tally::default();
    values.iter().for_each(|value| tally.push(*value));
    tally
}

/// Mean of `left - right` over pairs that share their random numbers. `None` where the lengths differ or are 0.
pub fn paired(left: &[f64], right: &[f64], confidence: f64) -> Option<Estimate> {
    if left.len() != right.len() {
        return None;
    }
    let differences: Vec<f64> = left.iter().zip(right).map(|(l, r)| l - r).collect();
    Estimate::of(&differences, confidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hand_worked_interval() {
        // 1, 2, 3, 4, 5: mean 3, s^2 = 2.5, t(0.975, 4) = 2.776445; 2.776445 * sqrt(0.5) = 1.963243.
        let got = Estimate::of(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.95).unwrap();
        assert!((got.half_width.unwrap() - 1.963243).abs() < 1e-6 && got.mean == 3.0);
        assert_eq!(Estimate::of(&[7.0], 0.95).unwrap().half_width, None);
        assert_eq!(Estimate::of(&[], 0.95), None);
    }

    #[test]
    fn pairing_removes_what_is_common() {
        let (a, b) = ([10.0, 20.0, 30.0], [9.0, 19.0, 29.0]);
        let pairs = paired(&a, &b, 0.95).unwrap();
        assert_eq!((pairs.mean, pairs.half_width), (1.0, Some(0.0)));
        assert_eq!(paired(&a, &b[..2], 0.95), None);
    }
}
