//! Count, mean, variance and extremes of a stream of values, by Welford's update (Technometrics 4(3), 1962).

/// Statistics of values that count alike.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    count: u64,
    mean: f64,
    squares: f64,
    min: f64,
    max: f64,
}

impl Tally {
    /// Takes one more value.
    pub fn push(&mut self, value: f64) {
        (self.min, self.max) =
            if self.count == 0 { (value, value) } else { (self.min.min(value), self.max.max(value)) };
        self.count += 1;
        let off = value - self.mean;
        self.mean += off / self.count as f64;
        self.squares += off * (value - self.mean);
    }

    /// Forgets everything.
    pub fn reset(&mut self) {
        *self = Tally::default();
    }

    /// Number of values.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Sum of the values.
    pub fn sum(&self) -> f64 {
        self.mean * self.count as f64
    }

    /// Mean, if there are values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Variance of the sample (division by n - 1), from two values on.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// Smallest value.
    pub fn min(&self) -> Option<f64> {
        (self.count > 0).then_some(self.min)
    }

    /// Largest value.
    pub fn max(&self) -> Option<f64> {
        (self.count > 0).then_some(self.max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_of_a_hand_worked_sample() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations sum to 32, variance 32/7.
        let mut tally = Tally::default();
        [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].iter().for_each(|v| tally.push(*v));
        assert_eq!((tally.count(), tally.mean(), tally.min(), tally.max()), (8, Some(5.0), Some(2.0), Some(9.0)));
        assert!((tally.variance().unwrap() - 32.0 / 7.0).abs() < 1e-12);
        tally.reset();
        assert_eq!((tally.mean(), tally.variance(), tally.max()), (None, None, None));
    }

    #[test]
    fn a_large_offset_costs_no_digits() {
        let mut tally = Tally::default();
        [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0].iter().for_each(|v| tally.push(*v));
        assert!((tally.variance().unwrap() - 30.0).abs() < 1e-6);
    }
}
