//! From a checked scenario to a world at time 0.

use std::rc::Rc;

use super::books::Books;
use super::devices::Devices;
use super::event::Event;
use super::feedback::Feedback;
use super::fleet::{Fleet, Resident, Rules, Shown, Sizing, State, TaskManager, Template};
use super::leaks::LeakWatch;
use super::log::{Entry as LogEntry, Observer, Place};
use super::meters::Level;
use super::settings::{PolicySet, PriceSet, Settings};
use super::streams::{Job, Streaming};
use super::tasks::{Source, Tasks};
use super::world::World;
use crate::base::{Build, Bytes, Entry, Kind, Param, SimSpan, SimTime, TaskManagerId, Trait, Value};
use crate::base::{ById, RegionId, Roster, StationId, SubtaskId};
use crate::cluster::region::Region;
use crate::cluster::share::Share;
use crate::flink::layout::Layout;
use crate::heap::{COLLECTORS, Heap, HeapSpec};
use crate::jvm::{Costs, Jvm, Machine};
use crate::kernel::Streams;
use crate::policy::{allocation::ALLOCATION, heap::HEAP, migration::MIGRATION, placement::PLACEMENT, spill::SPILL};
use crate::pool::{BLOCK_ALLOCATORS, Leak, Pool, RECLAMATIONS, Scattered};
use crate::price::collection::COLLECTION_PRICES;
use crate::price::compression::COMPRESSIONS;
use crate::price::spill::SPILL_PRICES;
use crate::price::state::{STATE_PRICES, StatePrice};
use crate::price::transfer::TRANSFER_PRICES;
use crate::scenario::sections::{OperatorKeys, Scheme};
use crate::scenario::spec::{Choice, Group, Scenario, Workload};
use crate::scenario::{layout_of, segment_of};
use crate::workload::arrival::{ARRIVALS, Arrival};
use crate::workload::graph::{Graph, Operator};
use crate::workload::synthetic::tasks::SyntheticTasks;
use crate::workload::synthetic::{GENERATORS, Generated, GeneratorInput};
use crate::workload::trace;

/// Finds a plug-in and builds it.
fn build<T: ?Sized>(list: &[&Entry<Build<T>>], choice: &Choice) -> Result<Box<T>, String> {
    let entry = list.iter().find(|entry| entry.name == choice.name);
    let entry = entry.ok_or_else(|| format!("\"{}\" is not registered", choice.name))?;
    (entry.build)(&choice.args).map_err(|text| format!("{}: {text}", choice.name))
}

fn has<B>(list: &[&Entry<B>], name: &str, wanted: Trait) -> bool {
    list.iter().any(|entry| entry.name == name && entry.traits.contains(&wanted))
}

/// The world of `scenario` at time 0. A text tells what cannot be built; `heapwise check` finds the same.
pub fn assemble<'a>(
    scenario: &Scenario,
    seed: u64,
    observer: Option<&'a mut dyn Observer>,
) -> Result<World<'a>, String> {
    let mut world = World {
        books: Books::new(scenario.run.duration, observer),
        settings: settings(scenario),
        policies: policies(scenario)?,
        prices: prices(scenario)?,
        streams: Streams::new(seed),
        fleet: Fleet::new(fleet_rules(scenario)),
        devices: Devices::default(),
        requests: Roster::default(),
        tasks: Tasks::default(),
        streaming: Streaming::default(),
        feedback: Feedback { leak_watch: LeakWatch::of(&scenario.monitor), ..Feedback::default() },
        templates: templates(scenario)?,
        scenario: scenario.clone(),
    };
    for template in 0..world.templates.len() {
        for _ in 0..world.templates[template].group.keys.count {
            world.add_task_manager(template)?;
        }
    }
    for task_manager in world.fleet.ids() {
        world.start_jvm(task_manager)?;
    }
    world.add_workloads()?;
    Ok(world)
}

fn settings(scenario: &Scenario) -> Settings {
    let policies = &scenario.policies;
    let foresight = has(PLACEMENT, &policies.placement.name, Trait::NeedsForesight)
        || has(ALLOCATION, &policies.allocation.name, Trait::NeedsForesight)
        || has(SPILL, &policies.spill.name, Trait::NeedsForesight)
        || has(MIGRATION, &policies.migration.name, Trait::NeedsForesight);
    Settings {
        leak: Some(scenario.regions.leak).filter(|share| *share > 0.0).map(Leak::new),
        foresight,
        addressed: !has(BLOCK_ALLOCATORS, &scenario.allocator.name, Trait::Addressless),
        bounded: is_bounded(scenario),
    }
}

fn fleet_rules(scenario: &Scenario) -> Rules {
    let Settings { addressed, bounded, .. } = settings(scenario);
    let regions = &scenario.regions;
    Rules {
        addressed,
        bounded,
        probe: regions.probe,
        reservation: regions.reservation.as_deref().copied(),
        touch_price: regions.touch_price,
        heaps_move: !has(HEAP, &scenario.policies.heap.name, Trait::Baseline),
        heap_budgets: scenario.groups.iter().map(|group| group.keys.heap_budget).collect(),
    }
}

/// Whether pools refuse what is beyond their capacity.
fn is_bounded(scenario: &Scenario) -> bool {
    !has(BLOCK_ALLOCATORS, &scenario.allocator.name, Trait::Unlimited)
}

fn policies(scenario: &Scenario) -> Result<PolicySet, String> {
    Ok(PolicySet {
        placement: build(PLACEMENT, &scenario.policies.placement)?,
        allocation: build(ALLOCATION, &scenario.policies.allocation)?,
        spill: build(SPILL, &scenario.policies.spill)?,
        migration: build(MIGRATION, &scenario.policies.migration)?,
        // The rule that changes nothing need not be asked.
        heap: match has(HEAP, &scenario.policies.heap.name, Trait::Baseline) {
            true => None,
            false => Some(build(HEAP, &scenario.policies.heap)?),
        },
    })
}

fn prices(scenario: &Scenario) -> Result<PriceSet, String> {
    Ok(PriceSet {
        spill: build(SPILL_PRICES, &scenario.prices.spill)?,
        compression: build(COMPRESSIONS, &scenario.prices.compression)?,
        transfer: build(TRANSFER_PRICES, &scenario.prices.transfer)?,
    })
}

fn templates(scenario: &Scenario) -> Result<Vec<Template>, String> {
    let layouts = scenario.groups.iter().map(|group| {
        let layout = layout_of(scenario, group).map_err(|text| format!("groups.{}: {text}", group.name))?;
        let segment = segment_of(group).map_err(|text| format!("groups.{}: {text}", group.name))?;
        Ok(Template { group: group.clone(), layout, segment, node: (StationId(0), StationId(0), 0) })
    });
    layouts.collect()
}

impl World<'_> {
    /// Starts one more TaskManager of a group.
    pub(super) fn add_task_manager(&mut self, template: usize) -> Result<(), String> {
        let number = self.fleet.next_id();
        let (disk, link) = self.node_of(template);
        let Template { group, layout, segment, .. } = &self.templates[template];
        let cores = group.keys.cores;
        let regions = regions(&self.scenario, layout)?;
        let loads = group.jvm.is_some() && group.keys.load_classes;
        let mut heap = heap(&self.scenario, group, layout)?;
        let costs = costs(&self.scenario, group, &heap)?;
        let sizing = Sizing::new(number, template, &heap);
        if let Some(budget) = group.keys.heap_budget {
            heap.resize(Bytes(budget.0 / u64::from(group.keys.count)).min(heap.capacity()));
        }
        let slots = group.keys.slots;
        let base_live = group.keys.framework_live;
        let member = TaskManager {
            cores,
            jvm: Jvm::new(heap, costs),
            sizing,
            heap_shown: (0.0, 0.0),
            cpu: self.devices.add(Share::of_cores(cores)),
            disk,
            link,
            shown: vec![Shown::default(); regions.1.len()].into(),
            stranded: (0.0, 0.0),
            last_request: vec![Bytes(1); regions.1.len()].into(),
            region_of: regions.0.map(RegionId),
            regions: regions.1.into(),
            segment: *segment,
            slots,
            seats: Vec::new(),
            state: State::Up,
            paused_until: SimTime::ZERO,
            stopped_as: Level::Paused,
            paused_share: 1.0,
            resume: None,
            cycle: None,
            resident: Resident::new(group.keys.container, group.keys.native),
            stalled: Vec::new(),
            base_live,
            loads_classes: loads,
            served: 0.0,
        };
        self.enter(number, member, slots);
        Ok(())
    }

    /// Starts the JVM of a TaskManager that has joined: classes, then what the framework keeps. Where heaps share a budget
    /// all members must have joined before, since loading classes asks how large a heap should be.
    pub(super) fn start_jvm(&mut self, task_manager: TaskManagerId) -> Result<(), String> {
        let member = &self.fleet[task_manager];
        let (loads, base_live) = (member.loads_classes, member.base_live);
        if loads {
            self.load_classes(task_manager);
        }
        match self.pin_heap(task_manager, base_live) {
            true => Ok(()),
            false => Err(format!(
                "a heap of {} cannot hold the framework's {base_live}",
                self.fleet[task_manager].jvm.heap.capacity()
            )),
        }
    }

    /// Disk and link of the next TaskManager of a group.
    fn node_of(&mut self, template: usize) -> (StationId, StationId) {
        let entry = &mut self.templates[template];
        if entry.node.2 == 0 {
            let keys = &entry.group.keys;
            let mut add = |bandwidth| self.devices.add(Share::of_bandwidth(bandwidth));
            let (disk, link) = (add(keys.disk), add(keys.link));
            entry.node = (disk, link, keys.per_node);
        }
        entry.node.2 -= 1;
        (entry.node.0, entry.node.1)
    }

    /// Shows a new TaskManager to policies, levels and log.
    fn enter(&mut self, number: TaskManagerId, member: TaskManager, slots: u32) {
        let memory = member.pool_capacity();
        let (cores, heap, regions) = (member.cores, member.jvm.heap.capacity(), member.regions.ids());
        self.fleet.join(member);
        self.fleet.show_stranded(&mut self.books, number);
        self.books.shift(Level::TaskManagers, 1.0);
        self.books.shift(Level::Cores, cores);
        self.books.shift(Level::HeapCapacity, heap.as_f64());
        self.books.shift(Level::PoolCapacity, memory.as_f64());
        self.books.tell(|| LogEntry::Joined(number, slots));
        self.fleet.take_memory(&mut self.books, number);
        for region in regions {
            let capacity = self.fleet[number].regions[region].capacity();
            let (place, bounded) = (Place { task_manager: number, region }, self.settings.bounded);
            self.books.tell(|| LogEntry::Opened { place, capacity, bounded });
            self.fleet.show_region(&mut self.books, place);
        }
    }

    fn add_workloads(&mut self) -> Result<(), String> {
        let workloads = self.scenario.workloads.clone();
        let slots: u64 = self.fleet.iter().map(|member| u64::from(member.slots)).sum();
        for (number, workload) in workloads.iter().enumerate() {
            let named = |text: String| format!("workloads.{}: {text}", workload.name);
            if trace::TRACES.iter().any(|entry| entry.name == workload.kind.name) {
                let folder = self.scenario.folder.clone();
                let events = trace::open(&workload.kind.name, &workload.kind.args, &folder);
                self.add_source(number, workload, events.map_err(|error| named(error.to_string()))?);
                continue;
            }
            match generate(workload).map_err(named)? {
                Generated::Graph(graph) => self.add_job(workload, graph, slots).map_err(named)?,
                Generated::Tasks(spec) => {
                    let arrival = arrival(workload, 1)?.ok_or_else(|| named("tasks need an arrival process".into()))?;
                    let class = spec.class(workload.name.clone(), arrival, workload.keys.priority);
                    // Workloads draw from streams of their own number, so that one more moves no other.
                    let streams = self.streams.substreams(number as u64);
                    let tasks = SyntheticTasks::new(vec![class], &streams).map_err(named)?;
                    self.add_source(number, workload, Box::new(tasks));
                }
            }
        }
        Ok(())
    }

    fn add_source(&mut self, number: usize, workload: &Workload, events: Box<dyn crate::workload::task::TaskSource>) {
        self.tasks.sources.push(Source {
            events: Some(events),
            next: None,
            workload: number as u32,
            arrived: 0,
            start: workload.keys.start,
            priority: workload.keys.priority,
            weight: workload.keys.weight,
        });
    }

    fn add_job(&mut self, workload: &Workload, graph: Graph, slots: u64) -> Result<(), String> {
        let job = self.streaming.jobs.next_id();
        let parallelism = |asked: u32| if asked == 0 { (slots as u32).max(1) } else { asked };
        let operators = graph.operators.iter().map(|operator| (SubtaskId(0), parallelism(operator.parallelism)));
        let operators = ById::from(operators.collect::<Vec<_>>());
        let state_prices = ById::from(state_prices(workload, &graph)?);
        self.streaming.jobs.push(Job {
            graph: Rc::new(graph),
            arrival: arrival(workload, self.scenario.run.batch)?,
            arrivals: self.streams.stream("records", u64::from(job.0)),
            next_source: 0,
            priority: workload.keys.priority,
            weight: workload.keys.weight,
            operators,
            state_prices,
            routes: ById::default(),
            groups: Vec::new(),
            open: 0,
            running: false,
            deployed: false,
            restarts: 0,
        });
        let at = SimTime::ZERO + workload.keys.start;
        self.books.at(at, Event::Job(job));
        Ok(())
    }
}

fn generate(workload: &Workload) -> Result<Generated, String> {
    let entry = GENERATORS.iter().find(|entry| entry.name == workload.kind.name);
    let entry = entry.ok_or_else(|| format!("\"{}\" is not registered", workload.kind.name))?;
    let operators: Vec<(String, OperatorKeys)> =
        workload.operators.iter().map(|operator| (operator.name.clone(), operator.keys.clone())).collect();
    let rate = arrival(workload, 1)?.map(|arrival| arrival.mean_rate());
    let input = GeneratorInput { args: &workload.kind.args, operators: &operators, rate };
    (entry.build)(&input).map_err(|faults| faults.join("; "))
}

/// What the keyed state of each operator costs, by its number; `None` where it keeps none.
fn state_prices(workload: &Workload, graph: &Graph) -> Result<Vec<Option<Box<dyn StatePrice>>>, String> {
    let price = |operator: &Operator| match (&operator.state, workload.price_of_state(&operator.name)) {
        (None, _) => Ok(None),
        (Some(_), Some(choice)) => build(STATE_PRICES, choice).map(Some),
        (Some(_), None) => Err(format!("nothing prices the state of \"{}\"", operator.name)),
    };
    graph.operators.iter().map(price).collect()
}

/// The arrival process of a workload, in batches of `batch` records; `None` where it has none.
fn arrival(workload: &Workload, batch: u64) -> Result<Option<Box<dyn Arrival>>, String> {
    let Some(choice) = &workload.arrival else { return Ok(None) };
    let mut scaled = choice.clone();
    let entry = ARRIVALS.iter().find(|entry| entry.name == choice.name);
    for Param { name, kind, .. } in entry.map_or(&[][..], |entry| entry.params) {
        // Rates are of records; time constants of the process stay as they are.
        if let (Kind::Rate, Some(rate)) = (kind, choice.args.number_opt(name)) {
            scaled.args.set(name, Value::Number(rate / batch as f64));
        }
    }
    build(ARRIVALS, &scaled).map(Some)
}

/// Regions of a TaskManager, and which of them serves each purpose (in the order of `Purpose`).
fn regions(scenario: &Scenario, layout: &Layout) -> Result<([u8; 5], Vec<Region>), String> {
    let (managed, network) = (layout.managed, layout.network);
    let sort = managed.scale(scenario.regions.sort_share);
    let hash = managed.scale(scenario.regions.hash_share);
    let (of, sizes) = match scenario.regions.scheme {
        Scheme::Unified => ([0; 5], vec![network + managed]),
        Scheme::Legacy => ([0, 1, 2, 3, 3], vec![network, sort, hash, managed.saturating_sub(sort + hash)]),
        Scheme::Flink => ([0, 1, 1, 1, 1], vec![network, managed]),
    };
    let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == scenario.allocator.name);
    let entry = entry.ok_or_else(|| format!("allocator \"{}\" is not registered", scenario.allocator.name))?;
    let rule = RECLAMATIONS.iter().find(|entry| entry.name == scenario.reclamation.name);
    let rule = rule.ok_or_else(|| format!("reclamation \"{}\" is not registered", scenario.reclamation.name))?;
    let rule = (rule.build)(&scenario.reclamation.args);
    let pools = sizes.into_iter().map(|size| {
        let built = (entry.build)(&scenario.allocator.args, size);
        let allocator = built.map_err(|text| format!("regions.allocator = \"{}\": {text}", entry.name))?;
        let mut pool = match scenario.scattered {
            true => Pool::new(size, Box::new(Scattered::twin_of(allocator, size))),
            false => Pool::new(size, rule.apply(allocator, size)),
        };
        if let Some(probe) = scenario.regions.probe {
            pool.watch(probe);
        }
        let region = Region::new(pool, is_bounded(scenario));
        Ok(match &scenario.regions.reservation {
            Some(reservation) => region.reserving(**reservation),
            None => region,
        })
    });
    Ok((of, pools.collect::<Result<_, String>>()?))
}

fn heap(scenario: &Scenario, group: &Group, layout: &Layout) -> Result<Heap, String> {
    let capacity = layout.jvm_heap();
    let inflation = match scenario.mechanisms.pointer_cliff {
        Some(cliff) if capacity >= cliff.limit => cliff.inflation,
        _ => 1.0,
    };
    let spec = HeapSpec {
        capacity,
        cores: group.keys.cores,
        young: group.keys.young.or(scenario.mechanisms.card_scanning.filter(|young| *young > Bytes::ZERO)),
        inflation,
        object: group.keys.object,
    };
    Ok(Heap::new(spec, build(COLLECTORS, &group.collector)?))
}

/// The JVM of a scenario's only TaskManager, at its start.
#[cfg(test)]
pub(super) fn only_jvm(scenario: &Scenario) -> Result<Jvm, String> {
    let group = scenario.groups.first().ok_or("no group")?;
    let heap = heap(scenario, group, &layout_of(scenario, group)?)?;
    let costs = costs(scenario, group, &heap)?;
    Ok(Jvm::new(heap, costs))
}

/// What collections cost in a group: by its description, or by the price that the scenario names.
fn costs(scenario: &Scenario, group: &Group, heap: &Heap) -> Result<Costs, String> {
    let machine = Machine { cores: group.keys.cores, threads: f64::from(group.keys.slots) };
    let section = group.jvm.as_ref().and_then(|jvm| jvm.calibration.section(&group.collector.name));
    let costs = match section {
        Some(section) => Costs::described(section, machine)?,
        None => Costs::priced(build(COLLECTION_PRICES, &scenario.prices.collection)?, machine),
    };
    let costs = costs.with_tax(heap.collector().capabilities().tax);
    // A described JVM scans cards as the measured one did; prices alone leave that to a mechanism.
    Ok(if section.is_some() || scenario.mechanisms.card_scanning.is_some() { costs } else { costs.without_cards() })
}

/// Starts the clockwork of a fresh world: samples, the monitor, and the first events of every source.
pub(super) fn start(world: &mut World<'_>) {
    world.snap();
    world.take_sample();
    let (sample, monitor) = (world.scenario.run.sample_every, world.scenario.monitor.interval);
    world.books.after(sample.max(SimSpan(1)), Event::Sample);
    world.books.after(monitor.max(SimSpan(1)), Event::Monitor);
    world.open_leak_window();
    world.open_sources();
}
