//! Ranks: the chance of k is proportional to k^(-s), for k = 1 ..= n. Drawn by rejection (Crease).

use super::entry::{Range, plain};
use super::special::power_sum;
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;
use rand_distr::Zipf;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "zipf",
    summary: "ranks 1 ..= n with chances proportional to rank^(-s); a plain number whatever the unit of the law",
    forms: &[&[plain("n", Range::WholeFrom(1.0)), plain("s", Range::AtLeast(0.0))]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    let (n, s) = (values[0], values[1]);
    let law = Zipf::new(n, s).map_err(|fault| fault.to_string())?;
    let mass = power_sum(n, s);
    let mean = power_sum(n, s - 1.0) / mass;
    let variance = (power_sum(n, s - 2.0) / mass - mean * mean).max(0.0);
    Ok(Dist::with(Sampler::Zipf(law), Moments { mean, variance, lowest: 1.0 }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_chances() {
        // n = 3, s = 1: chances 6/11, 3/11, 2/11; mean 18/11, second moment 36/11.
        let law = Law::with("zipf", &[("n", 3.0), ("s", 1.0)]);
        check_moments(&law, 18.0 / 11.0, 36.0 / 11.0 - (18.0f64 / 11.0).powi(2));
        let dist = Dist::new(&law).unwrap();
        for (rank, chance) in [(1.0, 6.0 / 11.0), (2.0, 9.0 / 11.0), (3.0, 1.0)] {
            assert!((share_below(&dist, rank) - chance).abs() < 0.008);
        }
        // s = 0 is uniform: mean (n+1)/2, variance (n^2-1)/12.
        check_moments(&Law::with("zipf", &[("n", 1000.0), ("s", 0.0)]), 500.5, 999_999.0 / 12.0);
        check_sums(&Law::with("zipf", &[("n", 100.0), ("s", 0.8)]), 100, 100_000);
    }
}
