//! Quantiles of Student's t, through the incomplete beta function.

use super::special::{beta_share, ln_gamma};

/// The t with `P(T <= t) = p` for `freedom` degrees of freedom; `p` strictly between 0 and 1, `freedom` above 0.
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    if p < 0.5 { -t_upper(p, freedom) } else { t_upper(1.0 - p, freedom) }
}

/// The t with `P(T > t) = tail`; keeps its digits for the small tails that corrected tests ask for.
pub fn t_upper(tail: f64, freedom: f64) -> f64 {
    if tail > 0.5 {
        return -t_upper(1.0 - tail, freedom);
    }
    // Right of 0 the tail is convex, so Newton's steps from 0 approach the root from the left and never overshoot.
    let mut t = 0.0;
    for _ in 0..10_000 {
        let step = (tail_above(t, freedom) - tail) / density(t, freedom);
        t += step;
        if step <= 1e-14 * t {
            break;
        }
    }
    t
}

/// P(T > t) for t >= 0.
fn tail_above(t: f64, freedom: f64) -> f64 {
    0.5 * beta_share(freedom / (freedom + t * t), 0.5 * freedom, 0.5)
}

fn density(t: f64, freedom: f64) -> f64 {
    let half = 0.5 * (freedom + 1.0);
    let log = ln_gamma(half) - ln_gamma(0.5 * freedom) - half * (t * t / freedom).ln_1p();
    log.exp() / (freedom * std::f64::consts::PI).sqrt()
}

#[cfg(test)]
mod tests {
    use super::super::oracle;
    use super::*;

    #[test]
    fn published_values() {
        oracle::each("t_quantile", |case, quantity| {
            assert_eq!(quantity, "t");
            t_quantile(case.number("p"), case.number("df"))
        });
    }

    #[test]
    fn closed_forms_for_one_and_two_degrees() {
        // df 1: tan(pi (p - 1/2)); df 2: (2p-1) / sqrt(2 p (1-p)).
        for p in [0.001f64, 0.2, 0.5, 0.9, 0.9999] {
            let one = (std::f64::consts::PI * (p - 0.5)).tan();
            let two = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
            assert!((t_quantile(p, 1.0) - one).abs() <= 1e-9 * one.abs().max(1.0), "{p}");
            assert!((t_quantile(p, 2.0) - two).abs() <= 1e-9 * two.abs().max(1.0), "{p}");
        }
    }

    #[test]
    fn many_degrees_come_near_the_normal_law() {
        assert!((t_quantile(0.975, 1e6) - 1.959966).abs() < 1e-5);
    }
}
