//! Markov-modulated Poisson arrivals with two states: calm and busy periods of exponential length.
//!
//! Heffes and Lucantoni, "A Markov modulated characterization of packetized voice and data traffic and related
//! statistical multiplexer performance", IEEE JSAC 4(6), 1986. With r1, r2 the rates of leaving the states and l1, l2
//! those of arrivals: mean rate (l1 r2 + l2 r1)/(r1 + r2), index of dispersion in the long run 1 + 2 (l1 - l2)^2 r1
//! r2 / ((r1 + r2)^2 (l1 r2 + l2 r1)). With one rate 0 it is an interrupted Poisson process. The first state is drawn
//! by the share of time that each has, so that the process is stationary from the start.

use super::{Arrival, exponential, not_idle, rate_or_zero, secs};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, required};
use crate::kernel::Stream;

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "mmpp2",
    summary: "Poisson at one of two rates, which alternate at random",
    source: "Heffes & Lucantoni, IEEE JSAC 1986",
    params: &[
        required("rate_1", Kind::Rate, "arrivals in state 1"),
        required("rate_2", Kind::Rate, "arrivals in state 2"),
        required("stay_1", Kind::Span, "mean time in state 1"),
        required("stay_2", Kind::Span, "mean time in state 2"),
    ],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    let rates = [rate_or_zero(args, "rate_1")?, rate_or_zero(args, "rate_2")?];
    let stays = [secs(args, "stay_1")?, secs(args, "stay_2")?];
    let process = Mmpp2 { rates, stays, state: None };
    not_idle(process.mean_rate(), 2.0 / (stays[0] + stays[1]))?;
    Ok(Box::new(process))
}

struct Mmpp2 {
    rates: [f64; 2],
    /// Mean seconds in each state.
    stays: [f64; 2],
    state: Option<usize>,
}

impl Arrival for Mmpp2 {
    fn next_gap(&mut self, _now: SimTime, stream: &mut Stream) -> SimSpan {
        let in_second = self.stays[1] / (self.stays[0] + self.stays[1]);
        let mut state = *self.state.get_or_insert_with(|| usize::from(stream.uniform() < in_second));
        let mut gap = 0.0;
        loop {
            // The first of two exponentials: an arrival, or a change of state.
            let leave = 1.0 / self.stays[state];
            let any = self.rates[state] + leave;
            gap += exponential(any, stream);
            if stream.uniform() * any < self.rates[state] {
                self.state = Some(state);
                return SimSpan::from_secs(gap);
            }
            state = 1 - state;
        }
    }

    fn mean_rate(&self) -> f64 {
        let [first, second] = self.stays;
        (self.rates[0] * first + self.rates[1] * second) / (first + second)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, dispersion, expected};
    use crate::base::{SimSpan, Value};

    /// Index of dispersion of the counts in windows of `t` seconds, for a stationary process (integrated covariance).
    fn in_windows(idc: f64, relax: f64, t: f64) -> f64 {
        1.0 + (idc - 1.0) * (1.0 - (1.0 - (-relax * t).exp()) / (relax * t))
    }

    #[test]
    fn rate_and_dispersion_are_those_of_theory() {
        // Windows of many changes of state; the standard error of a variance over n windows is about sqrt(2/n) of it.
        for (case, windows, secs) in [("mmpp2-01", 400, 300.0), ("mmpp2-02", 1500, 30.0)] {
            let (numbers, mean_rate) = expected(&format!("{case}-mean_rate"));
            let (_, idc) = expected(&format!("{case}-idc_infinity"));
            let [l1, l2, r12, r21] = [0, 1, 2, 3].map(|index| numbers[index]);
            let span = |rate: f64| Value::Span(SimSpan::from_secs(1.0 / rate));
            let rates = [("rate_1", Value::Number(l1)), ("rate_2", Value::Number(l2))];
            let stays = [("stay_1", span(r12)), ("stay_2", span(r21))];
            let mut process = build("mmpp2", &[rates, stays].concat());
            assert!((process.mean_rate() / mean_rate - 1.0).abs() < 1e-8);
            let (mean, measured) = dispersion(&mut *process, windows, secs);
            let exact = in_windows(idc, r12 + r21, secs);
            let error = (exact * mean / windows as f64).sqrt();
            assert!((mean - mean_rate * secs).abs() < 3.0 * error, "{case}: {mean}");
            let allowed = 3.0 * (2.0 / windows as f64).sqrt();
            assert!((measured / exact - 1.0).abs() < allowed, "{case}: {measured} against {exact}");
        }
    }
}
