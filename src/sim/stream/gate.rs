//! Credit: places at gates, who waits for them, and batches on their way.

use super::{Batch, Stage, Target};
use crate::sim::meters::{Count, Level};
use crate::sim::operation::{Leg, Purpose};
use crate::sim::world::World;
use crate::workload::graph::Exchange;

impl World<'_> {
    /// Reserves a place on every outgoing edge; false where one is full, and the subtask waits there.
    pub(super) fn reserve(&mut self, number: u32) -> bool {
        for edge in 0..self.streaming.subtasks[number as usize].edges.len() {
            let (operator, gate, target) = self.streaming.subtasks[number as usize].edges[edge];
            let chosen = match target {
                Target::Reserved(_) => continue,
                Target::Chosen(_) => return false,
                Target::Open => self.route(number, operator),
            };
            let place = &mut self.streaming.subtasks[chosen as usize].gates[gate as usize];
            if place.credit == 0 {
                place.waiters.push_back((number, edge as u32));
                self.streaming.subtasks[number as usize].edges[edge].2 = Target::Chosen(chosen);
                return false;
            }
            place.credit -= 1;
            self.streaming.subtasks[number as usize].edges[edge].2 = Target::Reserved(chosen);
        }
        true
    }

    /// Gives back the places that a subtask keeps downstream and has nothing to send to, so that nobody waits for
    /// what is never used.
    pub(super) fn release_places(&mut self, number: u32) {
        let edges = self.streaming.subtasks[number as usize].edges.clone();
        for (_, _, target) in &mut self.streaming.subtasks[number as usize].edges {
            *target = Target::Open;
        }
        for (edge, (_, gate, target)) in edges.into_iter().enumerate() {
            match target {
                Target::Open => {}
                Target::Reserved(to) => self.return_credit(to, gate),
                Target::Chosen(to) => {
                    let place = &mut self.streaming.subtasks[to as usize].gates[gate as usize];
                    place.waiters.retain(|waiter| *waiter != (number, edge as u32));
                }
            }
        }
    }

    /// The downstream subtask that gets the next batch of an edge.
    fn route(&mut self, number: u32, operator: u32) -> u32 {
        let subtask = &mut self.streaming.subtasks[number as usize];
        let job = &self.streaming.jobs[subtask.job as usize];
        let (first, parallelism) = job.operators[operator as usize];
        let forward = job.graph.operators[operator as usize].exchange == Exchange::Forward;
        if parallelism == 1 || forward {
            return first + subtask.index % parallelism;
        }
        let routes = &job.routes[operator as usize];
        if routes.is_empty() {
            return first + subtask.draws.route.index(parallelism as usize) as u32;
        }
        let draw = subtask.draws.route.uniform();
        first + routes.partition_point(|share| *share <= draw).min(parallelism as usize - 1) as u32
    }

    /// A place has become free at a gate: whoever waits longest gets it.
    pub(super) fn return_credit(&mut self, number: u32, gate: u32) {
        let place = &mut self.streaming.subtasks[number as usize].gates[gate as usize];
        let Some((waiter, edge)) = place.waiters.pop_front() else {
            place.credit += 1;
            return;
        };
        let upstream = &mut self.streaming.subtasks[waiter as usize];
        upstream.edges[edge as usize].2 = Target::Reserved(number);
        if upstream.stage == Stage::Blocked {
            self.set_stage(waiter, Stage::Idle);
            self.try_start(waiter);
        }
    }

    /// Sends a batch along an edge, over the link where the target is on another TaskManager.
    pub(super) fn emit(&mut self, number: u32, edge: usize, batch: Batch) {
        let (operator, gate, target) = self.streaming.subtasks[number as usize].edges[edge];
        let Target::Reserved(to) = target else { return };
        self.streaming.subtasks[number as usize].edges[edge].2 = Target::Open;
        self.streaming.subtasks[to as usize].gates[gate as usize].in_flight += 1;
        let here = self.host_of(number);
        let job = &self.streaming.jobs[self.streaming.subtasks[number as usize].job as usize];
        let sender = &job.graph.operators[self.streaming.subtasks[number as usize].operator as usize];
        let bytes = sender.record.as_f64() * batch.records as f64;
        debug_assert!(job.graph.operators[operator as usize].inputs.len() > gate as usize);
        if bytes == 0.0 || self.host_of(to) == here {
            return self.deliver(to, gate, batch);
        }
        let link = self.managers[here as usize].link;
        self.count(Count::LinkBytes, bytes);
        let shipment = self.streaming.shipments.insert((to, gate, batch)) as u32;
        self.operate([Some(Leg { station: link, work: bytes }), None, None], Purpose::Ship(shipment));
    }

    /// Records have crossed the network.
    pub(in crate::sim) fn end_shipment(&mut self, shipment: u32) {
        let (to, gate, batch) = self.streaming.shipments.remove(shipment as usize);
        self.deliver(to, gate, batch);
    }

    fn deliver(&mut self, number: u32, gate: u32, batch: Batch) {
        let place = &mut self.streaming.subtasks[number as usize].gates[gate as usize];
        place.in_flight -= 1;
        place.queue.push_back(batch);
        if self.streaming.subtasks[number as usize].stage == Stage::Idle {
            self.try_start(number);
        }
    }

    /// TaskManager of a subtask.
    pub(in crate::sim) fn host_of(&self, number: u32) -> u32 {
        self.streaming.groups[self.streaming.subtasks[number as usize].group as usize].host
    }

    /// Whether a subtask still has the batch that it was given: a failure takes it away.
    pub(in crate::sim) fn has_batch(&self, number: u32) -> bool {
        self.streaming.subtasks[number as usize].current.is_some()
    }

    /// A subtask waits for its heap until a concurrent collection has ended.
    pub(in crate::sim) fn set_stalled(&mut self, number: u32) {
        self.set_stage(number, Stage::Stalled);
    }

    /// Changes what a subtask does, and the levels with it.
    pub(super) fn set_stage(&mut self, number: u32, stage: Stage) {
        let old = std::mem::replace(&mut self.streaming.subtasks[number as usize].stage, stage);
        let value = |stage: Stage, wanted: Stage| f64::from(u8::from(stage == wanted));
        let blocked = value(stage, Stage::Blocked) - value(old, Stage::Blocked);
        let busy = value(stage, Stage::Busy) - value(old, Stage::Busy);
        if blocked != 0.0 {
            self.shift(Level::Backpressured, blocked);
        }
        if busy != 0.0 {
            self.shift(Level::Running, busy);
        }
    }
}
