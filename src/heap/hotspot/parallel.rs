//! Parallel: many threads, the spaces of Serial, but survivor spaces that adapt.
//!
//! Source: `parallelArguments.cpp`, `psYoungGen.cpp`, `parallelScavengeHeap.cpp` (JDK 11 to 25). A survivor space starts as
//! the young generation divided by `InitialSurvivorRatio` and may grow until the young generation divided by
//! `MinSurvivorRatio`; `SurvivorRatio`, if set, moves both. Departures: only the start is given; what the adaptive size
//! policy makes of it later depends on the program.

use super::divide::{Division, Grain, divide};
use super::{CollectorKind, Flags, HeapShape, Limits, down, pause_threads};
use crate::base::Bytes;

/// Multiple of which all spaces are.
const GRAIN: u64 = 512 << 10;

/// `InitialSurvivorRatio` where nobody sets it.
const INITIAL_SURVIVOR_RATIO: u64 = 8;

/// `MinSurvivorRatio` where nobody sets it, and the least of both.
const MIN_SURVIVOR_RATIO: u64 = 3;

/// The heap under Parallel, for a JDK and a number of processors.
pub(super) fn shape(limits: Limits, flags: &Flags, (jdk, cpus): (u32, u32)) -> HeapShape {
    let Division { heap, initial, least_young, young, most_young } = divide(limits, flags, Grain { space: GRAIN, jdk });
    let survivor = |young: u64, set: Option<u64>, default: u64| {
        let ratio = set.or(flags.survivor_ratio.map(|ratio| ratio.saturating_add(2))).unwrap_or(default);
        down(young / ratio.max(MIN_SURVIVOR_RATIO), GRAIN).max(GRAIN)
    };
    let first = survivor(young, flags.initial_survivor_ratio, INITIAL_SURVIVOR_RATIO);
    let most = match flags.adaptive_sizes {
        Some(false) => first,
        _ => survivor(most_young, flags.min_survivor_ratio, MIN_SURVIVOR_RATIO),
    };
    HeapShape {
        collector: CollectorKind::Parallel,
        heap: Bytes(heap),
        initial: Bytes(initial),
        reported: Bytes((heap - most).max(initial - first)),
        young: Some((Bytes(least_young), Bytes(most_young))),
        eden: Bytes(young - 2 * first),
        survivor: Bytes(first),
        old: Bytes(initial - young),
        region: None,
        gc_threads: flags.parallel_threads.unwrap_or(pause_threads(cpus)),
        concurrent_threads: 0,
        compressed_pointers: true,
        humongous: None,
    }
}
