//! Amounts by interval: what MSER-5 and the time series read.

use crate::base::{SimSpan, SimTime};

/// One sum an interval, from the start of the run on; interval `i` covers `[i, i + 1)` times its length.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    interval: SimSpan,
    sums: Vec<f64>,
}

impl Series {
    /// An empty series; an interval of 0 is taken as 1 ns.
    pub fn new(interval: SimSpan) -> Series {
        Series { interval: interval.max(SimSpan(1)), sums: Vec::new() }
    }

    /// Adds `amount` to the interval that `at` lies in.
    pub fn add(&mut self, at: SimTime, amount: f64) {
        let place = (at.0 / self.interval.0) as usize;
        if place >= self.sums.len() {
            self.sums.resize(place + 1, 0.0);
        }
        self.sums[place] += amount;
    }

    /// Sum of the interval that ended last at or before `at`, divided by its seconds.
    pub fn rate_before(&self, at: SimTime) -> f64 {
        let ended = (at.0 / self.interval.0) as usize;
        let sum = ended.checked_sub(1).and_then(|place| self.sums.get(place));
        sum.copied().unwrap_or(0.0) / self.interval.as_secs()
    }

    /// Amounts a second of the whole intervals until `end`; an interval without an entry is 0.
    pub fn rates(&self, end: SimTime) -> Vec<f64> {
        let whole = (end.0 / self.interval.0) as usize;
        let seconds = self.interval.as_secs();
        (0..whole).map(|place| self.sums.get(place).copied().unwrap_or(0.0) / seconds).collect()
    }

    /// Sum of the whole intervals from the one that starts at or after `from` on.
    pub fn sum_from(&self, from: SimTime) -> f64 {
        self.sums.iter().skip(from.0.div_ceil(self.interval.0) as usize).sum()
    }

    /// When the interval number `place` starts.
    pub fn start_of(&self, place: usize) -> SimTime {
        SimTime(self.interval.0.saturating_mul(place as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_fall_into_their_interval() {
        let mut series = Series::new(SimSpan::secs(2));
        let s = |secs: u64| SimTime(secs * 1_000_000_000);
        series.add(s(1), 4.0);
        series.add(s(2), 6.0);
        series.add(s(7), 2.0);
        // Intervals: 4, 6, 0, 2, then nothing; the interval from 8 s on is not whole at 9 s.
        assert_eq!(series.rates(s(9)), [2.0, 3.0, 0.0, 1.0]);
        assert_eq!((series.rate_before(s(4)), series.rate_before(s(1))), (3.0, 0.0));
        assert_eq!((series.sum_from(s(1)), series.start_of(3)), (8.0, s(6)));
    }
}
