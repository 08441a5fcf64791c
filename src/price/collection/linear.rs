//! Cost in proportion to what was touched, plus a fixed part a collection.
//!
//! Work in CPU time: fixed part + bytes copied, marked, compacted and swept + cards scanned, each times its price. The fixed
//! part (roots, safepoint) is not shared; the rest is divided by the speed-up of the threads, 1 + (p - 1) efficiency.

use super::{CollectionCost, CollectionPrice};
use crate::base::{Build, Entry, Kind, SimSpan, param};
use crate::memory::heap::{CollectionKind, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "linear",
    summary: "a fixed part plus a price for each byte copied, marked, compacted or swept, and for each card",
    source: "defaults fitted to our OpenJDK 17 measurements",
    params: &[
        param("young-fixed", Kind::Span, "3 ms", "fixed part of a young or mixed collection"),
        param("full-fixed", Kind::Span, "20 ms", "fixed part of a full collection"),
        param("cycle-fixed", Kind::Span, "5 ms", "fixed part of a concurrent cycle and of its final pause"),
        param("copied", Kind::Number(0.0, 1e6), "1.5", "ns of CPU per byte copied"),
        param("marked", Kind::Number(0.0, 1e6), "1.0", "ns of CPU per byte marked"),
        param("compacted", Kind::Number(0.0, 1e6), "1.0", "ns of CPU per byte compacted"),
        param("swept", Kind::Number(0.0, 1e6), "0.05", "ns of CPU per byte of heap walked"),
        param("card", Kind::Span, "100 ns", "CPU per dirty card scanned"),
        param("efficiency", Kind::Number(0.0, 1.0), "0.8", "what each further thread adds, in threads"),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(Linear {
            young_fixed: args.span("young-fixed"),
            full_fixed: args.span("full-fixed"),
            cycle_fixed: args.span("cycle-fixed"),
            copied: args.number("copied"),
            marked: args.number("marked"),
            compacted: args.number("compacted"),
            swept: args.number("swept"),
            card: args.span("card"),
            efficiency: args.number("efficiency"),
        }))
    },
};

/// Prices; those of bytes in nanoseconds.
struct Linear {
    young_fixed: SimSpan,
    full_fixed: SimSpan,
    cycle_fixed: SimSpan,
    copied: f64,
    marked: f64,
    compacted: f64,
    swept: f64,
    card: SimSpan,
    efficiency: f64,
}

impl Linear {
    fn fixed(&self, kind: CollectionKind) -> SimSpan {
        match kind {
            CollectionKind::Young | CollectionKind::Mixed => self.young_fixed,
            CollectionKind::Full => self.full_fixed,
            CollectionKind::ConcurrentMark | CollectionKind::Remark => self.cycle_fixed,
        }
    }

    /// CPU nanoseconds of the part that threads share.
    fn shared(&self, touched: &Touched) -> f64 {
        self.copied * touched.copied.as_f64()
            + self.marked * touched.marked.as_f64()
            + self.compacted * touched.compacted.as_f64()
            + self.swept * touched.swept.as_f64()
            + self.card.as_nanos() * touched.cards
    }

    /// How many times faster `threads` on `cores` work than one on a whole core.
    fn speed_up(&self, threads: u32, cores: f64) -> f64 {
        let busy = f64::from(threads.max(1)).min(cores);
        if busy <= 1.0 { busy } else { 1.0 + (busy - 1.0) * self.efficiency }
    }
}

impl CollectionPrice for Linear {
    fn cost(&self, touched: &Touched, cores: f64) -> CollectionCost {
        let (fixed, shared) = (self.fixed(touched.kind).as_nanos(), self.shared(touched));
        let speed = self.speed_up(touched.threads, cores);
        let threads = f64::from(touched.threads.max(1)).min(cores);
        let wall = fixed / cores.min(1.0) + shared / speed;
        // Threads that wait for each other spin: lost efficiency is CPU time too.
        let cpu = fixed + shared * threads / speed;
        let count = touched.count as f64;
        CollectionCost { pause: SimSpan::from_nanos(wall * count), cpu: SimSpan::from_nanos(cpu * count) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Bytes;
    use crate::memory::testing::build;
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
}
