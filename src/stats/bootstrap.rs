//! Resampling of replications. All curves of one comparison are resampled together, since they share random numbers.
//!
//! Departure from the plain percentile bootstrap: with few replications it is too narrow, so deviations are widened
//! by t / z * sqrt(R / (R - 1)), the expanded percentiles of Hesterberg (The American Statistician 69(4), 2015).

use super::{CONFIDENCE, t_quantile};

/// Resamples taken; the percentiles then stand on 50 values each.
pub(super) const RESAMPLES: usize = 2000;

/// 97.5 % point of the normal law.
const NORMAL: f64 = 1.959963984540054;

/// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): enough for choosing replications.
struct Generator(u64);

impl Generator {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * bound as u128) >> 64) as usize
    }
}

/// How often each of `replications` runs is drawn, as a share, for every resample.
pub(super) fn resamples(replications: usize) -> impl Iterator<Item = Vec<f64>> {
    let mut generator = Generator(0x6865_6170_7769_7365);
    (0..RESAMPLES).map(move |_| {
        let mut shares = vec![0.0; replications];
        for _ in 0..replications {
            shares[generator.below(replications)] += 1.0 / replications as f64;
        }
        shares
    })
}

/// The factor on deviations that makes up for few replications; at least two are needed.
pub(super) fn widening(replications: usize) -> f64 {
    let n = replications as f64;
    t_quantile(0.5 + 0.5 * CONFIDENCE, n - 1.0) / NORMAL * (n / (n - 1.0)).sqrt()
}

/// The ends between which the middle 95 % of `values` lie.
pub(super) fn middle(values: &mut [f64]) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let cut = ((1.0 - CONFIDENCE) / 2.0 * values.len() as f64) as usize;
    (values[cut], values[values.len() - 1 - cut])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resamples_are_shares_and_repeat() {
        let first: Vec<_> = resamples(7).collect();
        assert!(first.iter().all(|shares| (shares.iter().sum::<f64>() - 1.0).abs() < 1e-12));
        assert_eq!(first, resamples(7).collect::<Vec<_>>());
        // Each replication is drawn equally often: mean share 1/7 within 5 standard errors.
        let mean = first.iter().map(|shares| shares[3]).sum::<f64>() / RESAMPLES as f64;
        let error = ((1.0 / 7.0) * (6.0 / 7.0) / 7.0 / RESAMPLES as f64).sqrt();
        assert!((mean - 1.0 / 7.0).abs() < 5.0 * error);
    }

    #[test]
    fn few_replications_widen() {
        assert!((widening(5) - 2.776445 / NORMAL * 1.25f64.sqrt()).abs() < 1e-6);
        assert!(widening(1000) < 1.01);
    }
}
