//! An interval for a quantile from the order statistics of independent values: free of any assumed law.

use super::special::ln_gamma;

/// Which sorted values bracket the quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OrderInterval {
    /// Rank of the lower end, from 1; 0 where no value is low enough.
    pub lower_rank: usize,
    /// Rank of the upper end, from 1; `n + 1` where no value is high enough.
    pub upper_rank: usize,
    /// Probability that the interval covers the quantile.
    pub coverage: f64,
}

/// Ranks among `n` sorted values between which the quantile `p` lies with at least `confidence` (all in 0 .. 1).
/// Serves `heapwise verify`; sweeps do not use it yet.
pub fn order_interval(n: usize, p: f64, confidence: f64) -> OrderInterval {
    let cut = 0.5 * (1.0 - confidence);
    let below = cumulative(n, p);
    // below[i] is the probability that at most i - 1 values lie under the quantile; below[n + 1] is 1.
    let lower_rank = (0..=n).rev().find(|i| below[*i] <= cut).unwrap_or(0);
    let upper_rank = (0..=n).find(|i| below[*i] >= 1.0 - cut).unwrap_or(n + 1);
    OrderInterval { lower_rank, upper_rank, coverage: below[upper_rank] - below[lower_rank] }
}

/// `P(Bin(n, p) <= i - 1)` for i = 0 ..= n + 1.
fn cumulative(n: usize, p: f64) -> Vec<f64> {
    let whole = ln_gamma(n as f64 + 1.0);
    let mass = |k: usize| {
        let (k, rest) = (k as f64, (n - k) as f64);
        (whole - ln_gamma(k + 1.0) - ln_gamma(rest + 1.0) + k * p.ln() + rest * (-p).ln_1p()).exp()
    };
    let mut sum = 0.0;
    let sums = (0..=n).map(|k| {
        sum += mass(k);
        sum
    });
    std::iter::once(0.0).chain(sums).collect()
}

#[cfg(test)]
mod tests {
    use super::super::oracle;
    use super::*;

    #[test]
    fn published_ranks() {
        oracle::each("quantile_ci_order_stats", |case, quantity| {
            let got = order_interval(case.number("n") as usize, case.number("p"), case.number("confidence"));
            match quantity {
                "lower_index" => got.lower_rank as f64,
                "upper_index" => got.upper_rank as f64,
                "coverage" => got.coverage,
                other => panic!("unknown quantity {other}"),
            }
        });
    }

    #[test]
    fn the_median_of_few_values() {
        // n = 6, p = 1/2: the ends miss with 2 * (1/2)^6 = 1/32; five values reach 15/16 only.
        let six = order_interval(6, 0.5, 0.95);
        assert_eq!((six.lower_rank, six.upper_rank), (1, 6));
        assert!((six.coverage - 31.0 / 32.0).abs() < 1e-12);
        assert_eq!(order_interval(5, 0.5, 0.95).lower_rank, 0);
    }
}
