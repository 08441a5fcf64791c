//! The linear price with figures of HotSpot's Serial collector where objects are arrays of 200 B in one table.
//!
//! Fitted to runs of a program that churns such arrays: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz. Left out of the fit, a cell's
//! throughput errs by 3.5 % in the median and 11 % at the 90th percentile. Uncertainty: copied 6 %, far 22 %, fresh 10 %, scattered 8 %; marked and
//! unordered 28 and 41 %, their sum much less.

use super::CollectionPrice;
use super::linear::{self, NOTHING, Presets};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-serial-arrays",
    summary: "linear, calibrated on OpenJDK 17's Serial collector over arrays of 200 B",
    source: "our measurements of a churning JVM, Zen 4 at 2.6 GHz",
    params: &linear::params(Presets {
        young_fixed: "0.1 ms",
        full_fixed: "0.5 ms",
        copied: "0.369",
        far: "0.0934",
        fresh: "0.867",
        card: "70 ns",
        marked: "0.188",
        unordered: "0.246",
        scattered: "1.17",
        swept: "0.0191",
        young_lost: "0.3 ms",
        full_lost: "3.4 ms",
        ..NOTHING
    }),
    traits: &[Trait::OnlyCollector("serial")],
    build: linear::build,
};
