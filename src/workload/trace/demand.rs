//! Turns samples of memory and CPU into the steps and the work of a task.

use crate::base::{Bytes, SimSpan};
use crate::workload::task::{DemandStep, Stay};

/// Collects one task's samples. A sample holds until the next; equal neighbours become one step.
#[derive(Debug, Default)]
pub(super) struct Samples {
    steps: Vec<DemandStep>,
    last: SimSpan,
    cores_now: f64,
    /// CPU time so far, in nanoseconds on one core.
    work: f64,
}

impl Samples {
    /// Notes that from `offset` on the task holds `bytes` and uses `cores`. `offset` never falls; the first counts as
    /// 0.
    pub fn push(&mut self, offset: SimSpan, bytes: Bytes, cores: f64) {
        let offset = if self.steps.is_empty() { SimSpan::ZERO } else { offset };
        self.work +=
            self.cores_now * offset.as_nanos().max(self.last.as_nanos()) - self.cores_now * self.last.as_nanos();
        (self.last, self.cores_now) = (offset.max(self.last), cores);
        match self.steps.last_mut() {
            Some(step) if step.bytes == bytes => {}
            Some(step) if step.offset == offset => step.bytes = bytes,
            _ => self.steps.push(DemandStep { offset, bytes }),
        }
    }

    /// The offset of the last sample.
    pub fn last(&self) -> SimSpan {
        self.last
    }

    /// True before the first sample.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Ends the task after `duration` (at least up to the last sample): its steps and its CPU work on one core.
    pub fn finish(self, duration: SimSpan) -> (Vec<DemandStep>, SimSpan) {
        let rest = duration.as_nanos() - self.last.as_nanos();
        (self.steps, SimSpan::from_nanos(self.work + self.cores_now * rest.max(0.0)))
    }
}

/// One step that never changes.
pub(super) fn constant(bytes: Bytes) -> Vec<DemandStep> {
    vec![DemandStep { offset: SimSpan::ZERO, bytes }]
}

/// What the parameter `replay` makes of a measured duration: the stay, and the cores at which the work takes as long.
///
/// The cores are the mean rate, so that a task on an idle machine ends when it ended in the trace.
pub(super) fn replayed(replay: &str, duration: SimSpan, work: SimSpan) -> (Stay, f64) {
    let mean = work.as_nanos() / duration.as_nanos().max(1.0);
    let cores = if mean > 0.0 { mean } else { 1.0 };
    let stay = if replay == "work" { Stay::UntilDone } else { Stay::For(duration) };
    (stay, cores)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_samples_collapse_and_cpu_is_integrated() {
        let mut samples = Samples::default();
        // 2 s at 1 core, 2 s at 3 cores, then 1 s at 0.5 cores: 8.5 core seconds.
        for (at, mib, cores) in [(0, 5, 1.0), (2, 5, 3.0), (4, 7, 0.5)] {
            samples.push(SimSpan::secs(at), Bytes::mib(mib), cores);
        }
        assert_eq!(samples.last(), SimSpan::secs(4));
        let (steps, work) = samples.finish(SimSpan::secs(5));
        let expected =
            [(0, 5), (4, 7)].map(|(at, mib)| DemandStep { offset: SimSpan::secs(at), bytes: Bytes::mib(mib) });
        assert_eq!(steps, expected);
        assert_eq!(work, SimSpan::millis(8500));
    }

    #[test]
    fn a_late_first_sample_counts_from_the_start() {
        let mut samples = Samples::default();
        samples.push(SimSpan::secs(3), Bytes(9), 1.0);
        let (steps, work) = samples.finish(SimSpan::secs(4));
        assert_eq!((steps, work), (constant(Bytes(9)), SimSpan::secs(4)));
    }

    #[test]
    fn undisturbed_work_takes_the_measured_duration() {
        let (stay, cores) = replayed("work", SimSpan::secs(10), SimSpan::secs(25));
        assert_eq!((stay, cores), (Stay::UntilDone, 2.5));
        assert_eq!(replayed("hold", SimSpan::secs(10), SimSpan::ZERO), (Stay::For(SimSpan::secs(10)), 1.0));
    }
}
