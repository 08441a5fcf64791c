//! Poisson arrivals: independent of each other, a constant rate.

use super::{Arrival, exponential, rate};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, required};
use crate::kernel::Stream;

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "poisson",
    summary: "independent arrivals at a constant rate",
    source: "Poisson process (M)",
    params: &[required("rate", Kind::Rate, "arrivals")],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    Ok(Box::new(Poisson(rate(args, "rate")?)))
}

struct Poisson(f64);

impl Arrival for Poisson {
    fn next_gap(&mut self, _now: SimTime, stream: &mut Stream) -> SimSpan {
        SimSpan::from_secs(exponential(self.0, stream))
    }

    fn mean_rate(&self) -> f64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, dispersion};
    use crate::base::Value;

    #[test]
    fn counts_have_the_variance_of_a_poisson_law() {
        let (mean, idc) = dispersion(&mut *build("poisson", &[("rate", Value::Number(50.0))]), 2000, 10.0);
        // 3 standard errors: 1 / sqrt(10^6) of the mean, sqrt(2 / 2000) of the variance.
        assert!((mean / 500.0 - 1.0).abs() < 0.003, "{mean}");
        assert!((idc - 1.0).abs() < 0.095, "{idc}");
    }
}
