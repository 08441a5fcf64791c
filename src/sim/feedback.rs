//! The feedback loop: the monitor samples, the migration policy plans from the sample, and what still fits is done.

use super::event::Event;
use super::host::State;
use super::meters::{Count, Level};
use super::operation::{Leg, Purpose};
use super::task::Stage as GroupStage;
use super::world::World;
use crate::base::{Bytes, TaskManagerId};
use crate::cluster::view::{HostSample, Resident};
use crate::policy::migration::{Action, Occasion};
use crate::price::transfer::{Move, TransferCost};

/// Marks the handle of a slot group; other handles are groups of task instances.
const SLOT_GROUP: u64 = 1 << 63;

impl World<'_> {
    /// The monitor samples, and policies of the loop act on it.
    pub(super) fn on_monitor(&mut self) {
        self.after(self.scenario.monitor.interval, Event::Monitor);
        self.take_sample();
        self.plan_migration(Occasion::Tick);
        self.ask_targets();
        self.retarget_caches();
        self.serve_jobs();
        self.serve_line();
    }

    fn ask_targets(&mut self) {
        self.settings.targets.clear();
        let mut wishes = Vec::new();
        for (host, manager) in self.managers.iter().enumerate() {
            for region in &manager.regions {
                let view = region.view(self.now, TaskManagerId(host as u32), manager.slots);
                if view.consumers.iter().any(|consumer| consumer.evictable) {
                    self.policies.allocation.targets(&view, &mut wishes);
                }
            }
        }
        self.settings.targets.extend(wishes.iter().map(|(consumer, bytes)| (consumer.0, *bytes)));
    }

    /// Samples every TaskManager and what can move on it.
    pub(super) fn take_sample(&mut self) {
        let span = self.now.since(self.sample.taken).as_nanos();
        let mut hosts: Vec<HostSample> = std::mem::take(&mut self.sample.hosts);
        hosts.resize(self.managers.len(), HostSample::default());
        for (host, sample) in hosts.iter_mut().enumerate() {
            sample.residents.clear();
            self.sample_host(host, span, sample);
        }
        for (number, group) in self.tasks.groups.iter() {
            if group.stage == GroupStage::Running {
                let memory = self.held(group.seat);
                hosts[group.host as usize].residents.push(Resident {
                    handle: (u64::from(group.seat.consumer & !(1 << 31)) << 32) | number as u64,
                    slots: group.count,
                    memory,
                    state: memory,
                    rate: 1.0,
                });
            }
        }
        for number in 0..self.streaming.groups.len() as u32 {
            if let Some(resident) = self.slot_resident(number) {
                hosts[self.streaming.groups[number as usize].host as usize].residents.push(resident);
            }
        }
        self.sample.taken = self.now;
        self.sample.queue = self.tasks.waiting + self.streaming.line.len() as u64;
        self.sample.peaks.clear();
        if self.settings.foresight {
            self.sample.peaks.extend(self.hosts.iter().map(|host| host.peak_memory));
        }
        self.sample.hosts = hosts;
    }

    fn sample_host(&mut self, host: usize, span: f64, sample: &mut HostSample) {
        let manager = &mut self.managers[host];
        let station = &mut self.stations[manager.cpu as usize];
        station.share.advance(self.now);
        let served = station.share.served();
        let capacity = manager.cores * span;
        sample.host = self.hosts[host];
        sample.cpu_busy = if capacity > 0.0 { ((served - manager.served) / capacity).clamp(0.0, 1.0) } else { 0.0 };
        sample.waiting = manager.regions.iter().map(|region| region.waiters.len() as u32).sum();
        manager.served = served;
    }

    fn slot_resident(&self, number: u32) -> Option<Resident> {
        let group = &self.streaming.groups[number as usize];
        if group.moving || !self.streaming.jobs[group.job as usize].running {
            return None;
        }
        let (mut memory, mut state, mut uses) = (Bytes::ZERO, Bytes::ZERO, 0);
        for subtask in &group.subtasks {
            let subtask = &self.streaming.subtasks[*subtask as usize];
            for seat in [subtask.state, subtask.network, subtask.working].into_iter().flatten() {
                memory += self.held(seat);
                uses += self.facts(seat).uses;
            }
            state += subtask.heap_state + subtask.panes.iter().copied().sum();
            state += subtask.state.map_or(Bytes::ZERO, |seat| self.facts(seat).wanted);
        }
        let rate = uses as f64 / self.now.as_secs().max(1.0);
        Some(Resident { handle: SLOT_GROUP | u64::from(number), slots: 1, memory, state, rate })
    }

    /// Asks the migration policy and does what still fits the present; returns the moves begun.
    pub(super) fn plan_migration(&mut self, occasion: Occasion) -> u32 {
        if let Occasion::Shortage(host, ..) = occasion
            && host.index() >= self.sample.hosts.len()
        {
            // The monitor has not seen this TaskManager yet.
            return 0;
        }
        let mut actions = Vec::new();
        self.policies.migration.plan(occasion, &self.sample, &mut actions);
        let limit = match occasion {
            Occasion::Shortage(_, _, most) => most,
            Occasion::Tick => u32::MAX,
        };
        let mut moves = 0;
        for action in actions {
            match action {
                Action::Move { resident, to } if moves < limit => moves += u32::from(self.begin_move(resident, to.0)),
                Action::Move { .. } => {}
                Action::Add(count) => self.order_managers(count),
                Action::Drain(host) => self.drain(host.0),
            }
        }
        moves
    }

    /// Begins a move, if it still fits; counts it as stale otherwise.
    fn begin_move(&mut self, resident: u64, to: u32) -> bool {
        let slots =
            if resident & SLOT_GROUP == 0 { self.group_slots(resident) } else { self.slot_group_slots(resident) };
        let fits = self.hosts.get(to as usize).is_some_and(|host| host.open)
            && slots.is_some_and(|(from, slots)| from != to && self.hosts[to as usize].free_slots >= slots);
        if !fits {
            self.count(Count::StaleActions, 1.0);
            return false;
        }
        self.count(Count::Moves, 1.0);
        if resident & SLOT_GROUP == 0 {
            self.begin_group_move(resident as u32, to);
        } else {
            self.begin_slot_move((resident & !SLOT_GROUP) as u32, to);
        }
        true
    }

    fn group_slots(&self, resident: u64) -> Option<(u32, u32)> {
        let group = self.tasks.groups.get(resident as u32 as usize)?;
        if u64::from(group.seat.consumer & !(1 << 31)) != resident >> 32 {
            // The number has passed to another group since the sample was taken.
            return None;
        }
        let whole = self.facts(group.seat).spilled == Bytes::ZERO;
        let stays = group.request.is_some() || self.now < group.rests_until;
        (group.stage == GroupStage::Running && !stays && whole).then_some((group.host, group.count))
    }

    fn slot_group_slots(&self, resident: u64) -> Option<(u32, u32)> {
        let group = self.streaming.groups.get((resident & !SLOT_GROUP) as usize)?;
        let rests = group.moving || self.now < group.rests_until;
        let running = !rests && self.streaming.jobs[group.job as usize].running;
        running.then_some((group.host, 1))
    }

    fn begin_slot_move(&mut self, number: u32, to: u32) {
        let reserved = self.take_slots(to, 1);
        let job = u64::from(self.streaming.groups[number as usize].job) | SLOT_GROUP;
        self.tell(|| super::log::Entry::Placed { task: job, task_manager: TaskManagerId(to), slots: 1 });
        let from = self.streaming.groups[number as usize].host;
        self.streaming.groups[number as usize].moving = true;
        self.streaming.groups[number as usize].reserved = reserved;
        let state = self.stop_group(number);
        let legs = self.move_legs(from, state);
        self.operate(legs, Purpose::MoveSlot { group: number, to });
    }

    /// Work of moving `state` away from a TaskManager over its link.
    pub(super) fn move_legs(&mut self, from: u32, state: Bytes) -> [Option<Leg>; 3] {
        let link = self.managers[from as usize].link;
        let capacity = self.stations[link as usize].share.capacity();
        let what = Move { state, dirty: 0.0, bandwidth: capacity * 1e9 };
        let TransferCost { live, stopped, fixed } = self.prices.transfer.cost(&what);
        let bytes = (live + stopped).as_f64();
        self.count(Count::MoveBytes, bytes);
        self.count(Count::LinkBytes, bytes);
        [Some(Leg { station: link, work: bytes + fixed.as_nanos() * capacity }), None, None]
    }

    /// Asks the resource manager for TaskManagers.
    pub(super) fn order_managers(&mut self, count: u32) {
        let room = self.scenario.monitor.max_task_managers.saturating_sub(self.managers.len() as u32 + self.ordered);
        let count = count.min(room);
        if count > 0 {
            self.ordered += count;
            let touching = self.touching_at_start();
            self.after(self.scenario.monitor.provision_delay + touching, Event::Provisioned(count));
        }
    }

    /// TaskManagers that were asked for are there.
    pub(super) fn on_provisioned(&mut self, count: u32) {
        self.ordered -= count;
        for _ in 0..count {
            let number = self.managers.len() as u32;
            if let Err(text) = self.add_manager(0).and_then(|()| self.start_jvm(number)) {
                self.verdict.get_or_insert(super::world::Verdict::Failed(text));
                return;
            }
        }
        self.serve_jobs();
        self.serve_line();
    }

    fn drain(&mut self, host: u32) {
        let up = self.managers.iter().filter(|manager| manager.state == State::Up).count();
        let Some(manager) = self.managers.get_mut(host as usize) else { return };
        if manager.state != State::Up || up < 2 {
            return self.count(Count::StaleActions, 1.0);
        }
        manager.state = State::Draining;
        self.show_candidate(host);
        self.end_if_drained(host);
    }

    /// Takes a snapshot for the time series.
    pub(super) fn on_sample(&mut self) {
        self.after(self.scenario.run.sample_every, Event::Sample);
        self.snap();
    }

    /// Brings the counts that stations keep up to date and takes a snapshot.
    pub(super) fn snap(&mut self) {
        let mut busy = 0.0;
        for manager in &self.managers {
            let share = &mut self.stations[manager.cpu as usize].share;
            share.advance(self.now);
            busy += share.served();
        }
        self.meters.set_count(Count::Busy, busy);
        let snapshot = self.meters.snapshot(self.now);
        self.recorder.snapshots.push(snapshot);
        let size = self.meters.level(Level::PoolCapacity).max(1.0);
        let external = self.meters.level(Level::External) / size;
        let weight = self.scenario.run.sample_every.as_secs();
        self.recorder.add(super::recorder::Tally::External, self.now, external, weight);
    }
}
