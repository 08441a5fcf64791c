//! The linear price with figures of HotSpot's Shenandoah collector.
//!
//! Least squares over 15 rows of a program that churns arrays of 200 B: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz. The rate of
//! allocation errs by 6.5 % in the median on rows left out; the prices of the phases are known to a factor of two, only their sum is
//! sharp. Evacuation is in `copied`, the correction of references in `swept`.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-shenandoah",
    summary: "linear, calibrated on OpenJDK 17's Shenandoah collector",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        cycle_fixed: "4 ms",
        remark: "0.2 ms",
        copied: "0.66",
        fresh: "1.2",
        marked: "0.24",
        unordered: "0.14",
        swept: "0.037",
        compacted: "0.45",
        efficiency: "0.9",
        full_efficiency: "0.9",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("shenandoah")],
    build: linear::build,
};
