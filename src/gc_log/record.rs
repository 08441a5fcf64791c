//! The run under way: its facts and stops, and its events on their way out.

use super::event::{Event, Kind};
use super::facts::JvmFacts;
use super::stops::StopReader;
use std::collections::VecDeque;

/// So many events wait for lines that belong to them (processor times, sizes of spaces).
const WAITING: usize = 4;

/// Gives every event its place and hands it on when nothing more can be said of it.
pub(super) struct Record<'a> {
    sink: &'a mut dyn FnMut(Event),
    waiting: VecDeque<Event>,
    /// Where the reader stands.
    pub place: Place,
    /// Events since the run began.
    pub events: u64,
    /// Collections among them.
    pub collections: u64,
    /// Collections of which only a part was found.
    pub torn: u64,
    /// Facts of the JVM.
    pub facts: JvmFacts,
    /// Stops of the application.
    pub stops: StopReader,
}

/// A line of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub file: usize,
    pub line: u64,
    pub run: usize,
}

impl<'a> Record<'a> {
    pub fn new(sink: &'a mut dyn FnMut(Event)) -> Record<'a> {
        Record {
            sink,
            waiting: VecDeque::new(),
            place: Place::default(),
            events: 0,
            collections: 0,
            torn: 0,
            facts: JvmFacts::default(),
            stops: StopReader::default(),
        }
    }

    /// Takes an event; the oldest that waits is handed on.
    pub fn push(&mut self, event: Event) {
        let Place { file, line, run } = self.place;
        self.events += 1;
        self.collections += u64::from(event.kind.is_collection());
        if event.kind.is_pause() {
            self.stops.pause();
        }
        self.waiting.push_back(Event { file, line, run, ..event });
        while self.waiting.len() > WAITING {
            self.hand_on();
        }
    }

    /// The latest event that still waits and fits.
    pub fn latest(&mut self, fits: impl Fn(&Event) -> bool) -> Option<&mut Event> {
        self.waiting.iter_mut().rev().find(|event| fits(event))
    }

    /// The latest pause that still waits and collects or ends marking.
    pub fn latest_pause(&mut self) -> Option<&mut Event> {
        self.latest(|event| event.kind.is_pause() && event.kind != Kind::OtherPause)
    }

    /// Hands on everything: the run ends.
    pub fn drain(&mut self) {
        while !self.waiting.is_empty() {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        if let Some(mut event) = self.waiting.pop_front() {
            event.derive(self.facts.region);
            let committed = event.heap.and_then(|heap| heap.capacity);
            self.facts.saw(committed, event.workers.map(|workers| workers.used));
            (self.sink)(event);
        }
    }
}
