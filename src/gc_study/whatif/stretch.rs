//! Intervals stretched by what the model gets wrong of the log itself.
//!
//! Draws carry what the fit leaves open, not what the model lacks. How far the replay as logged is from the log shows that:
//! where a measured value lies outside its interval, the intervals of that quantity reach further by the same ratio in all
//! settings.

use super::{Cost, Likely, Measured};

/// Factors of lower and upper ends: at most 1, at least 1.
type Ends = (f64, f64);

/// How far the intervals of each quantity are stretched.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stretch {
    paused: Ends,
    p50_s: Ends,
    p99_s: Ends,
    max_s: Ends,
    per_hour: Ends,
}

const NONE: Ends = (1.0, 1.0);

impl Default for Stretch {
    fn default() -> Stretch {
        Stretch { paused: NONE, p50_s: NONE, p99_s: NONE, max_s: NONE, per_hour: NONE }
    }
}

impl Stretch {
    /// What makes the intervals of the setting as logged hold what was measured.
    pub fn of(logged: &Cost, measured: &Measured) -> Stretch {
        Stretch {
            paused: ends(&logged.paused, measured.paused),
            p50_s: ends(&logged.p50_s, measured.p50_s),
            p99_s: ends(&logged.p99_s, measured.p99_s),
            max_s: ends(&logged.max_s, measured.max_s),
            per_hour: ends(&logged.per_hour, measured.per_hour),
        }
    }

    /// The cost with stretched intervals; loss is stretched by as much time as pauses are.
    pub fn apply(&self, cost: &Cost) -> Cost {
        let paused = stretched(&cost.paused, self.paused);
        let paused = Likely { high: paused.high.min(1.0).max(paused.value), ..paused };
        let loss = Likely {
            low: (cost.loss.low - (cost.paused.low - paused.low)).max(0.0),
            high: (cost.loss.high + (paused.high - cost.paused.high)).min(1.0).max(cost.loss.value),
            ..cost.loss
        };
        Cost {
            loss,
            paused,
            p50_s: stretched(&cost.p50_s, self.p50_s),
            p99_s: stretched(&cost.p99_s, self.p99_s),
            max_s: stretched(&cost.max_s, self.max_s),
            per_hour: stretched(&cost.per_hour, self.per_hour),
        }
    }

    /// What is stretched noticeably, as people call it.
    pub fn quantities(&self) -> Vec<&'static str> {
        let all = [
            ("share of time in pauses", self.paused),
            ("median pause", self.p50_s),
            ("99th percentile of pauses", self.p99_s),
            ("longest pause", self.max_s),
            ("number of collections", self.per_hour),
        ];
        all.into_iter().filter(|(_, ends)| ends.0 < 0.99 || ends.1 > 1.01).map(|(name, _)| name).collect()
    }
}

fn ends(likely: &Likely, measured: f64) -> Ends {
    let low = if measured < likely.low { measured / likely.low } else { 1.0 };
    let high = if measured > likely.high && likely.high > 0.0 { measured / likely.high } else { 1.0 };
    (low, high)
}

fn stretched(likely: &Likely, (low, high): Ends) -> Likely {
    Likely { low: likely.low * low, high: likely.high * high, ..*likely }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(paused: Likely) -> Cost {
        let other = Likely { value: 1.0, low: 0.5, high: 2.0 };
        let loss = Likely { value: paused.value + 0.1, low: paused.low + 0.1, high: paused.high + 0.1 };
        Cost { loss, paused, p50_s: other, p99_s: other, max_s: other, per_hour: other }
    }

    #[test]
    fn the_logged_interval_holds_what_was_measured_and_others_follow() {
        let logged = cost(Likely { value: 0.1, low: 0.08, high: 0.15 });
        let measured =
            Measured { paused: 0.3, p50_s: 1.5, p99_s: 8.0, max_s: 1.0, per_hour: 0.25, span_s: 1.0, collections: 9 };
        let stretch = Stretch::of(&logged, &measured);
        let same = stretch.apply(&logged);
        assert!((same.paused.high - 0.3).abs() < 1e-12 && (same.loss.high - 0.4).abs() < 1e-12, "{same:?}");
        assert_eq!((same.p50_s.high, same.p99_s.high, same.per_hour.low), (2.0, 8.0, 0.25));
        let other = stretch.apply(&cost(Likely { value: 0.6, low: 0.5, high: 0.7 }));
        assert_eq!((other.paused.low, other.paused.high, other.loss.high), (0.5, 1.0, 1.0));
        let names = ["share of time in pauses", "99th percentile of pauses", "number of collections"];
        assert_eq!(stretch.quantities(), names);
        assert_eq!(Stretch::default().apply(&logged), logged);
    }
}
