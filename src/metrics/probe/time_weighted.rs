//! The integral of a step function, hence its average over time.
//!
//! An average over event times would weigh busy moments too much; only under Poisson arrivals do the two agree.

use crate::base::SimTime;

/// A value that jumps at known times and holds in between.
#[derive(Clone, Debug, PartialEq)]
pub struct TimeWeighted {
    value: f64,
    since: SimTime,
    from: SimTime,
    integral: f64,
    max: f64,
}

impl TimeWeighted {
    /// Starts measuring at `at` with `value`.
    pub fn new(at: SimTime, value: f64) -> TimeWeighted {
        TimeWeighted { value, since: at, from: at, integral: 0.0, max: value }
    }

    /// The value is `value` from `at` on. Times must not run backwards; an earlier one counts as no time passed.
    pub fn set(&mut self, at: SimTime, value: f64) {
        self.integral += self.value * at.since(self.since).as_secs();
        self.since = self.since.max(at);
        self.value = value;
        self.max = self.max.max(value);
    }

    /// The value changes by `delta` at `at`.
    pub fn add(&mut self, at: SimTime, delta: f64) {
        self.set(at, self.value + delta);
    }

    /// Measuring begins anew at `at`; the value holds on.
    pub fn reset(&mut self, at: SimTime) {
        *self = TimeWeighted::new(at, self.value);
    }

    /// The value now.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Value times seconds from the start of measuring until `at`.
    pub fn integral(&self, at: SimTime) -> f64 {
        self.integral + self.value * at.since(self.since).as_secs()
    }

    /// The average over time until `at`; the present value where no time has passed.
    pub fn mean(&self, at: SimTime) -> f64 {
        let span = at.since(self.from).as_secs();
        if span > 0.0 { self.integral(at) / span } else { self.value }
    }

    /// The largest value since the start of measuring.
    pub fn max(&self) -> f64 {
        self.max
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(secs: u64) -> SimTime {
        SimTime(secs * 1_000_000_000)
    }

    #[test]
    fn the_mean_is_the_integral_over_the_window() {
        // 2 for 3 s, then 10 for 1 s: (6 + 10) / 4 = 4; the two values alone would average to 6.
        let mut level = TimeWeighted::new(s(0), 2.0);
        level.set(s(3), 10.0);
        assert_eq!((level.mean(s(4)), level.max(), level.integral(s(4))), (4.0, 10.0, 16.0));
    }

    #[test]
    fn a_reset_forgets_the_past_and_keeps_the_value() {
        let mut level = TimeWeighted::new(s(0), 100.0);
        level.set(s(1), 4.0);
        level.reset(s(2));
        level.add(s(4), 2.0);
        // From 2 to 4 s at 4, from 4 to 6 s at 6.
        assert_eq!((level.mean(s(6)), level.max()), (5.0, 6.0));
        assert_eq!(TimeWeighted::new(s(1), 7.0).mean(s(1)), 7.0);
    }
}
