//! The special functions that moments need.

/// The logarithm of the gamma function for x > 0, by Lanczos' series with g = 7 and nine terms (Godfrey's
/// coefficients); relative error of the gamma function below 1e-13.
pub(crate) fn ln_gamma(x: f64) -> f64 {
    const SERIES: [f64; 8] = [
        676.5203681218851,
        -1259.1392167224028,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507343278686905,
        -0.13857109526572012,
        9.984_369_578_019_572e-6,
        1.5056327351493116e-7,
    ];
    let x = x - 1.0;
    let sum = SERIES.iter().enumerate().map(|(i, c)| c / (x + i as f64 + 1.0)).sum::<f64>() + 0.999_999_999_999_809_9;
    let t = x + 7.5;
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}

/// The integral of x^(e-1) over [low, high], for 0 < low <= high; steady where `e` is near 0.
pub(super) fn power_integral(low: f64, high: f64, e: f64) -> f64 {
    let log = (high / low).ln();
    let x = e * log;
    let ratio = if x.abs() < 1e-300 { log } else { x.exp_m1() / e };
    low.powf(e) * ratio
}

/// The sum of k^(-t) for k = 1 ..= n: the first terms one by one, the others by Euler and Maclaurin's formula;
/// relative error below 1e-12.
pub(super) fn power_sum(n: f64, t: f64) -> f64 {
    const HEAD: f64 = 64.0;
    let head = n.min(HEAD);
    let sum: f64 = (1..=head as u32).map(|k| f64::from(k).powf(-t)).sum();
    if n <= HEAD {
        return sum;
    }
    let f = |x: f64| x.powf(-t);
    let slope = |x: f64| -t * x.powf(-t - 1.0);
    let bend = |x: f64| -t * (t + 1.0) * (t + 2.0) * x.powf(-t - 3.0);
    // The sum over HEAD+1 ..= n is that over HEAD ..= n less the first term.
    let edges = (f(n) - f(HEAD)) / 2.0 + (slope(n) - slope(HEAD)) / 12.0 - (bend(n) - bend(HEAD)) / 720.0;
    sum + power_integral(HEAD, n, 1.0 - t) + edges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_of_whole_and_half_numbers() {
        let close = |x: f64, expected: f64| assert!((ln_gamma(x) - expected).abs() < 1e-12 * (1.0 + expected.abs()));
        close(1.0, 0.0);
        close(5.0, 24f64.ln());
        close(0.5, std::f64::consts::PI.sqrt().ln());
        close(101.0, (1..=100).map(|k| f64::from(k).ln()).sum());
    }

    #[test]
    fn power_integrals_pass_smoothly_through_the_logarithm() {
        assert!((power_integral(2.0, 6.0, 0.0) - 3f64.ln()).abs() < 1e-15);
        assert!((power_integral(2.0, 6.0, 1e-9) - 3f64.ln()).abs() < 1e-8);
        assert!((power_integral(2.0, 6.0, 2.0) - 16.0).abs() < 1e-12);
        assert!((power_integral(2.0, 6.0, -1.0) - (0.5 - 1.0 / 6.0)).abs() < 1e-15);
    }

    #[test]
    fn power_sums_equal_the_plain_sum() {
        for t in [-2.0, -0.5, 0.0, 0.7, 1.0, 1.3, 3.0] {
            for n in [1u32, 63, 64, 65, 1000, 100_000] {
                let plain: f64 = (1..=n).rev().map(|k| f64::from(k).powf(-t)).sum();
                let fast = power_sum(f64::from(n), t);
                assert!((fast / plain - 1.0).abs() < 1e-12, "n {n}, t {t}: {fast} is not {plain}");
            }
        }
    }
}
