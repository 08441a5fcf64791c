//! Putting a job into slots. Subtasks with the same index share a slot, as Flink's default slot sharing group does.

use std::collections::VecDeque;

use super::{Draws, Edge, Gate, SlotGroup, Stage, Streaming, Subtask, Target};
use crate::base::{ById, Bytes, GateId, JobId, OperatorId, SimTime, SlotGroupId, SubtaskId, TaskManagerId};
use crate::cache::Zipf;
use crate::cluster::view::{Demand, Purpose};
use crate::sim::books::Verdict;
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::meters::Level;
use crate::sim::world::World;

/// Numbers that keep streams of different subtasks apart whatever the shape of their jobs.
fn entity(job: JobId, operator: OperatorId, index: u32) -> u64 {
    (u64::from(job.0) << 44) | (u64::from(operator.0) << 28) | u64::from(index)
}

impl Streaming {
    fn parallelism_of(&self, job: JobId) -> u32 {
        self.jobs[job].operators.iter().map(|(_, parallelism)| *parallelism).max().unwrap_or(1)
    }

    /// All subtasks of a job, in the order of its operators.
    pub(in crate::sim) fn subtasks_of(&self, job: JobId) -> impl ExactSizeIterator<Item = SubtaskId> + use<> {
        let operators = &self.jobs[job].operators;
        let first = operators.iter().next().map_or(0, |(first, _)| first.0);
        let end = operators.iter().last().map_or(first, |(first, parallelism)| first.0 + parallelism);
        (first..end).map(SubtaskId)
    }

    fn connect(&mut self, job: JobId) {
        let graph = self.jobs[job].graph.clone();
        let operators = self.jobs[job].operators.clone();
        for (reader, spec) in operators.ids().zip(&graph.operators) {
            for (gate, &input) in spec.inputs.iter().enumerate() {
                let gate = GateId(gate as u32);
                let (first, parallelism) = operators[OperatorId(input as u32)];
                for number in (0..parallelism).map(|index| first.offset(index)) {
                    let edge = Edge { operator: reader, gate, target: Target::Open };
                    self.subtasks[number].edges.push(edge);
                }
                let (first, count) = operators[reader];
                for number in (0..count).map(|index| first.offset(index)) {
                    let place = &mut self.subtasks[number].gates[gate];
                    place.credit = spec.buffers;
                    place.open = parallelism;
                }
            }
        }
    }

    /// Shares of keyed exchanges: subtask j owns the keys of rank j, j + p, j + 2p, … of a skewed operator.
    fn set_routes(&mut self, job: JobId) {
        let graph = self.jobs[job].graph.clone();
        let operators = self.jobs[job].operators.clone();
        let routes = graph.operators.iter().zip(operators.iter()).map(|(spec, (_, parallelism))| match &spec.state {
            Some(state) if state.skew > 0.0 && *parallelism > 1 => key_shares(state.keys, state.skew, *parallelism),
            _ => Vec::new(),
        });
        self.jobs[job].routes = ById::from(routes.collect::<Vec<_>>());
    }
}

impl World<'_> {
    /// A job arrives.
    pub(in crate::sim) fn on_job(&mut self, job: JobId) {
        self.streaming.line.push_back(job);
        self.serve_jobs();
    }

    /// Places jobs that wait for slots, first come first served.
    pub(in crate::sim) fn serve_jobs(&mut self) {
        while let Some(&job) = self.streaming.line.front() {
            let slots = self.streaming.parallelism_of(job);
            let placed = self.place_job(job, slots);
            if placed.len() < slots as usize || self.books.verdict.is_some() {
                return;
            }
            self.streaming.line.pop_front();
            self.deploy(job, &placed);
        }
    }

    /// One TaskManager a slot group, in order; too few where there are not enough free slots.
    fn place_job(&mut self, job: JobId, slots: u32) -> Vec<TaskManagerId> {
        let demand = Demand { instances: slots, cores: 1.0, memory: Bytes::ZERO, peak: Bytes::ZERO, job: job.0 };
        let view = self.fleet.view(self.books.now);
        let mut pairs: Vec<(TaskManagerId, u32)> = Vec::new();
        self.policies.placement.place(&demand, &view, &mut pairs);
        if let Some(rule) = self.fleet.placement_fault(&demand, &pairs) {
            self.books.illegal("placement", &self.scenario.policies.placement.name.clone(), rule);
            return Vec::new();
        }
        pairs.iter().flat_map(|(task_manager, count)| std::iter::repeat_n(*task_manager, *count as usize)).collect()
    }

    fn deploy(&mut self, job: JobId, task_managers: &[TaskManagerId]) {
        let first_group = self.streaming.groups.next_id();
        for &task_manager in task_managers {
            let slot = self.take_slots(task_manager, 1);
            let number = u64::from(job.0) | (1 << 63);
            self.books.tell(|| Entry::Placed { task: number, task_manager, slots: 1 });
            let group = self.streaming.groups.push(SlotGroup {
                job,
                task_manager,
                slot,
                subtasks: Vec::new(),
                moving: false,
                reserved: 0,
                rests_until: self.books.now,
            });
            self.streaming.jobs[job].groups.push(group);
        }
        self.make_subtasks(job, first_group);
        self.streaming.connect(job);
        self.streaming.set_routes(job);
        self.streaming.jobs[job].running = true;
        self.streaming.jobs[job].deployed = true;
        self.open_memory(job);
        if self.streaming.jobs[job].arrival.is_some() {
            self.books.at(self.books.now, Event::Records(job));
        }
        for number in self.streaming.subtasks_of(job) {
            self.try_start(number);
        }
    }

    fn make_subtasks(&mut self, job: JobId, first_group: SlotGroupId) {
        let graph = self.streaming.jobs[job].graph.clone();
        for (operator, spec) in self.streaming.jobs[job].operators.ids().zip(&graph.operators) {
            let first = self.streaming.subtasks.next_id();
            let parallelism = self.streaming.jobs[job].operators[operator].1;
            self.streaming.jobs[job].operators[operator].0 = first;
            for index in 0..parallelism {
                let group = SlotGroupId(first_group.0 + index);
                let number = self.streaming.subtasks.next_id();
                self.streaming.groups[group].subtasks.push(number);
                let mut subtask = self.new_subtask((job, operator, index), group);
                let part = u64::from(parallelism);
                subtask.left = spec.records.map(|all| all / part + u64::from(u64::from(index) < all % part));
                subtask.gates = ById::from(vec![Gate::default(); spec.inputs.len().max(1)]);
                self.streaming.subtasks.push(subtask);
            }
            self.books.shift(Level::Subtasks, f64::from(parallelism));
        }
        self.streaming.jobs[job].open = self.streaming.subtasks_of(job).len() as u32;
    }

    fn new_subtask(&self, (job, operator, index): (JobId, OperatorId, u32), group: SlotGroupId) -> Subtask {
        let stream = |purpose: &str| self.streams.stream(purpose, entity(job, operator, index));
        Subtask {
            job,
            operator,
            index,
            group,
            stage: Stage::Idle,
            gates: ById::default(),
            turn: 0,
            edges: ById::default(),
            current: None,
            work: None,
            disk: 0.0,
            request: None,
            state: None,
            network: None,
            working: None,
            holds: VecDeque::new(),
            heap_state: Bytes::ZERO,
            cache: Bytes::ZERO,
            held: 0.0,
            most: 0.0,
            pinned: Bytes::ZERO,
            opened: false,
            peers: 1,
            worked: 0.0,
            began: SimTime::ZERO,
            cache_hit: 0.0,
            hit: 1.0,
            panes: VecDeque::new(),
            carry: 0.0,
            left: None,
            stored: 0.0,
            deferred: 0.0,
            emitting: false,
            draws: Draws {
                cpu: stream("cpu"),
                garbage: stream("garbage"),
                route: stream("route"),
                size: stream("request"),
                hold: stream("hold"),
                hit: stream("hit"),
            },
        }
    }

    /// Network memory first, then state: the order in which a subtask starts.
    fn open_memory(&mut self, job: JobId) {
        for number in self.streaming.subtasks_of(job) {
            if !self.open_network(number) {
                return;
            }
        }
        let mut fits = true;
        for number in self.streaming.subtasks_of(job) {
            self.open_window(number);
            fits = fits && self.open_state(number);
        }
        if fits {
            self.meet_all(job);
        }
    }

    /// All states of a job are there: their processes learn what they hold.
    pub(super) fn meet_all(&mut self, job: JobId) {
        let groups = self.streaming.jobs[job].groups.iter();
        let mut task_managers: Vec<TaskManagerId> =
            groups.map(|group| self.streaming.groups[*group].task_manager).collect();
        task_managers.sort_unstable();
        task_managers.dedup();
        for task_manager in task_managers {
            self.meet_peers(task_manager);
            // A job that starts finds its state where a restore leaves it: in the old generation.
            self.fleet.settle_heap(&mut self.books, &mut self.devices, task_manager);
        }
    }

    /// Network memory after a move: the credit that upstream subtasks hold stays as it was.
    pub(super) fn reopen_network(&mut self, number: SubtaskId) -> bool {
        let credit: Vec<u32> = self.streaming.subtasks[number].gates.iter().map(|gate| gate.credit).collect();
        let opened = self.open_network(number);
        for (gate, credit) in self.streaming.subtasks[number].gates.iter_mut().zip(credit) {
            gate.credit = credit;
        }
        opened
    }

    fn open_network(&mut self, number: SubtaskId) -> bool {
        let gates = self.streaming.subtasks[number].gates.len() as u64;
        if self.streaming.operator_of(number).inputs.is_empty() {
            return true;
        }
        let buffers = u64::from(self.streaming.operator_of(number).buffers) * gates;
        let segment = self.fleet[self.streaming.task_manager_of(number)].segment;
        let facts = self.subtask_facts(number, Purpose::Network);
        let task_manager = self.streaming.task_manager_of(number);
        let seat = self.fleet.register(&mut self.books, task_manager, facts);
        self.streaming.subtasks[number].network = Some(seat);
        let (wanted, least) = (Bytes(buffers * segment.0), Bytes(gates * segment.0));
        let mut got = self.try_grant(seat, wanted, least);
        if got == Bytes::ZERO {
            // In a region without borders a cache may have taken everything; it gives way to those who need to start.
            self.evict_caches(seat, wanted);
            got = self.try_grant(seat, wanted, least);
        }
        if got == Bytes::ZERO {
            let name = self.streaming.operator_of(number).name.clone();
            let free = self.fleet.region(seat.place).free();
            let text = format!(
                "insufficient number of network buffers: a subtask of {name} needs at least {gates}, \
                 TaskManager {} has {} of {segment} free",
                seat.place.task_manager,
                free.0 / segment.0
            );
            self.books.end(Verdict::Failed(text));
            return false;
        }
        self.touch_aside(seat);
        let credit = (got.0 / segment.0 / gates) as u32;
        for gate in self.streaming.subtasks[number].gates.iter_mut() {
            gate.credit = gate.credit.min(credit);
        }
        true
    }

    /// Tells that a slot of a job is free again.
    pub(super) fn tell_vacated(&mut self, job: JobId, task_manager: TaskManagerId) {
        let number = u64::from(job.0) | (1 << 63);
        self.books.tell(|| Entry::Vacated { task: number, task_manager, slots: 1 });
    }
}

/// Cumulative shares of `parts` subtasks over `keys` keys of a power law.
fn key_shares(keys: u64, skew: f64, parts: u32) -> Vec<f64> {
    // The hottest keys decide the imbalance; the many cold ones even out.
    let hot = keys.min(u64::from(parts) * 256);
    let law = Zipf::new(keys, skew);
    let mut shares = vec![(1.0 - law.hottest(hot as f64)).max(0.0) / f64::from(parts); parts as usize];
    for rank in 1..=hot {
        shares[((rank - 1) % u64::from(parts)) as usize] += law.probability(rank as f64);
    }
    let mut sum = 0.0;
    for share in &mut shares {
        sum += *share;
        *share = sum;
    }
    shares
}
