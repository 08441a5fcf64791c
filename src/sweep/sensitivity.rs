//! Which inputs a result depends on: Sobol's indices by random sampling.
//!
//! Sources: Sobol, MMCS 1993; Saltelli et al., CPC 181, 2010, for the scheme and the estimator of first-order indices; Jansen,
//! CPC 117, 1999, for total ones. Of two independent samples A and B of k inputs, k mixed ones are made, each A with one
//! input from B: N (k + 2) evaluations in all. Independent inputs only. Serves `heapwise verify`; sweeps do not use it yet.

/// Sums over samples, of which indices are functions. They can be added and subtracted, for errors by leaving some out.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SobolSums {
    /// Samples, the sum of results of A and B together, and the sum of their squares.
    moments: [f64; 3],
    /// For each input: B times the step from A to the mixed sample, that step, and its square.
    inputs: Vec<[f64; 3]>,
}

impl SobolSums {
    /// No samples yet of a model with so many inputs.
    pub fn new(inputs: usize) -> SobolSums {
        SobolSums { moments: [0.0; 3], inputs: vec![[0.0; 3]; inputs] }
    }

    /// Adds one sample: `inputs` + 2 evaluations of `model`, at points that `draw` makes, one number for each input.
    pub fn sample(&mut self, model: impl Fn(&[f64]) -> f64, mut draw: impl FnMut() -> Vec<f64>) {
        let (mut first, second) = (draw(), draw());
        let (a, b) = (model(&first), model(&second));
        self.moments[0] += 1.0;
        self.moments[1] += a + b;
        self.moments[2] += a * a + b * b;
        for (number, sums) in self.inputs.iter_mut().enumerate() {
            let own = std::mem::replace(&mut first[number], second[number]);
            let step = model(&first) - a;
            first[number] = own;
            sums[0] += b * step;
            sums[1] += step;
            sums[2] += step * step;
        }
    }

    /// Adds `sign` times another.
    pub fn add(&mut self, other: &SobolSums, sign: f64) {
        self.inputs.resize(self.inputs.len().max(other.inputs.len()), [0.0; 3]);
        let mine = self.moments.iter_mut().chain(self.inputs.iter_mut().flatten());
        let theirs = other.moments.iter().chain(other.inputs.iter().flatten());
        mine.zip(theirs).for_each(|(mine, theirs)| *mine += sign * theirs);
    }

    /// The share of the variance that an input explains alone; `None` without such an input, samples or variance.
    pub fn first(&self, input: usize) -> Option<f64> {
        let (mean, variance) = self.spread()?;
        let [product, step, _] = self.inputs.get(input)?;
        Some((product - mean * step) / self.moments[0] / variance)
    }

    /// The share of the variance that is gone when all other inputs are known; `None` as above.
    pub fn total(&self, input: usize) -> Option<f64> {
        let (_, variance) = self.spread()?;
        let [.., square] = self.inputs.get(input)?;
        Some(0.5 * square / self.moments[0] / variance)
    }

    fn spread(&self) -> Option<(f64, f64)> {
        let [count, sum, squares] = self.moments;
        let mean = sum / (2.0 * count);
        let variance = squares / (2.0 * count) - mean * mean;
        (count > 0.0 && variance > 0.0).then_some((mean, variance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Points of the unit cube, the same in every run.
    fn points() -> impl FnMut() -> Vec<f64> {
        let mut streams = crate::kernel::Streams::new(7).stream("points", 0);
        move || (0..3).map(|_| streams.uniform()).collect()
    }

    #[test]
    fn a_sum_is_explained_by_its_parts_and_a_product_by_both() {
        let mut sum = SobolSums::new(3);
        let mut product = SobolSums::new(3);
        let (mut one, mut other) = (points(), points());
        for _ in 0..100_000 {
            // Variances 4/12 and 1/12; the third input does nothing.
            sum.sample(|x| 2.0 * x[0] + x[1], &mut one);
            // (x - 1/2)(y - 1/2): neither explains anything alone.
            product.sample(|x| (x[0] - 0.5) * (x[1] - 0.5), &mut other);
        }
        for (input, first) in [(0, 0.8), (1, 0.2), (2, 0.0)] {
            assert!(
                (sum.first(input).unwrap() - first).abs() < 0.02 && (sum.total(input).unwrap() - first).abs() < 0.02
            );
        }
        for (input, total) in [(0, 1.0), (1, 1.0), (2, 0.0)] {
            assert!(product.first(input).unwrap().abs() < 0.02 && (product.total(input).unwrap() - total).abs() < 0.02);
        }
    }

    #[test]
    fn without_samples_or_variance_there_are_no_indices() {
        let mut sums = SobolSums::new(2);
        assert_eq!((sums.first(0), sums.total(0)), (None, None));
        sums.sample(|_| 1.0, || vec![0.5, 0.5]);
        assert_eq!((sums.first(0), sums.total(2)), (None, None));
    }
}
