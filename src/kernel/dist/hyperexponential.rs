//! Two exponential branches with balanced means (each branch carries half of the total), for squared coefficients
//! of variation above 1 (Tijms, "A First Course in Stochastic Models", 2003, appendix B).

use super::entry::{Range, plain, scaled};
use super::mixture::mix;
use super::{Dist, LawEntry, Takes};
use crate::base::Law;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "hyperexponential",
    summary: "mostly short, sometimes long: two exponential branches with balanced means, scv of at least 1",
    forms: &[&[scaled("mean", Range::Above(0.0)), plain("scv", Range::AtLeast(1.0))]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    let (mean, scv) = (values[0], values[1]);
    // 1 - p = (1 - sqrt((c-1)/(c+1))) / 2, written without the difference, which would lose the digits of a large c.
    let root = ((scv - 1.0) / (scv + 1.0)).sqrt();
    let long = 1.0 / ((scv + 1.0) * (1.0 + root));
    let branch = |chance: f64| Dist::new(&Law::with("exponential", &[("mean", mean / (2.0 * chance))]));
    Ok(mix(vec![(1.0 - long, branch(1.0 - long)?), (long, branch(long)?)]))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_quantiles_and_sums() {
        let law = Law::with("hyperexponential", &[("mean", 2.0), ("scv", 4.0)]);
        check_moments(&law, 2.0, 16.0);
        check_sums(&law, 5, 200_000);
        check_sums(&law, 500, 100_000);
        let short = (1.0 + 0.6f64.sqrt()) / 2.0;
        let below = |x: f64| 1.0 - short * (-short * x).exp() - (1.0 - short) * (-(1.0 - short) * x).exp();
        let dist = Dist::new(&law).unwrap();
        for x in [0.5, 1.0, 3.0, 10.0] {
            assert!((share_below(&dist, x) - below(x)).abs() < 0.008, "at {x}");
        }
    }

    #[test]
    fn with_an_scv_of_1_it_is_exponential() {
        check_quantiles(&Law::with("hyperexponential", &[("mean", 2.0), ("scv", 1.0)]), |p| -2.0 * (1.0 - p).ln());
    }
}
