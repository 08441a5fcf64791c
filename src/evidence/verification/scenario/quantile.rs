//! Quantiles of many values in little room: counts in bins of equal ratio, and a straight line within a bin.

/// Logarithm of the ratio of neighbouring bins: a quantile is off by far less than one part in a thousand.
const STEP: f64 = 2e-3;
/// Logarithm of the least value told from 0, one nanosecond.
const LEAST: f64 = -20.8;
const BINS: usize = 20_000;

/// Counts by size.
#[derive(Clone, Debug, Default)]
pub struct Spread {
    zeros: f64,
    bins: Vec<f64>,
}

impl Spread {
    /// Counts one value of at least 0.
    pub fn push(&mut self, value: f64) {
        if value < 1e-9 {
            self.zeros += 1.0;
            return;
        }
        if self.bins.is_empty() {
            self.bins = vec![0.0; BINS];
        }
        self.bins[(((value.ln() - LEAST) / STEP) as usize).min(BINS - 1)] += 1.0;
    }

    /// Adds `sign` times the counts of another.
    pub fn add(&mut self, other: &Spread, sign: f64) {
        self.zeros += sign * other.zeros;
        if self.bins.is_empty() && !other.bins.is_empty() {
            self.bins = vec![0.0; BINS];
        }
        for (bin, more) in self.bins.iter_mut().zip(&other.bins) {
            *bin += sign * more;
        }
    }

    /// The value below which a share `p` lies.
    pub fn quantile(&self, p: f64) -> f64 {
        let wanted = p * (self.zeros + self.bins.iter().sum::<f64>());
        let mut below = self.zeros;
        for (bin, count) in self.bins.iter().enumerate() {
            if *count > 0.0 && below + count >= wanted {
                let within = ((wanted - below) / count).clamp(0.0, 1.0);
                return (LEAST + STEP * (bin as f64 + within)).exp();
            }
            below += count;
        }
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_a_known_sample() {
        let mut spread = Spread::default();
        (0..=1000).for_each(|k| spread.push(f64::from(k)));
        for p in [0.1, 0.5, 0.95] {
            assert!((spread.quantile(p) / (1000.0 * p) - 1.0).abs() < 2e-3, "{}", spread.quantile(p));
        }
    }
}
