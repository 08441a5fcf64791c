//! How each law draws. An enum, so that a draw is a jump and not a call through a table.

use super::bounded_pareto::BoundedPareto;
use super::mixture::Mixture;
use super::pareto::Pareto;
use crate::kernel::Stream;
use rand_distr::{Distribution, Exp1, Gamma, LogNormal, Weibull, Zipf};

#[derive(Clone, Debug)]
pub(super) enum Sampler {
    Constant(f64),
    Uniform { min: f64, width: f64 },
    Exponential { mean: f64 },
    Gamma { shape: f64, scale: f64, gamma: Gamma<f64> },
    LogNormal(LogNormal<f64>),
    Weibull(Weibull<f64>),
    Pareto(Pareto),
    BoundedPareto(BoundedPareto),
    Zipf(Zipf<f64>),
    Empirical(Box<[f64]>),
    Mixture(Box<Mixture>),
}

impl Sampler {
    #[inline]
    pub(super) fn sample(&self, stream: &mut Stream) -> f64 {
        match self {
            Sampler::Constant(value) => *value,
            Sampler::Uniform { min, width } => min + width * stream.uniform(),
            Sampler::Exponential { mean } => mean * exponential(stream),
            Sampler::Gamma { gamma, .. } => gamma.sample(stream),
            Sampler::LogNormal(law) => law.sample(stream),
            Sampler::Weibull(law) => law.sample(stream),
            Sampler::Pareto(law) => law.sample(stream),
            Sampler::BoundedPareto(law) => law.sample(stream),
            Sampler::Zipf(law) => law.sample(stream),
            Sampler::Empirical(values) => values[stream.index(values.len())],
            Sampler::Mixture(mixture) => mixture.sample(stream),
        }
    }

    /// The sum of `n` draws where it has a law of its own.
    pub(super) fn exact_sum(&self, n: u64, stream: &mut Stream) -> Option<f64> {
        match self {
            Sampler::Constant(value) => Some(n as f64 * value),
            Sampler::Exponential { mean } => Some(gamma_draw(n as f64, *mean, stream)),
            Sampler::Gamma { shape, scale, .. } => Some(gamma_draw(n as f64 * shape, *scale, stream)),
            _ => None,
        }
    }

    /// The sum of many draws by the law's own method, if it has one.
    pub(super) fn tail_sum(&self, n: u64, stream: &mut Stream) -> Option<f64> {
        match self {
            Sampler::Pareto(law) => Some(law.sum(n, stream)),
            Sampler::BoundedPareto(law) => Some(law.sum(n, stream)),
            Sampler::Mixture(mixture) => Some(mixture.sum(n, stream)),
            _ => None,
        }
    }
}

/// A draw of mean 1, by the ziggurat method.
#[inline]
fn exponential(stream: &mut Stream) -> f64 {
    Exp1.sample(stream)
}

fn gamma_draw(shape: f64, scale: f64, stream: &mut Stream) -> f64 {
    if shape == 1.0 {
        return scale * exponential(stream);
    }
    // Refused only for a shape or scale of 0: the sum of no draws.
    Gamma::new(shape, scale).map_or(0.0, |gamma| gamma.sample(stream))
}
