//! Whether references fit into 4 bytes.
//!
//! A compressed reference counts units of object alignment (8 bytes), so 2^32 of them reach 32 GiB; HotSpot leaves out
//! the lowest unit of what the collector may align its heap to, since null lies there. Source: `arguments.cpp`
//! (`max_heap_for_compressed_oops`), `conservative_max_heap_alignment` of each collector; measured to the MiB with JDK 11,
//! 17, 21 and 25. Departure: between the releases measured, the limit of G1 is taken to change with 18 and 25.

use super::{CollectorKind, Flags};
use crate::base::Bytes;

/// The greatest `-Xmx` with compressed references; none for ZGC.
pub(super) fn limit(kind: CollectorKind, jdk: u32, object_alignment: u64) -> Option<u64> {
    let grain = match kind {
        CollectorKind::Z | CollectorKind::GenerationalZ => return None,
        CollectorKind::G1 if (18..25).contains(&jdk) => 512 << 20,
        CollectorKind::G1 | CollectorKind::Shenandoah => 32 << 20,
        _ => 2 << 20,
    };
    Some((object_alignment << 32) - grain)
}

/// Whether references are compressed in a heap of at most `max`.
pub(super) fn compressed(kind: CollectorKind, max: Bytes, (jdk, flags): (u32, &Flags)) -> bool {
    let alignment = flags.object_alignment.unwrap_or(8);
    flags.compressed_pointers.unwrap_or(true) && limit(kind, jdk, alignment).is_some_and(|limit| max.0 <= limit)
}
