//! Size classes as jemalloc and tcmalloc use them: four a doubling, small ones in spans of pages, large ones alone.
//!
//! Evans, BSDCan 2006 (jemalloc) and its later classes; Ghemawat & Menage (tcmalloc). Classes are 1, 2, 3, ... 8, 10,
//! 12, 14, 16, 20, ... quanta, so rounding wastes less than a fifth. A span of small objects is the fewest pages that
//! they fill without a tail; a large object takes its class in whole pages. Of several places the lowest address is
//! taken, as jemalloc does. Thread caches, arenas and the decay of unused pages are left out: they move work between
//! threads and memory between pool and system, not blocks inside the pool.

use super::BuildAllocator;
use super::spans::{Class, Plan, Spans};
use crate::base::{Args, Bytes, Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "size-classes",
    summary: "four size classes a doubling in spans of pages, as jemalloc and tcmalloc",
    source: "Evans, BSDCan 2006",
    params: &[
        param("quantum", Kind::Bytes, "16 B", "the smallest class, a power of two"),
        param("page", Kind::Bytes, "4 KiB", "spans are whole pages, a power of two"),
        param("small", Kind::Bytes, "14 KiB", "the largest class that shares spans"),
    ],
    traits: &[Trait::Rounds],
    build: |args, capacity| Ok(Box::new(Spans::new(plan(args, capacity)?, capacity))),
};

fn plan(args: &Args, capacity: Bytes) -> Result<Plan, String> {
    let (quantum, page, small) = (args.bytes("quantum").0, args.bytes("page").0, args.bytes("small").0);
    for name in ["quantum", "page"] {
        if !args.bytes(name).0.is_power_of_two() {
            return Err(format!("`{name}` is {}: expected a power of two", args.bytes(name)));
        }
    }
    if quantum > page {
        return Err(format!("`quantum` is {}: expected at most a page, {}", args.bytes("quantum"), args.bytes("page")));
    }
    let capacity = capacity.0 / page * page;
    let (mut classes, mut units) = (Vec::new(), 1u64);
    while let Some(object) = units.checked_mul(quantum).filter(|object| *object <= capacity) {
        classes.push(class(object, page, small));
        units += 1 << units.ilog2().saturating_sub(2);
    }
    classes.retain(|class| class.span <= capacity);
    // Between the last class and the whole pool whole pages are left.
    Ok(Plan { classes, whole: Some(page), granule: page })
}

/// Small objects fill the least common multiple of object and page; a large one rounds up to pages.
fn class(object: u64, page: u64, small: u64) -> Class {
    let common = 1u64 << object.trailing_zeros().min(page.trailing_zeros());
    let span = if object > small { object.next_multiple_of(page) } else { object / common * page };
    Class { object: if object > small { span } else { object }, span, header: 0 }
}
