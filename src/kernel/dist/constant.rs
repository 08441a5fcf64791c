//! Always the same value.

use super::entry::{Range, scaled};
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "constant",
    summary: "always the same value",
    forms: &[&[scaled("value", Range::Any)]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    Ok(always(values[0]))
}

/// Also the limit of other laws as their variance goes to 0.
pub(super) fn always(value: f64) -> Dist {
    Dist::with(Sampler::Constant(value), Moments { mean: value, variance: 0.0, lowest: value })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn draws_and_sums_are_exact() {
        let dist = Dist::new(&Law::constant(2.5)).unwrap();
        assert_eq!((dist.sample(&mut stream()), dist.sample_sum(1000, &mut stream())), (2.5, 2500.0));
        assert_eq!((dist.mean(), dist.variance()), (2.5, 0.0));
    }
}
