//! One batch, from the moment a subtask can begin it to the moment its result leaves.

use super::keyed::{self, Around, Touch};
use super::{Batch, Stage, Streaming};
use crate::base::{Bytes, GateId, SimSpan, SubtaskId};
use crate::heap::Allocation;
use crate::price::state::AccessCost;
use crate::sim::devices::{Job as Work, Load};
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::recorder::Tally;
use crate::sim::world::World;
use crate::workload::graph::{Operator, Role, StatePlace};

impl Streaming {
    /// The operator of a subtask.
    pub(super) fn operator_of(&self, number: SubtaskId) -> &Operator {
        let subtask = &self.subtasks[number];
        &self.jobs[subtask.job].graph.operators[subtask.operator.index()]
    }

    /// The gate whose batch is next, if any has one.
    fn next_gate(&self, number: SubtaskId) -> Option<GateId> {
        let subtask = &self.subtasks[number];
        if self.is_source(number) || subtask.emitting {
            return self.source_has_input(number).then_some(GateId(0));
        }
        let gates = subtask.gates.len() as u32;
        if self.operator_of(number).role == Role::Hash {
            let build_over = self.gate_over(number, GateId(0));
            let gate = GateId(u32::from(build_over && gates > 1));
            return (!subtask.gates[gate].queue.is_empty()).then_some(gate);
        }
        (0..gates).map(|step| GateId((subtask.turn + step) % gates)).find(|gate| !subtask.gates[*gate].queue.is_empty())
    }

    fn draw_garbage(&mut self, number: SubtaskId, records: u64) -> f64 {
        let subtask = &mut self.subtasks[number];
        let operator = &self.jobs[subtask.job].graph.operators[subtask.operator.index()];
        operator.garbage.sample_sum(records, &mut subtask.draws.garbage)
    }

    fn batch_allocation(&self, number: SubtaskId, garbage: f64, touch: Touch) -> Allocation {
        let subtask = &self.subtasks[number];
        let bytes = garbage + touch.allocated;
        let replaces = bytes > 0.0 && subtask.heap_state > Bytes::ZERO;
        let turnover = if replaces { (touch.replaced / bytes).min(1.0) } else { 0.0 };
        let survival = self.operator_of(number).survival * (1.0 - turnover);
        let Touch { updates, targets, .. } = touch;
        Allocation { bytes: Bytes::from_f64(bytes), survival, turnover, updates, targets }
    }

    fn take_batch(&mut self, number: SubtaskId, gate: GateId, fresh: Batch) -> Option<Batch> {
        let subtask = &mut self.subtasks[number];
        subtask.turn = (gate.0 + 1) % (subtask.gates.len() as u32).max(1);
        if self.is_source(number) || self.subtasks[number].emitting {
            return self.take_source_batch(number, fresh);
        }
        self.subtasks[number].gates[gate].queue.pop_front()
    }
}

impl World<'_> {
    /// Begins the next batch if there is input, a place for the result, and the job runs.
    pub(in crate::sim) fn try_start(&mut self, number: SubtaskId) {
        let subtask = &self.streaming.subtasks[number];
        if subtask.stage != Stage::Idle || !self.streaming.jobs[subtask.job].running {
            return;
        }
        let Some(gate) = self.streaming.next_gate(number) else { return self.end_if_over(number) };
        let stores = self.streaming.operator_of(number).role != Role::Pipelined && !subtask.emitting;
        let probes = self.streaming.operator_of(number).role == Role::Hash && gate == GateId(1);
        if (!stores || probes) && !self.reserve(number) {
            return self.streaming.set_stage(&mut self.books, number, Stage::Blocked);
        }
        let fresh = Batch { records: self.scenario.run.batch, born: self.books.now };
        let Some(batch) = self.streaming.take_batch(number, gate, fresh) else { return };
        self.streaming.subtasks[number].current = Some((batch, gate));
        self.streaming.set_stage(&mut self.books, number, Stage::Asking);
        if self.ask_memory(number, batch, gate) {
            self.run_batch(number);
        }
    }

    /// The pool memory that a batch asked for is there.
    pub(in crate::sim) fn subtask_granted(&mut self, number: SubtaskId) {
        let subtask = &self.streaming.subtasks[number];
        // While a job is being stopped, what its first subtasks give back may reach its last ones.
        if subtask.stage == Stage::Asking && self.streaming.jobs[subtask.job].running {
            self.run_batch(number);
        }
    }

    /// Allocates the heap of the present batch, then puts its work on the cores.
    pub(in crate::sim) fn run_batch(&mut self, number: SubtaskId) {
        let Some((batch, gate)) = self.streaming.subtasks[number].current else { return };
        self.streaming.subtasks[number].began = self.books.now;
        let garbage = self.streaming.draw_garbage(number, batch.records);
        let touch = self.touch_state(number, batch, gate);
        let growth = touch.growth + self.streaming.keep_records(&mut self.books, number, batch);
        let task_manager = self.streaming.task_manager_of(number);
        let member = &mut self.fleet[task_manager];
        member.jvm.heap.owe(growth);
        member.sizing.allocated += growth;
        self.allocate_for(number, self.streaming.batch_allocation(number, garbage, touch));
    }

    /// What the records of a batch do to state and caches on the heap.
    fn touch_state(&mut self, number: SubtaskId, batch: Batch, gate: GateId) -> Touch {
        let Some(state) = self.streaming.operator_of(number).state.as_ref().filter(|_| gate == GateId(0)) else {
            return Touch::default();
        };
        let jvm = &self.fleet[self.streaming.task_manager_of(number)].jvm;
        let around = Around {
            records: batch.records,
            keys: self.streaming.keys_of(number, state),
            old_share: if state.cards.is_some() { jvm.old_share() } else { 1.0 },
            dirties: jvm.costs.counts_cards(),
        };
        let subtask = &mut self.streaming.subtasks[number];
        let operator = &self.streaming.jobs[subtask.job].graph.operators[subtask.operator.index()];
        let touch = operator.state.as_ref().map_or(Touch::default(), |state| keyed::touch(state, subtask, around));
        if touch.growth > Bytes::ZERO && operator.state.as_ref().is_some_and(|state| state.cache.is_some()) {
            subtask.cache += touch.growth;
            self.books.shift(Level::Cache, touch.growth.as_f64());
        }
        touch
    }

    /// The heap of a batch is there: its work begins.
    pub(in crate::sim) fn start_batch_work(&mut self, number: SubtaskId) {
        let Some((batch, _)) = self.streaming.subtasks[number].current else { return };
        let subtask = &mut self.streaming.subtasks[number];
        let operator = &self.streaming.jobs[subtask.job].graph.operators[subtask.operator.index()];
        let mut nanos = operator.cpu.sample_sum(batch.records, &mut subtask.draws.cpu);
        let warm_up = operator.warm_up;
        let (cpu, disk) = self.access_state(number, batch.records);
        nanos += cpu.as_nanos();
        let subtask = &mut self.streaming.subtasks[number];
        if let Some(warm_up) = warm_up {
            nanos *= warm_up.factor(subtask.worked);
        }
        subtask.worked += nanos;
        subtask.disk = disk;
        let task_manager = self.streaming.task_manager_of(number);
        let tax = 1.0 + self.fleet[task_manager].jvm.costs.tax;
        let station = self.fleet[task_manager].cpu;
        self.streaming.set_stage(&mut self.books, number, Stage::Busy);
        let key =
            self.devices.start(&mut self.books, station, Work::Batch(number), Load { work: nanos * tax, width: 1.0 });
        self.streaming.subtasks[number].work = Some((station, key));
    }

    /// The CPU part of a batch is done; what its state needs from disk follows.
    pub(in crate::sim) fn end_batch_cpu(&mut self, number: SubtaskId) {
        let disk = std::mem::take(&mut self.streaming.subtasks[number].disk);
        if disk <= 0.0 {
            return self.end_batch_io(number);
        }
        let station = self.fleet[self.streaming.task_manager_of(number)].disk;
        self.books.count(Count::DiskBytes, disk);
        let key = self.devices.start(&mut self.books, station, Work::BatchIo(number), Load { work: disk, width: 1.0 });
        self.streaming.subtasks[number].work = Some((station, key));
    }

    /// A batch is done: its result leaves, its place upstream is free.
    pub(in crate::sim) fn end_batch_io(&mut self, number: SubtaskId) {
        self.streaming.subtasks[number].work = None;
        let Some((batch, gate)) = self.streaming.subtasks[number].current.take() else { return };
        self.streaming.set_stage(&mut self.books, number, Stage::Idle);
        let begin = self.streaming.subtasks[number].began;
        self.books.tell(|| Entry::Worked { subtask: number, records: batch.records, begin });
        self.end_hold(number);
        let is_source = self.streaming.is_source(number);
        if is_source {
            self.books.count(Count::Records, batch.records as f64);
        }
        let emitting = self.streaming.subtasks[number].emitting;
        match self.streaming.operator_of(number).role {
            Role::Pipelined => self.emit_all(number, batch, self.streaming.operator_of(number).output_ratio),
            _ if emitting => self.emit_all(number, batch, self.streaming.operator_of(number).output_ratio),
            Role::Sort => self.streaming.store(number, batch),
            Role::Hash if gate == GateId(0) => {}
            Role::Hash => self.probe(number, batch),
        }
        if !is_source && !emitting {
            self.return_credit(number, gate);
        }
        self.try_start(number);
    }

    /// Sends the result of a batch along every edge; at the end of the job it is done.
    pub(super) fn emit_all(&mut self, number: SubtaskId, batch: Batch, ratio: f64) {
        let edges = self.streaming.subtasks[number].edges.ids();
        if edges.len() == 0 {
            let spent = self.books.now.since(batch.born);
            return self.books.record(Tally::Latency, spent.as_secs(), batch.records as f64);
        }
        let subtask = &mut self.streaming.subtasks[number];
        let out = batch.records as f64 * ratio + subtask.carry;
        let whole = out.floor();
        subtask.carry = out - whole;
        if whole < 1.0 {
            return self.release_places(number);
        }
        for edge in edges {
            self.emit(number, edge, Batch { records: whole as u64, ..batch });
        }
    }

    /// CPU time and disk bytes of the state accesses of a batch.
    fn access_state(&mut self, number: SubtaskId, records: u64) -> (SimSpan, f64) {
        let subtask = &mut self.streaming.subtasks[number];
        let operator = &self.streaming.jobs[subtask.job].graph.operators[subtask.operator.index()];
        let Some(state) = operator.state.as_ref() else { return (SimSpan::ZERO, 0.0) };
        let accesses = records as f64 * state.accesses;
        let (near, far) = (subtask.cache_hit, subtask.hit);
        // A fraction of an access happens with that probability, so single records keep their mean.
        let whole = accesses.floor() as u64 + u64::from(subtask.draws.hit.uniform() < accesses.fract());
        let in_heap = draw_hits(whole, near, &mut subtask.draws.hit);
        let left = whole - in_heap;
        let in_backend = draw_hits(left, far, &mut subtask.draws.hit);
        let heap_only = state.place == StatePlace::Heap;
        if let Some(seat) = self.streaming.subtasks[number].state {
            let now = self.books.now;
            let facts = self.fleet.facts_mut(seat);
            facts.uses += left;
            facts.last_used = now;
        }
        self.books.count(Count::Accesses, whole as f64);
        self.books.count(Count::Hits, (in_heap + in_backend) as f64);
        // What the heap serves is part of the record's own CPU time, unless the heap is all there is.
        let (asked, served) = if heap_only { (whole, in_heap) } else { (left, in_backend) };
        let ratio = if asked == 0 { 1.0 } else { served as f64 / asked as f64 };
        let subtask = &self.streaming.subtasks[number];
        let price = &self.streaming.jobs[subtask.job].state_prices[subtask.operator];
        let cost = price.as_ref().map_or_else(AccessCost::default, |price| price.access(asked, ratio));
        (cost.cpu, cost.device_bytes.as_f64())
    }
}

/// Hits among `accesses`: drawn one by one where they are few, their mean (rounded at random) where they are many.
fn draw_hits(accesses: u64, hit: f64, stream: &mut crate::kernel::Stream) -> u64 {
    if accesses <= 8 {
        return (0..accesses).filter(|_| stream.uniform() < hit).count() as u64;
    }
    let mean = accesses as f64 * hit;
    mean.floor() as u64 + u64::from(stream.uniform() < mean.fract())
}
