//! Statistics from the decision log alone, with arithmetic of their own.
//!
//! A run is cut into batches of equal length, the first of which is left out; each batch keeps integrals over time and counts,
//! from which every quantity is a ratio.

use std::collections::BTreeMap;

use crate::base::{RegionId, SimTime};
use crate::sim::audit::Auditor;
use crate::sim::log::{Entry, Observer};

use super::super::trial;
use super::quantile::Spread;

/// What a class of tasks met.
#[derive(Clone, Copy, Debug, Default)]
pub struct Class {
    /// Arrived.
    pub arrived: f64,
    /// Lost.
    pub lost: f64,
    /// Lost though enough memory was free in all.
    pub cut_up: f64,
}

/// Integrals and counts of one batch, or of several.
#[derive(Clone, Debug, Default)]
pub struct Sums {
    /// Seconds.
    pub span: f64,
    /// Seconds with so many tasks present.
    pub present: Vec<f64>,
    /// Task-seconds in the line.
    pub waiting: f64,
    /// Task-seconds in a slot.
    pub running: f64,
    /// Unit-seconds and the like of the pool: bytes used, holes, largest hole, external fragmentation, unusable share.
    pub pool: [f64; 5],
    /// Tasks of each class.
    pub classes: Vec<Class>,
    /// Tasks done.
    pub done: f64,
    /// Their seconds.
    pub stay: f64,
    /// How long they took for each second of work.
    pub slowdown: f64,
    /// Their seconds, one by one.
    pub stays: Spread,
    /// Tasks that got a slot.
    pub placed: f64,
    /// Their seconds in the line.
    pub wait: f64,
    /// Those who had to wait.
    pub waited: f64,
    /// Their seconds in the line, one by one.
    pub waits: Spread,
    /// Times that the last task left.
    pub emptied: f64,
    /// Records of a streaming job.
    pub records: f64,
    /// Byte-seconds that windows keep.
    pub kept: f64,
    /// Windows that ended, and the bytes that all of them kept just before.
    pub fired: f64,
    /// See [`Sums::fired`].
    pub at_firing: f64,
}

impl trial::Sums for Sums {
    fn add(&mut self, other: &Sums, sign: f64) {
        let grow = self.present.len().max(other.present.len());
        self.present.resize(grow, 0.0);
        self.classes.resize(self.classes.len().max(other.classes.len()), Class::default());
        self.present.iter_mut().zip(&other.present).for_each(|(sum, more)| *sum += sign * more);
        self.pool.iter_mut().zip(&other.pool).for_each(|(sum, more)| *sum += sign * more);
        for (sum, more) in self.classes.iter_mut().zip(&other.classes) {
            sum.arrived += sign * more.arrived;
            sum.lost += sign * more.lost;
            sum.cut_up += sign * more.cut_up;
        }
        self.span += sign * other.span;
        self.waiting += sign * other.waiting;
        self.running += sign * other.running;
        self.done += sign * other.done;
        self.stay += sign * other.stay;
        self.slowdown += sign * other.slowdown;
        self.placed += sign * other.placed;
        self.wait += sign * other.wait;
        self.waited += sign * other.waited;
        self.emptied += sign * other.emptied;
        self.records += sign * other.records;
        self.kept += sign * other.kept;
        self.fired += sign * other.fired;
        self.at_firing += sign * other.at_firing;
        self.stays.add(&other.stays, sign);
        self.waits.add(&other.waits, sign);
    }
}

/// A task present.
struct Task {
    class: usize,
    arrived: u64,
    clock: f64,
    placed: bool,
}

/// Listens to a run, with the auditor beside it.
pub struct Watch {
    /// Replays the log.
    pub auditor: Auditor,
    /// What the batches add up.
    pub batches: Vec<Sums>,
    sizes: Vec<u64>,
    quantiles: bool,
    length: u64,
    at: u64,
    tasks: BTreeMap<u64, Task>,
    waiting: u64,
    running: u64,
    /// Seconds of work that one core, shared by all who run, has done for each of them.
    clock: f64,
    capacity: u64,
    pool: [f64; 5],
    /// Bytes that windows keep.
    kept: f64,
}

impl Watch {
    /// For `batches` batches of `length` nanoseconds after one that is left out.
    pub fn new(sizes: &[u64], length: u64, batches: usize) -> Watch {
        let empty = Sums { classes: vec![Class::default(); sizes.len()], ..Sums::default() };
        Watch {
            auditor: Auditor::new(),
            batches: vec![empty; batches],
            sizes: sizes.to_vec(),
            quantiles: false,
            length,
            at: 0,
            tasks: BTreeMap::new(),
            waiting: 0,
            running: 0,
            clock: 0.0,
            capacity: 0,
            pool: [0.0; 5],
            kept: 0.0,
        }
    }

    /// Keeps the distributions of times too.
    pub fn with_quantiles(mut self, wanted: bool) -> Watch {
        self.quantiles = wanted;
        self
    }

    /// The batch of an instant.
    fn batch(&mut self, at: u64) -> Option<&mut Sums> {
        let number = (at / self.length).checked_sub(1)?;
        self.batches.get_mut(number as usize)
    }

    /// Integrates up to `now`.
    pub fn advance(&mut self, now: u64) {
        while self.at < now {
            let at = self.at;
            let until = now.min((at / self.length + 1) * self.length);
            let span = (until - at) as f64 / 1e9;
            if self.running > 0 {
                self.clock += span / self.running as f64;
            }
            let (present, waiting, running) = (self.tasks.len(), self.waiting as f64, self.running as f64);
            let (pool, kept) = (self.pool, self.kept);
            if let Some(sums) = self.batch(at) {
                sums.span += span;
                if sums.present.len() <= present {
                    sums.present.resize(present + 1, 0.0);
                }
                sums.present[present] += span;
                sums.waiting += waiting * span;
                sums.running += running * span;
                sums.kept += kept * span;
                sums.pool.iter_mut().zip(pool).for_each(|(sum, level)| *sum += level * span);
            }
            self.at = until;
        }
    }

    fn arrive(&mut self, now: u64, task: u64, class: usize) {
        let entry = Task { class, arrived: now, clock: self.clock, placed: false };
        self.tasks.insert(task, entry);
        self.waiting += 1;
        if let Some(sums) = self.batch(now) {
            sums.classes[class].arrived += 1.0;
        }
    }

    fn place(&mut self, now: u64, task: u64) {
        let Some(entry) = self.tasks.get_mut(&task) else { return };
        entry.placed = true;
        let wait = (now - entry.arrived) as f64 / 1e9;
        self.waiting -= 1;
        self.running += 1;
        let quantiles = self.quantiles;
        if let Some(sums) = self.batch(now) {
            sums.placed += 1.0;
            sums.wait += wait;
            sums.waited += f64::from(u8::from(wait > 0.0));
            if quantiles {
                sums.waits.push(wait);
            }
        }
    }

    fn leave(&mut self, now: u64, task: u64) -> Option<Task> {
        let entry = self.tasks.remove(&task)?;
        *(if entry.placed { &mut self.running } else { &mut self.waiting }) -= 1;
        let emptied = self.tasks.is_empty() && entry.arrived < now;
        if let Some(sums) = self.batch(now).filter(|_| emptied) {
            sums.emptied += 1.0;
        }
        Some(entry)
    }

    fn done(&mut self, now: u64, task: u64) {
        let Some(entry) = self.leave(now, task) else { return };
        let stay = (now - entry.arrived) as f64 / 1e9;
        let work = (self.clock - entry.clock).max(1e-9);
        let quantiles = self.quantiles;
        if let Some(sums) = self.batch(now) {
            sums.done += 1.0;
            sums.stay += stay;
            sums.slowdown += stay / work;
            if quantiles {
                sums.stays.push(stay);
            }
        }
    }

    fn fire(&mut self, now: u64, bytes: f64) {
        let kept = self.kept;
        self.kept -= bytes;
        if let Some(sums) = self.batch(now) {
            sums.fired += 1.0;
            sums.at_firing += kept;
        }
    }

    fn lose(&mut self, now: u64, task: u64) {
        let Some(Task { class, .. }) = self.leave(now, task) else { return };
        let cut_up = self.capacity as f64 - self.pool[0] >= self.sizes[class] as f64;
        if let Some(sums) = self.batch(now) {
            sums.classes[class].lost += 1.0;
            sums.classes[class].cut_up += f64::from(u8::from(cut_up));
        }
    }
}

impl Observer for Watch {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        self.auditor.hear(now, entry);
        self.advance(now.0);
        match *entry {
            Entry::Arrived { task, workload, .. } => self.arrive(now.0, task, workload as usize),
            Entry::Placed { task, .. } => self.place(now.0, task),
            Entry::Done { task, .. } => self.done(now.0, task),
            Entry::Lost { task, .. } => self.lose(now.0, task),
            Entry::Kept { bytes, .. } => self.kept += bytes.as_f64(),
            Entry::Expired { bytes, .. } => self.fire(now.0, bytes.as_f64()),
            // Region 1 is managed memory.
            Entry::Opened { place, capacity, .. } if place.region == RegionId(1) => self.capacity = capacity.0,
            Entry::Layout { place, used, holes, largest, external, unusable } if place.region == RegionId(1) => {
                self.pool = [used.as_f64(), holes as f64, largest.as_f64(), external, unusable];
            }
            _ => {}
        }
    }
}
