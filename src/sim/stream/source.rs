//! Where batches begin and how a job's input comes to an end.

use super::{Batch, Stage};
use crate::sim::event::Event;
use crate::sim::world::World;
use crate::workload::graph::Role;

impl World<'_> {
    /// Whether a subtask reads from outside the job.
    pub(super) fn is_source(&self, number: u32) -> bool {
        self.operator_of(number).inputs.is_empty()
    }

    /// Whether a source, or an operator that emits what it stored, has a batch to begin.
    pub(super) fn source_has_input(&self, number: u32) -> bool {
        let subtask = &self.streaming.subtasks[number as usize];
        if subtask.emitting || self.streaming.jobs[subtask.job as usize].arrival.is_none() {
            return subtask.left != Some(0);
        }
        subtask.left != Some(0) && !subtask.gates[0].queue.is_empty()
    }

    /// The next batch of a source; what is left of it counts down.
    pub(super) fn take_source_batch(&mut self, number: u32) -> Option<Batch> {
        let (now, size) = (self.now, self.scenario.run.batch);
        let subtask = &mut self.streaming.subtasks[number as usize];
        let waiting = if subtask.emitting { None } else { subtask.gates[0].queue.pop_front() };
        let mut batch = waiting.unwrap_or(Batch { records: size, born: now });
        if let Some(left) = subtask.left.as_mut() {
            batch.records = batch.records.min(*left);
            *left -= batch.records;
        }
        (batch.records > 0).then_some(batch)
    }

    /// A batch arrives at the next source subtask of a job.
    pub(in crate::sim) fn on_records(&mut self, job: u32) {
        let (born, records) = (self.now, self.scenario.run.batch);
        let entry = &mut self.streaming.jobs[job as usize];
        let Some(arrival) = entry.arrival.as_mut() else { return };
        let gap = arrival.next_gap(born, &mut entry.arrivals);
        let Some(number) = self.next_source(job) else { return };
        self.streaming.subtasks[number as usize].gates[0].queue.push_back(Batch { records, born });
        self.after(gap, Event::Records(job));
        self.try_start(number);
    }

    /// The source subtask whose turn it is, among those that have not read all they should; `None` where all have.
    fn next_source(&mut self, job: u32) -> Option<u32> {
        let sources = self.source_count(job);
        for _ in 0..sources {
            let entry = &mut self.streaming.jobs[job as usize];
            let turn = entry.next_source;
            entry.next_source = (turn + 1) % sources;
            let number = self.nth_source(job, turn)?;
            if self.streaming.subtasks[number as usize].left != Some(0) {
                return Some(number);
            }
        }
        None
    }

    fn source_count(&self, job: u32) -> u32 {
        let entry = &self.streaming.jobs[job as usize];
        let sources = entry.graph.operators.iter().zip(&entry.operators);
        sources.filter(|(operator, _)| operator.inputs.is_empty()).map(|(_, (_, parallelism))| parallelism).sum()
    }

    fn nth_source(&self, job: u32, turn: u32) -> Option<u32> {
        let entry = &self.streaming.jobs[job as usize];
        let mut left = turn;
        for (operator, (first, parallelism)) in entry.graph.operators.iter().zip(&entry.operators) {
            if !operator.inputs.is_empty() {
                continue;
            }
            if left < *parallelism {
                return Some(first + left);
            }
            left -= parallelism;
        }
        None
    }

    /// Whether all input of a gate has come and gone.
    pub(super) fn gate_over(&self, number: u32, gate: u32) -> bool {
        let place = &self.streaming.subtasks[number as usize].gates[gate as usize];
        place.open == 0 && place.in_flight == 0 && place.queue.is_empty()
    }

    /// Ends a subtask whose input is over, or lets it emit what it stored.
    pub(super) fn end_if_over(&mut self, number: u32) {
        let subtask = &self.streaming.subtasks[number as usize];
        let over = match self.is_source(number) || subtask.emitting {
            true => subtask.left == Some(0),
            false => (0..subtask.gates.len() as u32).all(|gate| self.gate_over(number, gate)),
        };
        if !over {
            return;
        }
        if self.operator_of(number).role != Role::Pipelined && !subtask.emitting {
            return self.merge(number);
        }
        self.end_subtask(number);
    }

    fn end_subtask(&mut self, number: u32) {
        self.set_stage(number, Stage::Ended);
        self.release_places(number);
        self.release_memory(number);
        let edges = self.streaming.subtasks[number as usize].edges.clone();
        let job = self.streaming.subtasks[number as usize].job;
        for (operator, gate, _) in edges {
            let (first, parallelism) = self.streaming.jobs[job as usize].operators[operator as usize];
            for next in first..first + parallelism {
                self.streaming.subtasks[next as usize].gates[gate as usize].open -= 1;
                self.try_start(next);
            }
        }
        let entry = &mut self.streaming.jobs[job as usize];
        entry.open -= 1;
        if entry.open == 0 {
            self.end_job(job);
        }
    }

    fn end_job(&mut self, job: u32) {
        self.streaming.jobs[job as usize].running = false;
        for group in self.streaming.jobs[job as usize].groups.clone() {
            let (host, slot) = {
                let group = &self.streaming.groups[group as usize];
                (group.host, group.slot)
            };
            self.tell_vacated(job, host);
            self.free_slots(host, slot, 1);
        }
        self.serve_jobs();
        self.serve_line();
        self.end_if_done();
    }
}
