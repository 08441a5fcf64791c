//! A thousand processes; each sends a ping to one of ten random peers after a random delay, waits for the pong,
//! and begins again.

use crate::model::Model;
use heapwise::kernel::{Stream, Streams};
use serde::{Deserialize, Serialize};

const PROCESSES: u32 = 1000;
const PEERS: usize = 10;

/// The ping-pong of simcore's own benchmark.
#[derive(Clone, Copy, Default)]
pub struct PingPong {
    rounds: u64,
}

impl PingPong {
    /// `round_trips` round trips in all, two events each.
    pub fn new(round_trips: u64) -> PingPong {
        PingPong { rounds: round_trips / u64::from(PROCESSES) }
    }
}

/// What is sent.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Ball {
    /// With the sender.
    Ping(u32),
    /// The answer.
    Pong,
}

/// A process.
pub struct Process {
    stream: Stream,
    peers: [u32; PEERS],
    rounds_left: u64,
    answered: u64,
    last: u64,
}

impl Process {
    #[inline]
    fn delay(&mut self) -> u64 {
        1 + (self.stream.uniform() * 1e9) as u64
    }

    #[inline]
    fn ping(&mut self, me: u32, mut post: impl FnMut(u64, u32, Ball)) {
        let peer = self.peers[self.stream.index(PEERS)];
        post(self.delay(), peer, Ball::Ping(me));
    }
}

impl Model for PingPong {
    type Entity = Process;
    type Event = Ball;

    fn entities(&self) -> Vec<Process> {
        (0..PROCESSES)
            .map(|me| {
                let mut stream = Streams::new(2).stream("process", u64::from(me));
                let peers = std::array::from_fn(|_| {
                    // Any process but itself.
                    (me + 1 + stream.index(PROCESSES as usize - 1) as u32) % PROCESSES
                });
                Process { stream, peers, rounds_left: self.rounds, answered: 0, last: 0 }
            })
            .collect()
    }

    fn start(&self, entities: &mut [Process], mut post: impl FnMut(u64, u32, Ball)) {
        for (me, process) in (0..).zip(entities) {
            process.ping(me, &mut post);
        }
    }

    #[inline]
    fn on(&self, process: &mut Process, me: u32, now: u64, ball: Ball, mut post: impl FnMut(u64, u32, Ball)) {
        process.last = now;
        match ball {
            Ball::Ping(from) => {
                process.answered += 1;
                post(process.delay(), from, Ball::Pong);
            }
            Ball::Pong => {
                process.rounds_left -= 1;
                if process.rounds_left > 0 {
                    process.ping(me, post);
                }
            }
        }
    }

    fn until(&self) -> u64 {
        u64::MAX
    }

    fn digest(process: &Process) -> u64 {
        process.last ^ process.answered << 48
    }

    fn result(&self, entities: &[&Process]) -> String {
        let answered: u64 = entities.iter().map(|process| process.answered).sum();
        format!("{answered} pings answered")
    }
}
