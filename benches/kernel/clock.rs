//! The time that this thread has spent on a processor, so that other programs on the machine disturb less.

use std::time::Instant;

/// Measures from its making.
pub struct Stopwatch {
    wall: Instant,
    processor: Option<u64>,
}

impl Stopwatch {
    /// Starts now.
    pub fn start() -> Stopwatch {
        Stopwatch { wall: Instant::now(), processor: processor_nanos() }
    }

    /// Processor time of this thread since the start, or wall time where the system does not tell, in seconds.
    pub fn seconds(&self) -> f64 {
        match (self.processor, processor_nanos()) {
            (Some(start), Some(end)) => (end - start) as f64 / 1e9,
            _ => self.wall.elapsed().as_secs_f64(),
        }
    }
}

/// Linux keeps the nanoseconds that a thread has run in the first word of this file.
fn processor_nanos() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse().ok()
}
