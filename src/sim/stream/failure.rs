//! Jobs that fail: everything stops, state is loaded again, everything goes on from where it was.

use super::Stage;
use crate::base::{Bytes, SimSpan};
use crate::sim::event::Event;
use crate::sim::meters::Count;
use crate::sim::world::{Verdict, World};

impl World<'_> {
    /// A TaskManager is out of heap: its jobs restart, or the run is given up when they did so too often.
    pub(in crate::sim) fn out_of_memory(&mut self, host: u32, text: String) {
        self.count(Count::OutOfMemory, 1.0);
        let jobs = self.jobs_on(host);
        let worn =
            jobs.iter().any(|job| self.streaming.jobs[*job as usize].restarts >= self.scenario.failures.max_restarts);
        if worn || jobs.is_empty() {
            let text = format!("TaskManager {host} at {}: {text}", self.now);
            self.verdict.get_or_insert(Verdict::OutOfMemory(text));
            return;
        }
        self.lose_host(host);
    }

    /// Restarts all jobs of a TaskManager whose process is lost.
    pub(in crate::sim) fn lose_host(&mut self, host: u32) {
        for job in self.jobs_on(host) {
            self.restart_job(job);
        }
        self.reset_heap(host);
    }

    fn jobs_on(&self, host: u32) -> Vec<u32> {
        let mut jobs: Vec<u32> =
            self.streaming.groups.iter().filter(|group| group.host == host).map(|group| group.job).collect();
        jobs.sort_unstable();
        jobs.dedup();
        jobs.retain(|job| self.streaming.jobs[*job as usize].running);
        jobs
    }

    /// Stops a job and plans its return: the restart delay, then its state over the slowest of links and disks.
    fn restart_job(&mut self, job: u32) {
        self.count(Count::Restarts, 1.0);
        self.streaming.jobs[job as usize].restarts += 1;
        self.streaming.jobs[job as usize].running = false;
        let mut reload = 0.0f64;
        for group in self.streaming.jobs[job as usize].groups.clone() {
            let bytes = self.stop_group(group);
            let manager = &self.managers[self.streaming.groups[group as usize].host as usize];
            let slowest = [manager.link, manager.disk]
                .map(|station| self.stations[station as usize].share.capacity())
                .into_iter()
                .fold(f64::INFINITY, f64::min);
            reload = reload.max(bytes.as_f64() / slowest);
        }
        self.after(self.scenario.failures.restart + SimSpan::from_nanos(reload), Event::Restarted(job));
    }

    /// Stops the subtasks of a slot group; their present batches go back to where they came from. Returns the bytes
    /// of their state.
    pub(in crate::sim) fn stop_group(&mut self, group: u32) -> Bytes {
        let mut state = Bytes::ZERO;
        for number in self.streaming.groups[group as usize].subtasks.clone() {
            self.stop_subtask(number);
            let subtask = &self.streaming.subtasks[number as usize];
            state += subtask.heap_state + subtask.panes.iter().copied().sum();
            state += subtask.state.map_or(Bytes::ZERO, |seat| self.facts(seat).wanted);
        }
        state
    }

    fn stop_subtask(&mut self, number: u32) {
        if self.streaming.subtasks[number as usize].stage == Stage::Ended {
            return;
        }
        if let Some((station, key)) = self.streaming.subtasks[number as usize].work.take() {
            self.cancel_work(station, key);
        }
        if let Some(request) = self.streaming.subtasks[number as usize].request {
            self.withdraw(request);
        }
        let host = self.host_of(number);
        self.managers[host as usize].stalled.retain(|(waiter, _)| *waiter != number);
        self.end_hold(number);
        self.set_stage(number, Stage::Stopped);
        let source = self.is_source(number) || self.streaming.subtasks[number as usize].emitting;
        let subtask = &mut self.streaming.subtasks[number as usize];
        subtask.disk = 0.0;
        if let Some((batch, gate)) = subtask.current.take() {
            subtask.gates[gate as usize].queue.push_front(batch);
            if let Some(left) = subtask.left.as_mut().filter(|_| source) {
                *left += batch.records;
            }
        }
    }

    /// A job is back.
    pub(in crate::sim) fn on_restarted(&mut self, job: u32) {
        self.streaming.jobs[job as usize].running = true;
        for number in self.subtasks_of(job) {
            self.wake_subtask(number);
        }
    }

    /// Lets a stopped subtask go on; one that had chosen where to send waits for its place as before.
    pub(in crate::sim) fn wake_subtask(&mut self, number: u32) {
        let subtask = &self.streaming.subtasks[number as usize];
        if subtask.stage != Stage::Stopped || self.streaming.groups[subtask.group as usize].moving {
            return;
        }
        let waits = self.streaming.subtasks[number as usize]
            .edges
            .iter()
            .any(|(_, _, target)| matches!(target, super::Target::Chosen(_)));
        self.set_stage(number, if waits { Stage::Blocked } else { Stage::Idle });
        self.try_start(number);
    }

    /// A request of a subtask was refused: its job fails and restarts.
    pub(in crate::sim) fn subtask_refused(&mut self, number: u32) {
        let job = self.streaming.subtasks[number as usize].job;
        if self.streaming.jobs[job as usize].restarts >= self.scenario.failures.max_restarts {
            let name = self.operator_of(number).name.clone();
            let text = format!("operator {name} at {}: no pool memory, and no pressure step is left", self.now);
            self.verdict.get_or_insert(Verdict::Failed(text));
            return;
        }
        self.restart_job(job);
    }

    /// Moves a slot group: its subtasks stop, travel, and go on at their new place.
    pub(in crate::sim) fn end_slot_move(&mut self, group: u32, to: u32) {
        let (job, from, slot) = {
            let entry = &self.streaming.groups[group as usize];
            (entry.job, entry.host, entry.slot)
        };
        for number in self.streaming.groups[group as usize].subtasks.clone() {
            self.leave_host(number);
        }
        if self.streaming.jobs[job as usize].open == 0 {
            // The job has ended meanwhile and has given its slots back, all but the one that was kept.
            let reserved = self.streaming.groups[group as usize].reserved;
            self.tell_vacated(job, to);
            return self.free_slots(to, reserved, 1);
        }
        self.tell_vacated(job, from);
        self.free_slots(from, slot, 1);
        let entry = &mut self.streaming.groups[group as usize];
        entry.host = to;
        entry.moving = false;
        entry.slot = entry.reserved;
        entry.rests_until = self.now + self.scenario.monitor.interval;
        for number in self.streaming.groups[group as usize].subtasks.clone() {
            if !self.arrive_at_host(number) {
                return;
            }
        }
        if self.streaming.jobs[job as usize].running {
            for number in self.streaming.groups[group as usize].subtasks.clone() {
                self.wake_subtask(number);
            }
        }
        self.serve_line();
    }

    fn leave_host(&mut self, number: u32) {
        let host = self.host_of(number);
        let subtask = &mut self.streaming.subtasks[number as usize];
        let heap = subtask.heap_state + subtask.panes.iter().copied().sum();
        let seats = [subtask.state.take(), subtask.network.take(), subtask.working.take()];
        let pinned = std::mem::take(&mut subtask.pinned);
        subtask.holds.clear();
        for seat in seats.into_iter().flatten() {
            self.unregister(seat);
        }
        self.managers[host as usize].jvm.heap.unpin(pinned);
        self.release_heap(host, heap);
    }

    fn arrive_at_host(&mut self, number: u32) -> bool {
        if self.streaming.subtasks[number as usize].stage == Stage::Ended {
            return true;
        }
        let panes: Bytes = self.streaming.subtasks[number as usize].panes.iter().copied().sum();
        let cached = std::mem::take(&mut self.streaming.subtasks[number as usize].cache);
        self.shift(crate::sim::meters::Level::Cache, -cached.as_f64());
        let host = self.host_of(number);
        let arrived = self.reopen_network(number) && self.open_state(number) && self.grow_heap(host, panes);
        self.meet_peers(host);
        arrived
    }
}
