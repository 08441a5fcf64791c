//! CMS: Serial's spaces, with a young generation kept small for short pauses.
//!
//! Source: `cmsArguments.cpp` of JDK 11 (`arguments.cpp` of JDK 8). Unless a flag sizes it, the young generation is at most
//! 64 MiB a thread, scaled by 1.3 on 64-bit machines. Departures: where the JDK has no CMS (14 and later) it is treated
//! as if it had; the start is exact for `-Xms` = `-Xmx` only (a smaller `-Xms` can start with a larger young generation
//! than here); young generations below 6 MiB are not exact.

use super::divide::{Grain, NEW_RATIO, divide};
use super::serial::{GRAIN, from_division};
use super::{CollectorKind, Flags, HEAP_GRAIN, HeapShape, Limits, down, pause_threads, up};
use crate::base::Bytes;

/// Young generation for each thread.
const YOUNG_PER_THREAD: u64 = (64 << 20) * 13 / 10;

/// The heap under CMS, for a JDK and a number of processors.
pub(super) fn shape(limits: Limits, flags: &Flags, (jdk, cpus): (u32, u32)) -> HeapShape {
    let threads = flags.parallel_threads.unwrap_or(pause_threads(cpus));
    let mut sized = flags.clone();
    if flags.max_new_size.is_none() && flags.new_ratio.is_none() {
        let share = down(limits.max, HEAP_GRAIN) / (NEW_RATIO + 1);
        let short = up(share.min(YOUNG_PER_THREAD.saturating_mul(u64::from(threads))), 4096);
        sized.max_new_size = Some(flags.new_size.unwrap_or_default().max(Bytes(short)));
    }
    HeapShape {
        collector: CollectorKind::Cms,
        gc_threads: threads,
        concurrent_threads: flags.concurrent_threads.unwrap_or(threads.saturating_add(3) / 4),
        ..from_division(divide(limits, &sized, Grain { space: GRAIN, jdk }), flags)
    }
}
