//! All values between two bounds, equally likely.

use super::entry::{Range, scaled};
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "uniform",
    summary: "equally likely from min to max",
    forms: &[&[scaled("min", Range::Any), scaled("max", Range::Any)]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    let (min, max) = (values[0], values[1]);
    if max < min {
        return Err(format!("max = {max}: expected at least min = {min}"));
    }
    let width = max - min;
    let moments = Moments { mean: min + width / 2.0, variance: width * width / 12.0, lowest: min };
    Ok(Dist::with(Sampler::Uniform { min, width }, moments))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_quantiles() {
        let law = Law::with("uniform", &[("min", 2.0), ("max", 5.0)]);
        check_moments(&law, 3.5, 0.75);
        check_quantiles(&law, |p| 2.0 + 3.0 * p);
    }
}
