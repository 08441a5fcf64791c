//! Work that is divided and waits for its slowest part: two parallel lines, and barriers.

use std::collections::VecDeque;

use super::{Running, Small, drive, exponential};
use crate::base::SimTime;
use crate::kernel::{EventQueue, Model, Stream, Streams};

/// Two servers; each job sends one task to each and is done when both are.
#[derive(Clone, Copy, Debug)]
pub struct Fork {
    /// Jobs a second.
    pub rate: f64,
    /// Services a second of each server.
    pub service: f64,
}

impl Fork {
    /// A trial of the model.
    pub fn trial(self) -> Small {
        Small {
            pace: 1.0 / self.rate,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(AtFork::new(self, streams)))),
            quantity: Box::new(|name, sums| (name == "W").then(|| sums[1] / sums[0])),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    Done(u8),
}

struct AtFork {
    model: Fork,
    queue: EventQueue<Event>,
    arrived: u64,
    /// Tasks that each server has done, in the order of jobs.
    tasks: [u64; 2],
    /// When the jobs came that are not done.
    jobs: VecDeque<SimTime>,
    done: u64,
    stays: f64,
    /// Gaps, and the services of each server.
    streams: [Stream; 3],
}

impl AtFork {
    fn new(model: Fork, streams: &Streams) -> AtFork {
        let mut at = AtFork {
            model,
            queue: EventQueue::new(),
            arrived: 0,
            tasks: [0; 2],
            jobs: VecDeque::new(),
            done: 0,
            stays: 0.0,
            streams: [0, 1, 2].map(|number| streams.stream("fork", number)),
        };
        at.schedule(SimTime::ZERO, 0, Event::Arrival);
        at
    }

    fn schedule(&mut self, now: SimTime, stream: usize, event: Event) {
        let rate = if stream == 0 { self.model.rate } else { self.model.service };
        let span = exponential(&mut self.streams[stream], rate);
        self.queue.schedule(now + span, 0, event);
    }

    fn serve(&mut self, now: SimTime, server: usize) {
        self.schedule(now, server + 1, Event::Done(server as u8));
    }

    fn arrive(&mut self, now: SimTime) {
        self.schedule(now, 0, Event::Arrival);
        self.jobs.push_back(now);
        for server in 0..2 {
            if self.tasks[server] == self.arrived {
                self.serve(now, server);
            }
        }
        self.arrived += 1;
    }

    fn finish(&mut self, now: SimTime, server: usize) {
        self.tasks[server] += 1;
        if self.tasks[server] < self.arrived {
            self.serve(now, server);
        }
        while self.done < self.tasks[0].min(self.tasks[1]) {
            self.done += 1;
            self.stays += self.jobs.pop_front().map_or(0.0, |came| now.since(came).as_secs());
        }
    }
}

impl Model<Event> for AtFork {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Arrival => self.arrive(now),
            Event::Done(server) => self.finish(now, usize::from(server)),
        }
    }
}

impl Running for AtFork {
    fn advance(&mut self, until: f64) {
        drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        vec![self.done as f64, self.stays]
    }
}

/// So many parts that start together, again and again, when the last of them is done.
#[derive(Clone, Copy, Debug)]
pub struct Barrier {
    /// Parts.
    pub parts: u32,
    /// One over the mean seconds of a part.
    pub rate: f64,
}

impl Barrier {
    /// A trial of the model.
    pub fn trial(self) -> Small {
        Small {
            // The slowest of n parts takes at most 1 + ln n means.
            pace: (1.0 + f64::from(self.parts).ln()) / self.rate,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(AtBarrier::new(self, streams)))),
            quantity: Box::new(|name, sums| (name == "mean_max").then(|| sums[1] / sums[0])),
        }
    }
}

struct AtBarrier {
    model: Barrier,
    queue: EventQueue<()>,
    stream: Stream,
    left: u32,
    began: SimTime,
    rounds: f64,
    lengths: f64,
}

impl AtBarrier {
    fn new(model: Barrier, streams: &Streams) -> AtBarrier {
        let (queue, stream) = (EventQueue::new(), streams.stream("parts", 0));
        let mut at = AtBarrier { model, queue, stream, left: 0, began: SimTime::ZERO, rounds: 0.0, lengths: 0.0 };
        at.begin(SimTime::ZERO);
        at
    }

    fn begin(&mut self, now: SimTime) {
        (self.began, self.left) = (now, self.model.parts);
        for _ in 0..self.model.parts {
            let span = exponential(&mut self.stream, self.model.rate);
            self.queue.schedule(now + span, 0, ());
        }
    }
}

impl Model<()> for AtBarrier {
    fn queue(&mut self) -> &mut EventQueue<()> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, _: ()) {
        self.left -= 1;
        if self.left == 0 {
            self.rounds += 1.0;
            self.lengths += now.since(self.began).as_secs();
            self.begin(now);
        }
    }
}

impl Running for AtBarrier {
    fn advance(&mut self, until: f64) {
        drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        vec![self.rounds, self.lengths]
    }
}
