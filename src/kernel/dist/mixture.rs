//! Weighted parts, each a law of its own.

use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;
use crate::kernel::Stream;
use rand_distr::{Binomial, Distribution};

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "mixture",
    summary: "one of `parts`, chosen by weight",
    forms: &[&[]],
    takes: Takes::Parts,
    build,
};

/// Parts, at least one, with their chances, which add up to 1.
#[derive(Clone, Debug)]
pub(super) struct Mixture {
    parts: Vec<(f64, Dist)>,
}

impl Mixture {
    #[inline]
    pub(super) fn sample(&self, stream: &mut Stream) -> f64 {
        let mut left = stream.uniform();
        let mut drawn = &self.parts[0].1;
        for (chance, part) in &self.parts {
            drawn = part;
            if left < *chance {
                break;
            }
            left -= chance;
        }
        drawn.sample(stream)
    }

    /// How many draws each part contributes is multinomial: one binomial draw a part, out of those still left.
    pub(super) fn sum(&self, n: u64, stream: &mut Stream) -> f64 {
        let (mut left, mut chance_left, mut sum) = (n, 1.0, 0.0);
        for (i, (chance, part)) in self.parts.iter().enumerate() {
            let share = if i + 1 == self.parts.len() { 1.0 } else { (chance / chance_left).clamp(0.0, 1.0) };
            let count = Binomial::new(left, share).map_or(left, |law| law.sample(stream));
            sum += part.sample_sum(count, stream);
            left -= count;
            chance_left -= chance;
        }
        sum
    }
}

fn build(law: &Law, _: &[&str], _: &[f64]) -> Result<Dist, String> {
    let mut faults = Vec::new();
    let mut parts = Vec::new();
    for (i, (weight, part)) in law.parts.iter().enumerate() {
        if !(weight.is_finite() && *weight >= 0.0) {
            faults.push(format!("weight {} = {weight}: expected a number of at least 0", i + 1));
        }
        match Dist::new(part) {
            Ok(dist) => parts.push((*weight, dist)),
            Err(fault) => faults.push(format!("part {}: {fault}", i + 1)),
        }
    }
    if law.parts.is_empty() {
        faults.push("parts are empty: expected at least one law with its weight".into());
    } else if faults.is_empty() && parts.iter().all(|(weight, _)| *weight == 0.0) {
        faults.push("all weights are 0: expected at least one above 0".into());
    }
    if faults.is_empty() { Ok(mix(parts)) } else { Err(faults.join("; ")) }
}

/// The mixture of `parts`, whose weights need not add up to 1 but are checked otherwise.
pub(super) fn mix(mut parts: Vec<(f64, Dist)>) -> Dist {
    // A part that is never drawn must not lend its infinite moments or its lower end.
    parts.retain(|(weight, _)| *weight > 0.0);
    let total: f64 = parts.iter().map(|(weight, _)| weight).sum();
    parts.iter_mut().for_each(|(weight, _)| *weight /= total);
    let mean: f64 = parts.iter().map(|(chance, part)| chance * part.mean).sum();
    let variance = if mean.is_finite() {
        parts.iter().map(|(chance, part)| chance * (part.variance + (part.mean - mean).powi(2))).sum()
    } else {
        f64::INFINITY
    };
    let lowest = parts.iter().map(|(_, part)| part.lowest).fold(f64::INFINITY, f64::min);
    Dist::with(Sampler::Mixture(Box::new(Mixture { parts })), Moments { mean, variance, lowest })
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    fn two_parts(first: f64, second: f64) -> Law {
        let exponential = Law::with("exponential", &[("mean", 4.0)]);
        Law { parts: vec![(first, Law::constant(1.0)), (second, exponential)], ..Law::with("mixture", &[]) }
    }

    #[test]
    fn moments_and_sums() {
        // Mean 3/4 + 4/4, second moment 3/4 + 32/4.
        let law = two_parts(3.0, 1.0);
        check_moments(&law, 1.75, 8.75 - 1.75 * 1.75);
        check_sums(&law, 10, 100_000);
        check_sums(&law, 1000, 100_000);
    }

    #[test]
    fn a_part_of_weight_0_is_never_drawn() {
        let dist = Dist::new(&two_parts(1.0, 0.0)).unwrap();
        assert_eq!((dist.mean(), dist.variance(), dist.sample_sum(50, &mut stream())), (1.0, 0.0, 50.0));
    }

    #[test]
    fn faults_name_the_part() {
        let mut law = two_parts(-1.0, 0.0);
        law.parts[1].1 = Law::with("exponential", &[("mean", 0.0)]);
        let fault = Dist::new(&law).unwrap_err();
        assert!(fault.contains("weight 1 = -1") && fault.contains("part 2: law \"exponential\": mean = 0"), "{fault}");
        assert!(Dist::new(&two_parts(0.0, 0.0)).unwrap_err().contains("all weights are 0"));
    }
}
