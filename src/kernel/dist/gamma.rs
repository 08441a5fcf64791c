//! The gamma law by mean and squared coefficient of variation: from nearly constant (scv 0) past exponential (1) to
//! bursts (above 1). Drawn by Marsaglia and Tsang's method.

use super::constant::always;
use super::entry::{Range, plain, scaled};
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;
use rand_distr::Gamma;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "gamma",
    summary: "by mean and squared coefficient of variation; scv 0 is constant, 1 is exponential",
    forms: &[&[scaled("mean", Range::Above(0.0)), plain("scv", Range::AtLeast(0.0))]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    let (mean, scv) = (values[0], values[1]);
    if scv == 0.0 {
        return Ok(always(mean));
    }
    by_shape(1.0 / scv, mean)
}

/// The gamma law with this shape and mean.
pub(super) fn by_shape(shape: f64, mean: f64) -> Result<Dist, String> {
    let scale = mean / shape;
    let gamma = Gamma::new(shape, scale).map_err(|fault| fault.to_string())?;
    let moments = Moments { mean, variance: mean * mean / shape, lowest: 0.0 };
    Ok(Dist::with(Sampler::Gamma { shape, scale, gamma }, moments))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_on_both_sides_of_the_exponential_law() {
        for scv in [0.1, 1.0, 4.0] {
            let law = Law::with("gamma", &[("mean", 2.0), ("scv", scv)]);
            check_moments(&law, 2.0, 4.0 * scv);
            check_sums(&law, 3, 200_000);
            check_sums(&law, 1000, 100_000);
        }
        // With an scv of 1 it is the exponential law.
        check_quantiles(&Law::with("gamma", &[("mean", 2.0), ("scv", 1.0)]), |p| -2.0 * (1.0 - p).ln());
    }

    #[test]
    fn without_variance_it_is_constant() {
        let dist = Dist::new(&Law::with("gamma", &[("mean", 2.0), ("scv", 0.0)])).unwrap();
        assert_eq!(dist.sample(&mut stream()), 2.0);
    }
}
