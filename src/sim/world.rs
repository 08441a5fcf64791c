//! The whole state of one run, and the dispatch of its events.

use super::assemble::Template;
use super::books::{Books, Verdict};
use super::event::Event;
use super::fleet::Fleet;
use super::leaks::LeakWatch;
use super::meters::Count;
use super::operation::Operation;
use super::pressure::Pending;
use super::settings::{PolicySet, PriceSet, Settings};
use super::station::Station;
use super::stream::Streaming;
use super::task::Tasks;
use crate::base::{ARequest, AnOperation, ById, Roster, SimTime, StationId};
use crate::cluster::view::Sample;
use crate::kernel::{EventQueue, Model, Streams};
use crate::scenario::spec::Scenario;

/// Everything that a run knows.
pub struct World<'a> {
    pub(super) books: Books<'a>,
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
    /// Consumers registered so far; also the number of the next one.
    pub(super) consumers: u32,
    /// TaskManagers asked for and not yet there.
    pub(super) ordered: u32,
    pub(super) templates: Vec<Template>,
    pub(super) scenario: Scenario,
}

impl Model<Event> for World<'_> {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.books.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        self.books.now = now;
        self.dispatch(event);
    }

    fn is_over(&self) -> bool {
        self.books.verdict.is_some()
    }
}

impl World<'_> {
    fn dispatch(&mut self, event: Event) {
        self.books.count(Count::Events, 1.0);
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
            self.books.end(Verdict::Finished);
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
