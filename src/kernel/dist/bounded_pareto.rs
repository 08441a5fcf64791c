//! The power law cut off at both ends: the usual fit of file, state and job sizes (Harchol-Balter, "Performance
//! Modeling and Design of Computer Systems", 2013, chapter 20).

use super::entry::{Range, plain, scaled};
use super::special::power_integral;
use super::{Dist, LawEntry, Moments, Sampler, Takes, moments_sum};
use crate::base::Law;
use crate::kernel::Stream;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "bounded-pareto",
    summary: "power law between min and max",
    forms: &[&[scaled("min", Range::Above(0.0)), scaled("max", Range::Above(0.0)), plain("alpha", Range::Above(0.0))]],
    takes: Takes::NumbersOnly,
    build,
};

/// How many of the largest draws of a sum are drawn exactly.
const TOP: u64 = 32;

/// The power law on [min, max].
#[derive(Clone, Debug)]
pub(super) struct BoundedPareto {
    min: f64,
    max: f64,
    alpha: f64,
    /// (min/max)^alpha: the chance that the unbounded law exceeds max.
    beyond: f64,
}

impl BoundedPareto {
    /// The law without an upper end.
    pub(super) fn unbounded(min: f64, alpha: f64) -> BoundedPareto {
        BoundedPareto { min, max: f64::INFINITY, alpha, beyond: 0.0 }
    }

    fn new(min: f64, max: f64, alpha: f64) -> BoundedPareto {
        BoundedPareto { min, max, alpha, beyond: (min / max).powf(alpha) }
    }

    #[inline]
    pub(super) fn sample(&self, stream: &mut Stream) -> f64 {
        let exceed = self.beyond + (1.0 - self.beyond) * stream.uniform();
        (self.min * exceed.powf(-1.0 / self.alpha)).min(self.max)
    }

    /// The sum of `n` > 32 draws min * u^(-1/alpha) with u uniform on (beyond, 1): the smallest u's one after the other, then
    /// the others as one.
    pub(super) fn sum(&self, n: u64, stream: &mut Stream) -> f64 {
        let BoundedPareto { min, alpha, beyond, .. } = *self;
        let (mut sum, mut exceed) = (0.0, beyond);
        for drawn in 0..TOP {
            // The smallest of m uniform numbers is 1 - v^(1/m); exp_m1 keeps its digits where m is large.
            let smallest = -(stream.uniform_positive().ln() / (n - drawn) as f64).exp_m1();
            exceed += (1.0 - exceed) * smallest;
            sum += min * exceed.max(f64::MIN_POSITIVE).powf(-1.0 / alpha);
        }
        let below = min * exceed.powf(-1.0 / alpha);
        sum + moments_sum(n - TOP, BoundedPareto::new(min, below, alpha).moments(), stream)
    }

    fn moments(&self) -> Moments {
        // The density is proportional to x^(-alpha-1); dividing by its own integral loses no digits where max is
        // close to min. Lengths in units of min, so that no power overflows.
        let moment = |k: f64| power_integral(1.0, self.max / self.min, k - self.alpha);
        let (mass, first) = (moment(0.0), moment(1.0));
        let mean = if mass > 0.0 { (first / mass).clamp(1.0, self.max / self.min) } else { 1.0 };
        let square = if mass > 0.0 { moment(2.0) / mass } else { 1.0 };
        let variance = (square - mean * mean).max(0.0);
        Moments { mean: self.min * mean, variance: self.min * self.min * variance, lowest: self.min }
    }
}

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    let (min, max) = (values[0], values[1]);
    if max < min {
        return Err(format!("max = {max}: expected at least min = {min}"));
    }
    let law = BoundedPareto::new(min, max, values[2]);
    let moments = law.moments();
    if !moments.variance.is_finite() {
        return Err(format!("max = {max}: too far above min = {min} to compute with"));
    }
    Ok(Dist::with(Sampler::BoundedPareto(law), moments))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_quantiles() {
        // Density 2 * 4/3 * x^-3 on [1, 2]: mean 4/3, second moment 8/3 ln 2.
        let law = Law::with("bounded-pareto", &[("min", 1.0), ("max", 2.0), ("alpha", 2.0)]);
        check_moments(&law, 4.0 / 3.0, 8.0 / 3.0 * 2f64.ln() - 16.0 / 9.0);
        check_quantiles(&law, |p| (1.0 - 0.75 * p).powf(-0.5));
        // alpha 1 on [1, 100]: mean 100/99 ln 100, second moment 100.
        let law = Law::with("bounded-pareto", &[("min", 1.0), ("max", 100.0), ("alpha", 1.0)]);
        let mean = 100.0 / 99.0 * 100f64.ln();
        check_moments(&law, mean, 100.0 - mean * mean);
        check_sums(&law, 40, 100_000);
        check_sums(&law, 5000, 50_000);
    }

    #[test]
    fn equal_bounds_give_a_constant() {
        let law = Law::with("bounded-pareto", &[("min", 3.0), ("max", 3.0), ("alpha", 1.5)]);
        let dist = Dist::new(&law).unwrap();
        assert_eq!((dist.mean(), dist.variance(), dist.sample(&mut stream())), (3.0, 0.0, 3.0));
        assert!((dist.sample_sum(100, &mut stream()) - 300.0).abs() < 1e-9);
    }
}
