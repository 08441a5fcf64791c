//! Small models of what no scenario expresses: on the kernel's queue and streams, with the parts that runs are made of.
//!
//! A model counts and integrates from its beginning on ([`Running`]); [`Small`] runs it in batches and takes quantities
//! from the differences.

pub mod arrivals;
pub mod budget;
pub mod caches;
pub mod collection;
pub mod fluid;
pub mod forks;
pub mod ishigami;
pub mod laws;
pub mod line;
pub mod memory;
pub mod network;
pub mod optimum;
pub mod patience;
pub mod server;
pub mod windows;

use super::trial::{BATCHES, Estimate, RUNS, Sums, Trial, in_runs, jackknife};
use crate::base::{SimSpan, SimTime};
use crate::kernel::{self, Model, Stream, Streams};

/// A model on its way.
pub trait Running {
    /// Goes on until so many units of effort, seconds or whatever the model reckons by, lie behind it.
    fn advance(&mut self, until: f64);

    /// What was counted and integrated since the beginning, in an order of the model's own.
    fn sums(&self) -> Vec<f64>;
}

type Start = Box<dyn Fn(&Streams) -> Result<Box<dyn Running>, String> + Send + Sync>;
type Quantity = Box<dyn Fn(&str, &[f64]) -> Option<f64> + Send + Sync>;

/// A trial of a small model.
pub struct Small {
    /// Units of effort for a customer.
    pub pace: f64,
    /// Least effort of a batch.
    pub least: f64,
    /// Makes a model in its first state.
    pub start: Start,
    /// A quantity from the sums of any number of batches; `None` where nothing measures it.
    pub quantity: Quantity,
}

impl Trial for Small {
    fn run(&self, asked: &[&str], customers: f64, seed: u64) -> Result<Vec<Option<Estimate>>, String> {
        let length = (customers * self.pace / RUNS as f64 / BATCHES as f64).max(self.least);
        let batches = in_runs(seed, |seed| {
            let mut running = (self.start)(&Streams::new(seed))?;
            let mut batches = Vec::with_capacity(BATCHES);
            running.advance(length);
            let mut before = running.sums();
            for batch in 0..BATCHES {
                running.advance(length * (batch as f64 + 2.0));
                let sums = running.sums();
                let mut batch = sums.clone();
                batch.add(&before, -1.0);
                batches.push(batch);
                before = sums;
            }
            Ok(batches)
        })?;
        Ok(asked.iter().map(|name| jackknife(&batches, |sums| (self.quantity)(name, sums))).collect())
    }
}

/// Runs a model of the kernel up to and including an instant in seconds.
fn drive<E>(model: &mut impl Model<E>, until: f64) -> SimTime {
    let until = SimTime((until * 1e9).round() as u64);
    kernel::drive(model, until);
    until
}

/// An exponential time at a rate a second.
fn exponential(stream: &mut Stream, rate: f64) -> SimSpan {
    SimSpan::from_secs(-stream.uniform_positive().ln() / rate)
}

/// A level and its integral over time.
#[derive(Clone, Copy, Debug, Default)]
struct Gauge {
    level: f64,
    since: SimTime,
    area: f64,
}

impl Gauge {
    /// Adds `change` to the level at `now`.
    fn change(&mut self, now: SimTime, change: f64) {
        self.area = self.area(now);
        self.since = now;
        self.level += change;
    }

    /// The integral up to `now`, in seconds times the level's unit.
    fn area(&self, now: SimTime) -> f64 {
        self.area + self.level * now.since(self.since).as_secs()
    }
}

/// Splits "L12" into "L" and 12; `None` where the name does not end in a number of at least 1.
pub fn numbered(name: &str) -> Option<(&str, usize)> {
    let split = name.rfind(|c: char| !c.is_ascii_digit())? + 1;
    let number = name[split..].parse().ok().filter(|number| *number > 0)?;
    Some((&name[..split], number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gauge_integrates_and_names_are_split() {
        let mut gauge = Gauge::default();
        gauge.change(SimTime(1_000_000_000), 2.0);
        gauge.change(SimTime(3_000_000_000), -1.0);
        assert_eq!((gauge.area(SimTime(4_000_000_000)), gauge.level), (5.0, 1.0));
        assert_eq!(numbered("W_class2"), Some(("W_class", 2)));
        assert_eq!((numbered("W"), numbered("L0")), (None, None));
    }

    /// Counts its own effort.
    struct Clock(f64);

    impl Running for Clock {
        fn advance(&mut self, until: f64) {
            self.0 = until;
        }
        fn sums(&self) -> Vec<f64> {
            vec![self.0, 1.0]
        }
    }

    #[test]
    fn batches_are_equal_parts_of_the_effort() {
        let small = Small {
            pace: 2.0,
            least: 1.0,
            start: Box::new(|_| Ok(Box::new(Clock(0.0)))),
            quantity: Box::new(|name, sums| (name == "effort").then_some(sums[0])),
        };
        let found = small.run(&["effort", "x"], 640.0, 1).unwrap();
        // 64 batches of 10 customers, 2 units each.
        assert_eq!(found, [Some(Estimate { value: 1280.0, error: 0.0 }), None]);
    }
}
