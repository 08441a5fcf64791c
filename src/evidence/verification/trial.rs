//! Simulations with a spread: independent runs cut into batches, and standard errors by the jackknife over batches.

use rayon::prelude::*;

/// Independent runs of a case, and batches of a run: so many that 3 standard errors mean what they do for the normal law.
pub const RUNS: u64 = 4;
/// See [`RUNS`]. One more batch, the first, is left out of each run.
pub const BATCHES: usize = 16;

/// An estimate and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
}

/// A case that can be simulated for as long as one likes.
pub trait Trial: Send + Sync {
    /// Estimates of the quantities `asked`, from [`RUNS`] runs of about `customers` customers (tasks, records, requests) in
    /// all; `None` for a quantity that nothing measures. Equal arguments give equal answers.
    ///
    /// # Errors
    /// A run did not come to its end.
    fn run(&self, asked: &[&str], customers: f64, seed: u64) -> Result<Vec<Option<Estimate>>, String>;
}

/// What a batch adds up: integrals over time and counts, of which quantities are functions.
pub trait Sums: Clone + Default {
    /// Adds `sign` times another.
    fn add(&mut self, other: &Self, sign: f64);
}

impl Sums for Vec<f64> {
    fn add(&mut self, other: &Vec<f64>, sign: f64) {
        self.resize(self.len().max(other.len()), 0.0);
        self.iter_mut().zip(other).for_each(|(sum, more)| *sum += sign * more);
    }
}

/// The quantity `of` all batches. The spread of the values without one batch each gives the standard error, for ratios and
/// quantiles as well as for means.
pub fn jackknife<S: Sums>(batches: &[S], of: impl Fn(&S) -> Option<f64>) -> Option<Estimate> {
    let mut total = S::default();
    batches.iter().for_each(|batch| total.add(batch, 1.0));
    let value = of(&total)?;
    let mut without = Vec::with_capacity(batches.len());
    for batch in batches {
        total.add(batch, -1.0);
        without.push(of(&total)?);
        total.add(batch, 1.0);
    }
    let n = without.len() as f64;
    let mean = without.iter().sum::<f64>() / n;
    let squares = without.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
    Some(Estimate { value, error: ((n - 1.0) / n * squares).sqrt() })
}

/// The batches of all runs, each from the seed that it is given.
///
/// # Errors
/// The first error of a run.
pub fn in_runs<S: Send>(seed: u64, run: impl Fn(u64) -> Result<Vec<S>, String> + Sync) -> Result<Vec<S>, String> {
    let runs: Result<Vec<Vec<S>>, String> = (0..RUNS).into_par_iter().map(|number| run(mix(seed, &[number]))).collect();
    Ok(runs?.into_iter().flatten().collect())
}

/// A seed from a seed and what it is for (Fowler, Noll and Vo's hash).
pub fn mix(seed: u64, words: &[u64]) -> u64 {
    let bytes = std::iter::once(&seed).chain(words).flat_map(|word| word.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_jackknife_of_a_mean_is_its_standard_error() {
        // 1, 2, 3, 4: variance 5/3 of one, so the standard error of the mean is sqrt(5/12).
        let batches: Vec<Vec<f64>> = (1..=4).map(|number| vec![f64::from(number), 1.0]).collect();
        let Estimate { value, error } = jackknife(&batches, |sums| Some(sums[0] / sums[1])).unwrap();
        assert_eq!(value, 2.5);
        assert!((error - (5.0f64 / 12.0).sqrt()).abs() < 1e-12);
        assert_eq!(jackknife(&batches, |_| None), None);
    }

    #[test]
    fn seeds_differ_in_every_word() {
        let seeds = [mix(1, &[1, 2]), mix(2, &[1, 2]), mix(1, &[2, 2]), mix(1, &[1, 3]), mix(1, &[1])];
        for (place, seed) in seeds.iter().enumerate() {
            assert!(!seeds[..place].contains(seed));
        }
        assert_eq!(in_runs(5, |seed| Ok(vec![seed])), in_runs(5, |seed| Ok(vec![seed])));
        assert_eq!(in_runs(5, |_| Err::<Vec<u64>, String>("no".into())), Err("no".into()));
    }
}
