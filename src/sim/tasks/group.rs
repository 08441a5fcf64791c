//! A group of identical instances on one TaskManager, from its slots to its end.

use crate::base::{Bytes, GroupId, RequestId, SimSpan, SimTime, TaskId, TaskManagerId, WorkId};
use crate::cluster::view::{Consumer, Purpose};
use crate::kernel::EventId;
use crate::sim::devices::Purpose as Aim;
use crate::sim::devices::{Job, Load};
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::recorder::Tally;
use crate::sim::tenancy::{Owner, Tenancy};
use crate::sim::world::World;
use crate::workload::task::Stay;

/// How far a group has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Has slots, waits for its first memory.
    Starting,
    /// Runs.
    Running,
    /// Stands still until more memory is there.
    Short,
    /// Travels to another TaskManager.
    Moving,
    /// Done, but reads back what was spilled of it.
    Ending,
}

/// Identical instances on one TaskManager.
#[derive(Clone, Copy, Debug)]
pub struct Group {
    /// Their task.
    pub task: TaskId,
    /// Where they are.
    pub task_manager: TaskManagerId,
    /// How many.
    pub count: u32,
    /// First slot.
    pub slot: u32,
    /// How far.
    pub stage: Stage,
    /// Their pool memory.
    pub seat: Tenancy,
    /// Slots kept for them where they go.
    pub(super) reserved: u32,
    /// A request under way.
    pub request: Option<RequestId>,
    /// When they began to run.
    pub started: SimTime,
    /// Next step of their demand.
    step: u32,
    /// CPU work on the cores, if any.
    cpu: Option<WorkId>,
    /// CPU work left while they stand still.
    left: f64,
    /// Whether CPU work is still to be done.
    working: bool,
    /// Pending departure.
    leave: Option<EventId>,
    /// Pending demand step.
    next_step: Option<EventId>,
    /// When it may move again, as for slot groups.
    pub(in crate::sim) rests_until: SimTime,
    /// Place among the instances of its task.
    pub(in crate::sim) instance: u32,
    /// Blocks that its program has returned or lost.
    pub(in crate::sim) returned: u32,
    /// Whether its time came while it travelled: it leaves when it arrives.
    pub(super) due: bool,
}

impl World<'_> {
    /// Gives `count` instances of a task slots on a TaskManager.
    pub(super) fn begin(&mut self, task: TaskId, task_manager: TaskManagerId, count: u32) {
        let single = self.settings.addressed || self.settings.leak.is_some();
        let at_once = if single { 1 } else { count };
        for _ in 0..count / at_once {
            // What the instances before this one have set off may have taken the slots: it stays in the line.
            let face = self.fleet.face(task_manager);
            if !face.open || face.free_slots < at_once {
                return;
            }
            self.begin_group(task, task_manager, at_once);
        }
    }

    fn begin_group(&mut self, task: TaskId, task_manager: TaskManagerId, count: u32) {
        let slot = self.take_slots(task_manager, count);
        let entry = &mut self.tasks.tasks[task];
        entry.waiting -= count;
        entry.groups += 1;
        let (number, instance) = (entry.number, entry.waiting);
        let first = entry.demand.first().map_or(Bytes::ZERO, |step| step.bytes);
        let wait = self.books.now.since(entry.arrived);
        let claimed = entry.cores * f64::from(count);
        self.tasks.waiting -= u64::from(count);
        self.books.shift(Level::Waiting, -f64::from(count));
        self.fleet.claim_cores(task_manager, claimed);
        self.books.record(Tally::SlotWait, wait.as_secs(), f64::from(count));
        self.books.tell(|| Entry::Placed { task: number, task_manager, slots: count });
        let facts = self.group_facts(task, slot, count);
        let seat = self.fleet.register(&mut self.books, task_manager, facts);
        let group = Group {
            task,
            task_manager,
            count,
            slot,
            stage: Stage::Starting,
            seat,
            reserved: 0,
            request: None,
            started: self.books.now,
            step: 1,
            cpu: None,
            left: self.tasks.tasks[task].work.as_nanos() * f64::from(count),
            working: self.tasks.tasks[task].work > SimSpan::ZERO,
            leave: None,
            next_step: None,
            rests_until: self.books.now,
            instance,
            returned: 0,
            due: false,
        };
        let index = self.tasks.groups.insert(group);
        if self.tasks.tasks[task].stay == Stay::UntilDeparture {
            self.tasks.tasks[task].members.push(index);
        }
        if self.set_demand(index, first) {
            self.group_granted(index);
        }
    }

    /// What policies get to know of a group.
    fn group_facts(&self, task: TaskId, slot: u32, slots: u32) -> Consumer {
        let entry = &self.tasks.tasks[task];
        let peak = entry.demand.iter().map(|step| step.bytes).max().unwrap_or_default();
        let first = entry.demand.first().map_or(Bytes::ZERO, |step| step.bytes);
        let peak = if self.settings.foresight { peak } else { first };
        Consumer {
            id: crate::base::ConsumerId(0),
            purpose: Purpose::Task,
            slot,
            slots,
            weight: entry.weight,
            priority: entry.priority,
            held: Bytes::ZERO,
            wanted: Bytes::ZERO,
            spilled: Bytes::ZERO,
            peak: Bytes(peak.0.saturating_mul(u64::from(slots))),
            spillable: true,
            evictable: false,
            last_used: self.books.now,
            uses: 0,
            next_use: SimTime::NEVER,
        }
    }

    /// Sets the memory of each instance; true where it is there at once.
    pub(super) fn set_demand(&mut self, group: GroupId, bytes: Bytes) -> bool {
        let entry = self.tasks.groups[group];
        if entry.request.is_some() || matches!(entry.stage, Stage::Moving | Stage::Ending) {
            // The later demand replaces the one that is still pressing; it is asked for when that one is settled.
            return false;
        }
        let total = Bytes(bytes.0.saturating_mul(u64::from(entry.count)));
        let spilled = self.fleet.facts(entry.seat).spilled;
        let total = total.saturating_sub(spilled.min(total));
        if total == Bytes::ZERO && self.fleet.held(entry.seat) == Bytes::ZERO {
            return true;
        }
        let least = total.saturating_sub(self.fleet.held(entry.seat));
        if entry.stage == Stage::Running && total > self.fleet.held(entry.seat) {
            // Growing may have to wait; the group stands still meanwhile.
            let there = self.resize(Owner::Group(group), entry.seat, total, least);
            if !there && self.tasks.groups.get(group).is_some_and(|entry| entry.request.is_some()) {
                self.pause_group(group, Stage::Short);
            }
            return there;
        }
        self.resize(Owner::Group(group), entry.seat, total, least)
    }

    /// The memory that a group asked for is there.
    pub(in crate::sim) fn group_granted(&mut self, group: GroupId) {
        let Some(entry) = self.tasks.groups.get(group).copied() else { return };
        match entry.stage {
            Stage::Starting => self.start_group(group),
            Stage::Short => self.resume_group(group),
            Stage::Running | Stage::Moving | Stage::Ending => {}
        }
    }

    fn start_group(&mut self, group: GroupId) {
        let entry = &mut self.tasks.groups[group];
        entry.started = self.books.now;
        let (task, count) = (entry.task, entry.count);
        let (number, stay) = (self.tasks.tasks[task].number, self.tasks.tasks[task].stay);
        self.books.tell(|| Entry::Running { task: number, slots: count });
        if let Stay::For(span) = stay {
            let id = self.books.after(span, Event::Leave(group));
            self.tasks.groups[group].leave = Some(id);
        }
        self.resume_group(group);
        self.plan_step(group);
    }

    fn resume_group(&mut self, group: GroupId) {
        let entry = self.tasks.groups[group];
        self.tasks.groups[group].stage = Stage::Running;
        self.books.shift(Level::Running, f64::from(entry.count));
        if entry.working {
            let width = self.tasks.tasks[entry.task].cores * f64::from(entry.count);
            let cpu = self.fleet[entry.task_manager].cpu;
            let key = self.devices.start(&mut self.books, cpu, Job::Group(group), Load { work: entry.left, width });
            self.tasks.groups[group].cpu = Some(key);
        } else if self.tasks.tasks[entry.task].stay == Stay::UntilDone && entry.leave.is_none() {
            let id = self.books.after(SimSpan::ZERO, Event::Leave(group));
            self.tasks.groups[group].leave = Some(id);
        }
    }

    /// Takes a running group off its cores.
    pub(super) fn pause_group(&mut self, group: GroupId, stage: Stage) {
        let entry = self.tasks.groups[group];
        if entry.stage == Stage::Running {
            self.books.shift(Level::Running, -f64::from(entry.count));
        }
        if let Some(key) = entry.cpu {
            let cpu = self.fleet[entry.task_manager].cpu;
            let left = self.devices.cancel(&mut self.books, cpu, key);
            self.tasks.groups[group].left = left;
        }
        let entry = &mut self.tasks.groups[group];
        entry.cpu = None;
        entry.stage = stage;
    }

    fn plan_step(&mut self, group: GroupId) {
        let entry = self.tasks.groups[group];
        let Some(step) = self.tasks.tasks[entry.task].demand.get(entry.step as usize).copied() else { return };
        let at = (entry.started + step.offset).max(self.books.now);
        if self.settings.foresight {
            self.fleet.facts_mut(entry.seat).next_use = at;
        }
        let id = self.books.at(at, Event::Step(group));
        self.tasks.groups[group].next_step = Some(id);
    }

    /// The next step of a demand is due.
    pub(in crate::sim) fn on_step(&mut self, group: GroupId) {
        let entry = &mut self.tasks.groups[group];
        entry.next_step = None;
        if entry.stage != Stage::Running {
            // Held up: the step is taken when the group runs again.
            let id = self.books.after(SimSpan::secs(1), Event::Step(group));
            self.tasks.groups[group].next_step = Some(id);
            return;
        }
        let step = entry.step;
        entry.step += 1;
        let bytes = self.tasks.tasks[entry.task].demand[step as usize].bytes;
        self.set_demand(group, bytes);
        if self.tasks.groups.contains(group) {
            self.plan_step(group);
        }
    }

    /// The CPU work of a group is done.
    pub(in crate::sim) fn end_group_cpu(&mut self, group: GroupId) {
        let entry = &mut self.tasks.groups[group];
        entry.cpu = None;
        entry.working = false;
        entry.left = 0.0;
        if self.tasks.tasks[entry.task].stay == Stay::UntilDone {
            self.leave_group(group);
        }
    }

    /// A group has stayed as long as it should.
    pub(in crate::sim) fn on_leave(&mut self, group: GroupId) {
        if self.tasks.groups.contains(group) {
            self.tasks.groups[group].leave = None;
            self.leave_group(group);
        }
    }

    /// Ends a group; what was spilled of it is read back first.
    pub(super) fn leave_group(&mut self, group: GroupId) {
        let entry = self.tasks.groups[group];
        match entry.stage {
            Stage::Ending => return,
            Stage::Moving => return self.tasks.groups[group].due = true,
            Stage::Starting | Stage::Running | Stage::Short => {}
        }
        if let Some(request) = entry.request {
            self.withdraw(request);
        }
        self.pause_group(group, Stage::Ending);
        let spilled = self.fleet.facts(entry.seat).spilled;
        if spilled > Bytes::ZERO {
            let legs = self.spill_legs(entry.task_manager, spilled);
            return self.operate(legs, Aim::ReadBack(group));
        }
        self.finish_group(group);
    }

    /// A group is done for good.
    pub(in crate::sim) fn finish_group(&mut self, group: GroupId) {
        let entry = self.tasks.groups[group];
        let task = &self.tasks.tasks[entry.task];
        let (number, spent) = (task.number, self.books.now.since(task.arrived));
        let slots = entry.count;
        self.books.count(Count::TasksDone, f64::from(slots));
        self.books.count(Count::Records, f64::from(slots));
        self.books.record(Tally::Latency, spent.as_secs(), f64::from(slots));
        self.books.tell(|| Entry::Done { task: number, slots });
        self.leak_blocks(Owner::Group(group), entry.seat, Bytes(u64::MAX));
        self.dismiss(group);
        self.serve_jobs();
        self.serve_line();
        self.end_if_done();
    }

    /// A request of a group was refused: its instances are lost.
    pub(in crate::sim) fn group_refused(&mut self, group: GroupId, fragmented: bool) {
        let entry = self.tasks.groups[group];
        self.pause_group(group, Stage::Ending);
        self.tasks.lose(&mut self.books, entry.task, entry.count, fragmented);
        self.dismiss(group);
        self.serve_jobs();
        self.serve_line();
        self.end_if_done();
    }

    /// Frees memory and slots of a group and forgets it.
    pub(super) fn dismiss(&mut self, group: GroupId) {
        let entry = self.tasks.groups.remove(group);
        for id in [entry.leave, entry.next_step].into_iter().flatten() {
            self.books.queue.cancel(id);
        }
        self.unregister(entry.seat);
        let (task, task_manager, slots) = (entry.task, entry.task_manager, entry.count);
        let claimed = self.tasks.tasks[task].cores * f64::from(slots);
        self.fleet.claim_cores(task_manager, -claimed);
        let number = self.tasks.tasks[task].number;
        self.books.tell(|| Entry::Vacated { task: number, task_manager, slots });
        self.free_slots(task_manager, entry.slot, slots);
        let record = &mut self.tasks.tasks[task];
        record.groups -= 1;
        record.members.retain(|member| *member != group);
        self.tasks.drop_task_if_over(task);
    }
}
