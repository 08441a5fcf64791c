//! The whole state of one run, and the dispatch of its events.

use super::assemble::Template;
use super::event::Event;
use super::fleet::Fleet;
use super::leaks::LeakWatch;
use super::log::{Entry, Observer};
use super::meters::{Count, Level, Meters};
use super::operation::Operation;
use super::pressure::Pending;
use super::recorder::Recorder;
use super::settings::{PolicySet, PriceSet, Settings};
use super::station::Station;
use super::stream::Streaming;
use super::task::Tasks;
use crate::base::{ARequest, AnOperation, ById, Roster, SimSpan, SimTime, StationId};
use crate::cluster::view::Sample;
use crate::kernel::{EventQueue, Model, Streams};
use crate::scenario::spec::Scenario;

/// Everything that a run knows.
pub struct World<'a> {
    pub(super) queue: EventQueue<Event>,
    pub(super) now: SimTime,
    pub(super) settings: Settings,
    pub(super) policies: PolicySet,
    pub(super) prices: PriceSet,
    pub(super) streams: Streams,
    pub(super) fleet: Fleet,
    pub(super) stations: ById<StationId, Station>,
    pub(super) operations: Roster<AnOperation, Operation>,
    pub(super) requests: Roster<ARequest, Pending>,
    pub(super) tasks: Tasks,
    pub(super) streaming: Streaming,
    pub(super) sample: Sample,
    /// Looks for leaks, if somebody wants that.
    pub(super) leak_watch: Option<LeakWatch>,
    pub(super) meters: Meters,
    pub(super) recorder: Recorder,
    pub(super) observer: Option<&'a mut dyn Observer>,
    /// Consumers registered so far; also the number of the next one.
    pub(super) consumers: u32,
    /// TaskManagers asked for and not yet there.
    pub(super) ordered: u32,
    /// Why the run ends before its time, if it does.
    pub(super) verdict: Option<Verdict>,
    pub(super) templates: Vec<Template>,
    pub(super) scenario: Scenario,
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

impl World<'_> {
    /// Schedules an event after `span`.
    pub(super) fn after(&mut self, span: SimSpan, event: Event) -> crate::kernel::EventId {
        self.queue.schedule(self.now + span, event.class(), event)
    }

    /// Tells the observer, if there is one. The entry is built only then.
    pub(super) fn tell(&mut self, entry: impl FnOnce() -> Entry) {
        if let Some(observer) = self.observer.as_mut() {
            observer.hear(self.now, &entry());
        }
    }

    /// Moves a level by `change`.
    pub(super) fn shift(&mut self, level: Level, change: f64) {
        self.meters.shift(self.now, level, change);
    }

    /// Adds to a count.
    pub(super) fn count(&mut self, count: Count, amount: f64) {
        self.meters.count(count, amount);
    }

    /// Ends the run with a policy's illegal answer.
    pub(super) fn illegal(&mut self, family: &str, name: &str, rule: String) {
        let text = format!("{family} policy {name} at {}: {rule}", self.now);
        self.verdict.get_or_insert(Verdict::Illegal(text));
    }
}

impl Model<Event> for World<'_> {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        self.now = now;
        self.dispatch(event);
    }

    fn is_over(&self) -> bool {
        self.verdict.is_some()
    }
}

impl World<'_> {
    fn dispatch(&mut self, event: Event) {
        self.count(Count::Events, 1.0);
        match event {
            Event::Station(station) => self.on_station(station),
            Event::Resume(task_manager) => self.on_resume(task_manager),
            Event::Stall(task_manager, until) => self.on_stall(task_manager, until),
            Event::Missed(task_manager) => self.on_missed(task_manager),
            Event::Killed(task_manager) => self.on_killed(task_manager),
            Event::Restarted(job) => self.on_restarted(job),
            Event::Source(source) => self.on_source(source),
            Event::Leave(group) => self.on_leave(group),
            Event::Step(group) => self.on_step(group),
            Event::Job(job) => self.on_job(job),
            Event::Records(subtask) => self.on_records(subtask),
            Event::Slide(subtask) => self.on_slide(subtask),
            Event::Unhold(subtask) => self.on_unhold(subtask),
            Event::Patience(request) => self.on_patience(request),
            Event::Provisioned(count) => self.on_provisioned(count),
            Event::Monitor => self.on_monitor(),
            Event::LeakWindow => self.on_leak_window(),
            Event::Sample => self.on_sample(),
        }
    }
}

impl World<'_> {
    /// Ends the run where everything that arrived has ended and nothing more will come.
    pub(super) fn end_if_done(&mut self) {
        let streaming = self.streaming.jobs.iter().any(|job| !job.deployed || job.open > 0);
        if !streaming && self.tasks.tasks.is_empty() && !self.sources_left() {
            self.verdict.get_or_insert(Verdict::Finished);
        }
    }

    /// Recounts all books from the ground up; says what does not agree.
    pub(super) fn prove(&self) -> Option<String> {
        for (task_manager, member) in self.fleet.entries() {
            for region in member.regions.iter() {
                if let Err(text) = region.prove() {
                    return Some(format!("TaskManager {task_manager}: {text}"));
                }
            }
            let seats: u32 = member.seats.iter().map(|word| word.count_ones()).sum();
            let face = self.fleet.face(task_manager);
            // A seat takes one slot or more; that no slot is taken twice is for the auditor to prove.
            if seats > face.slots - face.free_slots {
                let taken = face.slots - face.free_slots;
                return Some(format!("TaskManager {task_manager}: {seats} seats in {taken} taken slots"));
            }
        }
        None
    }
}
