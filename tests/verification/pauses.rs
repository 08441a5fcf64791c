//! A server that stands still now and then: the kernel's queue of events and the cores of a TaskManager, which freeze in a pause.
//!
//! Pauses come at a rate for each second of work (collections, driven by allocation) or for each second of the clock (stalls from
//! outside, which line up behind each other).

use std::collections::VecDeque;

use heapwise::base::{Law, SimSpan, SimTime};
use heapwise::cluster::share::Share;
use heapwise::kernel::{Dist, EventId, EventQueue, Model, Stream, Streams, drive};
use rayon::prelude::*;

use super::rows::{self, Case, Params};

const FAMILIES: &[&str] = &["gc_pause_busy_time", "gc_pause_wall_time"];

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrive,
    Served,
    Pause,
    Resume,
}

/// What happened while so many customers left. Times in seconds.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    done: f64,
    span: f64,
    occupied: f64,
    paused: f64,
    stay: f64,
    wait: f64,
    service: f64,
}

impl Sums {
    fn add(&mut self, other: &Sums, sign: f64) {
        let mine = [&mut self.done, &mut self.span, &mut self.occupied, &mut self.paused, &mut self.stay];
        let theirs = [other.done, other.span, other.occupied, other.paused, other.stay];
        mine.into_iter().zip(theirs).for_each(|(sum, more)| *sum += sign * more);
        self.wait += sign * other.wait;
        self.service += sign * other.service;
    }

    fn quantity(&self, name: &str) -> Option<f64> {
        Some(match name {
            "effective_service" => self.service / self.done,
            "max_stable_lambda" => self.done / self.service,
            "rho_eff" => self.occupied / self.span,
            "Wq" => self.wait / self.done,
            "W" => self.stay / self.done,
            "availability" => 1.0 - self.paused / self.span,
            _ => return None,
        })
    }
}

/// Draws of one purpose.
struct Draw {
    law: Dist,
    stream: Stream,
}

impl Draw {
    fn new(kind: &str, mean: f64, stream: Stream) -> Draw {
        let law = match kind {
            "det" => Dist::constant(mean),
            _ => Dist::new(&Law::with("exponential", &[("mean", mean)])).expect("a law"),
        };
        Draw { law, stream }
    }

    fn span(&mut self) -> SimSpan {
        SimSpan::from_secs(self.law.sample(&mut self.stream))
    }
}

struct Server {
    queue: EventQueue<Event>,
    now: SimTime,
    cores: Share,
    line: VecDeque<SimTime>,
    /// Arrival and start of the one that is served.
    served: Option<(SimTime, SimTime)>,
    end: Option<EventId>,
    next_pause: Option<EventId>,
    paused_until: SimTime,
    /// Pauses only come while somebody is served.
    while_busy: bool,
    arrivals: Draw,
    work: Draw,
    gaps: Draw,
    pauses: Draw,
    each: f64,
    batches: Vec<Sums>,
    wanted: usize,
}

impl Server {
    fn new(params: &Params, seed: u64, (each, wanted): (f64, usize)) -> Server {
        let streams = Streams::new(seed);
        let draw = |kind: &str, mean: f64, purpose: &str| Draw::new(kind, mean, streams.stream(purpose, 0));
        let busy = params.0.contains_key("pause_rate_per_busy_second");
        let rate = params.number(if busy { "pause_rate_per_busy_second" } else { "pause_rate_per_second" });
        let mut server = Server {
            queue: EventQueue::new(),
            now: SimTime::ZERO,
            cores: Share::of_cores(1.0),
            line: VecDeque::new(),
            served: None,
            end: None,
            next_pause: None,
            paused_until: SimTime::ZERO,
            while_busy: busy,
            arrivals: draw("exp", 1.0 / params.number("lambda"), "arrivals"),
            work: draw(params.text("service"), params.number("mean"), "work"),
            gaps: draw("exp", 1.0 / rate, "gaps"),
            pauses: draw(params.text("pause"), params.number("pause_mean"), "pauses"),
            each,
            batches: vec![Sums::default()],
            wanted,
        };
        server.queue.schedule(SimTime::ZERO, 0, Event::Arrive);
        if !busy {
            server.plan_pause();
        }
        server
    }

    fn sums(&mut self) -> &mut Sums {
        self.batches.last_mut().expect("one at the least")
    }

    fn advance(&mut self, now: SimTime) {
        let span = now.since(self.now).as_secs();
        let (occupied, paused) = (self.served.is_some(), self.cores.is_frozen());
        self.now = now;
        let sums = self.sums();
        sums.span += span;
        sums.occupied += if occupied { span } else { 0.0 };
        sums.paused += if paused { span } else { 0.0 };
    }

    fn serve_next(&mut self) {
        if self.served.is_none()
            && let Some(arrived) = self.line.pop_front()
        {
            self.served = Some((arrived, self.now));
            let work = self.work.span().as_nanos();
            self.cores.start(self.now, 0, work, 1.0);
            self.replan_pause();
        }
        self.plan_end();
    }

    fn plan_end(&mut self) {
        if let Some(id) = self.end.take() {
            self.queue.cancel(id);
        }
        self.end = self.cores.next_end().map(|at| self.queue.schedule(at, 1, Event::Served));
    }

    fn plan_pause(&mut self) {
        let at = self.now + self.gaps.span();
        self.next_pause = Some(self.queue.schedule(at, 2, Event::Pause));
    }

    /// Of busy time only what is left of it counts: plans the next pause anew where service begins, goes on or ends. That
    /// changes no law, since an exponential gap has no memory.
    fn replan_pause(&mut self) {
        if !self.while_busy {
            return;
        }
        if let Some(id) = self.next_pause.take() {
            self.queue.cancel(id);
        }
        if self.served.is_some() && !self.cores.is_frozen() {
            self.plan_pause();
        }
    }

    fn leave(&mut self) {
        let Some((arrived, began)) = self.served.take() else { return };
        let now = self.now;
        let sums = self.sums();
        sums.done += 1.0;
        sums.stay += now.since(arrived).as_secs();
        sums.wait += began.since(arrived).as_secs();
        sums.service += now.since(began).as_secs();
        if sums.done >= self.each {
            self.batches.push(Sums::default());
        }
    }
}

impl Model<Event> for Server {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        self.advance(now);
        match event {
            Event::Arrive => {
                self.line.push_back(now);
                let next = now + self.arrivals.span();
                self.queue.schedule(next, 0, Event::Arrive);
                self.serve_next();
            }
            Event::Served => {
                self.end = None;
                if self.cores.pop_ended(now).is_some() {
                    self.leave();
                    self.replan_pause();
                }
                self.serve_next();
            }
            Event::Pause => {
                self.next_pause = None;
                self.cores.freeze(now, true);
                self.paused_until = self.paused_until.max(now) + self.pauses.span();
                self.queue.schedule(self.paused_until, 3, Event::Resume);
                if !self.while_busy {
                    self.plan_pause();
                }
                self.plan_end();
            }
            // Another pause may have come meanwhile.
            Event::Resume if now < self.paused_until => {}
            Event::Resume => {
                self.cores.freeze(now, false);
                self.replan_pause();
                self.plan_end();
            }
        }
    }

    fn is_over(&self) -> bool {
        self.batches.len() > self.wanted
    }
}

/// Customers of a batch at the start, and batches of a run: the first is left out, and so is the last, which is empty.
const BATCH: f64 = 10_000.0;
const BATCHES: usize = 41;

/// Largest standard error, relative to the exact value.
const PRECISE: f64 = 0.03;

/// Rows of a case that do not hold within 3 standard errors, which the jackknife over batches tells, and the batches that
/// made these errors small enough.
fn failed(case: &Case, seed: u64, batch: f64) -> (Vec<String>, f64) {
    let mut server = Server::new(&case.params, seed, (batch, BATCHES));
    drive(&mut server, SimTime::NEVER);
    let batches = &server.batches[1..BATCHES];
    let mut total = Sums::default();
    batches.iter().for_each(|batch| total.add(batch, 1.0));
    let mut wrong = Vec::new();
    for asked in &case.asked {
        let value = total.quantity(&asked.quantity).expect("a known quantity");
        let without = |batch: &Sums| {
            let mut rest = total;
            rest.add(batch, -1.0);
            rest.quantity(&asked.quantity).expect("a known quantity")
        };
        let (n, values) = (batches.len() as f64, batches.iter().map(without).collect::<Vec<f64>>());
        let mean = values.iter().sum::<f64>() / n;
        let error = ((n - 1.0) / n * values.iter().map(|value| (value - mean).powi(2)).sum::<f64>()).sqrt();
        println!("{}: {value} +- {error} for {}", asked.id, asked.expected);
        if error > PRECISE * asked.expected {
            return failed(case, seed, 4.0 * batch);
        }
        if (value - asked.expected).abs() > 3.0 * error {
            wrong.push(format!("{}: {value} +- {error} for {}", asked.id, asked.expected));
        }
    }
    (wrong, batch)
}

#[test]
fn queues_whose_server_pauses_match_theory() {
    let cases = rows::table(FAMILIES).unwrap_or_else(|| rows::cases_of(super::SAMPLE, FAMILIES));
    for family in FAMILIES {
        assert!(cases.iter().any(|case| case.model == *family), "no row of {family}");
    }
    // What fails is run again, twice as long and with another seed, before it counts.
    let judge = |(number, case): (usize, &Case)| {
        let (wrong, batch) = failed(case, number as u64, BATCH);
        if wrong.is_empty() { wrong } else { failed(case, 100 + number as u64, 2.0 * batch).0 }
    };
    let wrong: Vec<String> = cases.par_iter().enumerate().map(judge).flatten().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
