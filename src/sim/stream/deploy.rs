//! Putting a job into slots. Subtasks with the same index share a slot, as Flink's default slot sharing group does.

use std::collections::VecDeque;

use super::{Draws, Gate, SlotGroup, Stage, Subtask, Target};
use crate::base::{Bytes, SimTime, TaskManagerId};
use crate::cache::Zipf;
use crate::cluster::view::{ClusterView, Demand, Purpose};
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::meters::Level;
use crate::sim::world::{Verdict, World};

/// Numbers that keep streams of different subtasks apart whatever the shape of their jobs.
fn entity(job: u32, operator: u32, index: u32) -> u64 {
    (u64::from(job) << 44) | (u64::from(operator) << 28) | u64::from(index)
}

impl World<'_> {
    /// A job arrives.
    pub(in crate::sim) fn on_job(&mut self, job: u32) {
        self.streaming.line.push_back(job);
        self.serve_jobs();
    }

    /// Places jobs that wait for slots, first come first served.
    pub(in crate::sim) fn serve_jobs(&mut self) {
        while let Some(&job) = self.streaming.line.front() {
            let slots = self.parallelism_of(job);
            let placed = self.place_job(job, slots);
            if placed.len() < slots as usize || self.verdict.is_some() {
                return;
            }
            self.streaming.line.pop_front();
            self.deploy(job, &placed);
        }
    }

    fn parallelism_of(&self, job: u32) -> u32 {
        self.streaming.jobs[job as usize].operators.iter().map(|(_, parallelism)| *parallelism).max().unwrap_or(1)
    }

    /// One TaskManager a slot group, in order; too few where there are not enough free slots.
    fn place_job(&mut self, job: u32, slots: u32) -> Vec<u32> {
        let demand = Demand { instances: slots, cores: 1.0, memory: Bytes::ZERO, peak: Bytes::ZERO, job };
        let view = ClusterView { now: self.now, hosts: &self.hosts, candidates: &self.candidates };
        let mut pairs: Vec<(TaskManagerId, u32)> = Vec::new();
        self.policies.placement.place(&demand, &view, &mut pairs);
        if let Some(rule) = self.placement_fault(&demand, &pairs) {
            self.illegal("placement", &self.scenario.policies.placement.name.clone(), rule);
            return Vec::new();
        }
        pairs.iter().flat_map(|(host, count)| std::iter::repeat_n(host.0, *count as usize)).collect()
    }

    fn deploy(&mut self, job: u32, hosts: &[u32]) {
        let first_group = self.streaming.groups.len() as u32;
        for &host in hosts {
            let slot = self.take_slots(host, 1);
            let number = u64::from(job) | (1 << 63);
            self.tell(|| Entry::Placed { task: number, task_manager: TaskManagerId(host), slots: 1 });
            let group = self.streaming.groups.len() as u32;
            self.streaming.groups.push(SlotGroup {
                job,
                host,
                slot,
                subtasks: Vec::new(),
                moving: false,
                reserved: 0,
                rests_until: self.now,
            });
            self.streaming.jobs[job as usize].groups.push(group);
        }
        self.make_subtasks(job, first_group);
        self.connect(job);
        self.set_routes(job);
        self.streaming.jobs[job as usize].running = true;
        self.streaming.jobs[job as usize].deployed = true;
        self.open_memory(job);
        if self.streaming.jobs[job as usize].arrival.is_some() {
            self.queue.schedule(self.now, Event::Records(job).class(), Event::Records(job));
        }
        for number in self.subtasks_of(job) {
            self.try_start(number);
        }
    }

    /// All subtasks of a job, in the order of its operators.
    pub(in crate::sim) fn subtasks_of(&self, job: u32) -> std::ops::Range<u32> {
        let operators = &self.streaming.jobs[job as usize].operators;
        let first = operators.first().map_or(0, |(first, _)| *first);
        first..operators.last().map_or(first, |(first, parallelism)| first + parallelism)
    }

    fn make_subtasks(&mut self, job: u32, first_group: u32) {
        let graph = self.streaming.jobs[job as usize].graph.clone();
        for (operator, spec) in graph.operators.iter().enumerate() {
            let first = self.streaming.subtasks.len() as u32;
            let parallelism = self.streaming.jobs[job as usize].operators[operator].1;
            self.streaming.jobs[job as usize].operators[operator].0 = first;
            for index in 0..parallelism {
                let group = first_group + index;
                let number = self.streaming.subtasks.len() as u32;
                self.streaming.groups[group as usize].subtasks.push(number);
                let mut subtask = self.new_subtask((job, operator as u32, index), group);
                let part = u64::from(parallelism);
                subtask.left = spec.records.map(|all| all / part + u64::from(u64::from(index) < all % part));
                subtask.gates = vec![Gate::default(); spec.inputs.len().max(1)];
                self.streaming.subtasks.push(subtask);
            }
            self.shift(Level::Subtasks, f64::from(parallelism));
        }
        self.streaming.jobs[job as usize].open = self.subtasks_of(job).len() as u32;
    }

    fn new_subtask(&self, (job, operator, index): (u32, u32, u32), group: u32) -> Subtask {
        let stream = |purpose: &str| self.streams.stream(purpose, entity(job, operator, index));
        Subtask {
            job,
            operator,
            index,
            group,
            stage: Stage::Idle,
            gates: Vec::new(),
            turn: 0,
            edges: Vec::new(),
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

    fn connect(&mut self, job: u32) {
        let graph = self.streaming.jobs[job as usize].graph.clone();
        let operators = self.streaming.jobs[job as usize].operators.clone();
        for (reader, spec) in graph.operators.iter().enumerate() {
            for (gate, &input) in spec.inputs.iter().enumerate() {
                let (first, parallelism) = operators[input];
                for number in first..first + parallelism {
                    let edge = (reader as u32, gate as u32, Target::Open);
                    self.streaming.subtasks[number as usize].edges.push(edge);
                }
                let (first, count) = operators[reader];
                for number in first..first + count {
                    let place = &mut self.streaming.subtasks[number as usize].gates[gate];
                    place.credit = spec.buffers;
                    place.open = parallelism;
                }
            }
        }
    }

    /// Shares of keyed exchanges: subtask j owns the keys of rank j, j + p, j + 2p, … of a skewed operator.
    fn set_routes(&mut self, job: u32) {
        let graph = self.streaming.jobs[job as usize].graph.clone();
        let operators = self.streaming.jobs[job as usize].operators.clone();
        let routes = graph.operators.iter().zip(&operators).map(|(spec, (_, parallelism))| match &spec.state {
            Some(state) if state.skew > 0.0 && *parallelism > 1 => key_shares(state.keys, state.skew, *parallelism),
            _ => Vec::new(),
        });
        self.streaming.jobs[job as usize].routes = routes.collect();
    }

    /// Network memory first, then state: the order in which a subtask starts.
    fn open_memory(&mut self, job: u32) {
        for number in self.subtasks_of(job) {
            if !self.open_network(number) {
                return;
            }
        }
        for number in self.subtasks_of(job) {
            self.open_window(number);
            if !self.open_state(number) {
                return;
            }
        }
        let groups = self.streaming.jobs[job as usize].groups.iter();
        let mut hosts: Vec<u32> = groups.map(|group| self.streaming.groups[*group as usize].host).collect();
        hosts.sort_unstable();
        hosts.dedup();
        for host in hosts {
            self.meet_peers(host);
            // A job that starts finds its state where a restore leaves it: in the old generation.
            self.settle_heap(host);
        }
    }

    /// Network memory after a move: the credit that upstream subtasks hold stays as it was.
    pub(super) fn reopen_network(&mut self, number: u32) -> bool {
        let credit: Vec<u32> = self.streaming.subtasks[number as usize].gates.iter().map(|gate| gate.credit).collect();
        let opened = self.open_network(number);
        for (gate, credit) in self.streaming.subtasks[number as usize].gates.iter_mut().zip(credit) {
            gate.credit = credit;
        }
        opened
    }

    fn open_network(&mut self, number: u32) -> bool {
        let gates = self.streaming.subtasks[number as usize].gates.len() as u64;
        if self.operator_of(number).inputs.is_empty() {
            return true;
        }
        let buffers = u64::from(self.operator_of(number).buffers) * gates;
        let segment = self.managers[self.host_of(number) as usize].segment;
        let facts = self.subtask_facts(number, Purpose::Network);
        let seat = self.register(self.host_of(number), facts);
        self.streaming.subtasks[number as usize].network = Some(seat);
        let (wanted, least) = (Bytes(buffers * segment.0), Bytes(gates * segment.0));
        let mut got = self.try_grant(seat, wanted, least);
        if got == Bytes::ZERO {
            // In a region without borders a cache may have taken everything; it gives way to those who need to start.
            self.evict_caches(seat, wanted);
            got = self.try_grant(seat, wanted, least);
        }
        if got == Bytes::ZERO {
            let name = self.operator_of(number).name.clone();
            let free = self.managers[seat.host as usize].regions[seat.region as usize].free();
            let text = format!(
                "insufficient number of network buffers: a subtask of {name} needs at least {gates}, \
                 TaskManager {} has {} of {segment} free",
                seat.host,
                free.0 / segment.0
            );
            self.verdict.get_or_insert(Verdict::Failed(text));
            return false;
        }
        self.touch_aside(seat);
        let credit = (got.0 / segment.0 / gates) as u32;
        for gate in &mut self.streaming.subtasks[number as usize].gates {
            gate.credit = gate.credit.min(credit);
        }
        true
    }

    /// Tells that a slot of a job is free again.
    pub(super) fn tell_vacated(&mut self, job: u32, host: u32) {
        let number = u64::from(job) | (1 << 63);
        self.tell(|| Entry::Vacated { task: number, task_manager: TaskManagerId(host), slots: 1 });
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
