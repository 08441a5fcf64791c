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

/// Answers how many bytes the mutator allocates while the concurrent cycle given runs.
pub type Pace<'a> = &'a dyn Fn(&Touched) -> Bytes;

/// The times of a mutator and its collections, for collectors that learn from them. All answers must depend on the
/// arguments alone, since repetitions are skipped.
pub trait Clock {
    /// Length of the pause of one collection.
    fn pause(&self, touched: &Touched) -> SimSpan;

    /// Time that the mutator takes to allocate `bytes`.
    fn mutator(&self, bytes: Bytes) -> SimSpan;
}

/// What a driver brings along for a batch.
#[derive(Clone, Copy, Default)]
struct Guide<'a> {
    pace: Option<Pace<'a>>,
    clock: Option<&'a dyn Clock>,
}

/// One garbage-collected heap.
pub struct Heap {
    generations: Generations,
    collector: Box<dyn Collector>,
    /// The live set as the caller counts it, before inflation.
    asked: Bytes,
    cycle_left: Option<Bytes>,
    folding: bool,
    limit: OverheadLimit,
    /// Live bytes of objects in regions of their own.
    apart: Bytes,
    /// Bytes that the mutator may allocate for now, where its pace is set from outside.
    allowance: Option<Bytes>,
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
            cycle_left: None,
            folding,
            limit: OverheadLimit::default(),
            apart: Bytes::ZERO,
            allowance: None,
        }
    }

    /// Allocates, collecting as often as it takes; appends what the collections touched to `out`, in order, equal
    /// neighbours folded by their count. An entry with `concurrent` announces a cycle, which runs until [`Heap::finish_cycle`].
    pub fn allocate(&mut self, request: Allocation, out: &mut Vec<Touched>) -> Result<Progress, OutOfMemory> {
        self.run(request, Guide::default(), out)
    }

    /// As [`Heap::allocate`], for batches that outlast a concurrent cycle: a cycle ends by itself when the mutator has
    /// allocated what `pace` answers for it.
    pub fn allocate_paced(
        &mut self,
        request: Allocation,
        pace: Pace<'_>,
        out: &mut Vec<Touched>,
    ) -> Result<Progress, OutOfMemory> {
        self.run(request, Guide { pace: Some(pace), clock: None }, out)
    }

    /// As [`Heap::allocate_paced`], and tells the collector at once how long each collection took, as
    /// [`Heap::paused`] does later.
    pub fn allocate_timed(
        &mut self,
        request: Allocation,
        (pace, clock): (Pace<'_>, &dyn Clock),
        out: &mut Vec<Touched>,
    ) -> Result<Progress, OutOfMemory> {
        self.run(request, Guide { pace: Some(pace), clock: Some(clock) }, out)
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
        if !self.collector.capabilities().bounded || self.collector.pin(&mut self.generations, bytes) {
            return Ok(());
        }
        Err(self.out_of_memory(Cause::HeapSpace, bytes))
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

    /// Goes on with growth that failed, `left` bytes short, after more room has been made.
    pub fn grow_on(&mut self, mut left: Bytes, out: &mut Vec<Touched>) -> Result<(), OutOfMemory> {
        loop {
            let chunk = left.min(self.room());
            self.generations.fill_live(chunk);
            left -= chunk;
            if self.pass(chunk) {
                self.finish_cycle(out);
            }
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
        self.cycle_left = None;
        self.allowance = None;
        self.limit = OverheadLimit::default();
        self.collector.settle(&mut self.generations);
    }

    /// The concurrent cycle announced last is over; appends the pauses that end it. Does nothing when none runs.
    pub fn finish_cycle(&mut self, out: &mut Vec<Touched>) {
        self.cycle_left = None;
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

    /// Bytes that fit before the next collection or the end of a paced cycle.
    pub fn room(&self) -> Bytes {
        let room = self.generations.room();
        self.cycle_left.map_or(room, |left| left.min(room))
    }

    fn run(&mut self, request: Allocation, guide: Guide<'_>, out: &mut Vec<Touched>) -> Result<Progress, OutOfMemory> {
        if !self.collector.capabilities().bounded {
            return Ok(Progress::Done);
        }
        if let Some(error) = self.given_up() {
            return Err(error);
        }
        let updates = if request.bytes > Bytes::ZERO { request.updates / request.bytes.as_f64() } else { 0.0 };
        let Allocation { survival, turnover, targets, .. } = request;
        let flow = Flow { survival, turnover, updates, targets };
        let (mut left, mut rhythm) = (request.bytes, Rhythm::default());
        let mut since = Bytes::ZERO;
        // Entries of earlier calls must not be multiplied by a skip of this one.
        let mut fresh = Vec::new();
        self.adopt_cycle(guide.pace);
        let result = loop {
            let allowed = self.allowance.filter(|_| guide.pace.is_none());
            let chunk = left.min(self.room()).min(allowed.unwrap_or(left));
            self.generations.fill(chunk, &flow);
            left -= chunk;
            since += chunk;
            self.allowance = self.allowance.map(|bytes| bytes.saturating_sub(chunk));
            if self.pass(chunk) {
                self.tell((guide.clock, &mut since), &mut fresh, |heap, now| heap.finish_cycle(now));
                self.start_pace(guide.pace, &fresh);
                rhythm.forget_young();
            }
            if left == Bytes::ZERO {
                break Ok(Progress::Done);
            }
            if self.generations.room() > Bytes::ZERO {
                if allowed == Some(chunk) {
                    break Ok(Progress::Stalled { left });
                }
                continue;
            }
            match self.tell((guide.clock, &mut since), &mut fresh, |heap, now| heap.collect(left, now)) {
                Err(error) => break Err(error),
                Ok(Step::Stall) if guide.pace.is_none() => break Ok(Progress::Stalled { left }),
                // On the clock of the pace the mutator waits no time at all.
                Ok(Step::Stall) => {
                    self.cycle_left = Some(Bytes::ZERO);
                    continue;
                }
                Ok(Step::Collected) => {}
            }
            self.start_pace(guide.pace, &fresh);
            if self.folding && self.cycle_left.is_none() {
                left = rhythm.skip((&mut self.generations, &*self.collector), left, &mut fresh);
            }
        };
        fresh.into_iter().for_each(|entry| entry.push_onto(out));
        result
    }

    /// Runs `work`, and tells the collector how long its pauses took, if there is a clock; `since` counts what was
    /// allocated before.
    fn tell<T>(
        &mut self,
        (clock, since): (Option<&dyn Clock>, &mut Bytes),
        out: &mut Vec<Touched>,
        work: impl FnOnce(&mut Heap, &mut Vec<Touched>) -> T,
    ) -> T {
        let Some(clock) = clock else { return work(self, out) };
        let mut now = Vec::new();
        let result = work(self, &mut now);
        for entry in now {
            if !entry.concurrent {
                let times = (clock.pause(&entry), clock.mutator(std::mem::take(since)));
                self.watch(&entry, times);
                self.collector.paused(&mut self.generations, &entry, times);
            }
            entry.push_onto(out);
        }
        result
    }

    /// A cycle that began without pace, as during growth, gets one.
    fn adopt_cycle(&mut self, pace: Option<Pace<'_>>) {
        if let (None, Some(pace), Some(kind)) = (self.cycle_left, pace, self.generations.phase.work()) {
            let state = &self.generations;
            let threads = self.collector.concurrent_threads(state.spec.cores);
            let cycle = Touched::nothing(kind, threads, state.used());
            let cycle = Touched { marked: state.live(), swept: state.old_used(), ..cycle };
            self.cycle_left = Some(pace(&cycle).max(Bytes(1)));
        }
    }

    /// Counts `chunk` towards the end of a paced cycle; true where it ended.
    fn pass(&mut self, chunk: Bytes) -> bool {
        let Some(left) = self.cycle_left else { return false };
        self.cycle_left = Some(left.saturating_sub(chunk));
        self.cycle_left == Some(Bytes::ZERO)
    }

    fn start_pace(&mut self, pace: Option<Pace<'_>>, out: &[Touched]) {
        if !self.in_cycle() {
            self.cycle_left = None;
        } else if let (None, Some(pace), Some(last)) = (self.cycle_left, pace, out.last())
            && last.concurrent
        {
            // A mutator that has used up its budget waits for the end, which comes at once on this clock.
            self.cycle_left = Some(pace(last).max(Bytes(1)).min(last.budget.unwrap_or(Bytes(u64::MAX))));
        }
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
