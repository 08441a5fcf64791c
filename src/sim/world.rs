//! The whole state of one run, and the dispatch of its events.

use super::books::{Books, Verdict};
use super::devices::{Devices, Job, Leg, Purpose};
use super::event::Event;
use super::feedback::Feedback;
use super::fleet::{Fleet, Template};
use super::meters::Count;
use super::pressure::Pending;
use super::settings::{PolicySet, PriceSet, Settings};
use super::streams::Streaming;
use super::tasks::Tasks;
use crate::base::{ARequest, Roster, SimTime, StationId};
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
    pub(super) devices: Devices,
    pub(super) requests: Roster<ARequest, Pending>,
    pub(super) tasks: Tasks,
    pub(super) streaming: Streaming,
    pub(super) feedback: Feedback,
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
    /// Ends all work that is due at a station, and starts what follows from it.
    fn on_station(&mut self, station: StationId) {
        self.devices.wake(station);
        while let Some(job) = self.devices.next_ended(&mut self.books, station) {
            match job {
                Job::Batch(subtask) => self.end_batch_cpu(subtask),
                Job::BatchIo(subtask) => self.end_batch_io(subtask),
                Job::Group(group) => self.end_group_cpu(group),
                Job::Cycle(task_manager) => self.end_cycle(task_manager),
                Job::Operation(operation) => {
                    let ended = self.devices.go_on(&mut self.books, operation);
                    self.end_operation(ended);
                }
            }
        }
    }

    /// Starts an operation, and carries its purpose out at once where no leg of it is any work.
    pub(super) fn operate(&mut self, legs: [Option<Leg>; 3], purpose: Purpose) {
        let ended = self.devices.begin(&mut self.books, legs, purpose);
        self.end_operation(ended);
    }

    fn end_operation(&mut self, ended: Option<Purpose>) {
        let Some(purpose) = ended else { return };
        match purpose {
            Purpose::Spill { seat, bytes, request } => self.end_spill(seat, bytes, request),
            Purpose::Overflow { request } => self.end_pressure_leg(request),
            Purpose::Work { request } => self.end_request_leg(request),
            Purpose::Touch => {}
            Purpose::ReadBack(group) => self.finish_group(group),
            Purpose::MoveGroup { group, to } => self.end_group_move(group, to),
            Purpose::MoveSlot { group, to } => self.end_slot_move(group, to),
            Purpose::Ship(shipment) => self.end_shipment(shipment),
            Purpose::Merge(subtask) => self.end_merge(subtask),
            Purpose::Run(subtask) => self.end_run(subtask),
        }
    }
}

impl World<'_> {
    /// Ends the run where everything that arrived has ended and nothing more will come.
    pub(super) fn end_if_done(&mut self) {
        let streaming = self.streaming.jobs.iter().any(|job| !job.deployed || job.open > 0);
        if !streaming && self.tasks.tasks.is_empty() && !self.tasks.sources_left() {
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
