//! Laws of the kernel by their names in the table.

use super::super::rows::{Params, Refusal};
use crate::base::Law;
use crate::kernel::Dist;

/// Exponential times of this mean in seconds.
pub fn exponential(mean: f64) -> Result<Dist, Refusal> {
    law("exp", mean, f64::NAN)
}

/// A law of times with a mean in seconds; `shape` is its shape, exponent or squared coefficient of variation.
///
/// # Errors
/// There is no such law, or its numbers are out of range.
pub fn law(name: &str, mean: f64, shape: f64) -> Result<Dist, Refusal> {
    let mean = mean * 1e9;
    let with = |name: &str, other: &str| Law::with(name, &[("mean", mean), (other, shape)]);
    let law = match name {
        "det" => Law::constant(mean),
        "exp" => Law::with("exponential", &[("mean", mean)]),
        "erlang" => with("erlang", "shape"),
        "gamma" => with("gamma", "scv"),
        "lognormal" => with("lognormal", "scv"),
        "h2" => with("hyperexponential", "scv"),
        "pareto" => with("pareto", "alpha"),
        "uniform" => Law::with("uniform", &[("min", 0.0), ("max", 2.0 * mean)]),
        _ => {
            let known = "det, exp, erlang, gamma, lognormal, h2, uniform, pareto";
            return Err(Refusal::Parameters(format!("there is no law `{name}`, expected one of {known}")));
        }
    };
    Dist::new(&law).map_err(Refusal::Parameters)
}

/// The law named under `key`, its mean in seconds under `mean`.
///
/// # Errors
/// A parameter is missing or out of range.
pub fn named(params: &Params, key: &str, mean: &str) -> Result<Dist, Refusal> {
    let shape = params.number("shape_or_scv").unwrap_or(f64::NAN);
    law(params.text(key)?, params.positive(mean)?, shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn laws_have_their_means() {
        for (name, shape) in
            [("det", 0.0), ("exp", 0.0), ("erlang", 4.0), ("h2", 9.0), ("uniform", 0.0), ("pareto", 2.5)]
        {
            let law = law(name, 2.0, shape).unwrap();
            assert!((law.mean() / 2e9 - 1.0).abs() < 1e-9, "{name}");
        }
        assert!(law("normal", 1.0, 1.0).unwrap_err().reason().contains("`normal`"));
    }
}
