//! Admission to pools: classes that are lost where something is short, and a line whose head waits until it fits.

use slab::Slab;

use super::super::rows::Refusal;
use super::{Gauge, Running, Small, drive, exponential, numbered};
use crate::base::{Args, Bytes, SimTime, Value};
use crate::kernel::{EventQueue, Model, Stream, Streams};
use crate::pool::{BLOCK_ALLOCATORS, Block, Pool};

/// A class of tasks.
#[derive(Clone, Debug)]
pub struct Class {
    /// Tasks a second; for a line, the chance that a task is of this class.
    pub rate: f64,
    /// One over the mean seconds that a task stays.
    pub leave: f64,
    /// Units that it takes of each pool.
    pub needs: Vec<u64>,
    /// Units of the first pool that must stay free after it is admitted.
    pub keeps: u64,
}

/// The model.
#[derive(Clone, Debug)]
pub struct Admission {
    /// Units of each pool.
    pub pools: Vec<u64>,
    /// Who comes.
    pub classes: Vec<Class>,
    /// Whether there is always another task, and its turn comes when those before it are admitted; else tasks come at
    /// their rates and are lost if they cannot be admitted at once.
    pub backlog: bool,
}

impl Admission {
    /// A trial of the model.
    ///
    /// # Errors
    /// A task that could never be admitted.
    pub fn trial(self) -> Result<Small, Refusal> {
        let fits = |(need, pool): (&u64, &u64)| (1..=*pool).contains(need);
        let waits = |class: &Class| class.needs.iter().zip(&self.pools).all(fits);
        if self.backlog && !self.classes.iter().all(waits) {
            return Err(Refusal::Parameters("a size of 0 or above the capacity, expected tasks that fit".into()));
        }
        pools(&self).map_err(Refusal::Unable)?;
        let rate: f64 = match self.backlog {
            true => self.classes.iter().map(|class| class.leave).fold(f64::INFINITY, f64::min),
            false => self.classes.iter().map(|class| class.rate).sum(),
        };
        let (capacity, count) = (self.pools[0] as f64, self.pools.len());
        Ok(Small {
            pace: 1.0 / rate,
            least: 0.0,
            start: Box::new(move |streams| Ok(Box::new(At::new(self.clone(), streams)?))),
            quantity: Box::new(move |name, sums| quantity(name, sums, (capacity, count))),
        })
    }
}

/// Sums: span, tasks done, unit-seconds of each pool, then for each class who came and who was lost.
fn quantity(name: &str, sums: &[f64], (capacity, pools): (f64, usize)) -> Option<f64> {
    let (span, done) = (*sums.first()?, *sums.get(1)?);
    let used = |pool: usize| sums[2..2 + pools].get(pool).map(|used| used / span);
    match name {
        "max_throughput" => return Some(done / span),
        "mean_used" | "mean_cpu_used" => return used(0),
        "mean_mem_used" => return used(1),
        "wasted_fraction" => return used(0).map(|used| 1.0 - used / capacity),
        _ => {}
    }
    let ("P_block_class", number) = numbered(name)? else { return None };
    let class = sums[2 + pools..].chunks_exact(2).nth(number - 1)?;
    Some(class[1] / class[0])
}

/// The pools, in units of one byte.
fn pools(model: &Admission) -> Result<Vec<Pool>, String> {
    let entry = BLOCK_ALLOCATORS.iter().find(|entry| entry.name == "segments").ok_or("there is no paged pool")?;
    let args = Args::new(vec![("page", Value::Bytes(Bytes(1)))]);
    let pool = |units: &u64| Ok(Pool::new(Bytes(*units), (entry.build)(&args, Bytes(*units))?));
    model.pools.iter().map(pool).collect()
}

#[derive(Clone, Copy, Debug)]
enum Event {
    Arrival(u32),
    Leave(u32),
}

struct At {
    model: Admission,
    queue: EventQueue<Event>,
    pools: Vec<Pool>,
    used: Vec<Gauge>,
    tasks: Slab<Vec<Block>>,
    /// Class of the head of the line.
    head: Option<usize>,
    done: f64,
    came: Vec<[f64; 2]>,
    /// For each class: gaps and stays. The mix of a line is drawn from the first of all.
    streams: Vec<[Stream; 2]>,
    now: SimTime,
}

impl At {
    fn new(model: Admission, streams: &Streams) -> Result<At, String> {
        let count = model.classes.len();
        let of = |class: u64| ["gaps", "stays"].map(|purpose| streams.stream(purpose, class));
        let mut at = At {
            queue: EventQueue::new(),
            pools: pools(&model)?,
            used: vec![Gauge::default(); model.pools.len()],
            tasks: Slab::new(),
            head: None,
            done: 0.0,
            came: vec![[0.0; 2]; count],
            streams: (0..count as u64).map(of).collect(),
            now: SimTime::ZERO,
            model,
        };
        match at.model.backlog {
            true => at.admit_line(SimTime::ZERO),
            false => (0..count).for_each(|class| at.expect(SimTime::ZERO, class)),
        }
        Ok(at)
    }

    fn expect(&mut self, now: SimTime, class: usize) {
        let rate = self.model.classes[class].rate;
        if rate > 0.0 {
            let gap = exponential(&mut self.streams[class][0], rate);
            self.queue.schedule(now + gap, 0, Event::Arrival(class as u32));
        }
    }

    /// Admits a task if all pools have room for it.
    fn admit(&mut self, now: SimTime, class: usize) -> bool {
        let Class { needs, keeps, leave, .. } = &self.model.classes[class];
        let fits = |(pool, need): (&Pool, &u64)| pool.available().0 >= *need;
        let kept = self.pools.first().is_some_and(|pool| pool.available().0 >= needs[0] + keeps);
        if !kept || !self.pools.iter().zip(needs).all(fits) {
            return false;
        }
        let blocks: Vec<Block> =
            self.pools.iter_mut().zip(needs).filter_map(|(pool, need)| pool.allocate(Bytes(*need))).collect();
        self.used.iter_mut().zip(needs).for_each(|(used, need)| used.change(now, *need as f64));
        let stay = exponential(&mut self.streams[class][1], *leave);
        let task = self.tasks.insert(blocks);
        self.queue.schedule(now + stay, 0, Event::Leave(task as u32));
        true
    }

    /// Admits the head of the line, and the next, until one does not fit.
    fn admit_line(&mut self, now: SimTime) {
        loop {
            let class = self.head.unwrap_or_else(|| self.draw());
            self.head = Some(class);
            if !self.admit(now, class) {
                return;
            }
            self.head = None;
        }
    }

    fn draw(&mut self) -> usize {
        let total: f64 = self.model.classes.iter().map(|class| class.rate).sum();
        let mut chance = self.streams[0][0].uniform() * total;
        for (number, class) in self.model.classes.iter().enumerate() {
            if chance < class.rate {
                return number;
            }
            chance -= class.rate;
        }
        self.model.classes.len() - 1
    }

    fn arrive(&mut self, now: SimTime, class: usize) {
        self.expect(now, class);
        let admitted = self.admit(now, class);
        self.came[class][0] += 1.0;
        self.came[class][1] += f64::from(u8::from(!admitted));
    }

    fn leave(&mut self, now: SimTime, task: usize) {
        let blocks = self.tasks.try_remove(task).unwrap_or_default();
        for ((pool, used), block) in self.pools.iter_mut().zip(&mut self.used).zip(&blocks) {
            pool.free(block);
            used.change(now, -block.requested.as_f64());
        }
        self.done += 1.0;
        if self.model.backlog {
            self.admit_line(now);
        }
    }
}

impl Model<Event> for At {
    fn queue(&mut self) -> &mut EventQueue<Event> {
        &mut self.queue
    }

    fn handle(&mut self, now: SimTime, event: Event) {
        match event {
            Event::Arrival(class) => self.arrive(now, class as usize),
            Event::Leave(task) => self.leave(now, task as usize),
        }
    }
}

impl Running for At {
    fn advance(&mut self, until: f64) {
        self.now = drive(self, until);
    }

    fn sums(&self) -> Vec<f64> {
        let used = self.used.iter().map(|used| used.area(self.now));
        [self.now.as_secs(), self.done].into_iter().chain(used).chain(self.came.iter().flatten().copied()).collect()
    }
}
