//! One collection as the fit sees it: how long it took, and the bytes on which that may depend.

use crate::base::Bytes;
use crate::gc_log::{Event, JvmFacts, Kind};
use crate::heap::hotspot::CollectorKind;
use crate::heap::{Cycles, Identity};

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
    /// What the log calls it.
    pub kind: Kind,
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
    /// Bytes committed to the heap after it.
    pub capacity: Option<f64>,
    /// Bytes committed to the young generation after it.
    pub young: Option<f64>,
    /// GC threads.
    pub threads: f64,
    /// Whether the event itself says so.
    pub said_threads: bool,
    /// Cores that the cycle had; 1 for pauses.
    pub cores: f64,
    /// Whether the application asked for it, or a limit other than free memory.
    pub asked: bool,
    /// Whether it frees memory: what counts as a collection.
    pub counts: bool,
}

/// Makes samples of the events of one log, in their order.
#[derive(Clone, Debug)]
pub struct Sampler {
    collector: Option<CollectorKind>,
    region: Option<f64>,
    threads: f64,
    cores: f64,
    cycle_cores: f64,
    high: f64,
}

/// Causes that are not about free memory: who waits for memory to run out does not meet them.
const ASKED: [&str; 6] = ["System.gc()", "Metadata GC", "Metaspace", "Heap Dump", "Heap Inspection", "G1 Periodic"];

/// Bytes of the heap before and after an event; of its parts where those are given, since they are finer.
pub fn heap_of(event: &Event) -> Option<(f64, f64)> {
    let parts = event.spaces.young.zip(event.spaces.old);
    let sum = parts.map(|(young, old)| (young.before + old.before, young.after + old.after));
    let (before, after) = sum.or(event.heap.map(|heap| (heap.before, heap.after)))?;
    Some((before.as_f64(), after.as_f64()))
}

impl Sampler {
    /// A sampler for one run of a JVM. Where nothing is said of GC threads or cores, there is one. A thread
    /// of a concurrent cycle gets `shares` of a core: of the only one, or of one of many.
    pub fn new(collector: Option<CollectorKind>, facts: &JvmFacts, shares: (f64, f64)) -> Sampler {
        let cores = facts.cpus.unwrap_or(u64::MAX) as f64;
        let threads = facts.parallel_workers.unwrap_or(1).max(1) as f64;
        let (of_one, of_many) = shares;
        let beside = facts.concurrent_workers.unwrap_or(1).max(1) as f64;
        let cycle_cores = if cores <= 1.0 { of_one } else { of_many * beside.min(cores) };
        let region = facts.region.map(|bytes| bytes.as_f64());
        Sampler { collector, region, threads: threads.min(cores), cores, cycle_cores, high: 0.0 }
    }

    /// The sample of an event, if it is one that the fit can use.
    pub fn sample(&mut self, event: &Event) -> Option<Sample> {
        let class = Class::of(event.kind)?;
        let duration_s = event.duration_s.filter(|length| length.is_finite() && *length >= 0.0)?;
        let old = self.old(event);
        let young = matches!(class, Class::Young | Class::Mixed);
        let grown = old.map(|old| (old.1 - old.0).max(0.0));
        let promoted = event.promoted.map(|bytes| bytes.as_f64()).or(grown).filter(|_| young);
        let fresh = old.filter(|_| young).map(|old| (old.1 - self.high.max(old.0)).max(0.0));
        if let Some(old) = old {
            self.high = self.high.max(old.0).max(old.1);
        }
        let heap = heap_of(event);
        let live = match class {
            Class::Full => heap.map(|heap| heap.1),
            _ => event.live.map(|bytes| bytes.as_f64()).or(heap.map(|heap| heap.1).filter(|_| class == Class::Cycle)),
        };
        let counts = event.kind.is_collection() && (class != Class::Cycle || self.collects_in_cycles());
        Some(Sample {
            class,
            kind: event.kind,
            start_s: event.start_s,
            duration_s,
            before: heap.map(|heap| heap.0),
            after: heap.map(|heap| heap.1),
            copied: self.survivors(event).zip(promoted).map(|(kept, promoted)| kept + promoted),
            promoted,
            fresh,
            old: old.map(|old| old.0),
            live,
            capacity: event.heap.and_then(|heap| heap.capacity).map(|bytes| bytes.as_f64()),
            young: event.spaces.young.and_then(|young| young.capacity).map(|bytes| bytes.as_f64()),
            threads: event.workers.map_or(self.threads, |workers| workers.used as f64).min(self.cores).max(1.0),
            said_threads: event.workers.is_some(),
            cores: if class == Class::Cycle { self.cycle_cores } else { 1.0 },
            asked: ASKED.iter().any(|cause| event.cause.contains(cause)),
            counts,
        })
    }

    /// Cycles of G1 and CMS only prepare or back up what young collections do.
    fn collects_in_cycles(&self) -> bool {
        self.collector.is_none_or(|collector| Identity::of(collector).cycles != Cycles::Beside)
    }

    fn survivors(&self, event: &Event) -> Option<f64> {
        let spaces = &event.spaces;
        let by_bytes = spaces.young.map(|young| young.after).or(spaces.survivor.map(|space| space.after));
        let by_regions =
            spaces.survivor_regions.zip(self.region).map(|(regions, region)| regions.after as f64 * region);
        by_bytes.map(|bytes| bytes.as_f64()).or(by_regions)
    }

    /// The old generation before and after.
    fn old(&self, event: &Event) -> Option<(f64, f64)> {
        let spaces = &event.spaces;
        let by_bytes = spaces.old.map(|old| (old.before.as_f64(), old.after.as_f64()));
        let by_regions = spaces.old_regions.zip(self.region);
        let by_regions = by_regions.map(|(old, region)| (old.before as f64 * region, old.after as f64 * region));
        by_bytes.or(by_regions).or_else(|| {
            let (heap, eden, survivor) = (event.heap?, spaces.eden?, spaces.survivor?);
            let rest = |heap: Bytes, young: Bytes| heap.saturating_sub(young).as_f64();
            Some((rest(heap.before, eden.before + survivor.before), rest(heap.after, eden.after + survivor.after)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gc_log::read_bytes;

    const LOG: &str = "\
[0.010s][info][gc] Using Serial
[1.000s][info][gc,start     ] GC(0) Pause Young (Allocation Failure)
[1.010s][info][gc,heap      ] GC(0) DefNew: 17000K->2000K(19648K)
[1.010s][info][gc,heap      ] GC(0) Tenured: 0K->1000K(43712K)
[1.010s][info][gc           ] GC(0) Pause Young (Allocation Failure) 16M->3M(61M) 10.000ms
[2.000s][info][gc,start     ] GC(1) Pause Full (System.gc())
[2.020s][info][gc,heap      ] GC(1) DefNew: 3000K->0K(19648K)
[2.020s][info][gc,heap      ] GC(1) Tenured: 1000K->900K(43712K)
[2.020s][info][gc           ] GC(1) Pause Full (System.gc()) 4M->1M(61M) 20.000ms
";

    fn samples() -> Vec<Sample> {
        let mut sampler = Sampler::new(Some(CollectorKind::Serial), &JvmFacts::default(), (1.0, 1.0));
        let mut samples = Vec::new();
        read_bytes("log", LOG.as_bytes(), |event| samples.extend(sampler.sample(&event))).unwrap();
        samples
    }

    #[test]
    fn what_is_copied_stays_young_or_is_promoted() {
        let young = &samples()[0];
        assert_eq!((young.class, young.duration_s), (Class::Young, 0.01));
        assert_eq!(young.copied, Some(3000.0 * 1024.0));
        assert_eq!((young.promoted, young.fresh), (Some(1000.0 * 1024.0), Some(1000.0 * 1024.0)));
        assert_eq!((young.before, young.after), (Some(17000.0 * 1024.0), Some(3000.0 * 1024.0)));
        assert!(!young.asked && young.counts);
    }

    #[test]
    fn a_full_collection_leaves_the_live_set() {
        let full = &samples()[1];
        assert_eq!((full.class, full.live, full.before), (Class::Full, Some(900.0 * 1024.0), Some(4000.0 * 1024.0)));
        assert!(full.asked);
    }
}
