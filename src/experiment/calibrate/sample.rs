//! One collection as the fit sees it: how long it took, and the bytes on which that may depend.

use crate::workload::gc_log::{Collector, Event, Kind};

/// Laws by which events are priced. A log has only those of its collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Young collections, those that start a marking or prepare mixed ones among them.
    Young,
    /// Mixed collections of G1.
    Mixed,
    /// Full collections, degenerated cycles among them.
    Full,
    /// Short pauses of a concurrent cycle.
    Short,
    /// Concurrent cycles as a whole.
    Cycle,
}

impl Class {
    /// All classes, in the order in which they are shown.
    pub const ALL: [Class; 5] = [Class::Young, Class::Mixed, Class::Full, Class::Short, Class::Cycle];

    /// The class of an event; `None` for phases and stalls.
    pub fn of(kind: Kind) -> Option<Class> {
        match kind {
            Kind::Mixed => Some(Class::Mixed),
            Kind::Full | Kind::Degenerated => Some(Class::Full),
            _ if kind.is_young() => Some(Class::Young),
            _ if kind.is_cycle() => Some(Class::Cycle),
            _ if kind.is_pause() => Some(Class::Short),
            _ => None,
        }
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            Class::Young => "young",
            Class::Mixed => "mixed",
            Class::Full => "full",
            Class::Short => "short pauses",
            Class::Cycle => "cycles",
        }
    }

    /// Whether the application stands still.
    pub fn is_pause(self) -> bool {
        self != Class::Cycle
    }
}

/// A collection, a cycle or a short pause. Bytes are plain numbers here, since they are regressors.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Which law prices it.
    pub class: Class,
    /// Run of the JVM, counted over all logs.
    pub run: usize,
    /// Begin, seconds of that run; `None` in logs without times.
    pub start_s: Option<f64>,
    /// Length, seconds.
    pub duration_s: f64,
    /// Heap in use before.
    pub before: Option<f64>,
    /// Heap in use after.
    pub after: Option<f64>,
    /// Bytes copied: survivors that stay young, and those promoted.
    pub copied: Option<f64>,
    /// Bytes moved into the old generation.
    pub promoted: Option<f64>,
    /// Bytes by which the old generation outgrew all that it had been in this run.
    pub fresh: Option<f64>,
    /// Bytes in the old generation before.
    pub old: Option<f64>,
    /// Live bytes: what a full collection leaves, or what marking found.
    pub live: Option<f64>,
    /// GC threads.
    pub threads: f64,
    /// Whether the application asked for it, or a limit other than free memory.
    pub asked: bool,
    /// Whether it frees memory: what counts as a collection.
    pub counts: bool,
}

/// Makes samples of the events of one log, in their order.
#[derive(Clone, Debug)]
pub struct Sampler {
    collector: Option<Collector>,
    region: Option<f64>,
    threads: f64,
    run: usize,
    high: f64,
}

/// Causes that are not about free memory: who waits for memory to run out does not meet them.
const ASKED: [&str; 6] = ["System.gc()", "Metadata GC", "Metaspace", "Heap Dump", "Heap Inspection", "G1 Periodic"];

impl Sampler {
    /// A sampler for run `run` of a JVM with `collector`, G1 regions of `region` bytes, and `threads` GC threads where
    /// an event does not say how many took part.
    pub fn new(run: usize, collector: Option<Collector>, region: Option<f64>, threads: f64) -> Sampler {
        Sampler { collector, region, threads: threads.max(1.0), run, high: 0.0 }
    }

    /// The sample of an event, if it is one that the fit can use.
    pub fn sample(&mut self, event: &Event) -> Option<Sample> {
        let class = Class::of(event.kind)?;
        let duration_s = event.duration_s.filter(|length| length.is_finite() && *length >= 0.0)?;
        let old_after = self.old(event, true);
        let young = matches!(class, Class::Young | Class::Mixed);
        let promoted = event.promoted.map(|bytes| bytes.as_f64());
        let fresh = old_after
            .filter(|_| young)
            .map(|now| (now - self.high.max(self.old(event, false).unwrap_or(0.0))).max(0.0));
        if let Some(now) = old_after {
            self.high = self.high.max(now).max(self.old(event, false).unwrap_or(0.0));
        }
        let after = event.heap.map(|heap| heap.after.as_f64());
        let live = match class {
            Class::Full => after,
            _ => event.live.map(|bytes| bytes.as_f64()).or(after.filter(|_| class == Class::Cycle)),
        };
        let counts = event.kind.is_collection() && (class != Class::Cycle || self.collects_in_cycles());
        Some(Sample {
            class,
            run: self.run,
            start_s: event.start_s,
            duration_s,
            before: event.heap.map(|heap| heap.before.as_f64()),
            after,
            copied: self.survivors(event).zip(promoted.or((class == Class::Mixed).then_some(0.0))).map(|(a, b)| a + b),
            promoted,
            fresh,
            old: self.old(event, false),
            live,
            threads: event.workers.map_or(self.threads, |workers| workers.used as f64).max(1.0),
            asked: ASKED.iter().any(|cause| event.cause.contains(cause)),
            counts,
        })
    }

    /// Cycles of G1 and CMS only prepare or back up what young collections do.
    fn collects_in_cycles(&self) -> bool {
        !matches!(self.collector, Some(Collector::G1 | Collector::Cms))
    }

    fn survivors(&self, event: &Event) -> Option<f64> {
        let spaces = &event.spaces;
        let by_bytes = spaces.young.map(|young| young.after).or(spaces.survivor.map(|space| space.after));
        let by_regions =
            spaces.survivor_regions.zip(self.region).map(|(regions, region)| regions.after as f64 * region);
        by_bytes.map(|bytes| bytes.as_f64()).or(by_regions)
    }

    fn old(&self, event: &Event, after: bool) -> Option<f64> {
        let pick = |before: f64, now: f64| if after { now } else { before };
        let by_bytes = event.spaces.old.map(|old| pick(old.before.as_f64(), old.after.as_f64()));
        let by_regions = event.spaces.old_regions.zip(self.region);
        by_bytes.or(by_regions.map(|(old, region)| pick(old.before as f64, old.after as f64) * region))
    }
}
