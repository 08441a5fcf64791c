//! The two special functions that Student's law and the binomial law need.

pub(super) use crate::kernel::dist::ln_gamma;

/// Regularised incomplete beta function I_x(a, b) for 0 <= x <= 1 and a, b > 0.
pub(super) fn beta_share(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    // The fraction converges fast left of the mean only; the other side follows from the symmetry of the law.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta_share(1.0 - x, b, a);
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    front.exp() * beta_fraction(x, a, b) / a
}

/// Continued fraction of I_x (Abramowitz & Stegun 26.5.8) by the modified Lentz method.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let (mut c, mut d) = (1.0, 1.0 / guard(1.0 - (a + b) * x / (a + 1.0)));
    let mut value = d;
    for m in 1..10_000 {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let before = value;
        for term in [even, odd] {
            d = 1.0 / guard(1.0 + term * d);
            c = guard(1.0 + term / c);
            value *= c * d;
        }
        if (value - before).abs() <= 1e-16 * value.abs() {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gamma_at_whole_and_half_numbers() {
        assert!((ln_gamma(5.0) - 24f64.ln()).abs() < 1e-13);
        assert!((ln_gamma(0.5) - std::f64::consts::PI.sqrt().ln()).abs() < 1e-13);
        assert!((ln_gamma(171.0) - 706.573_062_245_787_3).abs() < 1e-9);
    }

    #[test]
    fn beta_shares_with_closed_forms() {
        // I_x(1, b) = 1 - (1-x)^b; I_x(2, 2) = 3x^2 - 2x^3.
        assert!((beta_share(0.3, 1.0, 4.0) - (1.0 - 0.7f64.powi(4))).abs() < 1e-14);
        assert!((beta_share(0.8, 2.0, 2.0) - (3.0 * 0.64 - 2.0 * 0.512)).abs() < 1e-14);
    }
}
