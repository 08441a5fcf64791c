//! `[failures]`: what a lost TaskManager costs.

crate::section! {
    /// `[failures]`: what a lost TaskManager costs.
    pub struct Failures {
        restart: Span = "10 s", "time from a failure to running again, state reload apart";
        max_restarts: Count(0, 1_000_000) = "3", "OutOfMemoryErrors after which the run is given up";
        queue_limit: Count(0, u64::MAX) = "18446744073709551615", "tasks that may wait for a slot; more are lost";
    }
}
