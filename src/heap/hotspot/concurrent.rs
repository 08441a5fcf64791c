//! Heaps that are not divided at their start: ZGC, Shenandoah, Epsilon.
//!
//! Source: `zHeuristics.cpp`, `shenandoahHeapRegion.cpp`, `shenandoahArguments.cpp` (JDK 11 to 25). ZGC cuts pages as it needs them
//! and, where it is generational (by flag in JDK 21 and 22, by default in 23, always since 24), lets either generation
//! take any share. Shenandoah aims at 2,048 regions of a power of two. Departures: generational Shenandoah, a flag of
//! JDK 24 and later, is treated as the plain one; ZGC's page sizes are not given.

use super::{CollectorKind, Flags, HeapShape, Limits, up};
use crate::base::Bytes;

/// ZGC's small page, of which its heap is a multiple.
const Z_PAGE: u64 = 2 << 20;

/// Least, greatest and aimed-at number of Shenandoah's regions.
const SHENANDOAH_REGION: (u64, u64, u64) = (256 << 10, 32 << 20, 2048);

/// A heap that is one space.
fn undivided(collector: CollectorKind, limits: Limits, grain: u64) -> HeapShape {
    let (heap, initial) = (Bytes(up(limits.max, grain)), Bytes(up(limits.initial, grain)));
    HeapShape {
        collector,
        heap,
        initial,
        reported: heap,
        young: None,
        eden: Bytes::ZERO,
        survivor: Bytes::ZERO,
        old: initial,
        region: None,
        gc_threads: 0,
        concurrent_threads: 0,
        compressed_pointers: true,
        humongous: None,
    }
}

/// The heap under ZGC, for a JDK and a number of processors.
pub(super) fn z(limits: Limits, flags: &Flags, (jdk, cpus): (u32, u32)) -> HeapShape {
    let plain = undivided(CollectorKind::Z, limits, Z_PAGE);
    // While it relocates, each thread holds a page: all of them may take 2 % of the heap (17 and later print so, 11 not).
    let by_heap = if jdk >= 17 { (limits.max as f64 * 0.02) as u64 / Z_PAGE } else { u64::MAX };
    let threads = |per_mille: u64| (u64::from(cpus) * per_mille).div_ceil(1000).min(by_heap).max(1) as u32;
    let generational = jdk >= 24 || (jdk >= 21 && flags.z_generational.unwrap_or(jdk >= 23));
    HeapShape {
        young: generational.then_some((Bytes::ZERO, plain.heap)),
        gc_threads: flags.parallel_threads.unwrap_or(threads(600)),
        concurrent_threads: flags.concurrent_threads.unwrap_or(threads(if jdk >= 17 { 250 } else { 125 })),
        ..plain
    }
}

/// The heap under Shenandoah, for a number of processors.
pub(super) fn shenandoah(limits: Limits, flags: &Flags, cpus: u32) -> HeapShape {
    let (least, most, target) = SHENANDOAH_REGION;
    let region = 1 << (limits.max / target).clamp(least, most).ilog2();
    let plain = undivided(CollectorKind::Shenandoah, limits, region);
    let threads = flags.parallel_threads.unwrap_or((cpus / 2).max(1));
    HeapShape {
        region: Some((Bytes(region), plain.heap.0 / region)),
        gc_threads: threads,
        concurrent_threads: flags.concurrent_threads.unwrap_or((cpus / 4).max(1)).min(threads),
        humongous: Some(Bytes(region)),
        ..plain
    }
}

/// The heap under Epsilon: pages of memory and nothing else.
pub(super) fn epsilon(limits: Limits) -> HeapShape {
    undivided(CollectorKind::Epsilon, limits, 4096)
}
