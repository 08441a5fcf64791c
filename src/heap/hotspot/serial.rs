//! Serial: one thread, a young generation of eden and two survivor spaces beside the old one.
//!
//! Source: `serialArguments.cpp`, `defNewGeneration.cpp` (JDK 11 to 25). A survivor space is the young generation divided
//! by `SurvivorRatio` + 2, so that eden is `SurvivorRatio` times as large. Departures: none known at the start; later
//! the young generation follows the old one where `-Xms` is below `-Xmx`.

use super::divide::{Division, Grain, divide};
use super::{CollectorKind, Flags, HeapShape, Limits, down};
use crate::base::Bytes;

/// Multiple of which all spaces are.
pub(super) const GRAIN: u64 = 64 << 10;

/// `SurvivorRatio` where nobody sets it.
pub(super) const SURVIVOR_RATIO: u64 = 8;

/// The heap under Serial.
pub(super) fn shape(limits: Limits, flags: &Flags, jdk: u32) -> HeapShape {
    from_division(divide(limits, flags, Grain { space: GRAIN, jdk }), flags)
}

/// A heap whose young generation has survivor spaces by `SurvivorRatio`.
pub(super) fn from_division(division: Division, flags: &Flags) -> HeapShape {
    let Division { heap, initial, least_young, young, most_young } = division;
    let ratio = flags.survivor_ratio.unwrap_or(SURVIVOR_RATIO).saturating_add(2);
    let survivor = |young: u64| down(young / ratio, GRAIN).max(GRAIN);
    HeapShape {
        collector: CollectorKind::Serial,
        heap: Bytes(heap),
        initial: Bytes(initial),
        reported: Bytes(heap - survivor(most_young)),
        young: Some((Bytes(least_young), Bytes(most_young))),
        eden: Bytes(young - 2 * survivor(young)),
        survivor: Bytes(survivor(young)),
        old: Bytes(initial - young),
        region: None,
        gc_threads: 1,
        concurrent_threads: 0,
        compressed_pointers: true,
        humongous: None,
    }
}
