//! The linear price with figures of HotSpot's Parallel collector where objects are arrays of 200 B in one table.
//!
//! Fitted to runs of a program that churns such arrays with two threads: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz. Left out of the fit, a cell's
//! throughput errs by 6.4 % in the median and 16 % at the 90th percentile. Uncertainty: copied 6 %, far 22 %, fresh 10 %, marked 7 %,
//! unordered 10 %. The efficiency is not identified apart from the prices.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-parallel-arrays",
    summary: "linear, calibrated on OpenJDK 17's Parallel collector over arrays of 200 B",
    source: "our measurements of a churning JVM, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        young_fixed: "0.1 ms",
        full_fixed: "0.5 ms",
        copied: "0.369",
        far: "0.0934",
        fresh: "1.47",
        card: "70 ns",
        marked: "0.526",
        unordered: "0.6",
        scattered: "0.0936",
        swept: "0.0143",
        efficiency: "0.7",
        full_efficiency: "0.7",
        young_lost: "0.3 ms",
        full_lost: "3.4 ms",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("parallel")],
    build: linear::build,
};
