//! The power law: the chance to exceed x is (minimum/x)^alpha.
//!
//! A sum of many draws is made of its 32 largest, drawn exactly as order statistics from the top down, and the
//! rest, which given the 32nd are independent draws below it, so that their mean and variance are finite. The tail
//! of the sum is thereby exact even where the variance or the mean is infinite and no normal law applies.

use super::bounded_pareto::BoundedPareto;
use super::entry::{Range, plain, scaled};
use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;
use crate::kernel::Stream;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "pareto",
    summary: "power law; infinite variance for an alpha of at most 2, infinite mean for at most 1",
    forms: &[
        &[scaled("minimum", Range::Above(0.0)), plain("alpha", Range::Above(0.0))],
        &[scaled("mean", Range::Above(0.0)), plain("alpha", Range::Above(1.0))],
    ],
    takes: Takes::NumbersOnly,
    build,
};

/// The power law on [minimum, infinity).
#[derive(Clone, Debug)]
pub(super) struct Pareto {
    minimum: f64,
    alpha: f64,
}

impl Pareto {
    #[inline]
    pub(super) fn sample(&self, stream: &mut Stream) -> f64 {
        self.minimum * stream.uniform_positive().powf(-1.0 / self.alpha)
    }

    pub(super) fn sum(&self, n: u64, stream: &mut Stream) -> f64 {
        BoundedPareto::unbounded(self.minimum, self.alpha).sum(n, stream)
    }
}

fn build(_: &Law, names: &[&str], values: &[f64]) -> Result<Dist, String> {
    let alpha = values[1];
    if names[0] == "mean" && alpha <= 1.0 {
        return Err(format!("alpha = {alpha}: expected a number above 1, as the law has no mean otherwise"));
    }
    let minimum = if names[0] == "mean" { values[0] * (alpha - 1.0) / alpha } else { values[0] };
    let mean = if alpha > 1.0 { minimum * alpha / (alpha - 1.0) } else { f64::INFINITY };
    let variance = if alpha > 2.0 { mean * mean / (alpha * (alpha - 2.0)) } else { f64::INFINITY };
    Ok(Dist::with(Sampler::Pareto(Pareto { minimum, alpha }), Moments { mean, variance, lowest: minimum }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_quantiles() {
        let law = Law::with("pareto", &[("mean", 3.0), ("alpha", 6.0)]);
        check_moments(&law, 3.0, 9.0 / 24.0);
        check_quantiles(&law, |p| 2.5 * (1.0 - p).powf(-1.0 / 6.0));
        check_sums(&law, 100, 100_000);
        check_sums(&law, 10_000, 50_000);
    }

    #[test]
    fn infinite_moments_say_so() {
        let heavy = Dist::new(&Law::with("pareto", &[("minimum", 2.0), ("alpha", 1.5)])).unwrap();
        assert_eq!((heavy.mean(), heavy.variance()), (6.0, f64::INFINITY));
        let heavier = Dist::new(&Law::with("pareto", &[("minimum", 2.0), ("alpha", 0.5)])).unwrap();
        assert_eq!(heavier.mean(), f64::INFINITY);
        assert!(Dist::new(&Law::with("pareto", &[("mean", 2.0), ("alpha", 1.0)])).is_err());
    }

    #[test]
    fn heavy_sums_have_the_distribution_of_added_draws() {
        for alpha in [0.7, 1.2, 2.5] {
            let dist = Dist::new(&Law::with("pareto", &[("minimum", 1.0), ("alpha", alpha)])).unwrap();
            let mut stream = stream();
            let plain = sorted((0..4000).map(|_| (0..300).map(|_| dist.sample(&mut stream)).sum()).collect());
            let fast = sorted((0..4000).map(|_| dist.sample_sum(300, &mut stream)).collect());
            // Kolmogorov and Smirnov's distance; 1.95 is its 0.1 % point.
            let distance = largest_gap(&plain, &fast);
            assert!(distance < 1.95 * (2.0f64 / 4000.0).sqrt(), "alpha {alpha}: {distance}");
        }
    }
}
