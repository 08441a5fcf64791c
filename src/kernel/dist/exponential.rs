//! The law of waiting without memory. Drawn by Marsaglia and Tsang's ziggurat.

use super::entry::{Range, scaled};
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "exponential",
    summary: "waiting without memory; squared coefficient of variation 1",
    forms: &[&[scaled("mean", Range::Above(0.0))]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    let mean = values[0];
    Ok(Dist::with(Sampler::Exponential { mean }, Moments { mean, variance: mean * mean, lowest: 0.0 }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_quantiles_and_sums() {
        let law = Law::with("exponential", &[("mean", 3.0)]);
        check_moments(&law, 3.0, 9.0);
        check_quantiles(&law, |p| -3.0 * (1.0 - p).ln());
        check_sums(&law, 1, 200_000);
        check_sums(&law, 7, 200_000);
        check_sums(&law, 1_000_000, 100_000);
    }
}
