//! Stations with lines and routes between them: open networks, closed ones, batches, machines under repair.

use std::collections::VecDeque;

use super::{Gauge, Running, Small, drive, exponential, numbered};
use crate::base::{SimSpan, SimTime};
use crate::kernel::{Dist, EventQueue, Model, Stream, Streams};

/// A station.
#[derive(Clone, Debug)]
pub struct Station {
    /// Servers; `None` for as many as come.
    pub servers: Option<u32>,
    /// Nanoseconds of service.
    pub service: Dist,
    /// Batches from outside a second.
    pub external: f64,
    /// Chances to go on to each station; the rest leaves.
    pub routes: Vec<f64>,
}

/// How many come at once from outside.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Batch {
    /// Always so many.
    Fixed(u32),
    /// Geometric on 1, 2, … with this mean.
    Geometric(f64),
}

/// The model.
#[derive(Clone, Debug)]
pub struct Network {
    /// Its stations.
    pub stations: Vec<Station>,
    /// Size of batches from outside.
    pub batch: Batch,
    /// Customers at the first station at the start.
    pub population: u32,
    /// The station whose services are the throughput, from 0.
    pub last: usize,
}

impl Network {
    /// A trial of the model, at about `rate` services a second.
    pub fn trial(self, rate: f64) -> Small {
        let (last, servers) = (self.last, self.stations[0].servers.map_or(1.0, f64::from));
        Small {
            pace: 1.0 / rate,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(At::new(self.clone(), streams)))),
            quantity: Box::new(move |name, sums| quantity(name, sums, (last, servers))),
        }
    }
}

/// Sums: span, who left, their stays, then for each station customers present, servers busy, services, empty seconds.
fn quantity(name: &str, sums: &[f64], (last, servers): (usize, f64)) -> Option<f64> {
    let (span, station) = (sums[0], |number: usize| sums[3..].chunks_exact(4).nth(number));
    Some(match name {
        "W_total" | "W" => sums[2] / sums[1],
        "L" => sums[3..].iter().step_by(4).sum::<f64>() / span,
        "rho" => station(0)?[1] / span / servers,
        "throughput" => station(last)?[2] / span,
        "mean_down" => station(1)?[0] / span,
        "repair_util" => station(1)?[1] / span,
        "P_all_up" => station(1)?[3] / span,
        _ => match numbered(name)? {
            ("L" | "Q", number) => station(number - 1)?[0] / span,
            _ => return None,
        },
    })
}

#[derive(Clone, Copy, Debug)]
enum Event {
    External(u32),
    Done(u32, SimTime),
}

#[derive(Default)]
struct Place {
    /// When those who wait entered the network.
    line: VecDeque<SimTime>,
    present: Gauge,
    busy: Gauge,
    empty: Gauge,
    services: f64,
}

struct At {
    model: Network,
    queue: EventQueue<Event>,
    places: Vec<Place>,
    /// For each station: gaps, services and routes.
    streams: Vec<[Stream; 3]>,
    left: f64,
    stays: f64,
    now: SimTime,
}

impl At {
    fn new(model: Network, streams: &Streams) -> At {
        let of = |station: u64| ["gaps", "services", "routes"].map(|purpose| streams.stream(purpose, station));
        let count = model.stations.len();
        let mut at = At {
            queue: EventQueue::new(),
            places: (0..count).map(|_| Place::default()).collect(),
            streams: (0..count as u64).map(of).collect(),
            left: 0.0,
            stays: 0.0,
            now: SimTime::ZERO,
            model,
        };
        at.places.iter_mut().for_each(|place| place.empty.level = 1.0);
        (0..at.model.population).for_each(|_| at.enter(SimTime::ZERO, 0, SimTime::ZERO));
        (0..count).for_each(|station| at.expect(SimTime::ZERO, station));
        at
    }

    fn expect(&mut self, now: SimTime, station: usize) {
        let rate = self.model.stations[station].external;
        if rate > 0.0 {
            let gap = exponential(&mut self.streams[station][0], rate);
            self.queue.schedule(now + gap, 0, Event::External(station as u32));
        }
    }

    fn external(&mut self, now: SimTime, station: usize) {
        self.expect(now, station);
        let size = match self.model.batch {
            Batch::Fixed(size) => size,
            Batch::Geometric(mean) if mean <= 1.0 => 1,
            Batch::Geometric(mean) => {
                let tail = self.streams[station][0].uniform_positive().ln() / (1.0 - 1.0 / mean).ln();
                1 + tail as u32
            }
        };
        (0..size).for_each(|_| self.enter(now, station, now));
    }

    /// A customer who entered the network at `born` comes to a station.
    fn enter(&mut self, now: SimTime, station: usize, born: SimTime) {
        let place = &mut self.places[station];
        if place.present.level == 0.0 {
            place.empty.change(now, -1.0);
        }
        place.present.change(now, 1.0);
        let servers = self.model.stations[station].servers.map_or(f64::INFINITY, f64::from);
        if place.busy.level < servers { self.serve(now, station, born) } else { place.line.push_back(born) }
    }

    fn serve(&mut self, now: SimTime, station: usize, born: SimTime) {
        self.places[station].busy.change(now, 1.0);
        let work = self.model.stations[station].service.sample(&mut self.streams[station][1]);
        self.queue.schedule(now + SimSpan::from_nanos(work), 0, Event::Done(station as u32, born));
    }

    fn done(&mut self, now: SimTime, station: usize, born: SimTime) {
        let place = &mut self.places[station];
        place.services += 1.0;
        place.busy.change(now, -1.0);
        place.present.change(now, -1.0);
        if place.present.level == 0.0 {
            place.empty.change(now, 1.0);
        }
        if let Some(next) = place.line.pop_front() {
            self.serve(now, station, next);
        }
        let mut chance = self.streams[station][2].uniform();
        for (next, route) in self.model.stations[station].routes.iter().enumerate() {
            if chance < *route {
                return self.enter(now, next, born);
            }
            chance -= route;
        }
        self.left += 1.0;
        self.stays += now.since(born).as_secs();
    }
}

impl Model<Event> for At {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::External(station) => self.external(now, station as usize),
            Event::Done(station, born) => self.done(now, station as usize, born),
        }
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        self.now = drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        let now = self.now;
        let of = |place: &Place| [place.present.area(now), place.busy.area(now), place.services, place.empty.area(now)];
        let head = [now.as_secs(), self.left, self.stays];
        head.into_iter().chain(self.places.iter().flat_map(of)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws;
    use super::*;

    #[test]
    fn machines_break_and_are_repaired() {
        let station = |servers, mean: f64, routes: &[f64]| Station {
            servers,
            service: laws::exponential(mean).unwrap(),
            external: 0.0,
            routes: routes.to_vec(),
        };
        let stations = vec![station(None, 10.0, &[0.0, 1.0]), station(Some(1), 1.0, &[1.0, 0.0])];
        let model = Network { stations, batch: Batch::Fixed(1), population: 6, last: 1 };
        let mut at = At::new(model, &Streams::new(1));
        at.advance(200_000.0);
        let sums = at.sums();
        let of = |name: &str| quantity(name, &sums, (1, 1.0)).unwrap();
        assert!((of("repair_util") + of("P_all_up") - 1.0).abs() < 1e-9);
        assert!((of("mean_down") - 0.845).abs() < 0.03, "{}", of("mean_down"));
        assert!((of("Q1") + of("Q2") - 6.0).abs() < 1e-9);
        // Little's law for the repair shop: services a second, each of one busy second.
        assert!((of("throughput") - of("repair_util")).abs() < 0.01);
    }
}
