//! The linear price with figures of HotSpot's Serial collector.
//!
//! Least squares (relative, no negative price) over the collections in the logs of our Flink runs: OpenJDK 17, AMD EPYC (Zen 4), 2.6 GHz.
//! On every third log, which was held out: the sum of young pauses errs by -0.3 % and that of full
//! ones by -4.3 %; the median error of one pause is 20 % and 4 %.

use super::{CollectionPrice, linear};
use crate::base::{Build, Entry};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "hotspot-serial",
    summary: "linear, calibrated on OpenJDK 17's Serial collector",
    source: "our measurements, Zen 4 at 2.6 GHz",
    params: &linear::params(["14 ms", "10 ms", "0 s", "0 s", "1.36", "0.41", "0.41", "0.17", "100 ns", "0"]),
    traits: &[],
    build: linear::build,
};
