//! One server on a core of the cluster's shared processor: orders of service, and what takes the server away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Gauge, Running, Small, drive, exponential, numbered};
use crate::base::{SimSpan, SimTime};
use crate::cluster::share::Share;
use crate::kernel::{Dist, EventId, EventQueue, Model, Stream, Streams};

/// Who is served next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The earliest.
    FirstCome,
    /// The one with the least work left; who comes with less takes the server at once.
    ShortestRemaining,
    /// The lowest class, the earliest of it.
    Priority,
    /// As [`Order::Priority`], and who comes with a lower class takes the server at once; work done is not lost.
    PreemptivePriority,
}

/// What takes the server away.
#[derive(Clone, Debug)]
pub enum Absence {
    /// Nothing.
    None,
    /// Pauses at a rate for each second of service done, none during a pause: collections that allocation brings about.
    WhileBusy(f64, Dist),
    /// Pauses at a rate for each second of the clock, which queue: stalls from outside.
    Always(f64, Dist),
    /// Whenever nobody is left, and again if nobody has come meanwhile.
    WhenEmpty(Dist),
    /// Before the first of those who come to an empty server: a cold start.
    BeforeFirst(Dist),
}

/// A class of customers.
#[derive(Clone, Debug)]
pub struct Class {
    /// Customers a second.
    pub rate: f64,
    /// Nanoseconds of service.
    pub service: Dist,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Server {
    /// Who is served next.
    pub order: Order,
    /// What takes the server away.
    pub absence: Absence,
    /// Who comes, the most important class first.
    pub classes: Vec<Class>,
}

impl Server {
    /// A trial of the model.
    pub fn trial(self) -> Small {
        let rate: f64 = self.classes.iter().map(|class| class.rate).sum();
        Small {
            pace: 1.0 / rate,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(At::new(self.clone(), streams)))),
            quantity: Box::new(quantity),
        }
    }
}

/// Sums: span, busy and away seconds, then for each class who began, their waits, who left, their stays.
fn quantity(name: &str, sums: &[f64]) -> Option<f64> {
    let classes = || sums[3..].chunks_exact(4);
    let total = |place: usize| classes().map(|class| class[place]).sum::<f64>();
    match name {
        "Wq" => return Some(total(1) / total(0)),
        "W" => return Some(total(3) / total(2)),
        "L" => return Some(total(3) / sums[0]),
        "rho_eff" | "rho" => return Some(sums[1] / sums[0]),
        "availability" => return Some(1.0 - sums[2] / sums[0]),
        _ => {}
    }
    let (stem, number) = numbered(name)?;
    let class = classes().nth(number - 1)?;
    match stem {
        "Wq_class" => Some(class[1] / class[0]),
        "W_class" => Some(class[3] / class[2]),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival(u32),
    End,
    Pause,
    Return,
}

/// Ordered by urgency, then by order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Customer {
    urgency: u64,
    entry: u64,
    arrived: SimTime,
    class: u32,
    begun: bool,
    /// Nanoseconds.
    work: u64,
}

struct At {
    model: Server,
    queue: EventQueue<Event>,
    core: Share,
    line: BinaryHeap<Reverse<Customer>>,
    serving: Option<Customer>,
    end: Option<EventId>,
    pause: Option<EventId>,
    /// When the server comes back, while it is away.
    away: Option<SimTime>,
    entries: u64,
    busy: Gauge,
    absent: Gauge,
    /// As [`quantity`] takes them.
    counts: Vec<[f64; 4]>,
    gaps: Vec<Stream>,
    services: Vec<Stream>,
    pauses: Stream,
    now: SimTime,
}

impl At {
    fn new(model: Server, streams: &Streams) -> At {
        let of = |purpose: &str| (0..model.classes.len()).map(|class| streams.stream(purpose, class as u64)).collect();
        let (gaps, services) = (of("gaps"), of("services"));
        let mut at = At {
            queue: EventQueue::new(),
            core: Share::of_cores(1.0),
            line: BinaryHeap::new(),
            serving: None,
            end: None,
            pause: None,
            away: None,
            entries: 0,
            busy: Gauge::default(),
            absent: Gauge::default(),
            counts: vec![[0.0; 4]; model.classes.len()],
            gaps,
            services,
            pauses: streams.stream("pauses", 0),
            now: SimTime::ZERO,
            model,
        };
        (0..at.model.classes.len()).for_each(|class| at.expect(SimTime::ZERO, class));
        at.next_stall(SimTime::ZERO);
        at.next(SimTime::ZERO);
        at
    }

    /// Schedules the next customer of a class.
    fn expect(&mut self, now: SimTime, class: usize) {
        let gap = exponential(&mut self.gaps[class], self.model.classes[class].rate);
        self.queue.schedule(now + gap, 0, Event::Arrival(class as u32));
    }

    /// Schedules the next pause that comes whether there is service or not.
    fn next_stall(&mut self, now: SimTime) {
        if let Absence::Always(rate, _) = self.model.absence {
            let gap = exponential(&mut self.pauses, rate);
            self.queue.schedule(now + gap, 0, Event::Pause);
        }
    }

    fn arrive(&mut self, now: SimTime, class: usize) {
        self.expect(now, class);
        let work = SimSpan::from_nanos(self.model.classes[class].service.sample(&mut self.services[class])).0;
        let urgency = match self.model.order {
            Order::FirstCome => 0,
            Order::ShortestRemaining => work,
            Order::Priority | Order::PreemptivePriority => class as u64,
        };
        let entry = self.entries;
        self.entries += 1;
        let customer = Customer { urgency, entry, arrived: now, class: class as u32, begun: false, work };
        self.line.push(Reverse(customer));
        let serving = self.serving;
        match serving {
            None if self.away.is_none() => match self.model.absence.clone() {
                Absence::BeforeFirst(length) => self.leave(now, &length),
                _ => self.next(now),
            },
            Some(present) if self.is_displaced(now, present, urgency) => self.displace(now, present),
            _ => {}
        }
    }

    fn is_displaced(&mut self, now: SimTime, present: Customer, urgency: u64) -> bool {
        match self.model.order {
            Order::FirstCome | Order::Priority => false,
            Order::PreemptivePriority => urgency < present.urgency,
            Order::ShortestRemaining => {
                self.core.advance(now);
                self.core.next_end().is_some_and(|end| urgency < end.since(now).0)
            }
        }
    }

    /// Puts the customer in service back into the line with the work that is left.
    fn displace(&mut self, now: SimTime, present: Customer) {
        let work = self.core.cancel(now, 0).unwrap_or(0.0).round() as u64;
        let urgency = if self.model.order == Order::ShortestRemaining { work } else { present.urgency };
        self.line.push(Reverse(Customer { work, urgency, ..present }));
        self.serving = None;
        self.busy.change(now, -1.0);
        self.stop_clocks();
        self.next(now);
    }

    /// Takes whoever is next into service.
    fn next(&mut self, now: SimTime) {
        let Some(Reverse(mut customer)) = self.line.pop() else {
            if let Absence::WhenEmpty(length) = self.model.absence.clone() {
                self.leave(now, &length);
            }
            return;
        };
        if !customer.begun {
            customer.begun = true;
            let counts = &mut self.counts[customer.class as usize];
            counts[0] += 1.0;
            counts[1] += now.since(customer.arrived).as_secs();
        }
        self.core.start(now, 0, customer.work as f64, 1.0);
        self.serving = Some(customer);
        self.busy.change(now, 1.0);
        self.start_clocks(now);
    }

    /// Schedules the end of service, and the pause that may come before.
    fn start_clocks(&mut self, now: SimTime) {
        self.end = self.core.next_end().map(|end| self.queue.schedule(end, 0, Event::End));
        if let (Absence::WhileBusy(rate, _), true) = (&self.model.absence, self.serving.is_some()) {
            let gap = exponential(&mut self.pauses, *rate);
            self.pause = Some(self.queue.schedule(now + gap, 1, Event::Pause));
        }
    }

    fn stop_clocks(&mut self) {
        for id in [self.end.take(), self.pause.take()].into_iter().flatten() {
            self.queue.cancel(id);
        }
    }

    fn finish(&mut self, now: SimTime) {
        self.core.pop_ended(now);
        self.end = None;
        self.stop_clocks();
        if let Some(customer) = self.serving.take() {
            self.busy.change(now, -1.0);
            let counts = &mut self.counts[customer.class as usize];
            counts[2] += 1.0;
            counts[3] += now.since(customer.arrived).as_secs();
        }
        self.next(now);
    }

    /// Takes the server away for a time of this law, or for longer if it is away already.
    fn leave(&mut self, now: SimTime, length: &Dist) {
        let from = self.away.unwrap_or(now);
        let back = from + SimSpan::from_nanos(length.sample(&mut self.pauses));
        if self.away.replace(back).is_none() {
            self.absent.change(now, 1.0);
            self.core.freeze(now, true);
            self.stop_clocks();
            self.queue.schedule(back, 0, Event::Return);
        }
    }

    fn pause(&mut self, now: SimTime) {
        self.pause = None;
        self.next_stall(now);
        if let Absence::WhileBusy(_, length) | Absence::Always(_, length) = self.model.absence.clone() {
            self.leave(now, &length);
        }
    }

    fn come_back(&mut self, now: SimTime) {
        if let Some(back) = self.away.filter(|back| *back > now) {
            // Pauses that came meanwhile.
            self.queue.schedule(back, 0, Event::Return);
            return;
        }
        self.away = None;
        self.absent.change(now, -1.0);
        self.core.freeze(now, false);
        match self.serving {
            Some(_) => self.start_clocks(now),
            None => self.next(now),
        }
    }
}

impl Model<Event> for At {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Arrival(class) => self.arrive(now, class as usize),
            Event::End => self.finish(now),
            Event::Pause => self.pause(now),
            Event::Return => self.come_back(now),
        }
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        self.now = drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        let head = [self.now.as_secs(), self.busy.area(self.now), self.absent.area(self.now)];
        head.into_iter().chain(self.counts.iter().flatten().copied()).collect()
    }
}

/// Mean seconds that a request of `service` seconds keeps the server, with pauses of `length` seconds at a `rate` for each
/// second of service: by a long stretch of service on a core that is stopped after every 1 / `rate` seconds.
pub fn stretched(service: f64, rate: f64, length: f64) -> f64 {
    let pauses = 64;
    let work = f64::from(pauses) / rate * 1e9;
    let mut core = Share::of_cores(1.0);
    core.start(SimTime::ZERO, 0, work, 1.0);
    let (gap, length) = (1e9 / rate, length * 1e9);
    for pause in 0..pauses {
        let at = (f64::from(pause) + 0.5) * gap + f64::from(pause) * length;
        core.freeze(SimTime(at.round() as u64), true);
        core.freeze(SimTime((at + length).round() as u64), false);
    }
    core.next_end().map_or(f64::NAN, |end| service * end.as_secs() * 1e9 / work)
}

#[cfg(test)]
mod tests {
    use super::super::laws::law;
    use super::*;

    fn mean_wait(order: Order, absence: Absence) -> Vec<f64> {
        let class = |rate: f64| Class { rate, service: law("exp", 1.0, f64::NAN).unwrap() };
        let model = Server { order, absence, classes: vec![class(0.3), class(0.4)] };
        let mut at = At::new(model, &Streams::new(3));
        at.advance(400_000.0);
        let sums = at.sums();
        ["W_class1", "W_class2", "rho"].iter().filter_map(|name| quantity(name, &sums)).collect()
    }

    #[test]
    fn a_class_before_others_sees_only_itself() {
        // M/M/1 at 0.3 for the first class, whatever the second does: 1 / (1 - 0.3).
        let found = mean_wait(Order::PreemptivePriority, Absence::None);
        assert!((found[0] - 10.0 / 7.0).abs() < 0.05 && (found[2] - 0.7).abs() < 0.02, "{found:?}");
        // Work is conserved, so the mean number present is that of first come first served: 7/3.
        let present = 0.3 * found[0] + 0.4 * found[1];
        assert!((present - 7.0 / 3.0).abs() < 0.15, "{found:?}");
    }

    #[test]
    fn shortest_first_beats_first_come() {
        let short = mean_wait(Order::ShortestRemaining, Absence::None);
        let first = mean_wait(Order::FirstCome, Absence::None);
        assert!(short[0] < 0.75 * first[0], "{short:?} {first:?}");
        assert!((short[2] - first[2]).abs() < 0.02);
    }

    #[test]
    fn pauses_stretch_service() {
        assert!((stretched(1.0, 0.1, 2.0) - 1.2).abs() < 1e-9);
        assert!((stretched(0.01, 2.0, 0.1) - 0.012).abs() < 1e-11);
        let paused = mean_wait(Order::FirstCome, Absence::WhileBusy(0.1, law("det", 2.0, f64::NAN).unwrap()));
        assert!((paused[2] - 0.84).abs() < 0.02, "{paused:?}");
    }
}
