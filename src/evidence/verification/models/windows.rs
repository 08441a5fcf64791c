//! Windows over a stream of records: their distinct keys.

use super::super::rows::Refusal;
use super::arrivals::{self, Process};
use super::{Running, Small};
use crate::base::{Law, SimTime, Value};
use crate::kernel::{Dist, Stream, Streams};
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
