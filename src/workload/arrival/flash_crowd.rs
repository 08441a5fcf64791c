//! Poisson arrivals with flash crowds: at random times the rate climbs to a multiple of the base, then decays.
//!
//! A crowd adds base x (factor - 1) x g(t): g climbs from 0 to 1 along a straight line during the ramp, then decays
//! exponentially. News traffic looks like that, at five to twenty times the base within a minute. Crowds start as a
//! Poisson process and add up, so that by Campbell's theorem the mean rate is base x (1 + (factor - 1) (ramp / 2 +
//! decay) / every).
//!
//! Drawn by thinning between the moments at which the shape changes; exact. All decaying crowds are one number, since
//! exponentials of equal decay add to one. The run starts without a crowd.

use super::{Arrival, exponential, not_idle, rate};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, param, required};
use crate::kernel::Stream;
use std::collections::VecDeque;

/// The registry entry.
pub const ENTRY: Entry<Build<dyn Arrival>> = Entry {
    name: "flash-crowd",
    summary: "Poisson with sudden crowds: a steep ramp, an exponential decay",
    source: "shot noise (Campbell); thinning after Lewis & Shedler 1979",
    params: &[
        required("rate", Kind::Rate, "arrivals without a crowd"),
        param("factor", Kind::Number(1.0, 1e4), "10", "height of a crowd: rate at its peak over the base rate"),
        param("every", Kind::Span, "1 h", "mean time between the starts of crowds"),
        param("ramp", Kind::Span, "60 s", "time to the peak"),
        param("decay", Kind::Span, "5 min", "time in which a crowd falls to 37 %"),
    ],
    traits: &[],
    build,
};

fn build(args: &Args) -> Result<Box<dyn Arrival>, String> {
    let base = rate(args, "rate")?;
    let (every, decay, ramp) = (super::secs(args, "every")?, super::secs(args, "decay")?, args.span("ramp").as_secs());
    let height = args.number("factor") - 1.0;
    let process = FlashCrowd { base, height, every, ramp, decay, next: None, climbing: VecDeque::new(), level: 0.0 };
    not_idle(process.mean_rate(), 2.0 / every)?;
    if ramp / every > 1e4 {
        return Err(format!("ramp is {:.0} times as long as every: expected at most 10000", ramp / every));
    }
    Ok(Box::new(process))
}

struct FlashCrowd {
    base: f64,
    /// Of one crowd at its peak, in base rates.
    height: f64,
    every: f64,
    ramp: f64,
    decay: f64,
    /// Seconds to the next crowd.
    next: Option<f64>,
    /// Seconds since the start of each crowd on its ramp, oldest first.
    climbing: VecDeque<f64>,
    /// Crowds beyond their ramp, in peaks of one.
    level: f64,
}

impl FlashCrowd {
    /// Seconds to the next start of a crowd or end of a ramp.
    fn to_change(&self) -> f64 {
        let peak = self.climbing.front().map_or(f64::INFINITY, |age| self.ramp - age);
        self.next.unwrap_or(f64::INFINITY).min(peak).max(0.0)
    }

    fn advance(&mut self, secs: f64) {
        self.level *= (-secs / self.decay).exp();
        self.climbing.iter_mut().for_each(|age| *age += secs);
        self.next = self.next.map(|next| next - secs);
    }

    /// Applies a change that is due now.
    fn change(&mut self, stream: &mut Stream) {
        if self.climbing.front().is_some_and(|age| *age >= self.ramp * (1.0 - 1e-12)) {
            self.climbing.pop_front();
            self.level += 1.0;
        } else {
            self.climbing.push_back(0.0);
            self.next = Some(exponential(1.0 / self.every, stream));
        }
    }

    fn rate_now(&self) -> f64 {
        let climbing: f64 = self.climbing.iter().map(|age| age / self.ramp).sum();
        self.base * (1.0 + self.height * (self.level + climbing))
    }
}

impl Arrival for FlashCrowd {
    fn next_gap(&mut self, _now: SimTime, stream: &mut Stream) -> SimSpan {
        if self.next.is_none() {
            self.next = Some(exponential(1.0 / self.every, stream));
        }
        let mut gap = 0.0;
        loop {
            // Until the next change, the decaying part only falls and a ramp stays below its peak.
            let highest = self.base * (1.0 + self.height * (self.level + self.climbing.len() as f64));
            let (wait, change) = (exponential(highest, stream), self.to_change());
            gap += wait.min(change);
            self.advance(wait.min(change));
            if wait >= change {
                self.change(stream);
            } else if stream.uniform() * highest < self.rate_now() {
                return SimSpan::from_secs(gap);
            }
        }
    }

    fn mean_rate(&self) -> f64 {
        self.base * (1.0 + self.height * (self.ramp / 2.0 + self.decay) / self.every)
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{build, dispersion};
    use crate::base::{SimSpan, Value};

    #[test]
    fn mean_and_dispersion_are_those_of_shot_noise() {
        let span = |secs: u64| Value::Span(SimSpan::secs(secs));
        let args = [("rate", Value::Number(2.0)), ("factor", Value::Number(6.0))];
        let shape = [("every", span(50)), ("ramp", span(4)), ("decay", span(3))];
        let mut process = build("flash-crowd", &[&args[..], &shape[..]].concat());
        // A crowd adds 2 * 5 * (4/2 + 3) = 50 arrivals in the mean, every 50 s: 1 /s.
        assert_eq!(process.mean_rate(), 3.0);
        let (mean, idc) = dispersion(&mut *process, 400, 2000.0);
        // A cluster process: variance rate = 2 + (50 + 50^2) / 50 = 53 per second, so dispersion is 53 / 3.
        assert!((idc / (53.0 / 3.0) - 1.0).abs() < 3.0 * (2.0f64 / 400.0).sqrt(), "{idc}");
        assert!((mean - 6000.0).abs() < 3.0 * (53.0 * 2000.0 / 400.0f64).sqrt(), "{mean}");
    }
}
