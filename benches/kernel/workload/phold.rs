//! PHOLD: each event at a logical process sends one event on, after an exponential delay and a lookahead, mostly to
//! itself (Fujimoto, "Performance of Time Warp under synthetic workloads", 1990).

use super::{UNIT, exponential};
use crate::model::Model;
use heapwise::kernel::{Stream, Streams};

const STARTS: u64 = 16;
const LOOKAHEAD: f64 = 0.1;
const MEAN: f64 = 1.0;
const REMOTE: f64 = 0.25;

/// PHOLD with 16 start events for each process, mean delay 1.0 plus lookahead 0.1, remote share 0.25.
#[derive(Clone, Copy, Default)]
pub struct Phold {
    processes: u32,
    until: u64,
}

impl Phold {
    /// `processes` processes, stopped when about `events` events have run.
    pub fn new(processes: u32, events: u64) -> Phold {
        let rate = f64::from(processes) * STARTS as f64 / (MEAN + LOOKAHEAD);
        Phold { processes, until: (events as f64 / rate * UNIT) as u64 }
    }
}

/// A logical process.
pub struct Process {
    stream: Stream,
    received: u64,
    last: u64,
}

#[inline]
fn delay(stream: &mut Stream) -> u64 {
    (LOOKAHEAD * UNIT) as u64 + exponential(MEAN, stream)
}

impl Model for Phold {
    type Entity = Process;
    type Event = ();

    fn entities(&self) -> Vec<Process> {
        let streams = Streams::new(3);
        (0..u64::from(self.processes))
            .map(|me| Process { stream: streams.stream("process", me), received: 0, last: 0 })
            .collect()
    }

    fn start(&self, entities: &mut [Process], mut post: impl FnMut(u64, u32, ())) {
        for (me, process) in (0..).zip(entities) {
            for _ in 0..STARTS {
                post(delay(&mut process.stream), me, ());
            }
        }
    }

    #[inline]
    fn on(&self, process: &mut Process, me: u32, now: u64, (): (), mut post: impl FnMut(u64, u32, ())) {
        process.received += 1;
        process.last = now;
        let remote = process.stream.uniform() < REMOTE;
        let to = if remote { process.stream.index(self.processes as usize) as u32 } else { me };
        post(delay(&mut process.stream), to, ());
    }

    fn until(&self) -> u64 {
        self.until
    }

    fn digest(process: &Process) -> u64 {
        process.last ^ process.received << 48
    }

    fn result(&self, entities: &[&Process]) -> String {
        let received: u64 = entities.iter().map(|process| process.received).sum();
        let expected = entities.len() as f64 * STARTS as f64 / (MEAN + LOOKAHEAD) * self.until as f64 / UNIT;
        format!("{:.2} % off the expected number of events", (received as f64 / expected - 1.0) * 100.0)
    }
}
