//! What every part of a run writes to: the time and what is still to come, what is measured, and what is told.

use super::event::Event;
use super::log::{Entry, Observer};
use super::meters::{Count, Level, Meters};
use super::recorder::{Recorder, Tally};
use crate::base::{SimSpan, SimTime};
use crate::kernel::{EventId, EventQueue};

/// The clockwork and the books of a run.
pub struct Books<'a> {
    /// What is still to come.
    pub queue: EventQueue<Event>,
    /// Now.
    pub now: SimTime,
    /// Levels and counts.
    pub meters: Meters,
    /// Distributions, and the time series.
    pub recorder: Recorder,
    /// Why the run ends before its time, if it does.
    pub verdict: Option<Verdict>,
    observer: Option<&'a mut dyn Observer>,
}

/// Why a run ends before its time.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// OutOfMemoryErrors came back after as many restarts as are allowed.
    OutOfMemory(String),
    /// A policy answered something illegal.
    Illegal(String),
    /// A job cannot run as it is.
    Failed(String),
    /// A trace is faulty.
    Trace(String),
    /// Everything that arrived has ended, and nothing more will come.
    Finished,
}

impl<'a> Books<'a> {
    /// Empty books of a run of `duration`; `observer` hears the decision log.
    pub fn new(duration: SimSpan, observer: Option<&'a mut dyn Observer>) -> Books<'a> {
        Books {
            queue: EventQueue::new(),
            now: SimTime::ZERO,
            meters: Meters::new(),
            recorder: Recorder::new(duration),
            verdict: None,
            observer,
        }
    }
}

impl Books<'_> {
    /// Schedules an event at a time.
    pub fn at(&mut self, time: SimTime, event: Event) -> EventId {
        self.queue.schedule(time, event.class(), event)
    }

    /// Schedules an event after `span`.
    pub fn after(&mut self, span: SimSpan, event: Event) -> EventId {
        self.at(self.now + span, event)
    }

    /// Whether somebody listens.
    pub fn are_heard(&self) -> bool {
        self.observer.is_some()
    }

    /// Tells the observer, if there is one. The entry is built only then.
    pub fn tell(&mut self, entry: impl FnOnce() -> Entry) {
        if let Some(observer) = self.observer.as_mut() {
            observer.hear(self.now, &entry());
        }
    }

    /// Moves a level by `change`.
    pub fn shift(&mut self, level: Level, change: f64) {
        self.meters.shift(self.now, level, change);
    }

    /// Adds to a count.
    pub fn count(&mut self, count: Count, amount: f64) {
        self.meters.count(count, amount);
    }

    /// Adds a value with a weight to a distribution.
    pub fn record(&mut self, tally: Tally, value: f64, weight: f64) {
        self.recorder.add(tally, self.now, value, weight);
    }

    /// Ends the run, unless it has ended already.
    pub fn end(&mut self, verdict: Verdict) {
        self.verdict.get_or_insert(verdict);
    }

    /// Ends the run with a policy's illegal answer.
    pub fn illegal(&mut self, family: &str, name: &str, rule: String) {
        let text = format!("{family} policy {name} at {}: {rule}", self.now);
        self.end(Verdict::Illegal(text));
    }

    /// Takes a snapshot for the time series, weighted by the interval between two.
    pub fn snap(&mut self, every: SimSpan) {
        let snapshot = self.meters.snapshot(self.now);
        self.recorder.snapshots.push(snapshot);
        let size = self.meters.level(Level::PoolCapacity).max(1.0);
        let external = self.meters.level(Level::External) / size;
        self.record(Tally::External, external, every.as_secs());
    }
}
