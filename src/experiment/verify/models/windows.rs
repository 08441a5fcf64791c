//! Windows over a stream of records: sessions of a key, copies in sliding windows, distinct keys.

use std::collections::VecDeque;

use super::super::rows::Refusal;
use super::arrivals::{self, Process};
use super::{Gauge, Running, Small, drive};
use crate::base::{Law, SimSpan, SimTime, Value};
use crate::kernel::{Dist, EventId, EventQueue, Model, Stream, Streams};
use crate::workload::arrival::Arrival;

fn poisson(rate: f64) -> Process {
    ("poisson", vec![("rate", Value::Number(rate))])
}

/// Records of one process, drawn from one stream.
struct Source {
    process: Box<dyn Arrival>,
    stream: Stream,
}

impl Source {
    fn new(rate: f64, streams: &Streams) -> Result<Source, String> {
        let process = arrivals::build(&poisson(rate)).map_err(|refusal| refusal.reason().to_string())?;
        Ok(Source { process, stream: streams.stream("arrival", 0) })
    }

    fn next(&mut self, now: SimTime) -> SimTime {
        now + self.process.next_gap(now, &mut self.stream)
    }
}

/// What windows do.
#[derive(Clone, Copy, Debug)]
pub enum Windows {
    /// One key, whose window closes after a gap in seconds without a record.
    Session(f64),
    /// Every record is kept in each of the windows, of this length and slide in seconds, that it falls in.
    Sliding(f64, f64),
}

/// Most sliding windows that a record may fall in.
const MOST_OVERLAP: f64 = 1e6;

impl Windows {
    /// A trial at so many records a second.
    ///
    /// # Errors
    /// The rate is out of range, or too many windows overlap.
    pub fn trial(self, rate: f64) -> Result<Small, Refusal> {
        arrivals::build(&poisson(rate))?;
        if let Windows::Sliding(length, slide) = self
            && length / slide > MOST_OVERLAP
        {
            let fault = format!("{length} s by {slide} s, expected at most {MOST_OVERLAP} windows at a time");
            return Err(Refusal::Parameters(fault));
        }
        let least = match self {
            Windows::Session(_) => 0.0,
            Windows::Sliding(length, _) => 4.0 * length,
        };
        Ok(Small {
            pace: 1.0 / rate,
            least,
            start: Box::new(move |streams| {
                let mut at = At::new(self, Source::new(rate, streams)?);
                at.begin();
                Ok(Box::new(at))
            }),
            quantity: Box::new(quantity),
        })
    }
}

/// Sums: span, records, windows closed, copies at closing, seconds of open windows, copy-seconds.
fn quantity(name: &str, sums: &[f64]) -> Option<f64> {
    let [span, records, closed, at_closing, open, copies] = *sums.first_chunk()?;
    match name {
        "mean_events" => Some(records / closed),
        "mean_open_s" => Some(open / closed),
        "P_open" => Some(open / span),
        "mean_buffered_elements" => Some(copies / span),
        "peak_buffered_just_before_fire" => Some(at_closing / closed),
        _ => None,
    }
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Record,
    Close,
}

struct At {
    windows: Windows,
    queue: EventQueue<Event>,
    source: Source,
    /// The timer of an open session.
    timer: Option<EventId>,
    /// Copies in each open window, the oldest first.
    held: VecDeque<f64>,
    records: f64,
    closed: f64,
    at_closing: f64,
    open: Gauge,
    copies: Gauge,
    now: SimTime,
}

impl At {
    fn new(windows: Windows, source: Source) -> At {
        At {
            windows,
            queue: EventQueue::new(),
            source,
            timer: None,
            held: VecDeque::new(),
            records: 0.0,
            closed: 0.0,
            at_closing: 0.0,
            open: Gauge::default(),
            copies: Gauge::default(),
            now: SimTime::ZERO,
        }
    }

    fn begin(&mut self) {
        self.expect(SimTime::ZERO);
        if let Windows::Sliding(length, slide) = self.windows {
            // As many as overlap, which would have begun before.
            self.held = (0..(length / slide).round() as u64).map(|_| 0.0).collect();
            self.queue.schedule(SimTime::ZERO + SimSpan::from_secs(slide), 0, Event::Close);
        }
    }

    fn expect(&mut self, now: SimTime) {
        self.queue.schedule(self.source.next(now), 1, Event::Record);
    }

    fn record(&mut self, now: SimTime) {
        self.expect(now);
        self.records += 1.0;
        match self.windows {
            Windows::Session(gap) => {
                match self.timer.take() {
                    Some(timer) => drop(self.queue.cancel(timer)),
                    None => self.open.change(now, 1.0),
                }
                self.timer = Some(self.queue.schedule(now + SimSpan::from_secs(gap), 0, Event::Close));
            }
            Windows::Sliding(..) => {
                self.held.iter_mut().for_each(|copies| *copies += 1.0);
                self.copies.change(now, self.held.len() as f64);
            }
        }
    }

    fn close(&mut self, now: SimTime) {
        self.closed += 1.0;
        match self.windows {
            Windows::Session(_) => {
                self.timer = None;
                self.open.change(now, -1.0);
            }
            Windows::Sliding(_, slide) => {
                self.at_closing += self.copies.level;
                let gone = self.held.pop_front().unwrap_or(0.0);
                self.copies.change(now, -gone);
                self.held.push_back(0.0);
                self.queue.schedule(now + SimSpan::from_secs(slide), 0, Event::Close);
            }
        }
    }
}

impl Model<Event> for At {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Record => self.record(now),
            Event::Close => self.close(now),
        }
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        self.now = drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        let (open, copies) = (self.open.area(self.now), self.copies.area(self.now));
        vec![self.now.as_secs(), self.records, self.closed, self.at_closing, open, copies]
    }
}

/// Distinct keys among the records of a window.
#[derive(Clone, Copy, Debug)]
pub struct Distinct {
    /// Keys.
    pub keys: u32,
    /// Exponent of their power law.
    pub exponent: f64,
    /// Records a second.
    pub rate: f64,
    /// Seconds of a window.
    pub length: f64,
}

impl Distinct {
    /// A trial of the model.
    ///
    /// # Errors
    /// Its parameters are out of range.
    pub fn trial(self) -> Result<Small, Refusal> {
        arrivals::build(&poisson(self.rate))?;
        let law = Law::with("zipf", &[("n", f64::from(self.keys)), ("s", self.exponent)]);
        let law = Dist::new(&law).map_err(Refusal::Parameters)?;
        Ok(Small {
            pace: 1.0 / (self.rate * self.length),
            least: 4.0,
            start: Box::new(move |streams| {
                let seen = vec![0; self.keys as usize];
                let (source, draws) = (Source::new(self.rate, streams)?, streams.stream("keys", 0));
                Ok(Box::new(Seen { model: self, law: law.clone(), source, draws, seen, windows: 0, distinct: 0.0 }))
            }),
            quantity: Box::new(|name, sums| (name == "mean_distinct").then(|| sums[1] / sums[0])),
        })
    }
}

struct Seen {
    model: Distinct,
    law: Dist,
    source: Source,
    draws: Stream,
    /// The last window that each key was in.
    seen: Vec<u64>,
    windows: u64,
    distinct: f64,
}

impl Running for Seen {
    fn advance(&mut self, until: f64) {
        let end = SimTime((self.model.length * 1e9).round() as u64);
        while (self.windows as f64) + 1.0 <= until {
            self.windows += 1;
            let mut now = self.source.next(SimTime::ZERO);
            while now < end {
                let key = (self.law.sample(&mut self.draws) as usize).saturating_sub(1);
                if self.seen[key] != self.windows {
                    self.seen[key] = self.windows;
                    self.distinct += 1.0;
                }
                now = self.source.next(now);
            }
        }
    }

    fn sums(&self) -> Vec<f64> {
        vec![self.windows as f64, self.distinct]
    }
}
