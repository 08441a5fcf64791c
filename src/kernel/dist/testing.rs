//! What the tests of all laws share. The seed is fixed, so a test that passes passes for ever; the margins are five
//! standard errors, estimated from the draws themselves.

use super::Dist;
use crate::base::Law;
use crate::kernel::{Stream, Streams};

const DRAWS: usize = 200_000;

pub(super) fn stream() -> Stream {
    Streams::new(20_240_601).stream("test of laws", 0)
}

/// Asserts that `values` have the mean and variance given, within five standard errors.
fn check(values: &[f64], mean: f64, variance: f64, what: &str) {
    let n = values.len() as f64;
    let squares: Vec<f64> = values.iter().map(|value| (value - mean).powi(2)).collect();
    let (drawn_mean, drawn_variance) = (values.iter().sum::<f64>() / n, squares.iter().sum::<f64>() / n);
    let fourth = squares.iter().map(|square| (square - drawn_variance).powi(2)).sum::<f64>() / n;
    let (of_mean, of_variance) = ((drawn_variance / n).sqrt(), (fourth / n).sqrt());
    assert!((drawn_mean - mean).abs() <= 5.0 * of_mean, "{what}: mean {drawn_mean}, expected {mean}");
    assert!(
        (drawn_variance - variance).abs() <= 5.0 * of_variance,
        "{what}: variance {drawn_variance}, expected {variance}"
    );
}

/// Asserts that the law states the mean and variance given, and that its draws have them.
pub(super) fn check_moments(law: &Law, mean: f64, variance: f64) {
    let (dist, mut stream) = (Dist::new(law).unwrap(), stream());
    assert!((dist.mean() / mean - 1.0).abs() < 1e-10, "{law:?}: mean {} is not {mean}", dist.mean());
    assert!((dist.variance() / variance - 1.0).abs() < 1e-9, "{law:?}: {} is not {variance}", dist.variance());
    let values: Vec<f64> = (0..DRAWS).map(|_| dist.sample(&mut stream)).collect();
    check(&values, mean, variance, &format!("{law:?}"));
}

/// Asserts that sums of `n` draws have n times the mean and variance.
pub(super) fn check_sums(law: &Law, n: u64, draws: usize) {
    let (dist, mut stream) = (Dist::new(law).unwrap(), stream());
    let values: Vec<f64> = (0..draws).map(|_| dist.sample_sum(n, &mut stream)).collect();
    check(&values, n as f64 * dist.mean(), n as f64 * dist.variance(), &format!("sum of {n} of {law:?}"));
}

/// The share of draws that are at most `x`.
pub(super) fn share_below(dist: &Dist, x: f64) -> f64 {
    let mut stream = stream();
    (0..DRAWS).filter(|_| dist.sample(&mut stream) <= x).count() as f64 / DRAWS as f64
}

/// Asserts that a share p of the draws lies below `quantile(p)`.
pub(super) fn check_quantiles(law: &Law, quantile: impl Fn(f64) -> f64) {
    let dist = Dist::new(law).unwrap();
    for p in [0.01, 0.25, 0.5, 0.9, 0.999] {
        let (share, error) = (share_below(&dist, quantile(p)), (p * (1.0 - p) / DRAWS as f64).sqrt());
        assert!((share - p).abs() <= 5.0 * error, "{law:?}: {share} below the quantile of {p}");
    }
}

pub(super) fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

/// The largest difference between the shares that two sorted samples have below any point.
pub(super) fn largest_gap(left: &[f64], right: &[f64]) -> f64 {
    let share = |values: &[f64], x: f64| values.partition_point(|value| *value <= x) as f64 / values.len() as f64;
    left.iter().chain(right).map(|x| (share(left, *x) - share(right, *x)).abs()).fold(0.0, f64::max)
}

/// One of each law, at least.
pub(super) fn samples_of_all_laws() -> Vec<Law> {
    let sample = Law { sample: vec![1.0, 2.0, 6.0], ..Law::with("empirical", &[]) };
    let parts = vec![(1.0, sample.clone()), (3.0, Law::with("pareto", &[("minimum", 1.0), ("alpha", 0.9)]))];
    vec![
        Law::constant(3.0),
        Law::with("uniform", &[("min", -1.0), ("max", 3.0)]),
        Law::with("exponential", &[("mean", 3.0)]),
        Law::with("gamma", &[("mean", 3.0), ("scv", 0.0)]),
        Law::with("gamma", &[("mean", 3.0), ("scv", 30.0)]),
        Law::with("erlang", &[("mean", 3.0), ("shape", 4.0)]),
        Law::with("lognormal", &[("mean", 3.0), ("scv", 9.0)]),
        Law::with("lognormal", &[("median", 3.0), ("sigma", 0.0)]),
        Law::with("weibull", &[("mean", 3.0), ("shape", 0.4)]),
        Law::with("weibull", &[("scale", 3.0), ("shape", 40.0)]),
        Law::with("pareto", &[("mean", 3.0), ("alpha", 1.1)]),
        Law::with("bounded-pareto", &[("min", 1.0), ("max", 1e9), ("alpha", 1.1)]),
        Law::with("zipf", &[("n", 1.0), ("s", 2.0)]),
        Law::with("zipf", &[("n", 1e6), ("s", 1.0)]),
        Law::with("hyperexponential", &[("mean", 3.0), ("scv", 100.0)]),
        sample,
        Law { parts, ..Law::with("mixture", &[]) },
    ]
}
