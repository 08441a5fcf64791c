//! Lifetimes: a shape below 1 has a heavy tail, 1 is exponential, above 1 wears out.

use super::entry::{Range, plain, scaled};
use super::special::ln_gamma;
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;
use rand_distr::Weibull;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "weibull",
    summary: "lifetimes; a shape below 1 has a heavy tail, 1 is exponential, above 1 wears out",
    forms: &[
        &[scaled("mean", Range::Above(0.0)), plain("shape", Range::Above(0.0))],
        &[scaled("scale", Range::Above(0.0)), plain("shape", Range::Above(0.0))],
    ],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, names: &[&str], values: &[f64]) -> Result<Dist, String> {
    let shape = values[1];
    let first = ln_gamma(1.0 + 1.0 / shape);
    let scale = if names[0] == "mean" { values[0] / first.exp() } else { values[0] };
    let mean = scale * first.exp();
    let variance = mean * mean * (ln_gamma(1.0 + 2.0 / shape) - 2.0 * first).exp_m1();
    if scale <= 0.0 || !variance.is_finite() {
        return Err(format!("shape = {shape}: too near to 0 to compute with"));
    }
    let law = Weibull::new(scale, shape).map_err(|fault| fault.to_string())?;
    Ok(Dist::with(Sampler::Weibull(law), Moments { mean, variance: variance.max(0.0), lowest: 0.0 }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_quantiles() {
        // With a shape of 2 (Rayleigh) the mean is scale * sqrt(pi)/2 and the variance scale^2 * (1 - pi/4).
        let pi = std::f64::consts::PI;
        let law = Law::with("weibull", &[("scale", 3.0), ("shape", 2.0)]);
        check_moments(&law, 1.5 * pi.sqrt(), 9.0 * (1.0 - pi / 4.0));
        check_quantiles(&law, |p| 3.0 * (-(1.0 - p).ln()).sqrt());
        // With a shape of 1/2 the mean is 2 scale and the variance 20 scale^2.
        check_moments(&Law::with("weibull", &[("mean", 2.0), ("shape", 0.5)]), 2.0, 20.0);
    }
}
