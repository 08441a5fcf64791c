//! Poisson arrivals whose rate follows the time of day: rate x (1 + amplitude sin(2 pi (t + phase) / period)).
//!
//! Drawn by thinning (Lewis and Shedler, "Simulation of nonhomogeneous Poisson processes by thinning", Naval Research
//! Logistics 26, 1979): candidates at the highest rate, each kept with the probability rate now / highest rate. That
//! is exact.

use super::{Arrival, exponential, rate};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, param, required};
use crate::kernel::Stream;
use std::f64::consts::TAU;

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "diurnal",
    summary: "Poisson with a rate that swings like a sine over the day",
    source: "Lewis & Shedler 1979 (thinning)",
    params: &[
        required("rate", Kind::Rate, "mean arrivals"),
        param("amplitude", Kind::Number(0.0, 1.0), "0.6", "swing as a share of the mean rate"),
        param("period", Kind::Span, "1 d", "length of a cycle"),
        param(
            "phase",
            Kind::Span,
            "0 s",
            "time within the cycle at the start of the run; the rate is mean and rising at 0",
        ),
    ],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    let period = super::secs(args, "period")?;
    let (amplitude, phase) = (args.number("amplitude"), args.span("phase").as_secs());
    Ok(Box::new(Diurnal { rate: rate(args, "rate")?, amplitude, period, phase }))
}

struct Diurnal {
    rate: f64,
    amplitude: f64,
    period: f64,
    phase: f64,
}

impl Arrival for Diurnal {
    fn next_gap(&mut self, now: SimTime, stream: &mut Stream) -> SimSpan {
        let highest = 1.0 + self.amplitude;
        let start = now.as_secs() + self.phase;
        let mut gap = 0.0;
        loop {
            gap += exponential(self.rate * highest, stream);
            let present = 1.0 + self.amplitude * (TAU * (start + gap) / self.period).sin();
            if stream.uniform() * highest < present {
                return SimSpan::from_secs(gap);
            }
        }
    }

    fn mean_rate(&self) -> f64 {
        self.rate
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, count, expected};
    use crate::base::{SimSpan, Value};

    #[test]
    fn counts_match_the_integrated_rate() {
        // A hundredth of the published rate: about 3 * 10^5 and 9 * 10^5 arrivals.
        for case in ["diurnal_nhpp-01", "diurnal_nhpp-02"] {
            let (numbers, mean) = expected(&format!("{case}-expected_count"));
            let args = [
                ("rate", Value::Number(numbers[0] / 100.0)),
                ("amplitude", Value::Number(numbers[1])),
                ("period", Value::Span(SimSpan::secs(86_400))),
                ("phase", Value::Span(SimSpan::ZERO)),
            ];
            let counted = count(&mut *build("diurnal", &args), 7, numbers[2], numbers[3]) as f64;
            let mean = mean / 100.0;
            assert!((counted - mean).abs() < 3.0 * mean.sqrt(), "{case}: {counted} against {mean}");
        }
    }
}
