//! Servers with a line that customers leave when their patience ends.

use std::collections::VecDeque;

use super::{Gauge, Running, Small, drive, exponential};
use crate::base::SimTime;
use crate::kernel::{EventId, EventQueue, Model, Stream, Streams};

/// The model: Poisson arrivals, exponential service and patience.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Customers a second.
    pub rate: f64,
    /// Services a second of one server.
    pub service: f64,
    /// Servers.
    pub servers: u32,
    /// One over the mean patience in seconds.
    pub patience: f64,
}

impl Patience {
    /// A trial of the model.
    pub fn trial(self) -> Small {
        Small {
            pace: 1.0 / self.rate,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(At::new(self, streams)))),
            quantity: Box::new(|name, sums| match name {
                "P_abandon" => Some(sums[3] / sums[1]),
                "P_wait" => Some(sums[2] / sums[1]),
                "Lq" => Some(sums[4] / sums[0]),
                _ => None,
            }),
        }
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival,
    Done,
    GiveUp(u64),
}

struct At {
    model: Patience,
    queue: EventQueue<Event>,
    busy: u32,
    /// Number of the customer and the end of its patience.
    line: VecDeque<(u64, EventId)>,
    waiting: Gauge,
    arrived: u64,
    waited: f64,
    gave_up: f64,
    /// Gaps, services, patience.
    streams: [Stream; 3],
    now: SimTime,
}

impl At {
    fn new(model: Patience, streams: &Streams) -> At {
        let mut at = At {
            model,
            queue: EventQueue::new(),
            busy: 0,
            line: VecDeque::new(),
            waiting: Gauge::default(),
            arrived: 0,
            waited: 0.0,
            gave_up: 0.0,
            streams: ["gaps", "services", "patience"].map(|purpose| streams.stream(purpose, 0)),
            now: SimTime::ZERO,
        };
        at.schedule(SimTime::ZERO, 0, Event::Arrival);
        at
    }

    /// Schedules an event after an exponential time from one of the streams.
    fn schedule(&mut self, now: SimTime, stream: usize, event: Event) -> EventId {
        let rate = [self.model.rate, self.model.service, self.model.patience][stream];
        let span = exponential(&mut self.streams[stream], rate);
        self.queue.schedule(now + span, 0, event)
    }

    fn arrive(&mut self, now: SimTime) {
        self.schedule(now, 0, Event::Arrival);
        self.arrived += 1;
        if self.busy < self.model.servers {
            self.busy += 1;
            self.schedule(now, 1, Event::Done);
            return;
        }
        self.waited += 1.0;
        self.waiting.change(now, 1.0);
        let end = self.schedule(now, 2, Event::GiveUp(self.arrived));
        self.line.push_back((self.arrived, end));
    }

    fn done(&mut self, now: SimTime) {
        match self.line.pop_front() {
            None => self.busy -= 1,
            Some((_, end)) => {
                self.queue.cancel(end);
                self.waiting.change(now, -1.0);
                self.schedule(now, 1, Event::Done);
            }
        }
    }

    fn give_up(&mut self, now: SimTime, number: u64) {
        // Numbers ascend along the line.
        if let Ok(place) = self.line.binary_search_by_key(&number, |one| one.0) {
            self.line.remove(place);
            self.waiting.change(now, -1.0);
            self.gave_up += 1.0;
        }
    }
}

impl Model<Event> for At {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Arrival => self.arrive(now),
            Event::Done => self.done(now),
            Event::GiveUp(number) => self.give_up(now, number),
        }
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        self.now = drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        vec![self.now.as_secs(), self.arrived as f64, self.waited, self.gave_up, self.waiting.area(self.now)]
    }
}
