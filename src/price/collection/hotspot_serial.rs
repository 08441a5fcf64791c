//! The linear price with figures of HotSpot's Serial collector under Flink's state on the heap.
//!
//! Fitted to the collections in the logs of our Flink runs (linked objects of some 290 B a key): OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz.
//! Phases of the logs tell marking from the rest. Uncertainty: fixed part 44 +- 15 ms, marking 0.76 +- 0.12 and
//! 0.94 +- 0.08 ms a MiB on one and two cores, fresh pages 0.92 +- 0.33 ms a MiB. A workload of small, densely linked
//! objects (a cache of entries) needed `graph` 1.6 for copying and 1.8 for full collections. Against `hotspot-serial-arrays`, bytes copied, cards and fresh
//! pages cost the same within the uncertainty; the fixed part (Flink's roots) and marking (three objects a key, out of order) do not.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-serial",
    summary: "linear, calibrated on OpenJDK 17's Serial collector under Flink state",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        young_fixed: "40 ms",
        copied: "0.429",
        fresh: "0.925",
        card: "68 ns",
        marked: "0.763",
        swept: "0.229",
        young_lost: "3 ms",
        full_lost: "8 ms",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("serial")],
    build: linear::build,
};
