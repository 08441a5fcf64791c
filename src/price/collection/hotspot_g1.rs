//! The linear price with figures of HotSpot's G1 collector.
//!
//! Least squares (relative, no negative price) over the collections in the logs of our Flink runs: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz.
//! On every third log, which was held out: the sum of young pauses errs by -6.5 % and that of full
//! ones by +7.7 %; the median error of one pause is 12 % and 9 %. A concurrent cycle took 0.54 s and 1.19 ns per live byte
//! on a core that it shared with one busy task; half of it is taken for its CPU time.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-g1",
    summary: "linear, calibrated on OpenJDK 17's G1 collector",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        young_fixed: "1.5 ms",
        cycle_fixed: "270 ms",
        remark: "5 ms",
        copied: "1.87",
        marked: "0.75",
        compacted: "0.75",
        card: "100 ns",
        efficiency: "1",
        full_efficiency: "1",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("g1")],
    build: linear::build,
};
