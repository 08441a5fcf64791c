//! The sum of equal exponential phases: a gamma law with a whole shape.

use super::entry::{Range, plain, scaled};
use super::gamma::by_shape;
use super::{Dist, LawEntry, Takes};
use crate::base::Law;

pub(super) const ENTRY: LawEntry = LawEntry {
    name: "erlang",
    summary: "the sum of `shape` equal exponential phases",
    forms: &[&[scaled("mean", Range::Above(0.0)), plain("shape", Range::WholeFrom(1.0))]],
    takes: Takes::NumbersOnly,
    build,
};

fn build(_: &Law, _: &[&str], values: &[f64]) -> Result<Dist, String> {
    by_shape(values[1], values[0])
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;

    #[test]
    fn moments_and_sums() {
        let law = Law::with("erlang", &[("mean", 6.0), ("shape", 3.0)]);
        check_moments(&law, 6.0, 12.0);
        check_sums(&law, 40, 100_000);
    }
}
