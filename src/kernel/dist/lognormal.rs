//! The law whose logarithm is normal: sizes of records and states, times of services.

use super::constant::always;
use super::entry::{Range, plain, scaled};
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;
use rand_distr::LogNormal;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "lognormal",
    summary: "its logarithm is normal; sigma is the standard deviation of the natural logarithm",
    forms: &[
        &[scaled("mean", Range::Above(0.0)), plain("scv", Range::AtLeast(0.0))],
        &[scaled("median", Range::Above(0.0)), plain("sigma", Range::AtLeast(0.0))],
    ],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, names: &[&str], values: &[f64]) -> Result<Dist, String> {
    let (variance_of_log, mu) = if names[0] == "mean" {
        let variance_of_log = values[1].ln_1p();
        (variance_of_log, values[0].ln() - variance_of_log / 2.0)
    } else {
        (values[1] * values[1], values[0].ln())
    };
    if variance_of_log == 0.0 {
        return Ok(always(values[0]));
    }
    let mean = (mu + variance_of_log / 2.0).exp();
    let variance = mean * mean * variance_of_log.exp_m1();
    if !variance.is_finite() {
        return Err(format!("{} = {}: too large to compute with", names[1], values[1]));
    }
    let law = LogNormal::new(mu, variance_of_log.sqrt()).map_err(|fault| fault.to_string())?;
    Ok(Dist::with(Sampler::LogNormal(law), Moments { mean, variance, lowest: 0.0 }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_of_both_forms() {
        check_moments(&Law::with("lognormal", &[("mean", 2.0), ("scv", 0.5)]), 2.0, 2.0);
        let law = Law::with("lognormal", &[("median", 3.0), ("sigma", 0.4)]);
        check_moments(&law, 3.0 * 0.08f64.exp(), 9.0 * 0.16f64.exp() * 0.16f64.exp_m1());
        // 1.6448536 is the 95 % point of the normal law.
        let dist = Dist::new(&law).unwrap();
        assert!((share_below(&dist, 3.0) - 0.5).abs() < 0.008);
        assert!((share_below(&dist, 3.0 * (0.4 * 1.6448536f64).exp()) - 0.95).abs() < 0.004);
    }
}
