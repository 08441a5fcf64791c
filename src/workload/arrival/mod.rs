//! Arrival processes: when the next task (or record batch) comes.
//!
//! A process is a state machine that turns draws from its own stream into gaps. It keeps no clock: the caller says
//! what time it is, which only processes that follow the time of day need. State the process in every chart: at equal
//! rates, a paced source makes much shorter queues than a Poisson one.

use crate::base::{Args, Build, SimSpan, SimTime};
use crate::kernel::Stream;
use crate::registry;

#[cfg(test)]
pub(crate) mod testing;

/// A stream of arrivals.
pub trait Arrival {
    /// Time from the arrival at `now` (or from the start) to the next; `stream` is used by nobody else.
    fn next_gap(&mut self, now: SimTime, stream: &mut Stream) -> SimSpan;

    /// Arrivals a second in the long run.
    fn mean_rate(&self) -> f64;
}

registry! {
    /// All arrival processes.
    pub static ARRIVALS: Build<dyn Arrival>;
    paced,
    poisson,
    mmpp2,
    diurnal,
    bursts,
    hawkes,
    flash_crowd,
    renewal,
}

/// Most arrivals a second: beyond it, gaps fall below the resolution of a nanosecond.
pub const FASTEST: f64 = 1e8;

/// The most changes of an inner state that may pass between two arrivals in the mean; beyond it a run would only
/// spin.
const MOST_CHANGES: f64 = 1e6;

/// The rate under `name`, refused where it is 0 or more than 10^8 a second.
fn rate(args: &Args, name: &str) -> Result<f64, String> {
    let rate = args.number(name);
    match rate > 0.0 && rate <= FASTEST {
        true => Ok(rate),
        false => Err(format!("{name} = {rate} /s: expected more than 0 and at most 1e8 /s")),
    }
}

/// The rate under `name`, which may be 0.
fn rate_or_zero(args: &Args, name: &str) -> Result<f64, String> {
    if args.number(name) == 0.0 { Ok(0.0) } else { rate(args, name) }
}

/// The time under `name` in seconds, refused where it is 0.
fn secs(args: &Args, name: &str) -> Result<f64, String> {
    let secs = args.span(name).as_secs();
    if secs > 0.0 { Ok(secs) } else { Err(format!("{name} = 0 s: expected more than 0")) }
}

/// Refuses processes whose inner state changes far more often than they have arrivals.
fn not_idle(mean_rate: f64, changes: f64) -> Result<(), String> {
    match mean_rate > 0.0 && changes <= MOST_CHANGES * mean_rate {
        true => Ok(()),
        false => Err(format!(
            "{mean_rate:.3e} arrivals a second for {changes:.3e} changes of state: expected at least one in a million"
        )),
    }
}

/// Seconds to the next point of a Poisson process; never comes at rate 0.
fn exponential(rate: f64, stream: &mut Stream) -> f64 {
    if rate > 0.0 { -stream.uniform_positive().ln() / rate } else { f64::INFINITY }
}
