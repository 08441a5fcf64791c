//! One batch, from the moment a subtask can begin it to the moment its result leaves.

use super::keyed::{self, Around, Touch};
use super::{Batch, Stage};
use crate::base::{Bytes, SimSpan};
use crate::heap::Allocation;
use crate::price::state::AccessCost;
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::recorder::Tally;
use crate::sim::station::Job as Work;
use crate::sim::world::World;
use crate::workload::graph::{Operator, Role, StatePlace};

impl World<'_> {
    /// The operator of a subtask.
    pub(super) fn operator_of(&self, number: u32) -> &Operator {
        let subtask = &self.streaming.subtasks[number as usize];
        &self.streaming.jobs[subtask.job as usize].graph.operators[subtask.operator as usize]
    }

    /// Begins the next batch if there is input, a place for the result, and the job runs.
    pub(in crate::sim) fn try_start(&mut self, number: u32) {
        let subtask = &self.streaming.subtasks[number as usize];
        if subtask.stage != Stage::Idle || !self.streaming.jobs[subtask.job as usize].running {
            return;
        }
        let Some(gate) = self.next_gate(number) else { return self.end_if_over(number) };
        let stores = self.operator_of(number).role != Role::Pipelined && !subtask.emitting;
        let probes = self.operator_of(number).role == Role::Hash && gate == 1;
        if (!stores || probes) && !self.reserve(number) {
            return self.set_stage(number, Stage::Blocked);
        }
        let Some(batch) = self.take_batch(number, gate) else { return };
        self.streaming.subtasks[number as usize].current = Some((batch, gate));
        self.set_stage(number, Stage::Asking);
        if self.ask_memory(number, batch, gate) {
            self.run_batch(number);
        }
    }

    /// The gate whose batch is next, if any has one.
    fn next_gate(&self, number: u32) -> Option<u32> {
        let subtask = &self.streaming.subtasks[number as usize];
        if self.is_source(number) || subtask.emitting {
            return self.source_has_input(number).then_some(0);
        }
        let gates = subtask.gates.len() as u32;
        if self.operator_of(number).role == Role::Hash {
            let build_over = self.gate_over(number, 0);
            let gate = u32::from(build_over && gates > 1);
            return (!subtask.gates[gate as usize].queue.is_empty()).then_some(gate);
        }
        (0..gates)
            .map(|step| (subtask.turn + step) % gates)
            .find(|gate| !subtask.gates[*gate as usize].queue.is_empty())
    }

    fn take_batch(&mut self, number: u32, gate: u32) -> Option<Batch> {
        let subtask = &mut self.streaming.subtasks[number as usize];
        subtask.turn = (gate + 1) % (subtask.gates.len() as u32).max(1);
        if self.is_source(number) || self.streaming.subtasks[number as usize].emitting {
            return self.take_source_batch(number);
        }
        self.streaming.subtasks[number as usize].gates[gate as usize].queue.pop_front()
    }

    /// The pool memory that a batch asked for is there.
    pub(in crate::sim) fn subtask_granted(&mut self, number: u32) {
        let subtask = &self.streaming.subtasks[number as usize];
        // While a job is being stopped, what its first subtasks give back may reach its last ones.
        if subtask.stage == Stage::Asking && self.streaming.jobs[subtask.job as usize].running {
            self.run_batch(number);
        }
    }

    /// Allocates the heap of the present batch, then puts its work on the cores.
    pub(in crate::sim) fn run_batch(&mut self, number: u32) {
        let Some((batch, gate)) = self.streaming.subtasks[number as usize].current else { return };
        self.streaming.subtasks[number as usize].began = self.now;
        let garbage = self.draw_garbage(number, batch.records);
        let touch = self.touch_state(number, batch, gate);
        let growth = touch.growth + self.keep_records(number, batch);
        let host = self.host_of(number);
        let manager = &mut self.managers[host as usize];
        manager.jvm.heap.owe(growth);
        manager.sizing.allocated += growth;
        self.allocate_for(number, self.batch_allocation(number, garbage, touch));
    }

    fn draw_garbage(&mut self, number: u32, records: u64) -> f64 {
        let subtask = &mut self.streaming.subtasks[number as usize];
        let operator = &self.streaming.jobs[subtask.job as usize].graph.operators[subtask.operator as usize];
        operator.garbage.sample_sum(records, &mut subtask.draws.garbage)
    }

    /// What the records of a batch do to state and caches on the heap.
    fn touch_state(&mut self, number: u32, batch: Batch, gate: u32) -> Touch {
        let Some(state) = self.operator_of(number).state.as_ref().filter(|_| gate == 0) else {
            return Touch::default();
        };
        let jvm = &self.managers[self.host_of(number) as usize].jvm;
        let around = Around {
            records: batch.records,
            keys: self.keys_of(number, state),
            old_share: if state.cards.is_some() { jvm.old_share() } else { 1.0 },
            dirties: self.scenario.mechanisms.card_scanning.is_some() || jvm.costs.refines,
        };
        let subtask = &mut self.streaming.subtasks[number as usize];
        let operator = &self.streaming.jobs[subtask.job as usize].graph.operators[subtask.operator as usize];
        let touch = operator.state.as_ref().map_or(Touch::default(), |state| keyed::touch(state, subtask, around));
        if touch.growth > Bytes::ZERO && operator.state.as_ref().is_some_and(|state| state.cache.is_some()) {
            subtask.cache += touch.growth;
            self.shift(Level::Cache, touch.growth.as_f64());
        }
        touch
    }

    fn batch_allocation(&self, number: u32, garbage: f64, touch: Touch) -> Allocation {
        let subtask = &self.streaming.subtasks[number as usize];
        let bytes = garbage + touch.allocated;
        let replaces = bytes > 0.0 && subtask.heap_state > Bytes::ZERO;
        let turnover = if replaces { (touch.replaced / bytes).min(1.0) } else { 0.0 };
        let survival = self.operator_of(number).survival * (1.0 - turnover);
        let Touch { updates, targets, .. } = touch;
        Allocation { bytes: Bytes::from_f64(bytes), survival, turnover, updates, targets }
    }

    /// The heap of a batch is there: its work begins.
    pub(in crate::sim) fn start_batch_work(&mut self, number: u32) {
        let Some((batch, _)) = self.streaming.subtasks[number as usize].current else { return };
        let subtask = &mut self.streaming.subtasks[number as usize];
        let operator = &self.streaming.jobs[subtask.job as usize].graph.operators[subtask.operator as usize];
        let mut nanos = operator.cpu.sample_sum(batch.records, &mut subtask.draws.cpu);
        let warm_up = operator.warm_up;
        let (cpu, disk) = self.access_state(number, batch.records);
        nanos += cpu.as_nanos();
        let subtask = &mut self.streaming.subtasks[number as usize];
        if let Some(warm_up) = warm_up {
            nanos *= warm_up.factor(subtask.worked);
        }
        subtask.worked += nanos;
        subtask.disk = disk;
        let host = self.host_of(number);
        let tax = 1.0 + self.managers[host as usize].jvm.costs.tax;
        let station = self.managers[host as usize].cpu;
        self.set_stage(number, Stage::Busy);
        let key = self.start_work(station, Work::Batch(number), nanos * tax, 1.0);
        self.streaming.subtasks[number as usize].work = Some((station, key));
    }

    /// The CPU part of a batch is done; what its state needs from disk follows.
    pub(in crate::sim) fn end_batch_cpu(&mut self, number: u32) {
        let disk = std::mem::take(&mut self.streaming.subtasks[number as usize].disk);
        if disk <= 0.0 {
            return self.end_batch_io(number);
        }
        let station = self.managers[self.host_of(number) as usize].disk;
        self.count(Count::DiskBytes, disk);
        let key = self.start_work(station, Work::BatchIo(number), disk, 1.0);
        self.streaming.subtasks[number as usize].work = Some((station, key));
    }

    /// A batch is done: its result leaves, its place upstream is free.
    pub(in crate::sim) fn end_batch_io(&mut self, number: u32) {
        self.streaming.subtasks[number as usize].work = None;
        let Some((batch, gate)) = self.streaming.subtasks[number as usize].current.take() else { return };
        self.set_stage(number, Stage::Idle);
        let begin = self.streaming.subtasks[number as usize].began;
        self.tell(|| Entry::Worked { subtask: number, records: batch.records, begin });
        self.end_hold(number);
        let is_source = self.is_source(number);
        if is_source {
            self.count(Count::Records, batch.records as f64);
        }
        let emitting = self.streaming.subtasks[number as usize].emitting;
        match self.operator_of(number).role {
            Role::Pipelined => self.emit_all(number, batch, self.operator_of(number).output_ratio),
            _ if emitting => self.emit_all(number, batch, self.operator_of(number).output_ratio),
            Role::Sort => self.store(number, batch),
            Role::Hash if gate == 0 => {}
            Role::Hash => self.probe(number, batch),
        }
        if !is_source && !emitting {
            self.return_credit(number, gate);
        }
        self.try_start(number);
    }

    /// Sends the result of a batch along every edge; at the end of the job it is done.
    pub(super) fn emit_all(&mut self, number: u32, batch: Batch, ratio: f64) {
        let edges = self.streaming.subtasks[number as usize].edges.len();
        if edges == 0 {
            let spent = self.now.since(batch.born);
            return self.recorder.add(Tally::Latency, self.now, spent.as_secs(), batch.records as f64);
        }
        let subtask = &mut self.streaming.subtasks[number as usize];
        let out = batch.records as f64 * ratio + subtask.carry;
        let whole = out.floor();
        subtask.carry = out - whole;
        if whole < 1.0 {
            return self.release_places(number);
        }
        for edge in 0..edges {
            self.emit(number, edge, Batch { records: whole as u64, ..batch });
        }
    }

    /// CPU time and disk bytes of the state accesses of a batch.
    fn access_state(&mut self, number: u32, records: u64) -> (SimSpan, f64) {
        let subtask = &mut self.streaming.subtasks[number as usize];
        let operator = &self.streaming.jobs[subtask.job as usize].graph.operators[subtask.operator as usize];
        let Some(state) = operator.state.as_ref() else { return (SimSpan::ZERO, 0.0) };
        let accesses = records as f64 * state.accesses;
        let (near, far) = (subtask.cache_hit, subtask.hit);
        // A fraction of an access happens with that probability, so single records keep their mean.
        let whole = accesses.floor() as u64 + u64::from(subtask.draws.hit.uniform() < accesses.fract());
        let in_heap = draw_hits(whole, near, &mut subtask.draws.hit);
        let left = whole - in_heap;
        let in_backend = draw_hits(left, far, &mut subtask.draws.hit);
        let heap_only = state.place == StatePlace::Heap;
        if let Some(seat) = self.streaming.subtasks[number as usize].state {
            let now = self.now;
            let facts = self.facts_mut(seat);
            facts.uses += left;
            facts.last_used = now;
        }
        self.count(Count::Accesses, whole as f64);
        self.count(Count::Hits, (in_heap + in_backend) as f64);
        // What the heap serves is part of the record's own CPU time, unless the heap is all there is.
        let (asked, served) = if heap_only { (whole, in_heap) } else { (left, in_backend) };
        let ratio = if asked == 0 { 1.0 } else { served as f64 / asked as f64 };
        let subtask = &self.streaming.subtasks[number as usize];
        let price = &self.streaming.jobs[subtask.job as usize].state_prices[subtask.operator as usize];
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
