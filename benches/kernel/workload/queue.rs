//! A queue with eight servers at 85 % load, exponential arrivals and services: about ten events are pending.

use super::{UNIT, exponential};
use crate::model::Model;
use heapwise::kernel::{Stream, Streams};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

const SERVERS: u32 = 8;
const LOAD: f64 = 0.85;

/// M/M/8 until `customers` were served.
#[derive(Clone, Copy, Default)]
pub struct Queue {
    customers: u64,
}

impl Queue {
    /// `customers` customers, two events each.
    pub fn new(customers: u64) -> Queue {
        Queue { customers }
    }
}

/// What happens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Happening {
    /// A customer comes.
    Arrival,
    /// A customer leaves.
    Departure,
}

/// The station with its servers.
pub struct Station {
    arrivals: Stream,
    services: Stream,
    to_come: u64,
    busy: u32,
    waiting: VecDeque<u64>,
    waited: u64,
    served: u64,
}

impl Station {
    #[inline]
    fn serve(&mut self, arrived: u64, now: u64, mut post: impl FnMut(u64, u32, Happening)) {
        self.waited += now - arrived;
        self.served += 1;
        post(exponential(1.0, &mut self.services), 0, Happening::Departure);
    }

    #[inline]
    fn next_arrival(&mut self, mut post: impl FnMut(u64, u32, Happening)) {
        if self.to_come > 0 {
            self.to_come -= 1;
            let mean = 1.0 / (LOAD * f64::from(SERVERS));
            post(exponential(mean, &mut self.arrivals), 0, Happening::Arrival);
        }
    }
}

impl Model for Queue {
    type Entity = Station;
    type Event = Happening;

    fn entities(&self) -> Vec<Station> {
        let streams = Streams::new(4);
        vec![Station {
            arrivals: streams.stream("arrivals", 0),
            services: streams.stream("services", 0),
            to_come: self.customers,
            busy: 0,
            waiting: VecDeque::new(),
            waited: 0,
            served: 0,
        }]
    }

    fn start(&self, entities: &mut [Station], post: impl FnMut(u64, u32, Happening)) {
        entities[0].next_arrival(post);
    }

    #[inline]
    fn on(&self, station: &mut Station, _: u32, now: u64, event: Happening, mut post: impl FnMut(u64, u32, Happening)) {
        match event {
            Happening::Arrival => {
                station.next_arrival(&mut post);
                if station.busy < SERVERS {
                    station.busy += 1;
                    station.serve(now, now, post);
                } else {
                    station.waiting.push_back(now);
                }
            }
            Happening::Departure => match station.waiting.pop_front() {
                Some(arrived) => station.serve(arrived, now, post),
                None => station.busy -= 1,
            },
        }
    }

    fn until(&self) -> u64 {
        u64::MAX
    }

    fn digest(station: &Station) -> u64 {
        station.waited ^ station.served << 40
    }

    fn result(&self, entities: &[&Station]) -> String {
        let (offered, servers) = (LOAD * f64::from(SERVERS), f64::from(SERVERS));
        // Erlang B by its recursion, then Erlang C and the mean wait in units of a service.
        let blocked = (1..=SERVERS).fold(1.0, |b, k| offered * b / (f64::from(k) + offered * b));
        let delayed = blocked / (1.0 - LOAD * (1.0 - blocked));
        let expected = delayed / (servers - offered);
        let mean = entities[0].waited as f64 / entities[0].served as f64 / UNIT;
        format!("mean wait {mean:.4}, by Erlang C {expected:.4}")
    }
}
