//! What moving the state of a task to another TaskManager takes.

use crate::base::{Build, Bytes, SimSpan};

/// A move to be priced.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// State to be moved.
    pub state: Bytes,
    /// Bytes of it that the running task changes per second, at least 0.
    pub dirty: f64,
    /// Bandwidth of the slowest link on the way, in bytes a second, more than 0.
    pub bandwidth: f64,
}

/// What a move takes. Bytes queue on the shared network; the fixed spans do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferCost {
    /// Bytes sent while the task still runs.
    pub live: Bytes,
    /// Bytes sent while the task is stopped.
    pub stopped: Bytes,
    /// Time besides the network while the task is stopped (cancel, deploy, restore).
    pub fixed: SimSpan,
}

impl TransferCost {
    /// All bytes sent.
    pub fn bytes(&self) -> Bytes {
        self.live + self.stopped
    }

    /// How long the task is stopped with the whole `bandwidth` (bytes a second) for itself.
    pub fn downtime(&self, bandwidth: f64) -> SimSpan {
        self.fixed + SimSpan::from_secs(self.stopped.as_f64() / bandwidth)
    }

    /// How long the whole move takes with the whole `bandwidth` for itself.
    pub fn total(&self, bandwidth: f64) -> SimSpan {
        self.downtime(bandwidth) + SimSpan::from_secs(self.live.as_f64() / bandwidth)
    }
}

/// A model of moving state.
pub trait TransferPrice: Send {
    /// What `what` takes.
    fn cost(&self, what: &Move) -> TransferCost;
}

/// Backlog in records and the time to work it off after `downtime`, when `rate` records a second arrive and
/// `capacity` can be served; `None` where the capacity does not exceed the rate.
pub fn catch_up(rate: f64, capacity: f64, downtime: SimSpan) -> Option<(f64, SimSpan)> {
    let backlog = rate * downtime.as_secs();
    (capacity > rate).then(|| (backlog, SimSpan::from_secs(backlog / (capacity - rate))))
}

crate::registry! {
    /// All models; the first is the baseline.
    pub static TRANSFER_PRICES: Build<dyn TransferPrice>;
    free, stop_and_copy, pre_copy,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Family rescale_catchup.
    #[test]
    fn a_backlog_is_worked_off_at_the_spare_rate() {
        assert_eq!(catch_up(80_000.0, 100_000.0, SimSpan::secs(30)), Some((2_400_000.0, SimSpan::secs(120))));
        assert_eq!(catch_up(100_000.0, 100_000.0, SimSpan::secs(30)), None);
    }
}
