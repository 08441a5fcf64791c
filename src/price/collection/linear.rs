//! Cost in proportion to what was touched, plus a fixed part a collection.
//!
//! Work in CPU time: fixed part + bytes copied, marked, compacted and swept + cards scanned, each times its price. The fixed
//! part (roots, safepoint) is not shared; the rest is divided by the speed-up of the threads, 1 + (p - 1) efficiency.
//!
//! Defaults: round figures near least-squares fits to two thirds of the rows of a program that churns arrays of 200 B on OpenJDK 17. On the
//! other third the fits err by 17 % (Serial), 27 % (Parallel) and 34 % (G1) for a young pause and by 19 to 25 % for a
//! full one, in the median. Flink's state of small linked objects costs two to three times as much a byte: hotspot-*.

use super::{CollectionCost, CollectionPrice};
use crate::base::{Args, Build, Entry, Kind, Param, SimSpan, param};
use crate::memory::heap::{CollectionKind, Touched};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "linear",
    summary: "a fixed part plus a price for each byte copied, marked, compacted or swept, and for each card",
    source: "our measurements of a churning JVM (arrays of 200 B), Zen 4 at 2.6 GHz",
    params: &params(["0.5 ms", "0 s", "20 ms", "3 ms", "0.45", "0.35", "0.35", "0.1", "20 ns", "0.95"]),
    traits: &[],
    build,
};

/// The parameters with defaults in the order of declaration; lets every calibrated set declare them alike.
pub(super) const fn params(presets: [&'static str; 10]) -> [Param; 10] {
    const BYTE: Kind = Kind::Number(0.0, 1e6);
    [
        param("young-fixed", Kind::Span, presets[0], "fixed part of a young or mixed collection"),
        param("full-fixed", Kind::Span, presets[1], "fixed part of a full collection"),
        param("cycle-fixed", Kind::Span, presets[2], "fixed part of a concurrent cycle"),
        param("remark", Kind::Span, presets[3], "pause at the end of a concurrent marking"),
        param("copied", BYTE, presets[4], "ns of CPU per byte copied"),
        param("marked", BYTE, presets[5], "ns of CPU per byte marked"),
        param("compacted", BYTE, presets[6], "ns of CPU per byte compacted"),
        param("swept", BYTE, presets[7], "ns of CPU per byte of heap walked"),
        param("card", Kind::Span, presets[8], "CPU per dirty card scanned"),
        param("efficiency", Kind::Number(0.0, 1.0), presets[9], "what each further thread adds, in threads"),
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
        marked: args.number("marked"),
        compacted: args.number("compacted"),
        swept: args.number("swept"),
        card: args.span("card"),
        efficiency: args.number("efficiency"),
    }))
}

/// Prices; those of bytes in nanoseconds.
struct Linear {
    young_fixed: SimSpan,
    full_fixed: SimSpan,
    cycle_fixed: SimSpan,
    remark: SimSpan,
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
            CollectionKind::ConcurrentMark => self.cycle_fixed,
            CollectionKind::Remark => self.remark,
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
