//! Jobs that fail: everything stops, state is loaded again, everything goes on from where it was.

use super::{Stage, Streaming};
use crate::base::{Bytes, JobId, SimSpan, SlotGroupId, SubtaskId, TaskManagerId};
use crate::sim::books::Verdict;
use crate::sim::event::Event;
use crate::sim::meters::Count;
use crate::sim::world::World;

impl Streaming {
    fn jobs_on(&self, task_manager: TaskManagerId) -> Vec<JobId> {
        let mut jobs: Vec<JobId> =
            self.groups.iter().filter(|group| group.task_manager == task_manager).map(|group| group.job).collect();
        jobs.sort_unstable();
        jobs.dedup();
        jobs.retain(|job| self.jobs[*job].running);
        jobs
    }
}

impl World<'_> {
    /// A TaskManager is out of heap: its jobs restart, or the run is given up when they did so too often.
    pub(in crate::sim) fn out_of_memory(&mut self, task_manager: TaskManagerId, text: String) {
        self.books.count(Count::OutOfMemory, 1.0);
        let jobs = self.streaming.jobs_on(task_manager);
        let worn = jobs.iter().any(|job| self.streaming.jobs[*job].restarts >= self.scenario.failures.max_restarts);
        if worn || jobs.is_empty() {
            let text = format!("TaskManager {task_manager} at {}: {text}", self.books.now);
            self.books.end(Verdict::OutOfMemory(text));
            return;
        }
        self.lose_task_manager(task_manager);
    }

    /// The kernel kills a process.
    pub(in crate::sim) fn on_killed(&mut self, task_manager: TaskManagerId) {
        if let Some(text) = self.fleet.killed_for(task_manager) {
            self.out_of_memory(task_manager, text);
        }
    }

    /// Restarts all jobs of a TaskManager whose process is lost.
    pub(in crate::sim) fn lose_task_manager(&mut self, task_manager: TaskManagerId) {
        for job in self.streaming.jobs_on(task_manager) {
            self.restart_job(job);
        }
        self.reset_heap(task_manager);
    }

    /// Stops a job and plans its return: the restart delay, then its state over the slowest of links and disks.
    fn restart_job(&mut self, job: JobId) {
        self.books.count(Count::Restarts, 1.0);
        self.streaming.jobs[job].restarts += 1;
        self.streaming.jobs[job].running = false;
        let mut reload = 0.0f64;
        for group in self.streaming.jobs[job].groups.clone() {
            let bytes = self.stop_group(group);
            let member = &self.fleet[self.streaming.groups[group].task_manager];
            let slowest = [member.link, member.disk]
                .map(|station| self.devices.share(station).capacity())
                .into_iter()
                .fold(f64::INFINITY, f64::min);
            reload = reload.max(bytes.as_f64() / slowest);
        }
        self.books.after(self.scenario.failures.restart + SimSpan::from_nanos(reload), Event::Restarted(job));
    }

    /// Stops the subtasks of a slot group; their present batches go back to where they came from. Returns the bytes
    /// of their state.
    pub(in crate::sim) fn stop_group(&mut self, group: SlotGroupId) -> Bytes {
        let mut state = Bytes::ZERO;
        for number in self.streaming.groups[group].subtasks.clone() {
            self.stop_subtask(number);
            let subtask = &self.streaming.subtasks[number];
            state += subtask.heap_state + subtask.panes.iter().copied().sum();
            state += subtask.state.map_or(Bytes::ZERO, |seat| self.fleet.facts(seat).wanted);
        }
        state
    }

    fn stop_subtask(&mut self, number: SubtaskId) {
        if self.streaming.subtasks[number].stage == Stage::Ended {
            return;
        }
        if let Some((station, key)) = self.streaming.subtasks[number].work.take() {
            self.devices.cancel(&mut self.books, station, key);
        }
        if let Some(request) = self.streaming.subtasks[number].request {
            self.withdraw(request);
        }
        let task_manager = self.streaming.task_manager_of(number);
        self.fleet[task_manager].stalled.retain(|(waiter, _)| *waiter != number);
        self.end_hold(number);
        self.streaming.set_stage(&mut self.books, number, Stage::Stopped);
        let source = self.streaming.is_source(number) || self.streaming.subtasks[number].emitting;
        let subtask = &mut self.streaming.subtasks[number];
        subtask.disk = 0.0;
        if let Some((batch, gate)) = subtask.current.take() {
            subtask.gates[gate].queue.push_front(batch);
            if let Some(left) = subtask.left.as_mut().filter(|_| source) {
                *left += batch.records;
            }
        }
    }

    /// A job is back.
    pub(in crate::sim) fn on_restarted(&mut self, job: JobId) {
        self.streaming.jobs[job].running = true;
        if !self.open_missing_states(job) {
            return;
        }
        for number in self.streaming.subtasks_of(job) {
            self.wake_subtask(number);
        }
    }

    /// Lets a stopped subtask go on; one that had chosen where to send waits for its place as before.
    pub(in crate::sim) fn wake_subtask(&mut self, number: SubtaskId) {
        let subtask = &self.streaming.subtasks[number];
        if subtask.stage != Stage::Stopped || self.streaming.groups[subtask.group].moving {
            return;
        }
        let waits =
            self.streaming.subtasks[number].edges.iter().any(|edge| matches!(edge.target, super::Target::Chosen(_)));
        self.streaming.set_stage(&mut self.books, number, if waits { Stage::Blocked } else { Stage::Idle });
        self.try_start(number);
    }

    /// A request of a subtask was refused: its job fails and restarts.
    pub(in crate::sim) fn subtask_refused(&mut self, number: SubtaskId) {
        let job = self.streaming.subtasks[number].job;
        if self.streaming.jobs[job].restarts >= self.scenario.failures.max_restarts {
            let name = self.streaming.operator_of(number).name.clone();
            let text = format!("operator {name} at {}: no pool memory, and no pressure step is left", self.books.now);
            self.books.end(Verdict::Failed(text));
            return;
        }
        self.restart_job(job);
    }

    /// Moves a slot group: its subtasks stop, travel, and go on at their new place.
    pub(in crate::sim) fn end_slot_move(&mut self, group: SlotGroupId, to: TaskManagerId) {
        let (job, from, slot) = {
            let entry = &self.streaming.groups[group];
            (entry.job, entry.task_manager, entry.slot)
        };
        for number in self.streaming.groups[group].subtasks.clone() {
            self.leave_task_manager(number);
        }
        if self.streaming.jobs[job].open == 0 {
            // The job has ended meanwhile and has given its slots back, all but the one that was kept.
            let reserved = self.streaming.groups[group].reserved;
            self.tell_vacated(job, to);
            return self.free_slots(to, reserved, 1);
        }
        self.tell_vacated(job, from);
        self.free_slots(from, slot, 1);
        let entry = &mut self.streaming.groups[group];
        entry.task_manager = to;
        entry.moving = false;
        entry.slot = entry.reserved;
        entry.rests_until = self.books.now + self.scenario.monitor.interval;
        for number in self.streaming.groups[group].subtasks.clone() {
            if !self.arrive_at_task_manager(number) {
                return;
            }
        }
        if self.streaming.jobs[job].running {
            for number in self.streaming.groups[group].subtasks.clone() {
                self.wake_subtask(number);
            }
        }
        self.serve_line();
    }

    fn leave_task_manager(&mut self, number: SubtaskId) {
        let task_manager = self.streaming.task_manager_of(number);
        let subtask = &mut self.streaming.subtasks[number];
        let heap = subtask.heap_state + subtask.panes.iter().copied().sum();
        let seats = [subtask.state.take(), subtask.network.take(), subtask.working.take()];
        let pinned = std::mem::take(&mut subtask.pinned);
        subtask.holds.clear();
        for seat in seats.into_iter().flatten() {
            self.unregister(seat);
        }
        self.fleet[task_manager].jvm.heap.unpin(pinned);
        self.fleet.release_heap(&mut self.books, task_manager, heap);
    }

    fn arrive_at_task_manager(&mut self, number: SubtaskId) -> bool {
        if self.streaming.subtasks[number].stage == Stage::Ended {
            return true;
        }
        let panes: Bytes = self.streaming.subtasks[number].panes.iter().copied().sum();
        let cached = std::mem::take(&mut self.streaming.subtasks[number].cache);
        self.books.shift(crate::sim::meters::Level::Cache, -cached.as_f64());
        let task_manager = self.streaming.task_manager_of(number);
        let arrived = self.reopen_network(number) && self.open_state(number) && self.grow_heap(task_manager, panes);
        self.meet_peers(task_manager);
        arrived
    }
}
