//! Arrivals that bring about more arrivals: each raises the rate for a while (a Hawkes process with an exponential kernel).
//!
//! The rate is baseline + excess; an arrival adds branching x decay to the excess, which falls by decay a second. So each
//! arrival has `branching` children in the mean, the mean rate is baseline / (1 - branching), and the index of dispersion
//! in the long run 1 / (1 - branching)^2. Drawn exactly: the next arrival is the first of one from the baseline and one
//! from the excess, which may never come (Dassios and Zhao, "Exact simulation of Hawkes process with exponentially
//! decaying intensity", Electronic Communications in Probability 18, 2013). A run starts with the mean excess.

use super::{Arrival, exponential, rate, secs};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, param, required};
use crate::kernel::Stream;

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "hawkes",
    summary: "arrivals that bring about more arrivals",
    source: "Hawkes, Biometrika 1971",
    params: &[
        required("baseline", Kind::Rate, "arrivals that no other brings about"),
        param(
            "branching",
            Kind::Number(0.0, 0.99),
            "0.5",
            "mean number of arrivals that one brings about at first hand",
        ),
        param("memory", Kind::Span, "1 s", "mean time between an arrival and one that it brings about"),
    ],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    let (baseline, branching, decay) = (rate(args, "baseline")?, args.number("branching"), 1.0 / secs(args, "memory")?);
    if !(0.0..=0.99).contains(&branching) {
        return Err(format!("branching = {branching}: expected a number within 0 ..= 0.99"));
    }
    let excess = baseline * branching / (1.0 - branching);
    Ok(Box::new(Hawkes { baseline, branching, decay, excess }))
}

struct Hawkes {
    baseline: f64,
    branching: f64,
    decay: f64,
    /// Just after the last arrival.
    excess: f64,
}

impl Arrival for Hawkes {
    fn next_gap(&mut self, _now: SimTime, stream: &mut Stream) -> SimSpan {
        // The whole excess to come, excess / decay, brings about a Poisson number of arrivals.
        let spent = -stream.uniform_positive().ln() * self.decay / self.excess.max(f64::MIN_POSITIVE);
        let caused = if spent < 1.0 { -(-spent).ln_1p() / self.decay } else { f64::INFINITY };
        let gap = caused.min(exponential(self.baseline, stream));
        self.excess = self.excess * (-self.decay * gap).exp() + self.branching * self.decay;
        SimSpan::from_secs(gap)
    }

    fn mean_rate(&self) -> f64 {
        self.baseline / (1.0 - self.branching)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, dispersion};
    use crate::base::{SimSpan, Value};

    fn process(branching: f64) -> Box<dyn super::Arrival> {
        let memory = ("memory", Value::Span(SimSpan::from_secs(0.5)));
        build("hawkes", &[("baseline", Value::Number(5.0)), ("branching", Value::Number(branching)), memory])
    }

    #[test]
    fn rate_and_dispersion_are_those_of_theory() {
        let mut process = process(0.8);
        assert!((process.mean_rate() - 25.0).abs() < 1e-9);
        // Memory of 0.5 s / (1 - 0.8) = 2.5 s: windows of 100 s see 1 - 2.5/100 of the excess over 1 of 25.
        let (mean, idc) = dispersion(&mut *process, 2000, 100.0);
        assert!((mean - 2500.0).abs() < 3.0 * (25.0f64 * 2500.0 / 2000.0).sqrt(), "{mean}");
        assert!((idc / 24.4 - 1.0).abs() < 3.0 * (2.0f64 / 2000.0).sqrt(), "{idc}");
    }

    #[test]
    fn without_children_it_is_a_poisson_process() {
        let (mean, idc) = dispersion(&mut *process(0.0), 2000, 10.0);
        assert!((mean / 50.0 - 1.0).abs() < 0.01 && (idc - 1.0).abs() < 0.095, "{mean} {idc}");
    }
}
