//! The values of a sample, equally likely: a trace or a measurement drawn again.

use super::{Dist, LawEntry, Moments, Sampler, Takes};
use crate::base::Law;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "empirical",
    summary: "one of the values of `sample`, equally likely",
    forms: &[&[]],
    takes: Takes::Sample,
    build,
};

fn build(law: &Law, _: &[&str], _: &[f64]) -> Result<Dist, String> {
    let values = &law.sample;
    if values.is_empty() {
        return Err("sample is empty: expected at least one value".into());
    }
    if let Some((i, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(format!("value {} of sample = {value}: expected a finite number", i + 1));
    }
    let n = values.len() as f64;
    let mean = values.iter().map(|value| value / n).sum::<f64>();
    let variance = values.iter().map(|value| (value - mean).powi(2) / n).sum();
    let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
    Ok(Dist::with(Sampler::Empirical(values.clone().into()), Moments { mean: mean.max(lowest), variance, lowest }))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_values() {
        let law = Law { sample: vec![1.0, 2.0, 6.0], ..Law::with("empirical", &[]) };
        check_moments(&law, 3.0, 14.0 / 3.0);
        check_sums(&law, 100, 100_000);
        let (dist, mut stream) = (Dist::new(&law).unwrap(), stream());
        assert!((0..100).all(|_| law.sample.contains(&dist.sample(&mut stream))));
    }

    #[test]
    fn a_value_that_is_no_number_is_named() {
        let law = Law { sample: vec![1.0, f64::NAN], ..Law::with("empirical", &[]) };
        assert!(Dist::new(&law).unwrap_err().contains("value 2 of sample = NaN"));
    }
}
