//! The linear price with figures of HotSpot's ZGC collector.
//!
//! Least squares over 11 rows of a program that churns arrays of 200 B: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz. Where a live
//! size was left out of the fit the rate of allocation errs by 13 % in the median. Marking is in `marked`, relocation in `copied`.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-z",
    summary: "linear, calibrated on OpenJDK 17's ZGC collector",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        cycle_fixed: "2.5 ms",
        remark: "0.1 ms",
        copied: "1.1",
        fresh: "0.34",
        marked: "0.54",
        efficiency: "0.9",
        full_efficiency: "0.9",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("z")],
    build: linear::build,
};
