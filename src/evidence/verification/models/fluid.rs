//! Fluid through a pipe of the cluster: what piles up while it is shut, and when that is gone.

use crate::base::SimTime;
use crate::cluster::share::Share;

/// What a rescaling leaves behind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CatchUp {
    /// Records that wait when service begins again.
    pub backlog: f64,
    /// Seconds until none waits.
    pub seconds: f64,
    /// Seconds that the oldest record waits.
    pub oldest: f64,
}

/// Records come at `rate` a second and are served at `capacity`, but for the first `downtime` seconds; `capacity` above
/// `rate`.
pub fn catch_up(rate: f64, capacity: f64, downtime: f64) -> CatchUp {
    let restart = SimTime((downtime * 1e9).round() as u64);
    let mut source = Share::of_bandwidth(rate);
    source.start(SimTime::ZERO, 0, f64::MAX, 1.0);
    source.advance(restart);
    let backlog = source.served();
    // Records that come meanwhile take their part of the capacity; the rest works on those that wait.
    let mut service = Share::of_bandwidth(capacity - rate);
    service.freeze(SimTime::ZERO, true);
    service.start(SimTime::ZERO, 0, backlog, 1.0);
    service.freeze(restart, false);
    let end = service.next_end().unwrap_or(restart);
    CatchUp { backlog, seconds: end.since(restart).as_secs(), oldest: restart.as_secs() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_piled_up_is_worked_off_by_what_is_left() {
        let CatchUp { backlog, seconds, oldest } = catch_up(80_000.0, 100_000.0, 30.0);
        assert!((backlog - 2.4e6).abs() < 1e-3 && (seconds - 120.0).abs() < 1e-6 && oldest == 30.0);
    }
}
