//! The linear price with figures of HotSpot's Parallel collector under Flink's state on the heap.
//!
//! Fitted to the collections in the logs of our Flink runs (linked objects of some 290 B a key): OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz, one and two
//! cores. Uncertainty: fixed part 17 +- 3 and 3 +- 4 ms on one and two cores, fresh pages 1.42 +- 0.08 ms a MiB,
//! marking 1.04 +- 0.08, compaction 0.59 where there is room and 1.10 where live data fills the old generation. A workload of small,
//! densely linked objects (a cache of entries) needed `graph` 1.6 for copying and 1.8 for full collections. Against `hotspot-parallel-arrays` the fixed part and
//! marking differ, as with Serial.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-parallel",
    summary: "linear, calibrated on OpenJDK 17's Parallel collector under Flink state",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        young_fixed: "12 ms",
        copied: "0.477",
        fresh: "1.24",
        card: "40 ns",
        marked: "0.992",
        compacted: "0.563",
        crowded: "0.486",
        efficiency: "0.65",
        full_efficiency: "0.85",
        young_lost: "3 ms",
        full_lost: "8 ms",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("parallel")],
    build: linear::build,
};
