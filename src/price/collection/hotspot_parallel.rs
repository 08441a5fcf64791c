//! The linear price with figures of HotSpot's Parallel collector.
//!
//! Least squares (relative, no negative price) over the collections in the logs of our Flink runs: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz.
//! On every third log, which was held out: the sum of young pauses errs by -14 % and that of full
//! ones by -10 %; the median error of one pause is 23 % and 15 %. Efficiency from one against two cores.

use super::{CollectionPrice, linear};
use crate::base::{Build, Entry};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-parallel",
    summary: "linear, calibrated on OpenJDK 17's Parallel collector",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(["10 ms", "0 s", "0 s", "0 s", "0.65", "0.9", "0.9", "0", "100 ns", "0.95"]),
    traits: &[],
    build: linear::build,
};
