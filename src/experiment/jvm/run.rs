//! The clock: mutator time between collections, pauses, and cycles beside the mutator.

use super::{Log, Mutator, Pause, Slice, Window};
use crate::base::{Bytes, SimSpan};
use crate::memory::heap::{Allocation, CollectionKind, Heap, OutOfMemory, Touched};
use crate::price::calibration::Coefficients;
use crate::price::collection::{CollectionCost, CollectionPrice};

/// Where a JVM runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Machine {
    /// Cores, more than 0.
    pub cores: f64,
    /// Threads of the mutator, at least 1.
    pub threads: f64,
}

/// MiB that survive the collections which make room for classes while a TaskManager starts, as its logs show.
const CLASSES: [u64; 2] = [14, 6];

/// A JVM under way.
pub struct Jvm {
    heap: Heap,
    machine: Machine,
    price: Box<dyn CollectionPrice>,
    barrier: Barrier,
    cycle: Option<Cycle>,
    now: f64,
    /// Seconds in which the mutator ran since the last pause.
    since: f64,
    log: Log,
    window: Window,
    units: f64,
}

impl Jvm {
    /// A JVM at its start, with the costs of its collector's section.
    ///
    /// # Errors
    /// A section that describes no collector.
    pub fn new(heap: Heap, machine: Machine, section: &Coefficients) -> Result<Jvm, String> {
        let window = Window { from: f64::INFINITY, until: f64::INFINITY };
        // Cards are work of the mutator's threads, which share it.
        let mut section = section.clone();
        for name in ["logged", "refined"] {
            section.scale(name, 1.0 / machine.threads.min(machine.cores));
        }
        Ok(Jvm {
            heap,
            machine,
            price: section.price()?,
            barrier: Barrier::new(&section, machine),
            cycle: None,
            now: 0.0,
            since: 0.0,
            log: Log::default(),
            window,
            units: 0.0,
        })
    }

    /// Seconds since the start.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Pauses so far.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Puts `bytes` that live for ever into the old generation.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn pin(&mut self, bytes: Bytes) -> Result<(), OutOfMemory> {
        self.heap.pin(bytes)
    }

    /// Fills a heap at its start with `bytes` of live data, at no cost and in no time: the state after a full collection.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn settle(&mut self, bytes: Bytes) -> Result<(), OutOfMemory> {
        self.heap.grow(bytes, &mut Vec::new())?;
        self.heap.settle();
        self.cycle = None;
        if self.heap.room() == Bytes::ZERO {
            return Err(OutOfMemory { wanted: Bytes(1), live: self.heap.live(), capacity: self.heap.capacity() });
        }
        Ok(())
    }

    /// Takes `bytes` from the live set.
    pub fn release(&mut self, bytes: Bytes) {
        self.heap.release(bytes);
    }

    /// Leaves the heap as a full collection leaves it, at no cost.
    pub fn compact(&mut self) {
        self.heap.settle();
        self.cycle = None;
    }

    /// Loads the framework: two collections of an almost empty heap, from which adaptive collectors learn first.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn load_classes(&mut self) -> Result<(), OutOfMemory> {
        for survivors in CLASSES {
            let bytes = Bytes::mib(survivors).min(self.heap.generations().room());
            let mut out = Vec::new();
            self.heap.allocate(Allocation { bytes, survival: 1.0, ..Allocation::default() }, &mut out)?;
            self.heap.collect_now(&mut out);
            self.charge(&out);
        }
        Ok(())
    }

    /// From now on counts the mutator's units within `window`.
    pub fn measure(&mut self, window: Window) {
        self.window = window;
        self.units = 0.0;
    }

    /// Units within the window.
    pub fn units(&self) -> f64 {
        self.units
    }

    /// The heap.
    pub fn heap(&self) -> &Heap {
        &self.heap
    }

    /// Runs until the end of the window.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn run(&mut self, mutator: &mut dyn Mutator) -> Result<(), OutOfMemory> {
        while self.now < self.window.until {
            self.step(mutator)?;
        }
        Ok(())
    }

    /// Runs until eden is full or a cycle ends; or collects, if eden is full.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn step(&mut self, mutator: &mut dyn Mutator) -> Result<(), OutOfMemory> {
        let room = self.heap.generations().room();
        let most = mutator.most();
        if room == Bytes::ZERO { self.collect() } else { self.mutate(mutator, room.min(most)) }
    }

    /// Cores that the mutator gets.
    fn speed(&self) -> f64 {
        let taken = if self.cycle.is_some() { self.barrier.taken } else { 0.0 };
        self.machine.threads.min(self.machine.cores - taken)
    }

    /// Cores that the collector has while the mutator waits.
    fn alone(&self) -> f64 {
        self.machine.cores.min(1.0)
    }

    /// The mutator goes on until `room` is full or the running cycle ends.
    fn mutate(&mut self, mutator: &mut dyn Mutator, room: Bytes) -> Result<(), OutOfMemory> {
        let cost = mutator.cost() * (1.0 + self.barrier.tax);
        let per_byte = cost / self.speed();
        let Some(cycle) = self.cycle else { return self.fill(mutator, room, room.as_f64() * per_byte) };
        let left = cycle.work.max(0.0);
        let to_end = left / self.barrier.taken / per_byte;
        let budget = cycle.budget.min(room.as_f64());
        if to_end <= budget {
            let bytes = Bytes::from_f64(to_end).min(room);
            self.fill(mutator, bytes, left / self.barrier.taken)?;
            self.finish();
        } else if cycle.budget > room.as_f64() {
            // A collection comes before the end of the cycle.
            let seconds = room.as_f64() * per_byte;
            self.cycle = Some(Cycle { work: left - self.barrier.taken * seconds, ..cycle });
            self.fill(mutator, room, seconds)?;
        } else {
            let contended = budget * per_byte;
            let seconds = if cycle.paced {
                (left / self.alone()).max((left + budget * cost) / self.machine.cores)
            } else {
                contended + (left - self.barrier.taken * contended) / self.alone()
            };
            self.fill(mutator, Bytes::from_f64(budget).min(room), seconds)?;
            self.finish();
        }
        Ok(())
    }

    /// The mutator allocates `bytes` in so many seconds; they fit.
    fn fill(&mut self, mutator: &mut dyn Mutator, bytes: Bytes, seconds: f64) -> Result<(), OutOfMemory> {
        let stretch = mutator.advance(Slice { bytes, seconds, old_share: self.old_share() });
        let mut out = Vec::new();
        self.heap.release(stretch.released);
        self.heap.grow(stretch.growth, &mut out)?;
        self.heap.allocate(stretch.allocation, &mut out)?;
        self.pass(seconds, stretch.units);
        self.charge(&out);
        Ok(())
    }

    fn old_share(&self) -> f64 {
        let state = self.heap.generations();
        let old = state.old_live().saturating_sub(state.pinned());
        (old.as_f64() / state.replaceable().as_f64().max(1.0)).min(1.0)
    }

    /// Counts `seconds` of mutator time with what it did in them.
    fn pass(&mut self, seconds: f64, units: f64) {
        let until = self.now + seconds;
        if seconds > 0.0 {
            self.units += units * self.window.overlap(self.now, until) / seconds;
        }
        self.now = until;
        self.since += seconds;
    }

    /// Eden is full: collects, and waits for the running cycle where only its end can give room. What a whole cycle or
    /// collection that began now could not free is not there.
    fn collect(&mut self) -> Result<(), OutOfMemory> {
        let least = self.heap.generations().spec.object.max(Bytes(1));
        loop {
            let under_way = self.heap.in_cycle();
            let mut out = Vec::new();
            self.heap.collect_now(&mut out);
            self.charge(&out);
            while self.heap.generations().room() < least && self.heap.in_cycle() {
                let left = self.cycle.map_or(0.0, |cycle| cycle.work.max(0.0));
                self.now += left / self.alone();
                self.finish();
            }
            if self.heap.generations().room() >= least {
                return Ok(());
            }
            if !under_way {
                return Err(OutOfMemory { wanted: least, live: self.heap.live(), capacity: self.heap.capacity() });
            }
        }
    }

    /// The running cycle has done its work.
    fn finish(&mut self) {
        self.cycle = None;
        let mut out = Vec::new();
        self.heap.finish_cycle(&mut out);
        self.charge(&out);
    }

    /// Stops the mutator for every pause, and starts the cycle that is announced.
    fn charge(&mut self, touched: &[Touched]) {
        for entry in touched {
            let one = Touched { count: 1, ..*entry };
            let cost = self.price.cost(&one, self.machine.cores);
            if entry.concurrent {
                let budget = entry.budget.map_or(f64::INFINITY, Bytes::as_f64);
                self.cycle = Some(Cycle { work: cost.cpu.as_secs(), budget, paced: entry.paced });
                continue;
            }
            for _ in 0..entry.count {
                self.pause(&one, &cost);
            }
        }
    }

    fn pause(&mut self, one: &Touched, cost: &CollectionCost) {
        self.heap.paused(one, cost.pause, SimSpan::from_secs(std::mem::take(&mut self.since)));
        self.now += cost.pause.as_secs();
        let Touched { kind, copied, eden, .. } = *one;
        self.log.add(Pause { kind, end: self.now, length: cost.pause.as_secs(), copied, eden });
        // Beside a concurrent collector all threads meet fresh pages; after a pause each one finds its caches cold.
        let lost = cost.lost.as_secs();
        self.now += if one.kind == CollectionKind::Remark { lost / self.speed() } else { lost };
        if one.kind == CollectionKind::Full && !self.heap.in_cycle() {
            self.cycle = None;
        }
    }
}

/// Work beside the mutator.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cycle {
    /// Core-seconds still to do.
    work: f64,
    /// Bytes that the mutator may allocate until it is done.
    budget: f64,
    /// Whether the mutator is slowed down to make them last.
    paced: bool,
}

/// What the collector costs the mutator outside of pauses.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Barrier {
    /// Barriers, as a share of the mutator's useful time.
    tax: f64,
    /// Cores that a cycle takes.
    taken: f64,
}

impl Barrier {
    fn new(section: &Coefficients, machine: Machine) -> Barrier {
        let Machine { cores, threads } = machine;
        let share = if cores <= 1.0 { section.get("share-of-one") * cores } else { section.get("share-of-many") };
        // A core that no mutator uses is the collector's.
        let idle = (cores - threads).clamp(0.0, 1.0);
        Barrier { tax: section.get("tax"), taken: share.max(idle).clamp(0.01 * cores, 0.99 * cores) }
    }
}
