//! The heap that the simulator holds: generations and their collector, driven by allocation.

use super::fold::Rhythm;
use super::{Collector, Flow, Generations, HeapSpec, Step, Touched};
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

/// java.lang.OutOfMemoryError: an allocation failed after a full collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory {
    /// Bytes that found no place.
    pub wanted: Bytes,
    /// Bytes of the live set.
    pub live: Bytes,
    /// Size of the heap.
    pub capacity: Bytes,
}

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "out of memory: {} live of {}, no room for {} more", self.live, self.capacity, self.wanted)
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
}

impl Heap {
    /// An empty heap.
    pub fn new(spec: HeapSpec, collector: Box<dyn Collector>) -> Heap {
        let generations = collector.found(&spec);
        let folding = collector.repeats();
        Heap { generations, collector, asked: Bytes::ZERO, cycle_left: None, folding }
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
    /// the end of the one before.
    pub fn paused(&mut self, touched: &Touched, pause: SimSpan, mutator: SimSpan) {
        // Averages have settled long before.
        for _ in 0..touched.count.min(10_000) {
            self.collector.paused(&mut self.generations, touched, (pause, mutator));
        }
    }

    /// Collects the young generation although eden is not full, as when classes need room.
    pub fn collect_now(&mut self, out: &mut Vec<Touched>) {
        self.collector.collect(&mut self.generations, out);
    }

    /// Puts `bytes` that live for ever into the old generation at no cost: classes, tables of references. They are part of
    /// the live set, but are neither replaced nor released.
    pub fn pin(&mut self, bytes: Bytes) -> Result<(), OutOfMemory> {
        if !self.collector.bounded() || self.collector.pin(&mut self.generations, bytes) {
            return Ok(());
        }
        Err(OutOfMemory { wanted: bytes, live: self.live(), capacity: self.capacity() })
    }

    /// Adds `bytes` to the live set; they are allocated in eden and promoted in time, like anything else.
    pub fn grow(&mut self, bytes: Bytes, out: &mut Vec<Touched>) -> Result<(), OutOfMemory> {
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
        if !self.collector.bounded() {
            self.generations.settle();
        }
    }

    /// Promotes the whole live set and drops all garbage, at no cost: the state right after a full collection.
    pub fn settle(&mut self) {
        self.cycle_left = None;
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
        self.generations.live()
    }

    /// Bytes in use, garbage included; at most the capacity, but for a collector without bounds.
    pub fn used(&self) -> Bytes {
        self.generations.used()
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
        if !self.collector.bounded() {
            return Ok(Progress::Done);
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
            let chunk = left.min(self.room());
            self.generations.fill(chunk, &flow);
            left -= chunk;
            since += chunk;
            if self.pass(chunk) {
                self.tell((guide.clock, &mut since), &mut fresh, |heap, now| heap.finish_cycle(now));
                self.start_pace(guide.pace, &fresh);
                rhythm.forget_young();
            }
            if left == Bytes::ZERO {
                break Ok(Progress::Done);
            }
            if self.generations.room() > Bytes::ZERO {
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
            return Err(OutOfMemory { wanted: left, live: self.live(), capacity: self.capacity() });
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
