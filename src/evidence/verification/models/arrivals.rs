//! Arrival processes alone: how many come, and how unevenly.

use super::super::rows::Refusal;
use super::{Running, Small};
use crate::base::{Args, SimTime, Value};
use crate::kernel::{Stream, Streams};
use crate::workload::arrival::{ARRIVALS, Arrival};

/// A process by its name and parameters.
pub type Process = (&'static str, Vec<(&'static str, Value)>);

/// Makes a process.
///
/// # Errors
/// Its parameters are out of range.
pub fn build((name, values): &Process) -> Result<Box<dyn Arrival>, Refusal> {
    let entry = ARRIVALS.iter().find(|entry| entry.name == *name);
    let entry = entry.ok_or_else(|| Refusal::Unable(format!("there are no {name} arrivals")))?;
    (entry.build)(&Args::new(values.clone())).map_err(Refusal::Parameters)
}

/// Windows are so many times as long as the process remembers.
const WINDOW: f64 = 8.0;

/// Mean rate and long-run index of dispersion of a process whose covariance falls by `relaxation` a second.
///
/// # Errors
/// Its parameters are out of range.
pub fn counts(process: Process, relaxation: f64) -> Result<Small, Refusal> {
    let rate = build(&process)?.mean_rate();
    let window = WINDOW / relaxation;
    Ok(Small {
        pace: 1.0 / rate,
        least: 4.0 * window,
        start: Box::new(move |streams| {
            let process = build(&process).map_err(|refusal| refusal.reason().to_string())?;
            Ok(Box::new(Counts::new(process, window, streams)))
        }),
        quantity: Box::new(move |name, sums| {
            let [windows, count, squares, neighbours] = *sums.first_chunk()?;
            let mean = count / windows;
            match name {
                "mean_rate" => Some(mean / window),
                // The covariance beyond the neighbouring window is too small to matter, and what a window misses of its
                // own is in the neighbour's share.
                "idc_infinity" => Some((squares + 2.0 * neighbours - 3.0 * windows * mean * mean) / windows / mean),
                _ => None,
            }
        }),
    })
}

/// Counts in windows, end to end.
struct Counts {
    process: Box<dyn Arrival>,
    stream: Stream,
    window: f64,
    next: SimTime,
    number: u64,
    last: f64,
    sums: [f64; 4],
}

impl Counts {
    fn new(mut process: Box<dyn Arrival>, window: f64, streams: &Streams) -> Counts {
        let mut stream = streams.stream("arrival", 0);
        let next = SimTime::ZERO + process.next_gap(SimTime::ZERO, &mut stream);
        Counts { process, stream, window, next, number: 0, last: 0.0, sums: [0.0; 4] }
    }

    fn count(&mut self) -> f64 {
        self.number += 1;
        let end = SimTime((self.number as f64 * self.window * 1e9).round() as u64);
        let mut count = 0.0;
        while self.next < end {
            count += 1.0;
            self.next = self.next + self.process.next_gap(self.next, &mut self.stream);
        }
        count
    }
}

impl Running for Counts {
    fn advance(&mut self, until: f64) {
        while (self.number + 1) as f64 * self.window <= until {
            let count = self.count();
            let [windows, total, squares, neighbours] = &mut self.sums;
            *windows += 1.0;
            *total += count;
            *squares += count * count;
            *neighbours += self.last * count;
            self.last = count;
        }
    }

    fn sums(&self) -> Vec<f64> {
        self.sums.to_vec()
    }
}

/// Arrivals between two times of a day whose rate follows the hour.
#[derive(Clone, Copy, Debug)]
pub struct Day {
    /// Mean arrivals a second.
    pub base: f64,
    /// Swing as a share of it.
    pub amplitude: f64,
    /// Seconds of the day.
    pub from: f64,
    /// Seconds of the day.
    pub to: f64,
}

impl Day {
    /// The process at a share of its rate: many such days together are one at the full rate.
    fn process(&self, share: f64) -> Process {
        let values = vec![
            ("rate", Value::Number(self.base * share)),
            ("amplitude", Value::Number(self.amplitude)),
            ("period", Value::Span(crate::base::SimSpan::secs(86_400))),
            ("phase", Value::Span(crate::base::SimSpan::ZERO)),
        ];
        ("diurnal", values)
    }

    /// A trial of the model.
    ///
    /// # Errors
    /// Its parameters are out of range.
    pub fn trial(self) -> Result<Small, Refusal> {
        build(&self.process(1.0))?;
        if !(0.0 <= self.from && self.from < self.to) {
            return Err(Refusal::Parameters(format!("from_s={} to_s={}, expected a span of time", self.from, self.to)));
        }
        Ok(Small {
            pace: 1.0 / (self.base * (self.to - self.from)),
            least: 1e-7,
            start: Box::new(move |streams| {
                Ok(Box::new(Days { day: self, streams: *streams, days: 0, share: 0.0, count: 0.0 }))
            }),
            quantity: Box::new(|name, sums| (name == "expected_count").then(|| sums[1] / sums[0])),
        })
    }
}

/// Days, or shares of days.
struct Days {
    day: Day,
    streams: Streams,
    days: u64,
    share: f64,
    count: f64,
}

impl Running for Days {
    fn advance(&mut self, until: f64) {
        while until - self.share > 1e-9 * until {
            let share = (until - self.share).min(1.0);
            let Ok(mut process) = build(&self.day.process(share)) else { return };
            let mut stream = self.streams.stream("arrival", self.days);
            let (mut now, end) = (SimTime((self.day.from * 1e9) as u64), SimTime((self.day.to * 1e9) as u64));
            loop {
                now = now + process.next_gap(now, &mut stream);
                if now > end {
                    break;
                }
                self.count += 1.0;
            }
            self.days += 1;
            self.share += share;
        }
    }

    fn sums(&self) -> Vec<f64> {
        vec![self.share, self.count]
    }
}
