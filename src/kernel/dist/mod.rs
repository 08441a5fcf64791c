//! Distributions: [`Law`] is the plain data of a scenario, [`Dist`] is checked and ready to draw from.
//!
//! A law is one file here and one line in [`LAWS`].
//!
//! # Sums
//!
//! A batch of a thousand records needs the sum of a thousand draws, and must not cost a thousand draws.
//! [`Dist::sample_sum`] is
//! - exact for the laws closed under addition (constant, exponential, gamma, erlang) and for mixtures of them
//!   (hyperexponential, mixture: first how many draws each part contributes, by binomial draws, then the sum of each);
//! - the sum of the draws themselves for n of at most [`SUMMED_ONE_BY_ONE`];
//! - for the Pareto laws, exact in the largest draws, which carry the tail, and approximate in the others;
//! - else an approximation with the exact mean and variance, a gamma law that starts at n times the lower end of
//!   the support. It is as good as the normal law where that is good (it tends to it as n grows), and where the
//!   normal law would fall below the support and have to be cut, it keeps its mean, because it has no such part.

mod bounded_pareto;
mod constant;
mod empirical;
mod entry;
mod erlang;
mod exponential;
mod gamma;
mod hyperexponential;
mod lognormal;
mod mixture;
mod pareto;
mod sampler;
mod special;
#[cfg(test)]
mod testing;
mod uniform;
mod weibull;
mod zipf;

pub use entry::{LawEntry, LawNumber, Range, Takes};
pub(crate) use special::ln_gamma;

use super::Stream;
use crate::base::Law;
use entry::fault_of;
use rand_distr::{Distribution, Gamma};
use sampler::Sampler;

/// Every law, in the order in which `heapwise list` shows them.
pub const LAWS: &[&LawEntry] = &[
    &constant::ENTRY,
    &uniform::ENTRY,
    &exponential::ENTRY,
    &gamma::ENTRY,
    &erlang::ENTRY,
    &lognormal::ENTRY,
    &weibull::ENTRY,
    &pareto::ENTRY,
    &bounded_pareto::ENTRY,
    &zipf::ENTRY,
    &hyperexponential::ENTRY,
    &empirical::ENTRY,
    &mixture::ENTRY,
];

/// Up to this many draws, a sum is added up one by one.
pub const SUMMED_ONE_BY_ONE: u64 = 32;

/// A checked distribution.
#[derive(Clone, Debug)]
pub struct Dist {
    sampler: Sampler,
    mean: f64,
    variance: f64,
    lowest: f64,
}

impl Dist {
    /// Checks the law's name and every number. The text of an error names each fault: what was found, and what was
    /// expected instead.
    pub fn new(law: &Law) -> Result<Dist, String> {
        let entry = LawEntry::find(&law.name)?;
        let form = entry.check(law)?;
        let values: Vec<f64> = form.iter().filter_map(|number| law.number(number.name)).collect();
        let names: Vec<&str> = form.iter().map(|number| number.name).collect();
        (entry.build)(law, &names, &values).map_err(|fault| fault_of(entry.name, &fault))
    }

    /// The law that always gives `value`.
    pub fn constant(value: f64) -> Dist {
        Dist { sampler: Sampler::Constant(value), mean: value, variance: 0.0, lowest: value }
    }

    /// One draw.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> f64 {
        self.sampler.sample(stream)
    }

    /// The sum of `n` independent draws, in time that does not grow with `n`; see the head of this module for where
    /// it is exact.
    pub fn sample_sum(&self, n: u64, stream: &mut Stream) -> f64 {
        if let Some(sum) = self.sampler.exact_sum(n, stream) {
            return sum;
        }
        if n <= SUMMED_ONE_BY_ONE {
            return (0..n).map(|_| self.sample(stream)).sum();
        }
        self.sampler.tail_sum(n, stream).unwrap_or_else(|| moments_sum(n, self.moments(), stream))
    }

    /// The expected value; infinite for a Pareto law with an alpha of at most 1.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The variance; infinite for a Pareto law with an alpha of at most 2.
    pub fn variance(&self) -> f64 {
        self.variance
    }

    /// The lower end of the support.
    pub fn lowest(&self) -> f64 {
        self.lowest
    }

    fn moments(&self) -> Moments {
        Moments { mean: self.mean, variance: self.variance, lowest: self.lowest }
    }

    fn with(sampler: Sampler, moments: Moments) -> Dist {
        Dist { sampler, mean: moments.mean, variance: moments.variance, lowest: moments.lowest }
    }
}

/// What a law needs to state of itself.
#[derive(Clone, Copy, Debug)]
struct Moments {
    mean: f64,
    variance: f64,
    lowest: f64,
}

/// A draw of the gamma law that has the mean and variance of a sum of `n` draws and the same lower end.
fn moments_sum(n: u64, one: Moments, stream: &mut Stream) -> f64 {
    let n = n as f64;
    let (floor, above, variance) = (n * one.lowest, n * (one.mean - one.lowest), n * one.variance);
    let drawn = Gamma::new(above * above / variance, variance / above).map(|gamma| gamma.sample(stream));
    // No variance, or too little to be told from none.
    floor + drawn.unwrap_or(above)
}

#[cfg(test)]
mod tests {
    use super::testing::*;
    use super::*;

    fn fault(law: Law) -> String {
        Dist::new(&law).unwrap_err()
    }

    #[test]
    fn an_unknown_law_gets_the_nearest_name() {
        assert!(fault(Law::with("expnential", &[])).contains("did you mean \"exponential\""));
        assert!(fault(Law::with("xyz", &[])).contains("constant, uniform"));
    }

    #[test]
    fn faults_name_parameter_value_and_expectation() {
        let text = fault(Law::with("gamma", &[("mean", -1.0), ("scv", f64::NAN)]));
        assert!(text.contains("mean = -1: expected a number above 0"), "{text}");
        assert!(text.contains("scv = NaN"), "{text}");
        let text = fault(Law::with("gamma", &[("mean", 1.0), ("scw", 2.0)]));
        assert!(text.contains("\"scw\"") && text.contains("did you mean \"scv\""), "{text}");
        let text = fault(Law::with("lognormal", &[("mean", 1.0), ("sigma", 2.0)]));
        assert!(text.contains("mean and scv, or median and sigma"), "{text}");
        assert!(
            fault(Law::with("uniform", &[("min", 2.0), ("max", 1.0)])).contains("max = 1: expected at least min = 2")
        );
        assert!(fault(Law::with("erlang", &[("mean", 2.0), ("shape", 1.5)])).contains("a whole number"));
        assert!(fault(Law::with("empirical", &[])).contains("sample"));
        assert!(fault(Law::with("mixture", &[])).contains("parts"));
    }

    #[test]
    fn what_a_law_does_not_take_is_refused() {
        let law = Law { sample: vec![1.0], ..Law::constant(1.0) };
        assert!(fault(law).contains("takes no sample"));
        let law = Law { parts: vec![(1.0, Law::constant(1.0))], ..Law::constant(1.0) };
        assert!(fault(law).contains("takes no parts"));
        let twice = Law::with("constant", &[("value", 1.0), ("value", 2.0)]);
        assert!(fault(twice).contains("twice"));
    }

    #[test]
    fn every_law_is_listed_once_with_its_numbers() {
        for (i, entry) in LAWS.iter().enumerate() {
            assert!(LAWS[..i].iter().all(|other| other.name != entry.name));
            assert!(!entry.summary.is_empty());
            for number in entry.numbers() {
                let scaled = ["mean", "min", "max", "value", "median", "minimum", "scale"].contains(&number.name);
                assert_eq!(number.has_unit, scaled, "{} of {}", number.name, entry.name);
            }
        }
    }

    #[test]
    fn a_sum_by_moments_keeps_mean_and_variance_and_never_falls_below_the_support() {
        let law = Law::with("lognormal", &[("mean", 3.0), ("scv", 20.0)]);
        check_sums(&law, 50, 200_000);
        check_sums(&Law::with("uniform", &[("min", 5.0), ("max", 6.0)]), 1000, 100_000);
        let (dist, mut stream) = (Dist::new(&law).unwrap(), stream());
        assert!((0..10_000).all(|_| dist.sample_sum(33, &mut stream) >= 0.0));
    }

    #[test]
    fn the_sum_of_no_draws_is_nothing() {
        for law in samples_of_all_laws() {
            let dist = Dist::new(&law).unwrap();
            assert_eq!(dist.sample_sum(0, &mut stream()), 0.0, "{law:?}");
        }
    }

    #[test]
    fn every_law_draws_within_its_support_for_any_number_of_draws() {
        for law in samples_of_all_laws() {
            let (dist, mut stream) = (Dist::new(&law).unwrap(), stream());
            for n in [1, 2, 32, 33, 1000, 1_000_000] {
                let sum = dist.sample_sum(n, &mut stream);
                assert!(sum.is_finite() && sum >= n as f64 * dist.lowest() * (1.0 - 1e-12), "{law:?}: {sum}");
            }
        }
    }
}
