//! The heap that the simulator holds: generations and their collector, driven by allocation.

use super::collector::{Object, Placement};
use super::fold::Rhythm;
use super::{Collector, Flow, Generations, HeapSpec, OverheadLimit, Spaces, Step, Touched};
use crate::base::{Bytes, SimSpan};

/// A request for memory by the mutator.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Allocation {
    /// Bytes in all, any number of edens.
    pub bytes: Bytes,
    /// Share still reachable at the next young collection and dead by the one after, 0 ..= 1.
    pub survival: f64,
    /// Share that replaces evenly chosen bytes of the live set (state updated by replacement), 0 ..= 1.
    pub turnover: f64,
    /// Updates of evenly chosen old objects that come with these bytes, for card scanning; at least 0.
    pub updates: f64,
    /// Distinct cards that these updates can hit, as those of one table of references; 0 stands for all live old data.
    pub targets: f64,
}

/// How far an allocation came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// All bytes are allocated.
    Done,
    /// The running concurrent cycle must end before `left` bytes can be allocated: stop the mutator until
    /// [`Heap::finish_cycle`], then allocate them.
    Stalled {
        /// Bytes that wait.
        left: Bytes,
    },
}

/// Why a JVM gave up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cause {
    /// A full collection made no room.
    #[default]
    HeapSpace,
    /// Full collections took nearly all of the time and freed next to nothing (see [`OverheadLimit`]).
    OverheadLimit,
    /// An object needs so many regions next to each other, and a full collection did not bring them together.
    Contiguity(u64),
}

/// java.lang.OutOfMemoryError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// By which rule.
    pub cause: Cause,
    /// Bytes that found no place.
    pub wanted: Bytes,
    /// Bytes of the live set.
    pub live: Bytes,
    /// Size of the heap.
    pub capacity: Bytes,
}

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let OutOfMemory { cause, wanted, live, capacity } = self;
        match cause {
            Cause::HeapSpace => write!(f, "out of memory: {live} live of {capacity}, no room for {wanted} more"),
            Cause::OverheadLimit => {
                let limit = OverheadLimit::default();
                write!(f, "out of memory: GC overhead limit exceeded ({limit}), {live} live of {capacity}")
            }
            Cause::Contiguity(regions) => {
                write!(
                    f,
                    "out of memory: {live} live of {capacity}, but not {regions} free regions next to each other"
                )?;
                write!(f, " for an object of {wanted}")
            }
        }
    }
}

impl std::error::Error for OutOfMemory {}

/// One garbage-collected heap.
pub struct Heap {
    generations: Generations,
    collector: Box<dyn Collector>,
    /// The live set as the caller counts it, before inflation.
    asked: Bytes,
    folding: bool,
    limit: OverheadLimit,
    /// Live bytes of objects in regions of their own.
    apart: Bytes,
    /// Bytes that the mutator may allocate for now, where its pace is set from outside.
    allowance: Option<Bytes>,
    /// New live bytes that the next allocation has to find room for first.
    owed: Bytes,
}

/// An object that [`Heap::place`] found a place for.
#[derive(Debug, PartialEq)]
pub struct Placed {
    bytes: Bytes,
    number: Option<u32>,
}

impl Heap {
    /// An empty heap.
    pub fn new(spec: HeapSpec, collector: Box<dyn Collector>) -> Heap {
        let generations = collector.found(&spec);
        let folding = collector.capabilities().repeats;
        Heap {
            generations,
            collector,
            asked: Bytes::ZERO,
            folding,
            limit: OverheadLimit::default(),
            apart: Bytes::ZERO,
            allowance: None,
            owed: Bytes::ZERO,
        }
    }

    /// Allocates, collecting as often as it takes; appends what the collections touched to `out`, in order, equal
    /// neighbours folded by their count. An entry with `concurrent` announces a cycle, which runs until [`Heap::finish_cycle`].
    pub fn allocate(&mut self, request: Allocation, out: &mut Vec<Touched>) -> Result<Progress, OutOfMemory> {
        if !self.collector.capabilities().bounded {
            let owed = std::mem::take(&mut self.owed);
            self.grow_on(owed, out)?;
            return Ok(Progress::Done);
        }
        if let Some(error) = self.given_up() {
            return Err(error);
        }
        let updates = if request.bytes > Bytes::ZERO { request.updates / request.bytes.as_f64() } else { 0.0 };
        let Allocation { bytes, survival, turnover, targets, .. } = request;
        // Entries of earlier calls must not be multiplied by a skip of this one.
        let mut fresh = Vec::new();
        let result = self.run(bytes, &Flow { survival, turnover, updates, targets }, &mut fresh);
        fresh.into_iter().for_each(|entry| entry.push_onto(out));
        result
    }

    /// Allocates what is owed and then `bytes`, each of which brings `flow` with it.
    fn run(&mut self, bytes: Bytes, flow: &Flow, fresh: &mut Vec<Touched>) -> Result<Progress, OutOfMemory> {
        let (mut left, mut rhythm) = (bytes + self.owed, Rhythm::default());
        loop {
            let allowed = self.allowance;
            let chunk = left.min(self.room()).min(allowed.unwrap_or(left));
            let live = chunk.min(self.owed);
            if live > Bytes::ZERO {
                self.generations.fill_live(live);
                self.owed -= live;
            }
            self.generations.fill(chunk - live, flow);
            left -= chunk;
            self.allowance = allowed.map(|bytes| bytes.saturating_sub(chunk));
            if left == Bytes::ZERO {
                return Ok(Progress::Done);
            }
            if self.room() > Bytes::ZERO {
                if allowed == Some(chunk) {
                    return Ok(Progress::Stalled { left: left - self.owed });
                }
                continue;
            }
            match self.collect(left, fresh) {
                Err(error) => return Err(OutOfMemory { wanted: error.wanted.saturating_sub(self.owed), ..error }),
                Ok(Step::Stall) => return Ok(Progress::Stalled { left: left - self.owed }),
                Ok(Step::Collected) => {}
            }
            if self.folding && self.owed == Bytes::ZERO {
                left = rhythm.skip((&mut self.generations, &*self.collector), left, fresh);
            }
        }
    }

    /// Tells the collector that each of the collections in `touched` took `pause`, after `mutator` of running since
    /// the end of the one before. Where that breaks the overhead limit, all later allocations fail ([`Heap::given_up`]).
    pub fn paused(&mut self, touched: &Touched, pause: SimSpan, mutator: SimSpan) {
        self.watch(touched, (pause, mutator));
        // Averages have settled long before.
        let lessons = if self.collector.capabilities().learns { touched.count.min(10_000) } else { 0 };
        for _ in 0..lessons {
            self.collector.paused(&mut self.generations, touched, (pause, mutator));
        }
    }

    /// Holds the times of collections against the overhead limit, for collectors that have one.
    fn watch(&mut self, touched: &Touched, times: (SimSpan, SimSpan)) {
        if self.collector.capabilities().limits_overhead {
            // HotSpot asks it of eden and of the old generation, which compaction fills first.
            let Spaces { eden, old, .. } = self.generations.spaces;
            let share = |size: Bytes, used: Bytes| size.saturating_sub(used).as_f64() / size.as_f64().max(1.0);
            let free = share(old, touched.after).max(share(eden, touched.after.saturating_sub(old)));
            self.limit.observe(touched, times, free);
        }
    }

    /// The error with which every allocation fails since the overhead limit was broken, if it was.
    pub fn given_up(&self) -> Option<OutOfMemory> {
        self.limit.is_broken().then(|| self.out_of_memory(Cause::OverheadLimit, Bytes::ZERO))
    }

    fn out_of_memory(&self, cause: Cause, wanted: Bytes) -> OutOfMemory {
        OutOfMemory { cause, wanted, live: self.live(), capacity: self.capacity() }
    }

    /// Collects the young generation although eden is not full, as when classes need room.
    pub fn collect_now(&mut self, out: &mut Vec<Touched>) {
        self.collector.collect(&mut self.generations, out);
    }

    /// Puts `bytes` that live for ever into the old generation at no cost: classes, tables of references. They are part of
    /// the live set, but are neither replaced nor released.
    pub fn pin(&mut self, bytes: Bytes) -> Result<(), OutOfMemory> {
        if self.collector.pin(&mut self.generations, bytes) || !self.collector.capabilities().bounded {
            return Ok(());
        }
        Err(self.out_of_memory(Cause::HeapSpace, bytes))
    }

    /// Nobody reaches up to `bytes` of what was pinned any more; they are garbage until the old generation is collected.
    pub fn unpin(&mut self, bytes: Bytes) {
        self.generations.unpin(bytes);
    }

    /// Adds `bytes` to the live set; they are allocated in eden and promoted in time, like anything else.
    pub fn grow(&mut self, bytes: Bytes, out: &mut Vec<Touched>) -> Result<(), OutOfMemory> {
        if let Some(error) = self.given_up() {
            return Err(error);
        }
        let held = self.held();
        self.asked += bytes;
        self.grow_on(self.held().saturating_sub(held), out)
    }

    /// Takes back `bytes` that [`Heap::grow`] could not add in full: `missing` of them were never there.
    pub fn take_back(&mut self, bytes: Bytes, missing: Bytes) {
        let held = self.held();
        self.asked = self.asked.saturating_sub(bytes);
        let gone = held.saturating_sub(self.held());
        self.generations.release_newest(gone.saturating_sub(missing));
    }

    /// Adds `bytes` to the live set that the next [`Heap::allocate`] allocates before its own, so that they too can wait for
    /// a concurrent cycle.
    pub fn owe(&mut self, bytes: Bytes) {
        let held = self.held();
        self.asked += bytes;
        self.owed += self.held().saturating_sub(held);
    }

    /// Goes on with growth that failed, `left` bytes short, after more room has been made.
    pub fn grow_on(&mut self, mut left: Bytes, out: &mut Vec<Touched>) -> Result<(), OutOfMemory> {
        loop {
            let chunk = left.min(self.room());
            self.generations.fill_live(chunk);
            left -= chunk;
            if left == Bytes::ZERO {
                return Ok(());
            }
            if self.generations.room() > Bytes::ZERO {
                continue;
            }
            // A stall cannot be waited for here, since growth is not split: the collector has to finish its cycle.
            if self.collect(left, out)? == Step::Stall {
                self.finish_cycle(out);
            }
        }
    }

    /// Places one large object, which lives until it is discarded. G1 gives what is larger than half a region regions of its
    /// own next to each other; under other collectors it is like [`Heap::grow`].
    ///
    /// # Errors
    /// No room, or none in one piece.
    pub fn place(&mut self, object: Object, out: &mut Vec<Touched>) -> Result<Placed, OutOfMemory> {
        if let Some(error) = self.given_up() {
            return Err(error);
        }
        let number = match self.collector.place(&mut self.generations, object, out) {
            Placement::Ordinary => {
                self.grow(object.bytes, out)?;
                None
            }
            Placement::Regions(number) => {
                self.apart += object.bytes;
                Some(number)
            }
            Placement::NoRoom(regions) => return Err(self.out_of_memory(Cause::Contiguity(regions), object.bytes)),
        };
        Ok(Placed { bytes: object.bytes, number })
    }

    /// Nobody reaches the object any more; its memory is free once the collector has found out.
    pub fn discard(&mut self, placed: Placed) {
        match placed.number {
            Some(number) => {
                self.apart = self.apart.saturating_sub(placed.bytes);
                self.collector.discard(&mut self.generations, number);
            }
            None => self.release(placed.bytes),
        }
    }

    /// Sets the mutator's pace: allows so many bytes beside those that are left of earlier ones. Once they are used up,
    /// [`Heap::allocate`] answers [`Progress::Stalled`] until more are allowed. `None` lifts the limit.
    pub fn allow(&mut self, bytes: Option<Bytes>) {
        self.allowance = bytes.map(|more| self.allowance.unwrap_or_default() + more);
    }

    /// Bytes that are left of the mutator's pace; `None` where nobody sets one.
    pub fn allowed(&self) -> Option<Bytes> {
        self.allowance
    }

    /// Takes up to `bytes` from the live set, evenly from all of it; they are garbage until the space that holds them is collected.
    pub fn release(&mut self, bytes: Bytes) {
        self.let_go(bytes, Generations::release);
    }

    /// As [`Heap::release`], but takes what was allocated last: a window whose contents die together.
    pub fn release_newest(&mut self, bytes: Bytes) {
        self.let_go(bytes, Generations::release_newest);
    }

    fn let_go(&mut self, bytes: Bytes, release: fn(&mut Generations, Bytes)) {
        let held = self.held();
        self.asked = self.asked.saturating_sub(bytes);
        let gone = held.saturating_sub(self.held());
        release(&mut self.generations, gone);
        if !self.collector.capabilities().bounded {
            self.generations.settle();
        }
    }

    /// Promotes the whole live set and drops all garbage, at no cost: the state right after a full collection of a JVM that
    /// has never been short of memory.
    pub fn settle(&mut self) {
        self.allowance = None;
        self.limit = OverheadLimit::default();
        let owed = std::mem::take(&mut self.owed);
        self.generations.fill_live(owed.min(self.generations.room()));
        self.collector.settle(&mut self.generations);
    }

    /// The concurrent cycle announced last is over; appends the pauses that end it. Does nothing when none runs.
    pub fn finish_cycle(&mut self, out: &mut Vec<Touched>) {
        self.collector.finish(&mut self.generations, out);
    }

    /// Whether concurrent work is under way.
    pub fn in_cycle(&self) -> bool {
        self.generations.phase.is_concurrent()
    }

    /// The collector, for its tax and its threads.
    pub fn collector(&self) -> &dyn Collector {
        &*self.collector
    }

    /// The state in detail.
    pub fn generations(&self) -> &Generations {
        &self.generations
    }

    /// Bytes that the live set takes, inflation included.
    pub fn live(&self) -> Bytes {
        self.generations.live() + self.apart
    }

    /// Bytes in use, garbage included; at most the capacity, but for a collector without bounds.
    pub fn used(&self) -> Bytes {
        self.generations.used() + self.apart
    }

    /// Bytes in eden.
    pub fn eden_used(&self) -> Bytes {
        self.generations.eden_used()
    }

    /// Size of eden until the next collection.
    pub fn eden_capacity(&self) -> Bytes {
        self.generations.spaces.eden
    }

    /// Bytes in the old generation.
    pub fn old_used(&self) -> Bytes {
        self.generations.old_used()
    }

    /// Size of the heap.
    pub fn capacity(&self) -> Bytes {
        self.generations.spec.capacity
    }

    /// Bytes not in use.
    pub fn free(&self) -> Bytes {
        self.capacity().saturating_sub(self.used())
    }

    /// State and collector, for what changes the size of the heap.
    pub(super) fn parts(&mut self) -> (&mut Generations, &dyn Collector) {
        (&mut self.generations, &*self.collector)
    }

    fn held(&self) -> Bytes {
        self.asked.scale(self.generations.spec.inflation)
    }

    /// Bytes that fit before the next collection.
    pub fn room(&self) -> Bytes {
        self.generations.room()
    }

    fn collect(&mut self, left: Bytes, out: &mut Vec<Touched>) -> Result<Step, OutOfMemory> {
        let step = self.collector.collect(&mut self.generations, out);
        let least = left.min(self.generations.spec.object).max(Bytes(1));
        if step == Step::Collected && self.generations.room() < least {
            return Err(self.out_of_memory(Cause::HeapSpace, left));
        }
        Ok(step)
    }

    /// A twin that simulates every collection one by one, to test folding against.
    #[cfg(test)]
    pub(super) fn unfolded(mut self) -> Heap {
        self.folding = false;
        self
    }
}
