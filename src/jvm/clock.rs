//! The clock of one program: mutator time between collections, pauses, and work beside the mutator.

use super::{Beside, Jvm, Leg, Log, Machine, Mutator, Pause, Slice, Window};
use crate::base::{Bytes, SimSpan, SimTime};
use crate::heap::{Cause, OutOfMemory, Progress, Touched};

/// A JVM under way, with a mutator that never waits for anything but the collector.
pub struct Clock {
    jvm: Jvm,
    now: SimTime,
    /// What is left of the present leg of concurrent work.
    beside: Option<Leg>,
    log: Log,
    window: Window,
    units: f64,
}

impl Clock {
    /// At the start of `jvm`.
    pub fn new(jvm: Jvm) -> Clock {
        let window = Window { from: f64::INFINITY, until: f64::INFINITY };
        Clock { jvm, now: SimTime::ZERO, beside: None, log: Log::default(), window, units: 0.0 }
    }

    /// Seconds since the start.
    pub fn now(&self) -> f64 {
        self.now.as_secs()
    }

    /// Pauses so far.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The JVM.
    pub fn jvm(&self) -> &Jvm {
        &self.jvm
    }

    /// Fills a heap at its start with `bytes` of live data, at no cost and in no time: the state after a full collection.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn settle(&mut self, bytes: Bytes) -> Result<(), OutOfMemory> {
        self.jvm.heap.grow(bytes, &mut Vec::new())?;
        self.compact();
        let heap = &self.jvm.heap;
        match heap.room() {
            Bytes::ZERO => {
                let (live, capacity) = (heap.live(), heap.capacity());
                Err(OutOfMemory { cause: Cause::HeapSpace, wanted: Bytes(1), live, capacity })
            }
            _ => Ok(()),
        }
    }

    /// Takes `bytes` from the live set.
    pub fn release(&mut self, bytes: Bytes) {
        self.jvm.heap.release(bytes);
    }

    /// Leaves the heap as a full collection leaves it, at no cost.
    pub fn compact(&mut self) {
        self.jvm.settle();
        self.beside = None;
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

    /// Runs until the end of the window.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn run(&mut self, mutator: &mut dyn Mutator) -> Result<(), OutOfMemory> {
        while self.now() < self.window.until {
            self.step(mutator)?;
        }
        Ok(())
    }

    /// Lets the mutator run until eden is full, its allowance is used up, or a leg of concurrent work ends, whichever
    /// comes first.
    ///
    /// # Errors
    /// java.lang.OutOfMemoryError.
    pub fn step(&mut self, mutator: &mut dyn Mutator) -> Result<(), OutOfMemory> {
        let heap = &self.jvm.heap;
        if heap.allowed() == Some(Bytes::ZERO) && self.beside.is_some() {
            self.wait();
            return self.check();
        }
        // Where eden is full the next object brings the collection about.
        let room = if heap.room() == Bytes::ZERO { heap.generations().spec.object } else { heap.room() };
        let bytes = room.min(mutator.most()).min(heap.allowed().unwrap_or(room)).max(Bytes(1));
        let Machine { threads, .. } = self.jvm.machine();
        let share = self.jvm.machine().share(self.beside.map_or(0.0, |leg| leg.width));
        let per_byte = mutator.cost() * (1.0 + self.jvm.costs.tax) / (threads * share);
        let seconds = bytes.as_f64() * per_byte;
        let Some(leg) = &mut self.beside else { return self.fill(mutator, bytes, seconds) };
        let to_end = 1e-9 * leg.work / (leg.width * share);
        leg.work = (leg.work - 1e9 * seconds * leg.width * share).max(0.0);
        let (bytes, seconds) = match to_end > seconds {
            true => (bytes, seconds),
            false => (Bytes::from_f64(to_end / per_byte).min(bytes), to_end),
        };
        self.fill(mutator, bytes, seconds)?;
        // A collection may have stopped it or begun another meanwhile.
        if self.beside.is_some_and(|leg| leg.work == 0.0) {
            self.end_leg();
        }
        self.check()
    }

    /// The mutator allocates `bytes` in so many seconds.
    fn fill(&mut self, mutator: &mut dyn Mutator, bytes: Bytes, seconds: f64) -> Result<(), OutOfMemory> {
        let stretch = mutator.advance(Slice { bytes, seconds, old_share: self.jvm.old_share() });
        self.pass(seconds, stretch.units);
        let mut out = Vec::new();
        self.jvm.heap.release(stretch.released);
        self.jvm.heap.owe(stretch.growth);
        let mut rest = stretch.allocation;
        loop {
            out.clear();
            let progress = self.jvm.heap.allocate(rest, &mut out);
            self.charge(&out);
            match progress? {
                Progress::Done => return self.check(),
                Progress::Stalled { left } => rest.bytes = left,
            }
            self.wait();
        }
    }

    /// What a collection has found out makes every further allocation fail.
    fn check(&self) -> Result<(), OutOfMemory> {
        self.jvm.heap.given_up().map_or(Ok(()), Err)
    }

    /// Counts `seconds` of mutator time with what it did in them.
    fn pass(&mut self, seconds: f64, units: f64) {
        let from = self.now();
        if seconds > 0.0 {
            self.units += units * self.window.overlap(from, from + seconds) / seconds;
        }
        self.now = self.now + SimSpan::from_secs(seconds);
    }

    /// The mutator waits for the present leg of concurrent work.
    fn wait(&mut self) {
        self.jvm.hurry();
        let left = self.beside.map_or(0.0, |leg| leg.work / leg.width.max(1.0).min(self.jvm.machine().cores));
        self.now = self.now + SimSpan::from_nanos(left);
        self.end_leg();
    }

    /// The present leg of concurrent work has ended.
    fn end_leg(&mut self) {
        let mut out = Vec::new();
        self.beside = self.jvm.end_leg(&mut out);
        self.charge(&out);
    }

    /// Stops the mutator for every pause, and starts the work that is announced.
    fn charge(&mut self, touched: &[Touched]) {
        for entry in touched {
            let charged = self.jvm.charge(self.now, entry);
            match charged.beside {
                Beside::Same => {}
                Beside::Begins(leg) => self.beside = Some(leg),
                Beside::Stops => self.beside = None,
            }
            let Touched { kind, copied, eden, .. } = *entry;
            let mut end = self.now;
            for _ in 0..if entry.concurrent { 0 } else { entry.count } {
                end = end + charged.each;
                self.log.add(Pause { kind, end: end.as_secs(), length: charged.each.as_secs(), copied, eden });
            }
            self.now = self.now + charged.stop;
        }
    }
}
