//! Which of several alternatives is best, judged by paired differences and never by means alone.
//!
//! All functions take one row of values an alternative, larger is better, replications paired by place.

use super::peak::significantly_above;
use crate::stats::Tally;

/// The alternative that beats every other one with probability `1 - alpha`, if there is one.
///
/// Paired t-tests against the k - 1 others, each two-sided at alpha / (k - 1) (Bonferroni): to be declared falsely,
/// an alternative must beat the true best, and there are k - 1 that could. Two-sided, although one side would do, so
/// that the verdict is the same as reading paired intervals at 1 - alpha / (k - 1).
pub fn best(samples: &[Vec<f64>], alpha: f64) -> Option<usize> {
    let tail = 0.5 * alpha / (samples.len().max(2) - 1) as f64;
    let beats = |i: usize, j: usize| {
        samples[i].len() == samples[j].len() && significantly_above(&samples[i], &samples[j], tail)
    };
    let wins = |i: &usize| (0..samples.len()).filter(|j| j != i).all(|j| beats(*i, j));
    (0..samples.len()).find(|i| samples.len() > 1 && wins(i))
}

/// Constants of the procedure of Kim & Nelson (ACM TOMACS 11(3), 2001) with c = 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KimNelson {
    /// Solution of the error equation.
    pub eta: f64,
    /// Squared slope constant.
    pub h2: f64,
}

impl KimNelson {
    /// For `k` alternatives (at least 2), error probability `alpha`, and `first` replications (at least 2) from
    /// which variances are taken.
    pub fn new(k: usize, alpha: f64, first: usize) -> KimNelson {
        let freedom = first as f64 - 1.0;
        let eta = 0.5 * ((2.0 * alpha / (k as f64 - 1.0)).powf(-2.0 / freedom) - 1.0);
        KimNelson { eta, h2: 2.0 * eta * freedom }
    }
}

/// Which alternatives survive screening after `first` replications and all that followed.
///
/// Alternative i stays while its mean is at least that of every other one less `W`, with
/// `W = max(0, delta / 2r * (h2 * S^2 / delta^2 - r))` and `S^2` the variance of paired differences in the first
/// stage. The best survives with probability `1 - alpha` if it leads by `delta` (above 0). Sweeps do not use it yet;
/// `heapwise verify` asks for the constant that it rests on.
pub fn screen(samples: &[Vec<f64>], alpha: f64, first: usize, delta: f64) -> Vec<bool> {
    if samples.len() < 2 || first < 2 {
        return vec![true; samples.len()];
    }
    let h2 = KimNelson::new(samples.len(), alpha, first).h2;
    let stays = |i: usize, j: usize| {
        let (mut stage, mut all) = (Tally::default(), Tally::default());
        for (r, (left, right)) in samples[i].iter().zip(&samples[j]).enumerate() {
            all.push(left - right);
            if r < first {
                stage.push(left - right);
            }
        }
        let (Some(variance), Some(mean)) = (stage.variance(), all.mean()) else { return true };
        let r = all.count() as f64;
        mean >= -(delta / (2.0 * r) * (h2 * variance / (delta * delta) - r)).max(0.0)
    };
    (0..samples.len()).map(|i| (0..samples.len()).all(|j| i == j || stays(i, j))).collect()
}

/// How to spread `budget` replications over alternatives with these means and standard deviations so that the best
/// is found most surely (OCBA: Chen, Lin, Yücesan, Chick, DEDS 10, 2000). Means of others must differ from the best.
/// Serves `heapwise verify`; sweeps do not use it yet.
pub fn budget_allocation(means: &[f64], deviations: &[f64], budget: f64) -> Vec<f64> {
    let best = (0..means.len()).fold(0, |b, i| if means[i] > means[b] { i } else { b });
    let ratio = |i: usize| (deviations[i] / (means[best] - means[i])).powi(2);
    let others = || (0..means.len()).filter(|i| *i != best);
    let squares: f64 = others().map(|i| (ratio(i) / deviations[i]).powi(2)).sum();
    let lead = deviations[best] * squares.sqrt();
    let total = lead + others().map(ratio).sum::<f64>();
    (0..means.len()).map(|i| budget / total * if i == best { lead } else { ratio(i) }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::oracle;
    use super::*;

    #[test]
    fn published_constants_and_budgets() {
        oracle::each("kim_nelson_constants", |case, quantity| {
            let (k, first) = (case.number("k") as usize, case.number("n0") as usize);
            let got = KimNelson::new(k, case.number("alpha"), first);
            if quantity == "eta" { got.eta } else { got.h2 }
        });
        oracle::each("ocba_allocation", |case, quantity| {
            let got = budget_allocation(&case.list("means"), &case.list("sds"), case.number("budget"));
            got[quantity.strip_prefix("N_").unwrap().parse::<usize>().unwrap() - 1]
        });
    }

    /// Three alternatives on common noise; the last leads by `lead`.
    fn samples(lead: f64) -> Vec<Vec<f64>> {
        let noise = [3.0, -1.0, 4.0, -1.0, 5.0, -9.0, 2.0, 6.0, -5.0, 3.0];
        let own = |i: usize, r: usize| 0.2 * ((i * 3 + r * 7) % 5) as f64;
        let value = |i: usize, r: usize| noise[r] + own(i, r) + if i == 2 { lead } else { 0.0 };
        (0..3).map(|i| (0..10).map(|r| value(i, r)).collect()).collect()
    }

    #[test]
    fn a_clear_lead_is_best_and_a_slight_one_is_not() {
        assert_eq!(best(&samples(1.0), 0.05), Some(2));
        assert_eq!(best(&samples(0.05), 0.05), None);
        assert_eq!(best(&samples(1.0)[..1], 0.05), None);
        assert_eq!(best(&[vec![1.0], vec![2.0]], 0.05), None);
    }

    #[test]
    fn screening_keeps_the_leader_and_drops_the_rest() {
        assert_eq!(screen(&samples(2.0), 0.05, 10, 0.5), [false, false, true]);
        assert_eq!(screen(&samples(0.0), 0.05, 10, 0.05), [true, true, true]);
    }
}
