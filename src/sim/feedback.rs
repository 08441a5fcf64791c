//! The feedback loop: the monitor samples, the migration policy plans from the sample, and what still fits is done.

use std::collections::BTreeMap;

use super::devices::{Leg, Purpose};
use super::event::Event;
use super::fleet::State;
use super::leaks::LeakWatch;
use super::meters::Count;
use super::tasks::{Group, Stage as GroupStage};
use super::world::World;
use crate::base::{Bytes, ConsumerId, GroupId, SlotGroupId, TaskManagerId};
use crate::cluster::view::{Resident, ResidentId, Sample, TaskManagerSample};
use crate::policy::migration::{Action, Occasion};
use crate::price::transfer::{Move, TransferCost};

/// Marks the handle of a slot group; other handles are groups of task instances.
const SLOT_GROUP: u64 = 1 << 63;

/// What the loop keeps.
#[derive(Default)]
pub struct Feedback {
    /// What the monitor saw last.
    pub(super) sample: Sample,
    /// What the allocation policy last wished elastic consumers to hold.
    pub(super) targets: BTreeMap<ConsumerId, Bytes>,
    /// TaskManagers asked for and not yet there.
    pub(super) ordered: u32,
    /// Looks for leaks, if somebody wants that.
    pub(super) leak_watch: Option<LeakWatch>,
}

/// Who moves.
#[derive(Clone, Copy)]
enum Mover {
    Group(GroupId),
    SlotGroup(SlotGroupId),
}

/// What policies call a group: its consumer on this TaskManager, which is never given again, and its number to find it by.
fn handle_of(number: GroupId, group: &Group) -> ResidentId {
    ResidentId((u64::from(group.seat.handle.consumer.0 & !(1 << 31)) << 32) | u64::from(number.number()))
}

impl World<'_> {
    /// The monitor samples, and policies of the loop act on it.
    pub(super) fn on_monitor(&mut self) {
        self.books.after(self.scenario.monitor.interval, Event::Monitor);
        self.take_sample();
        self.plan_migration(Occasion::Tick);
        self.ask_targets();
        self.retarget_caches();
        self.serve_jobs();
        self.serve_line();
    }

    fn ask_targets(&mut self) {
        self.feedback.targets.clear();
        let mut wishes = Vec::new();
        for (task_manager, member) in self.fleet.entries() {
            for region in &member.regions {
                let view = region.view(self.books.now, task_manager, member.slots);
                if view.consumers.iter().any(|consumer| consumer.evictable) {
                    self.policies.allocation.targets(&view, &mut wishes);
                }
            }
        }
        self.feedback.targets.extend(wishes);
    }

    /// Samples every TaskManager and what can move on it.
    pub(super) fn take_sample(&mut self) {
        let span = self.books.now.since(self.feedback.sample.taken).as_nanos();
        let mut task_managers: Vec<TaskManagerSample> = std::mem::take(&mut self.feedback.sample.task_managers);
        task_managers.resize(self.fleet.len(), TaskManagerSample::default());
        for (task_manager, sample) in self.fleet.ids().zip(&mut task_managers) {
            sample.residents.clear();
            self.sample_task_manager(task_manager, span, sample);
        }
        for (number, group) in self.tasks.groups.iter() {
            if group.stage == GroupStage::Running {
                let memory = self.fleet.held(group.seat);
                task_managers[group.task_manager.index()].residents.push(Resident {
                    handle: handle_of(number, group),
                    slots: group.count,
                    memory,
                    state: memory,
                    rate: 1.0,
                });
            }
        }
        for number in self.streaming.groups.ids() {
            if let Some(resident) = self.slot_resident(number) {
                task_managers[self.streaming.groups[number].task_manager.index()].residents.push(resident);
            }
        }
        self.feedback.sample.taken = self.books.now;
        self.feedback.sample.queue = self.tasks.waiting + self.streaming.line.len() as u64;
        self.feedback.sample.peaks.clear();
        if self.settings.foresight {
            self.feedback.sample.peaks.extend(self.fleet.faces().iter().map(|face| face.peak_memory));
        }
        self.feedback.sample.task_managers = task_managers;
    }

    fn sample_task_manager(&mut self, task_manager: TaskManagerId, span: f64, sample: &mut TaskManagerSample) {
        let member = &self.fleet[task_manager];
        let share = self.devices.share_mut(member.cpu);
        share.advance(self.books.now);
        let served = share.served();
        let capacity = member.cores * span;
        sample.face = *self.fleet.face(task_manager);
        sample.cpu_busy = if capacity > 0.0 { ((served - member.served) / capacity).clamp(0.0, 1.0) } else { 0.0 };
        sample.waiting = member.regions.iter().map(|region| region.waiters.len() as u32).sum();
        self.fleet[task_manager].served = served;
    }

    fn slot_resident(&self, number: SlotGroupId) -> Option<Resident> {
        let group = &self.streaming.groups[number];
        if group.moving || !self.streaming.jobs[group.job].running {
            return None;
        }
        let (mut memory, mut state, mut uses) = (Bytes::ZERO, Bytes::ZERO, 0);
        for subtask in &group.subtasks {
            let subtask = &self.streaming.subtasks[*subtask];
            for seat in [subtask.state, subtask.network, subtask.working].into_iter().flatten() {
                memory += self.fleet.held(seat);
                uses += self.fleet.facts(seat).uses;
            }
            state += subtask.heap_state + subtask.panes.iter().copied().sum();
            state += subtask.state.map_or(Bytes::ZERO, |seat| self.fleet.facts(seat).wanted);
        }
        let rate = uses as f64 / self.books.now.as_secs().max(1.0);
        Some(Resident { handle: ResidentId(SLOT_GROUP | u64::from(number.0)), slots: 1, memory, state, rate })
    }

    /// Asks the migration policy and does what still fits the present; returns the moves begun.
    pub(super) fn plan_migration(&mut self, occasion: Occasion) -> u32 {
        if let Occasion::Shortage(task_manager, ..) = occasion
            && task_manager.index() >= self.feedback.sample.task_managers.len()
        {
            // The monitor has not seen this TaskManager yet.
            return 0;
        }
        let mut actions = Vec::new();
        self.policies.migration.plan(occasion, &self.feedback.sample, &mut actions);
        let limit = match occasion {
            Occasion::Shortage(_, _, most) => most,
            Occasion::Tick => u32::MAX,
        };
        let mut moves = 0;
        for action in actions {
            match action {
                Action::Move { resident, to } if moves < limit => moves += u32::from(self.begin_move(resident, to)),
                Action::Move { .. } => {}
                Action::Add(count) => self.order_task_managers(count),
                Action::Drain(task_manager) => self.drain(task_manager),
            }
        }
        moves
    }

    /// Begins a move, if it still fits; counts it as stale otherwise.
    fn begin_move(&mut self, resident: ResidentId, to: TaskManagerId) -> bool {
        let mover = self.mover(resident);
        let slots = match mover {
            Some(Mover::Group(group)) => self.group_slots(group),
            Some(Mover::SlotGroup(group)) => self.slot_group_slots(group),
            None => None,
        };
        let fits = self.fleet.faces().get(to).is_some_and(|task_manager| task_manager.open)
            && slots.is_some_and(|(from, slots)| from != to && self.fleet.face(to).free_slots >= slots);
        if !fits {
            self.books.count(Count::StaleActions, 1.0);
            return false;
        }
        self.books.count(Count::Moves, 1.0);
        match mover {
            Some(Mover::Group(group)) => self.begin_group_move(group, to),
            Some(Mover::SlotGroup(group)) => self.begin_slot_move(group, to),
            None => {}
        }
        true
    }

    /// Who a resident is now; nobody where the number has passed to another group since the sample was taken.
    fn mover(&self, resident: ResidentId) -> Option<Mover> {
        if resident.0 & SLOT_GROUP != 0 {
            return Some(Mover::SlotGroup(SlotGroupId((resident.0 & !SLOT_GROUP) as u32)));
        }
        let (number, group) = self.tasks.groups.at(resident.0 as u32)?;
        (handle_of(number, group) == resident).then_some(Mover::Group(number))
    }

    fn group_slots(&self, group: GroupId) -> Option<(TaskManagerId, u32)> {
        let group = &self.tasks.groups[group];
        let whole = self.fleet.facts(group.seat).spilled == Bytes::ZERO;
        let stays = group.request.is_some() || self.books.now < group.rests_until;
        (group.stage == GroupStage::Running && !stays && whole).then_some((group.task_manager, group.count))
    }

    fn slot_group_slots(&self, group: SlotGroupId) -> Option<(TaskManagerId, u32)> {
        let group = self.streaming.groups.get(group)?;
        let rests = group.moving || self.books.now < group.rests_until;
        let running = !rests && self.streaming.jobs[group.job].running;
        running.then_some((group.task_manager, 1))
    }

    fn begin_slot_move(&mut self, number: SlotGroupId, to: TaskManagerId) {
        let reserved = self.take_slots(to, 1);
        let job = u64::from(self.streaming.groups[number].job.0) | SLOT_GROUP;
        self.books.tell(|| super::log::Entry::Placed { task: job, task_manager: to, slots: 1 });
        let from = self.streaming.groups[number].task_manager;
        self.streaming.groups[number].moving = true;
        self.streaming.groups[number].reserved = reserved;
        let state = self.stop_group(number);
        let legs = self.move_legs(from, state);
        self.operate(legs, Purpose::MoveSlot { group: number, to });
    }

    /// Work of moving `state` away from a TaskManager over its link.
    pub(super) fn move_legs(&mut self, from: TaskManagerId, state: Bytes) -> [Option<Leg>; 3] {
        let link = self.fleet[from].link;
        let capacity = self.devices.share(link).capacity();
        let what = Move { state, dirty: 0.0, bandwidth: capacity * 1e9 };
        let TransferCost { live, stopped, fixed } = self.prices.transfer.cost(&what);
        let bytes = (live + stopped).as_f64();
        self.books.count(Count::MoveBytes, bytes);
        self.books.count(Count::LinkBytes, bytes);
        [Some(Leg { station: link, work: bytes + fixed.as_nanos() * capacity }), None, None]
    }

    /// Asks the resource member for TaskManagers.
    pub(super) fn order_task_managers(&mut self, count: u32) {
        let room =
            self.scenario.monitor.max_task_managers.saturating_sub(self.fleet.len() as u32 + self.feedback.ordered);
        let count = count.min(room);
        if count > 0 {
            self.feedback.ordered += count;
            let touching = self.fleet.touching_at_start();
            self.books.after(self.scenario.monitor.provision_delay + touching, Event::Provisioned(count));
        }
    }

    /// TaskManagers that were asked for are there.
    pub(super) fn on_provisioned(&mut self, count: u32) {
        self.feedback.ordered -= count;
        for _ in 0..count {
            let number = self.fleet.next_id();
            if let Err(text) = self.add_task_manager(0).and_then(|()| self.start_jvm(number)) {
                self.books.end(super::books::Verdict::Failed(text));
                return;
            }
        }
        self.serve_jobs();
        self.serve_line();
    }

    fn drain(&mut self, task_manager: TaskManagerId) {
        let up = self.fleet.iter().filter(|member| member.state == State::Up).count();
        let Some(member) = self.fleet.get(task_manager) else { return };
        if member.state != State::Up || up < 2 {
            return self.books.count(Count::StaleActions, 1.0);
        }
        self.fleet.set_state(task_manager, State::Draining);
        self.fleet.show_stranded(&mut self.books, task_manager);
        self.end_if_drained(task_manager);
    }

    /// Takes a snapshot for the time series.
    pub(super) fn on_sample(&mut self) {
        self.books.after(self.scenario.run.sample_every, Event::Sample);
        self.snap();
    }

    /// Brings the counts that stations keep up to date and takes a snapshot.
    pub(super) fn snap(&mut self) {
        let mut busy = 0.0;
        for member in self.fleet.iter() {
            let share = self.devices.share_mut(member.cpu);
            share.advance(self.books.now);
            busy += share.served();
        }
        self.books.meters.set_count(Count::Busy, busy);
        self.books.snap(self.scenario.run.sample_every);
    }
}
