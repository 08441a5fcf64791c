//! Stations in line with room for so many between them, where a finished piece blocks its station while there is no room
//! downstream (blocking after service). The first station never starves, the last is never blocked.

use super::{Running, Small, drive, exponential};
use crate::base::SimTime;
use crate::kernel::{EventQueue, Model, Stream, Streams};

/// The model.
#[derive(Clone, Debug)]
pub struct Line {
    /// Services a second of each station.
    pub rates: Vec<f64>,
    /// Places between neighbours.
    pub room: u32,
}

impl Line {
    /// A trial of the model.
    pub fn trial(self) -> Small {
        let slowest = self.rates.iter().copied().fold(f64::INFINITY, f64::min);
        Small {
            pace: 1.0 / slowest,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(At::new(self.clone(), streams)))),
            quantity: Box::new(|name, sums| (name == "throughput").then(|| sums[1] / sums[0])),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Busy,
    Blocked,
}

struct At {
    model: Line,
    queue: EventQueue<u32>,
    states: Vec<State>,
    /// Pieces that wait before each station.
    waiting: Vec<u32>,
    done: f64,
    streams: Vec<Stream>,
    now: SimTime,
}

impl At {
    fn new(model: Line, streams: &Streams) -> At {
        let count = model.rates.len();
        let mut at = At {
            model,
            queue: EventQueue::new(),
            states: vec![State::Idle; count],
            waiting: vec![0; count],
            done: 0.0,
            streams: (0..count as u64).map(|station| streams.stream("services", station)).collect(),
            now: SimTime::ZERO,
        };
        at.serve(SimTime::ZERO, 0);
        at
    }

    fn serve(&mut self, now: SimTime, station: usize) {
        self.states[station] = State::Busy;
        let span = exponential(&mut self.streams[station], self.model.rates[station]);
        self.queue.schedule(now + span, 0, station as u32);
    }

    /// A station has got rid of its piece and takes the next, which may free those before it.
    fn take(&mut self, now: SimTime, station: usize) {
        if station == 0 {
            return self.serve(now, 0);
        }
        let blocked = self.states[station - 1] == State::Blocked;
        if self.waiting[station] > 0 {
            // The blocked piece moves up into the place that becomes free.
            self.waiting[station] -= u32::from(!blocked);
        } else if !blocked {
            self.states[station] = State::Idle;
            return;
        }
        self.serve(now, station);
        if blocked {
            self.take(now, station - 1);
        }
    }
}

impl Model<u32> for At {
    fn queue(&mut self) -> &mut EventQueue<u32> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, station: u32) {
        let (station, next) = (station as usize, station as usize + 1);
        if next == self.states.len() {
            self.done += 1.0;
        } else if self.states[next] == State::Idle {
            self.serve(now, next);
        } else if self.waiting[next] < self.model.room {
            self.waiting[next] += 1;
        } else {
            self.states[station] = State::Blocked;
            return;
        }
        self.take(now, station);
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        self.now = drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        vec![self.now.as_secs(), self.done]
    }
}
