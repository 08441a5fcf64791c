//! Cost in proportion to what was touched, plus a fixed part a collection.
//!
//! CPU time = fixed part + each quantity of [`Touched`] times its price. The fixed part (roots, safepoint) is not shared;
//! the rest is divided by the speed-up of the threads, 1 + (p - 1) efficiency. Two prices grow with the size of the
//! place: a newcomer costs more the larger the eden it lies in (cache and TLB misses, once for each doubling of
//! eden beyond the cache), and tracing out of order costs only what does not fit into the cache.
//! `lost` is what the mutator loses after a pause, to cold caches and waiting for the last thread: outside of what the JVM logs.
//!
//! Defaults: round figures near least-squares fits to two thirds of the rows of a program that churns arrays of 200 B on OpenJDK 17. On the
//! other third the fits err by 17 % (Serial), 27 % (Parallel) and 34 % (G1) for a young pause and by 19 to 25 % for a
//! full one, in the median. The calibrated sets use all terms: hotspot-*.

use super::{CollectionCost, CollectionPrice};
use crate::base::{Args, Build, Bytes, Entry, Kind, Param, SimSpan, param};
use crate::heap::{CollectionKind, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "linear",
    summary: "a fixed part plus a price for each byte copied, marked, compacted or swept, and for each card",
    source: "our measurements of a churning JVM (arrays of 200 B), Zen 4 at 2.6 GHz",
    params: &params(Presets {
        young_fixed: "0.5 ms",
        cycle_fixed: "20 ms",
        remark: "3 ms",
        copied: "0.45",
        marked: "0.35",
        compacted: "0.35",
        swept: "0.1",
        card: "20 ns",
        efficiency: "0.95",
        full_efficiency: "0.95",
        ..NOTHING
    }),
    traits: &[],
    build,
};

/// Defaults of a calibrated set.
pub(super) struct Presets {
    pub young_fixed: &'static str,
    pub full_fixed: &'static str,
    pub cycle_fixed: &'static str,
    pub remark: &'static str,
    pub copied: &'static str,
    pub far: &'static str,
    pub fresh: &'static str,
    pub card: &'static str,
    pub marked: &'static str,
    pub unordered: &'static str,
    pub compacted: &'static str,
    pub scattered: &'static str,
    pub crowded: &'static str,
    pub swept: &'static str,
    pub efficiency: &'static str,
    pub full_efficiency: &'static str,
    pub logged: &'static str,
    pub refined: &'static str,
    pub young_lost: &'static str,
    pub full_lost: &'static str,
}

/// Every term at nothing, one thread as fast as many.
pub(super) const NOTHING: Presets = Presets {
    young_fixed: "0 s",
    full_fixed: "0 s",
    cycle_fixed: "0 s",
    remark: "0 s",
    copied: "0",
    far: "0",
    fresh: "0",
    card: "0 s",
    marked: "0",
    unordered: "0",
    compacted: "0",
    scattered: "0",
    crowded: "0",
    swept: "0",
    efficiency: "0",
    full_efficiency: "0",
    logged: "0 s",
    refined: "0 s",
    young_lost: "0 s",
    full_lost: "0 s",
};

/// The parameters with their defaults; lets every calibrated set declare them alike.
pub(super) const fn params(presets: Presets) -> [Param; 22] {
    const BYTE: Kind = Kind::Number(0.0, 1e6);
    const SHARE: Kind = Kind::Number(0.0, 1.0);
    [
        param("young-fixed", Kind::Span, presets.young_fixed, "fixed part of a young or mixed collection"),
        param("full-fixed", Kind::Span, presets.full_fixed, "fixed part of a full collection"),
        param("cycle-fixed", Kind::Span, presets.cycle_fixed, "fixed part of a concurrent cycle"),
        param("remark", Kind::Span, presets.remark, "pause at the end of a concurrent marking"),
        param("copied", BYTE, presets.copied, "ns of CPU per byte copied"),
        param("far", BYTE, presets.far, "ns of CPU per byte out of eden, for each doubling of (eden + cache) / cache"),
        param("fresh", BYTE, presets.fresh, "ns of CPU per byte of pages touched for the first time"),
        param("card", Kind::Span, presets.card, "CPU per dirty card scanned"),
        param("marked", BYTE, presets.marked, "ns of CPU per byte marked"),
        param("unordered", BYTE, presets.unordered, "ns of CPU per byte marked out of order and not in the cache"),
        param("compacted", BYTE, presets.compacted, "ns of CPU per byte compacted"),
        param("scattered", BYTE, presets.scattered, "ns of CPU per byte compacted that lies among garbage"),
        param("crowded", BYTE, presets.crowded, "ns per byte compacted into a nearly full space, by one thread alone"),
        param("swept", BYTE, presets.swept, "ns of CPU per byte of heap walked"),
        param(
            "graph",
            Kind::Number(0.01, 100.0),
            "1",
            "factor on copying, marking and compacting, for smaller objects or more references",
        ),
        param("cache", Kind::Bytes, "32 MiB", "cache that the collector's threads share"),
        param("efficiency", SHARE, presets.efficiency, "what each further thread adds to a young one, in threads"),
        param("full-efficiency", SHARE, presets.full_efficiency, "the same for a full or concurrent one"),
        param("logged", Kind::Span, presets.logged, "mutator time per card that its stores log"),
        param("refined", Kind::Span, presets.refined, "mutator time per card refined beside it"),
        param("young-lost", Kind::Span, presets.young_lost, "what the mutator loses after a young collection"),
        param("full-lost", Kind::Span, presets.full_lost, "what the mutator loses after a full collection"),
    ]
}

/// Builds the model from the parameters of [`params`].
pub(super) fn build(args: &Args) -> Result<Box<dyn CollectionPrice>, String> {
    Ok(Box::new(Linear {
        young_fixed: args.span("young-fixed"),
        full_fixed: args.span("full-fixed"),
        cycle_fixed: args.span("cycle-fixed"),
        remark: args.span("remark"),
        copied: args.number("copied"),
        far: args.number("far"),
        fresh: args.number("fresh"),
        card: args.span("card"),
        marked: args.number("marked"),
        unordered: args.number("unordered"),
        compacted: args.number("compacted"),
        scattered: args.number("scattered"),
        crowded: args.number("crowded"),
        swept: args.number("swept"),
        graph: args.number("graph"),
        cache: args.bytes("cache"),
        efficiency: (args.number("efficiency"), args.number("full-efficiency")),
        logged: args.span("logged"),
        refined: args.span("refined"),
        lost: (args.span("young-lost"), args.span("full-lost")),
    }))
}

/// Prices; those of bytes in nanoseconds. Pairs are for young and for full collections.
struct Linear {
    young_fixed: SimSpan,
    full_fixed: SimSpan,
    cycle_fixed: SimSpan,
    remark: SimSpan,
    copied: f64,
    far: f64,
    fresh: f64,
    card: SimSpan,
    marked: f64,
    unordered: f64,
    compacted: f64,
    scattered: f64,
    crowded: f64,
    swept: f64,
    graph: f64,
    cache: Bytes,
    efficiency: (f64, f64),
    logged: SimSpan,
    refined: SimSpan,
    lost: (SimSpan, SimSpan),
}

/// A young collection that is given up at once: our measurements say 50 us, whatever the heap.
const REFUSED: SimSpan = SimSpan(50_000);

/// Whether it copies the young generation.
fn copies(kind: CollectionKind) -> bool {
    matches!(kind, CollectionKind::Young | CollectionKind::Mixed | CollectionKind::Refused)
}

impl Linear {
    fn fixed(&self, kind: CollectionKind) -> SimSpan {
        match kind {
            CollectionKind::Young | CollectionKind::Mixed => self.young_fixed,
            CollectionKind::Refused => self.young_fixed.min(REFUSED),
            CollectionKind::Full | CollectionKind::Degenerated => self.full_fixed,
            CollectionKind::ConcurrentMark | CollectionKind::Relocation | CollectionKind::ReferenceUpdate => {
                self.cycle_fixed
            }
            CollectionKind::Remark => self.remark,
        }
    }

    /// CPU nanoseconds of the part that threads share.
    fn shared(&self, touched: &Touched) -> f64 {
        let cache = self.cache.as_f64().max(1.0);
        let doublings = (1.0 + touched.eden.as_f64() / cache).log2();
        let missed = 1.0 - cache / touched.marked.as_f64().max(cache);
        let fresh = if touched.kind == CollectionKind::Remark { Bytes::ZERO } else { touched.fresh };
        let reachable = self.copied * touched.copied.as_f64()
            + self.marked * touched.marked.as_f64()
            + self.unordered * touched.unordered.as_f64() * missed
            + self.compacted * touched.compacted.as_f64()
            + self.scattered * touched.scattered.as_f64();
        self.graph * reachable
            + self.far * doublings * touched.newcomers.as_f64()
            + self.fresh * fresh.as_f64()
            + self.swept * touched.swept.as_f64()
            + self.card.as_nanos() * touched.cards
    }

    /// How many times faster `threads` on `cores` work than one on a whole core.
    fn speed_up(&self, touched: &Touched, cores: f64) -> f64 {
        let efficiency = if copies(touched.kind) { self.efficiency.0 } else { self.efficiency.1 };
        let busy = f64::from(touched.threads.max(1)).min(cores);
        if busy <= 1.0 { busy } else { 1.0 + (busy - 1.0) * efficiency }
    }

    /// What the mutator loses to one collection outside of its pause.
    fn lost(&self, touched: &Touched) -> SimSpan {
        let after = match touched.kind {
            CollectionKind::Young | CollectionKind::Mixed => self.lost.0,
            CollectionKind::Full | CollectionKind::Degenerated => self.lost.1,
            // Beside a concurrent collector it is the mutator that meets fresh pages.
            CollectionKind::Remark => SimSpan::from_nanos(self.fresh * touched.fresh.as_f64()),
            _ => SimSpan::ZERO,
        };
        let cards = self.logged.as_nanos() * touched.logged + self.refined.as_nanos() * touched.refined;
        after + SimSpan::from_nanos(cards)
    }
}

impl CollectionPrice for Linear {
    fn cost(&self, touched: &Touched, cores: f64) -> CollectionCost {
        let alone = self.fixed(touched.kind).as_nanos() + self.graph * self.crowded * touched.crowded.as_f64();
        let shared = self.shared(touched);
        let speed = self.speed_up(touched, cores);
        let threads = f64::from(touched.threads.max(1)).min(cores);
        let wall = alone / cores.min(1.0) + shared / speed;
        // Threads that wait for each other spin: lost efficiency is CPU time too.
        let cpu = alone + shared * threads / speed;
        let count = touched.count as f64;
        CollectionCost {
            pause: SimSpan::from_nanos(wall * count),
            cpu: SimSpan::from_nanos(cpu * count),
            lost: self.lost(touched).scale(count),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::price::collection::COLLECTION_PRICES;

    #[test]
    fn a_hand_worked_young_collection() {
        let numbers = [("copied", "2"), ("card", "1 us"), ("young-fixed", "1 ms"), ("efficiency", "0.5")];
        let price = build(COLLECTION_PRICES, "linear", &numbers);
        let nothing = Touched::nothing(CollectionKind::Young, 3, Bytes::ZERO);
        let touched = Touched { count: 2, copied: Bytes(1_000_000), cards: 1000.0, ..nothing };
        // 2 ms copying and 1 ms of cards are shared by three threads that do the work of two.
        assert_eq!(price.cost(&touched, 4.0).pause, SimSpan::from_nanos(2.0 * 2.5e6));
        assert_eq!(price.cost(&touched, 4.0).cpu, SimSpan::from_nanos(2.0 * 5.5e6));
        // Half a core: everything takes twice as long, and no CPU time is lost.
        assert_eq!(price.cost(&touched, 0.5).pause, SimSpan::from_nanos(2.0 * 8e6));
        assert_eq!(price.cost(&touched, 0.5).cpu, SimSpan::from_nanos(2.0 * 4e6));
    }

    #[test]
    fn newcomers_from_far_and_fresh_pages_cost_extra() {
        let numbers = [("copied", "0"), ("young-fixed", "0 s"), ("far", "1"), ("fresh", "3"), ("young-lost", "7 ns")];
        let price = build(COLLECTION_PRICES, "linear", &numbers);
        let nothing = Touched::nothing(CollectionKind::Young, 1, Bytes::ZERO);
        let touched = Touched { newcomers: Bytes(1000), eden: Bytes::mib(96), fresh: Bytes(100), ..nothing };
        let cost = price.cost(&touched, 1.0);
        // 96 + 32 MiB are two doublings of the cache.
        assert_eq!((cost.pause, cost.lost), (SimSpan(2000 + 300), SimSpan(7)));
    }

    #[test]
    fn disorder_costs_what_does_not_fit_into_the_cache() {
        let numbers = [("marked", "1"), ("compacted", "0"), ("swept", "0"), ("unordered", "4"), ("graph", "2")];
        let price = build(COLLECTION_PRICES, "linear", &numbers);
        let full = |mib: u64| {
            let nothing = Touched::nothing(CollectionKind::Full, 1, Bytes::ZERO);
            let touched = Touched { marked: Bytes::mib(mib), unordered: Bytes::mib(mib), ..nothing };
            price.cost(&touched, 1.0).pause.as_nanos() / Bytes::mib(mib).as_f64()
        };
        assert!((full(32) - 2.0).abs() < 1e-6);
        assert!((full(64) - 6.0).abs() < 1e-6);
        let alone = build(COLLECTION_PRICES, "linear", &[("crowded", "1"), ("swept", "0"), ("marked", "0")]);
        let nothing = Touched::nothing(CollectionKind::Full, 8, Bytes::ZERO);
        let cost = alone.cost(&Touched { crowded: Bytes(500), ..nothing }, 8.0);
        assert_eq!((cost.pause, cost.cpu), (SimSpan(500), SimSpan(500)));
    }
}
