//! Where batches begin and how a job's input comes to an end.

use super::{Batch, Edge, Stage, Streaming};
use crate::base::{GateId, JobId, SubtaskId};
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::workload::graph::Role;

impl Streaming {
    /// Whether a subtask reads from outside the job.
    pub(super) fn is_source(&self, number: SubtaskId) -> bool {
        self.operator_of(number).inputs.is_empty()
    }

    /// Whether a source, or an operator that emits what it stored, has a batch to begin.
    pub(super) fn source_has_input(&self, number: SubtaskId) -> bool {
        let subtask = &self.subtasks[number];
        if subtask.emitting || self.jobs[subtask.job].arrival.is_none() {
            return subtask.left != Some(0);
        }
        subtask.left != Some(0) && !subtask.gates[GateId(0)].queue.is_empty()
    }

    /// The next batch of a source, `fresh` where none waits; what is left of it counts down.
    pub(super) fn take_source_batch(&mut self, number: SubtaskId, fresh: Batch) -> Option<Batch> {
        let subtask = &mut self.subtasks[number];
        let waiting = if subtask.emitting { None } else { subtask.gates[GateId(0)].queue.pop_front() };
        let mut batch = waiting.unwrap_or(fresh);
        if let Some(left) = subtask.left.as_mut() {
            batch.records = batch.records.min(*left);
            *left -= batch.records;
        }
        (batch.records > 0).then_some(batch)
    }

    /// The source subtask whose turn it is, among those that have not read all they should; `None` where all have.
    fn next_source(&mut self, job: JobId) -> Option<SubtaskId> {
        let sources = self.source_count(job);
        for _ in 0..sources {
            let entry = &mut self.jobs[job];
            let turn = entry.next_source;
            entry.next_source = (turn + 1) % sources;
            let number = self.nth_source(job, turn)?;
            if self.subtasks[number].left != Some(0) {
                return Some(number);
            }
        }
        None
    }

    fn source_count(&self, job: JobId) -> u32 {
        let entry = &self.jobs[job];
        let sources = entry.graph.operators.iter().zip(entry.operators.iter());
        sources.filter(|(operator, _)| operator.inputs.is_empty()).map(|(_, (_, parallelism))| parallelism).sum()
    }

    fn nth_source(&self, job: JobId, turn: u32) -> Option<SubtaskId> {
        let entry = &self.jobs[job];
        let mut left = turn;
        for (operator, (first, parallelism)) in entry.graph.operators.iter().zip(entry.operators.iter()) {
            if !operator.inputs.is_empty() {
                continue;
            }
            if left < *parallelism {
                return Some(first.offset(left));
            }
            left -= parallelism;
        }
        None
    }

    /// Whether all input of a gate has come and gone.
    pub(super) fn gate_over(&self, number: SubtaskId, gate: GateId) -> bool {
        let place = &self.subtasks[number].gates[gate];
        place.open == 0 && place.in_flight == 0 && place.queue.is_empty()
    }
}

impl World<'_> {
    /// A batch arrives at the next source subtask of a job.
    pub(in crate::sim) fn on_records(&mut self, job: JobId) {
        let (born, records) = (self.books.now, self.scenario.run.batch);
        let entry = &mut self.streaming.jobs[job];
        let Some(arrival) = entry.arrival.as_mut() else { return };
        let gap = arrival.next_gap(born, &mut entry.arrivals);
        let Some(number) = self.streaming.next_source(job) else { return };
        self.streaming.subtasks[number].gates[GateId(0)].queue.push_back(Batch { records, born });
        self.books.after(gap, Event::Records(job));
        self.try_start(number);
    }

    /// Ends a subtask whose input is over, or lets it emit what it stored.
    pub(super) fn end_if_over(&mut self, number: SubtaskId) {
        let subtask = &self.streaming.subtasks[number];
        let over = match self.streaming.is_source(number) || subtask.emitting {
            true => subtask.left == Some(0),
            false => subtask.gates.ids().all(|gate| self.streaming.gate_over(number, gate)),
        };
        if !over {
            return;
        }
        if self.streaming.operator_of(number).role != Role::Pipelined && !subtask.emitting {
            return self.merge(number);
        }
        self.end_subtask(number);
    }

    fn end_subtask(&mut self, number: SubtaskId) {
        self.streaming.set_stage(&mut self.books, number, Stage::Ended);
        self.release_places(number);
        self.release_memory(number);
        let edges = self.streaming.subtasks[number].edges.clone();
        let job = self.streaming.subtasks[number].job;
        for &Edge { operator, gate, .. } in edges.iter() {
            let (first, parallelism) = self.streaming.jobs[job].operators[operator];
            for next in (0..parallelism).map(|index| first.offset(index)) {
                self.streaming.subtasks[next].gates[gate].open -= 1;
                self.try_start(next);
            }
        }
        let entry = &mut self.streaming.jobs[job];
        entry.open -= 1;
        if entry.open == 0 {
            self.end_job(job);
        }
    }

    fn end_job(&mut self, job: JobId) {
        self.streaming.jobs[job].running = false;
        for group in self.streaming.jobs[job].groups.clone() {
            let (task_manager, slot) = {
                let group = &self.streaming.groups[group];
                (group.task_manager, group.slot)
            };
            self.tell_vacated(job, task_manager);
            self.free_slots(task_manager, slot, 1);
        }
        self.serve_jobs();
        self.serve_line();
        self.end_if_done();
    }
}
