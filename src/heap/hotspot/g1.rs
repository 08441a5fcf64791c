//! G1: equal regions, of which between 5 and 60 % are young.
//!
//! Source: `heapRegion.cpp` (`g1HeapRegion.cpp`), `g1YoungGenSizer.cpp`, `g1Arguments.cpp`. Regions aim at 2,048 of them: up to
//! JDK 14 the mean of `-Xms` and `-Xmx` is divided and rounded down to a power of two, from JDK 15 on `-Xmx` alone,
//! rounded up (JDK 11 and 17 to 25 print so; 15 is the release that the change, JDK-8241670, names). The first young
//! collection comes when the least young generation is full. Departures: none known at the start; later the young
//! generation follows the pause goal.

use super::serial::SURVIVOR_RATIO;
use super::{CollectorKind, Flags, HEAP_GRAIN, HeapShape, Limits, pause_threads, up};
use crate::base::Bytes;

/// Regions that the rule aims at.
const TARGET: u64 = 2048;

/// Least size of a region.
const LEAST: u64 = 1 << 20;

/// Greatest size of a region by rule, and by hand before JDK 18.
const MOST: u64 = 32 << 20;

/// Greatest size of a region by hand since JDK 18.
const MOST_BY_HAND: u64 = 512 << 20;

/// The heap under G1, for a JDK and a number of processors.
pub(super) fn shape(limits: Limits, flags: &Flags, (jdk, cpus): (u32, u32)) -> HeapShape {
    let region = region_size(limits, flags, jdk);
    let grain = HEAP_GRAIN.max(region);
    let heap = up(limits.max.max(1), grain);
    let initial = up(limits.initial.max(1), grain);
    let young = |of: u64| young_regions(of / region, region, flags);
    // The heap may hold fewer regions than a flag asks for.
    let eden = young(initial).0.min(initial / region);
    let survivor = eden.div_ceil(flags.survivor_ratio.unwrap_or(SURVIVOR_RATIO));
    let (least, most) = young(heap);
    let threads = flags.parallel_threads.unwrap_or(pause_threads(cpus));
    let concurrent = flags.concurrent_threads.unwrap_or((threads.saturating_add(2) / 4).max(1));
    HeapShape {
        collector: CollectorKind::G1,
        heap: Bytes(heap),
        initial: Bytes(initial),
        reported: Bytes(heap),
        young: Some((Bytes(least.min(heap / region) * region), Bytes(most.min(heap / region) * region))),
        eden: Bytes(eden * region),
        survivor: Bytes(survivor * region),
        old: Bytes(initial - eden * region),
        region: Some((Bytes(region), heap / region)),
        gc_threads: threads,
        concurrent_threads: concurrent.min(threads),
        compressed_pointers: true,
        humongous: Some(Bytes(region / 2)),
    }
}

/// Bytes of a region: a power of two.
pub(super) fn region_size(limits: Limits, flags: &Flags, jdk: u32) -> u64 {
    let most = if jdk >= 18 { MOST_BY_HAND } else { MOST };
    let by_hand = flags.region_size.map(|size| size.0.clamp(LEAST, most));
    let size = |mean: u64| by_hand.unwrap_or((mean / TARGET).clamp(LEAST, MOST));
    if jdk >= 15 { size(limits.max).next_power_of_two() } else { 1 << size((limits.initial + limits.max) / 2).ilog2() }
}

/// Least and most young regions of `regions`, each at least 1: shares of the heap, unless flags set sizes.
fn young_regions(regions: u64, region: u64, flags: &Flags) -> (u64, u64) {
    let count = |size: Bytes| (size.0 / region).max(1);
    let share = |percent: u64| (regions.saturating_mul(percent) / 100).max(1);
    let least = share(flags.g1_new_size_percent.unwrap_or(5));
    let most = share(flags.g1_max_new_size_percent.unwrap_or(60)).max(least);
    match (flags.new_size, flags.max_new_size) {
        (Some(new), Some(max)) => (count(new), count(max.max(new))),
        (Some(new), None) => (count(new), count(new).max(most)),
        (None, Some(max)) => (count(max).min(least), count(max)),
        (None, None) => match flags.new_ratio {
            Some(ratio) => {
                let fixed = (regions / ratio.saturating_add(1)).max(1);
                (fixed, fixed)
            }
            None => (least, most),
        },
    }
}
