//! Poisson arrivals with bursts: while a burst is on, another Poisson stream is added to the base.
//!
//! The lengths of bursts and pauses have any law. With Pareto lengths of shape 1 < a < 2 the counts are long-range
//! dependent (Willinger, Taqqu, Sherman and Wilson, "Self-similarity through high-variability", IEEE/ACM ToN 5(1),
//! 1997: H = (3 - a)/2), which is what a superposition of on/off users looks like. With base 0 it is a plain on/off
//! source. A run starts with a pause; what that changes fades with the warm-up.

use super::{Arrival, exponential, not_idle, rate, rate_or_zero};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, param, required};
use crate::kernel::{Dist, Stream};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "bursts",
    summary: "Poisson base with on/off bursts of any length",
    source: "Willinger et al., IEEE/ACM ToN 1997",
    params: &[
        param("base", Kind::Rate, "0 /s", "arrivals at all times"),
        required("extra", Kind::Rate, "further arrivals while a burst is on"),
        required("on", Kind::SpanLaw, "length of a burst"),
        required("off", Kind::SpanLaw, "length of a pause"),
    ],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    let (base, extra) = (rate_or_zero(args, "base")?, rate(args, "extra")?);
    let lengths = [Dist::new(&args.law("off"))?, Dist::new(&args.law("on"))?];
    let means = [lengths[0].mean() / 1e9, lengths[1].mean() / 1e9];
    let cycle = means[0] + means[1];
    if !(cycle.is_finite() && cycle > 0.0 && means[1] > 0.0) {
        return Err(format!(
            "mean burst {} s, mean pause {} s: expected finite, and a burst above 0",
            means[1], means[0]
        ));
    }
    let mean_rate = base + extra * means[1] / cycle;
    not_idle(mean_rate, 2.0 / cycle)?;
    Ok(Box::new(Bursts { rates: [base, base + extra], lengths, mean_rate, phase: Phase { on: true, left: 0.0 } }))
}

struct Bursts {
    /// Of a pause and of a burst.
    rates: [f64; 2],
    lengths: [Dist; 2],
    mean_rate: f64,
    phase: Phase,
}

struct Phase {
    on: bool,
    /// Seconds to its end.
    left: f64,
}

impl Arrival for Bursts {
    fn next_gap(&mut self, _now: SimTime, stream: &mut Stream) -> SimSpan {
        let mut gap = 0.0;
        loop {
            let wait = exponential(self.rates[usize::from(self.phase.on)], stream);
            if wait < self.phase.left {
                self.phase.left -= wait;
                return SimSpan::from_secs(gap + wait);
            }
            gap += self.phase.left;
            let on = !self.phase.on;
            self.phase = Phase { on, left: self.lengths[usize::from(on)].sample(stream) / 1e9 };
        }
    }

    fn mean_rate(&self) -> f64 {
        self.mean_rate
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, dispersion};
    use crate::base::{Law, Value};

    fn process(on: Law, off: Law) -> Box<dyn super::Arrival> {
        let rates = [("base", Value::Number(10.0)), ("extra", Value::Number(90.0))];
        build("bursts", &[rates, [("on", Value::Law(on)), ("off", Value::Law(off))]].concat())
    }

    #[test]
    fn exponential_bursts_are_an_mmpp() {
        let law = |secs: f64| Law::with("exponential", &[("mean", secs * 1e9)]);
        let mut bursts = process(law(1.0), law(2.0));
        assert_eq!(bursts.mean_rate(), 40.0);
        let (mean, idc) = dispersion(&mut *bursts, 1500, 50.0);
        // Long-run index with l = (100, 10), r = (1, 0.5): 1 + 2 * 90^2 * 0.5 / (1.5^2 * 60) = 61; 1 + 60 (1 - 1/75)
        // in windows of 50 s.
        assert!((idc / 60.2 - 1.0).abs() < 0.11, "{idc}");
        assert!((mean - 2000.0).abs() < 3.0 * (60.2 * 2000.0 / 1500.0f64).sqrt(), "{mean}");
    }

    #[test]
    fn bursts_of_fixed_length_hold_their_share() {
        let (mean, _) = dispersion(&mut *process(Law::constant(2e9), Law::constant(8e9)), 500, 10.0);
        // 10 s of 10 /s and 2 s of 90 /s.
        assert!((mean - 280.0).abs() < 3.0 * (280.0f64 / 500.0).sqrt(), "{mean}");
    }
}
