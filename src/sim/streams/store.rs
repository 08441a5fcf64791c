//! Operators that keep their input: sorts and hash tables in pool memory, spilled where it does not suffice.

use super::{Batch, Stage, Streaming};
use crate::base::{Bytes, GateId, SimSpan, SimTime, SubtaskId};
use crate::cluster::view::{Consumer, Purpose};
use crate::sim::devices::Purpose as Aim;
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::tenancy::{Owner, Tenancy};
use crate::sim::world::World;
use crate::workload::graph::{PoolUse, Role};

impl Streaming {
    /// Size of a record that reaches a subtask: what its first input sends.
    fn input_record(&self, number: SubtaskId) -> Bytes {
        let subtask = &self.subtasks[number];
        let graph = &self.jobs[subtask.job].graph;
        let input = graph.operators[subtask.operator.index()].inputs.first();
        input.map_or(Bytes(1), |input| graph.operators[*input].record.max(Bytes(1)))
    }

    /// A sort has put a batch away; its memory was asked for before.
    pub(super) fn store(&mut self, number: SubtaskId, batch: Batch) {
        self.subtasks[number].stored += batch.records as f64;
    }
}

impl World<'_> {
    /// Asks for the pool memory of a batch; true where none is needed or it is there at once.
    pub(super) fn ask_memory(&mut self, number: SubtaskId, batch: Batch, gate: GateId) -> bool {
        let role = self.streaming.operator_of(number).role;
        let keeps = match role {
            Role::Pipelined => false,
            Role::Sort => !self.streaming.subtasks[number].emitting,
            Role::Hash => gate == GateId(0) && !self.streaming.subtasks[number].emitting,
        };
        let size = if keeps {
            Bytes::from_f64(self.streaming.input_record(number).as_f64() * batch.records as f64)
        } else {
            match self.draw_request(number) {
                Some(size) => size,
                None => return true,
            }
        };
        let seat = self.working_seat(number);
        let held = self.fleet.held(seat);
        self.resize(Owner::Subtask(number), seat, held + size, size)
    }

    fn draw_request(&mut self, number: SubtaskId) -> Option<Bytes> {
        let subtask = &mut self.streaming.subtasks[number];
        let operator = &self.streaming.jobs[subtask.job].graph.operators[subtask.operator.index()];
        let memory = operator.memory.as_ref()?;
        let size = Bytes::from_f64(memory.size.sample(&mut subtask.draws.size));
        let hold = memory.hold.as_ref().map(|hold| hold.sample(&mut subtask.draws.hold));
        let until = hold.map_or(SimTime::NEVER, |nanos| self.books.now + SimSpan::from_nanos(nanos));
        subtask.holds.push_back((until, size));
        if until < SimTime::NEVER {
            self.books.at(until, Event::Unhold(number));
        }
        Some(size)
    }

    /// The seat of a subtask for sorts, hash tables and memory of batches; registered when first used.
    fn working_seat(&mut self, number: SubtaskId) -> Tenancy {
        if let Some(seat) = self.streaming.subtasks[number].working {
            return seat;
        }
        let operator = self.streaming.operator_of(number);
        let purpose = match (operator.role, operator.memory.as_ref().map(|memory| memory.purpose)) {
            (Role::Sort, _) | (_, Some(PoolUse::Sort)) => Purpose::Sort,
            (Role::Hash, _) | (_, Some(PoolUse::Hash)) => Purpose::Hash,
            (_, Some(PoolUse::Network)) => Purpose::Network,
            _ => Purpose::State,
        };
        let facts = Consumer { spillable: true, ..self.subtask_facts(number, purpose) };
        let task_manager = self.streaming.task_manager_of(number);
        let seat = self.fleet.register(&mut self.books, task_manager, facts);
        self.streaming.subtasks[number].working = Some(seat);
        seat
    }

    /// What policies get to know of a subtask's memory.
    pub(super) fn subtask_facts(&self, number: SubtaskId, purpose: Purpose) -> Consumer {
        let subtask = &self.streaming.subtasks[number];
        let job = &self.streaming.jobs[subtask.job];
        Consumer {
            id: crate::base::ConsumerId(0),
            purpose,
            slot: self.streaming.groups[subtask.group].slot,
            slots: 1,
            weight: job.weight,
            priority: job.priority,
            held: Bytes::ZERO,
            wanted: Bytes::ZERO,
            spilled: Bytes::ZERO,
            peak: Bytes::ZERO,
            spillable: false,
            evictable: false,
            last_used: self.books.now,
            uses: 0,
            next_use: SimTime::NEVER,
        }
    }

    /// Gives back what the present batch held for its own length.
    pub(super) fn end_hold(&mut self, number: SubtaskId) {
        let subtask = &mut self.streaming.subtasks[number];
        let Some(seat) = subtask.working else { return };
        let mut freed = Bytes::ZERO;
        subtask.holds.retain(|(until, bytes)| {
            let over = *until == SimTime::NEVER;
            freed += if over { *bytes } else { Bytes::ZERO };
            !over
        });
        self.give_back(seat, freed);
    }

    /// Pool memory has been held for its time.
    pub(in crate::sim) fn on_unhold(&mut self, number: SubtaskId) {
        let now = self.books.now;
        let subtask = &mut self.streaming.subtasks[number];
        let mut freed = Bytes::ZERO;
        subtask.holds.retain(|(until, bytes)| {
            freed += if *until <= now { *bytes } else { Bytes::ZERO };
            *until > now
        });
        if let Some(seat) = subtask.working {
            self.give_back(seat, freed);
        }
    }

    /// A hash operator probes with a batch: the part whose build side is on disk goes there too.
    pub(super) fn probe(&mut self, number: SubtaskId, batch: Batch) {
        let share = self.spilled_share(number);
        let ratio = self.streaming.operator_of(number).output_ratio;
        self.emit_all(number, batch, ratio * (1.0 - share));
        let deferred = batch.records as f64 * share;
        if deferred > 0.0 {
            self.streaming.subtasks[number].carry_deferred(deferred);
            let bytes = Bytes::from_f64(self.streaming.input_record(number).as_f64() * deferred);
            let legs = self.spill_legs(self.streaming.task_manager_of(number), bytes);
            self.books.count(crate::sim::meters::Count::SpillBytes, bytes.as_f64());
            self.streaming.set_stage(&mut self.books, number, Stage::Storing);
            self.operate(legs, Aim::Run(number));
        }
    }

    /// Share of what a subtask stored that lies on disk.
    fn spilled_share(&self, number: SubtaskId) -> f64 {
        let Some(seat) = self.streaming.subtasks[number].working else { return 0.0 };
        let facts = self.fleet.facts(seat);
        let all = facts.held + facts.spilled;
        if all == Bytes::ZERO { 0.0 } else { facts.spilled.as_f64() / all.as_f64() }
    }

    /// Deferred records have reached the disk; the operator goes on.
    pub(in crate::sim) fn end_run(&mut self, number: SubtaskId) {
        if self.streaming.subtasks[number].stage == Stage::Storing {
            self.streaming.set_stage(&mut self.books, number, Stage::Idle);
            self.try_start(number);
        }
    }

    /// All input has come: what lies on disk is read back, then everything stored is emitted.
    pub(super) fn merge(&mut self, number: SubtaskId) {
        self.streaming.set_stage(&mut self.books, number, Stage::Storing);
        let spilled =
            self.streaming.subtasks[number].working.map_or(Bytes::ZERO, |seat| self.fleet.facts(seat).spilled);
        let legs = match spilled {
            Bytes::ZERO => [None, None, None],
            bytes => self.spill_legs(self.streaming.task_manager_of(number), bytes),
        };
        self.operate(legs, Aim::Merge(number));
    }

    /// What was spilled is back: the operator emits.
    pub(in crate::sim) fn end_merge(&mut self, number: SubtaskId) {
        if self.streaming.subtasks[number].stage != Stage::Storing {
            return;
        }
        let role = self.streaming.operator_of(number).role;
        let subtask = &mut self.streaming.subtasks[number];
        subtask.emitting = true;
        // A hash operator has emitted its in-memory part while probing; only the deferred part is left.
        let left = if role == Role::Sort { subtask.stored } else { subtask.deferred };
        subtask.left = Some(left.round() as u64);
        self.streaming.set_stage(&mut self.books, number, Stage::Idle);
        self.try_start(number);
    }

    /// Gives back all pool memory and all heap of a subtask that ends.
    pub(super) fn release_memory(&mut self, number: SubtaskId) {
        let subtask = &mut self.streaming.subtasks[number];
        let seats = [subtask.state.take(), subtask.network.take(), subtask.working.take()];
        let windows: Bytes = subtask.panes.drain(..).sum();
        let heap = std::mem::take(&mut subtask.heap_state) + windows;
        let pinned = std::mem::take(&mut subtask.pinned);
        subtask.holds.clear();
        if windows > Bytes::ZERO {
            self.books.tell(|| Entry::Expired { subtask: number, bytes: windows });
        }
        for seat in seats.into_iter().flatten() {
            self.unregister(seat);
        }
        let task_manager = self.streaming.task_manager_of(number);
        self.fleet[task_manager].jvm.heap.unpin(pinned);
        self.fleet.release_heap(&mut self.books, task_manager, heap);
    }
}
