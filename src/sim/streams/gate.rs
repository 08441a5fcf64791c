//! Credit: places at gates, who waits for them, and batches on their way.

use super::{Batch, Edge, Stage, Streaming, Target};
use crate::base::{EdgeId, GateId, OperatorId, ShipmentId, SubtaskId, TaskManagerId};
use crate::sim::books::Books;
use crate::sim::devices::{Leg, Purpose};
use crate::sim::meters::{Count, Level};
use crate::sim::world::World;
use crate::workload::graph::Exchange;

impl Streaming {
    /// The downstream subtask that gets the next batch of an edge.
    fn route(&mut self, number: SubtaskId, operator: OperatorId) -> SubtaskId {
        let subtask = &mut self.subtasks[number];
        let job = &self.jobs[subtask.job];
        let (first, parallelism) = job.operators[operator];
        let forward = job.graph.operators[operator.index()].exchange == Exchange::Forward;
        if parallelism == 1 || forward {
            return first.offset(subtask.index % parallelism);
        }
        let routes = &job.routes[operator];
        if routes.is_empty() {
            return first.offset(subtask.draws.route.index(parallelism as usize) as u32);
        }
        let draw = subtask.draws.route.uniform();
        first.offset(routes.partition_point(|share| *share <= draw).min(parallelism as usize - 1) as u32)
    }

    /// TaskManager of a subtask.
    pub(in crate::sim) fn task_manager_of(&self, number: SubtaskId) -> TaskManagerId {
        self.groups[self.subtasks[number].group].task_manager
    }

    /// Whether a subtask still has the batch that it was given: a failure takes it away.
    pub(in crate::sim) fn has_batch(&self, number: SubtaskId) -> bool {
        self.subtasks[number].current.is_some()
    }

    /// A subtask waits for its heap until a concurrent collection has ended.
    pub(in crate::sim) fn set_stalled(&mut self, books: &mut Books<'_>, number: SubtaskId) {
        self.set_stage(books, number, Stage::Stalled);
    }

    /// Changes what a subtask does, and the levels with it.
    pub(super) fn set_stage(&mut self, books: &mut Books<'_>, number: SubtaskId, stage: Stage) {
        let old = std::mem::replace(&mut self.subtasks[number].stage, stage);
        let value = |stage: Stage, wanted: Stage| f64::from(u8::from(stage == wanted));
        let blocked = value(stage, Stage::Blocked) - value(old, Stage::Blocked);
        let busy = value(stage, Stage::Busy) - value(old, Stage::Busy);
        if blocked != 0.0 {
            books.shift(Level::Backpressured, blocked);
        }
        if busy != 0.0 {
            books.shift(Level::Running, busy);
        }
    }
}

impl World<'_> {
    /// Reserves a place on every outgoing edge; false where one is full, and the subtask waits there.
    pub(super) fn reserve(&mut self, number: SubtaskId) -> bool {
        for edge in self.streaming.subtasks[number].edges.ids() {
            let Edge { operator, gate, target } = self.streaming.subtasks[number].edges[edge];
            let chosen = match target {
                Target::Reserved(_) => continue,
                Target::Chosen(_) => return false,
                Target::Open => self.streaming.route(number, operator),
            };
            let place = &mut self.streaming.subtasks[chosen].gates[gate];
            if place.credit == 0 {
                place.waiters.push_back((number, edge));
                self.streaming.subtasks[number].edges[edge].target = Target::Chosen(chosen);
                return false;
            }
            place.credit -= 1;
            self.streaming.subtasks[number].edges[edge].target = Target::Reserved(chosen);
        }
        true
    }

    /// Gives back the places that a subtask keeps downstream and has nothing to send to, so that nobody waits for
    /// what is never used.
    pub(super) fn release_places(&mut self, number: SubtaskId) {
        let edges = self.streaming.subtasks[number].edges.clone();
        for edge in self.streaming.subtasks[number].edges.iter_mut() {
            edge.target = Target::Open;
        }
        for (edge, &Edge { gate, target, .. }) in edges.entries() {
            match target {
                Target::Open => {}
                Target::Reserved(to) => self.return_credit(to, gate),
                Target::Chosen(to) => {
                    let place = &mut self.streaming.subtasks[to].gates[gate];
                    place.waiters.retain(|waiter| *waiter != (number, edge));
                }
            }
        }
    }

    /// A place has become free at a gate: whoever waits longest gets it.
    pub(super) fn return_credit(&mut self, number: SubtaskId, gate: GateId) {
        let place = &mut self.streaming.subtasks[number].gates[gate];
        let Some((waiter, edge)) = place.waiters.pop_front() else {
            place.credit += 1;
            return;
        };
        let upstream = &mut self.streaming.subtasks[waiter];
        upstream.edges[edge].target = Target::Reserved(number);
        if upstream.stage == Stage::Blocked {
            self.streaming.set_stage(&mut self.books, waiter, Stage::Idle);
            self.try_start(waiter);
        }
    }

    /// Sends a batch along an edge, over the link where the target is on another TaskManager.
    pub(super) fn emit(&mut self, number: SubtaskId, edge: EdgeId, batch: Batch) {
        let Edge { operator, gate, target } = self.streaming.subtasks[number].edges[edge];
        let Target::Reserved(to) = target else { return };
        self.streaming.subtasks[number].edges[edge].target = Target::Open;
        self.streaming.subtasks[to].gates[gate].in_flight += 1;
        let here = self.streaming.task_manager_of(number);
        let job = &self.streaming.jobs[self.streaming.subtasks[number].job];
        let sender = &job.graph.operators[self.streaming.subtasks[number].operator.index()];
        let bytes = sender.record.as_f64() * batch.records as f64;
        debug_assert!(job.graph.operators[operator.index()].inputs.len() > gate.index());
        if bytes == 0.0 || self.streaming.task_manager_of(to) == here {
            return self.deliver(to, gate, batch);
        }
        let link = self.fleet[here].link;
        self.books.count(Count::LinkBytes, bytes);
        let shipment = self.streaming.shipments.insert((to, gate, batch));
        self.operate([Some(Leg { station: link, work: bytes }), None, None], Purpose::Ship(shipment));
    }

    /// Records have crossed the network.
    pub(in crate::sim) fn end_shipment(&mut self, shipment: ShipmentId) {
        let (to, gate, batch) = self.streaming.shipments.remove(shipment);
        self.deliver(to, gate, batch);
    }

    fn deliver(&mut self, number: SubtaskId, gate: GateId, batch: Batch) {
        let place = &mut self.streaming.subtasks[number].gates[gate];
        place.in_flight -= 1;
        place.queue.push_back(batch);
        if self.streaming.subtasks[number].stage == Stage::Idle {
            self.try_start(number);
        }
    }
}
