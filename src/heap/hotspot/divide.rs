//! Two generations of fixed bounds: the arithmetic that Serial, Parallel and CMS share.
//!
//! Source: `genArguments.cpp` of JDK 11 to 25, `collectorPolicy.cpp` of JDK 8. Departures: `-XX:OldSize` (gone since
//! JDK 25) is not read; a heap too small for two generations is enlarged as HotSpot does, but its warnings are not given.

use super::{Flags, HEAP_GRAIN, Limits, down, up};

/// How a collector rounds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Grain {
    /// Generations and the spaces within are multiples of this.
    pub space: u64,
    /// Feature release of the JDK.
    pub jdk: u32,
}

/// A heap and its young generation in bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Division {
    pub heap: u64,
    pub initial: u64,
    pub least_young: u64,
    pub young: u64,
    pub most_young: u64,
}

/// `NewSize` where nobody sets it: 1 MiB, scaled by 1.3 on 64-bit machines.
const NEW_SIZE: u64 = 1_363_144;

/// `OldSize` where nobody sets it, up to JDK 24: 4 MiB, scaled likewise.
const OLD_SIZE: u64 = 5_452_592;

/// `NewRatio` where nobody sets it: the old generation is twice the young one.
pub(super) const NEW_RATIO: u64 = 2;

/// Divides the heap by `NewRatio`, within what `NewSize` and `MaxNewSize` allow.
pub(super) fn divide(limits: Limits, flags: &Flags, grain: Grain) -> Division {
    let space = grain.space;
    let least = 3 * space;
    let smallest = up(least + space, HEAP_GRAIN);
    let heap = up(limits.max, HEAP_GRAIN).max(smallest);
    let initial = up(limits.initial, HEAP_GRAIN).max(smallest).min(heap);
    let (new_size, max_new_size) = bounds(flags, grain, (heap, initial));

    let share = |of: u64| down(of / flags.new_ratio.unwrap_or(NEW_RATIO).saturating_add(1), space).max(space);
    let most = max_new_size.unwrap_or_else(|| share(heap).max(new_size));
    if heap == initial {
        let young = if flags.new_size.is_some() { new_size } else { most };
        return Division { heap, initial, least_young: young, young, most_young: young };
    }
    // -Xms is the least size of the heap as well as its initial one.
    let young = match flags.new_size {
        Some(_) => new_size.min(initial - space),
        None => share(initial).max(new_size),
    };
    // What the old generation may not take goes to the young one.
    let young = young.min(most).max(initial.saturating_sub(heap - most));
    Division { heap, initial, least_young: young, young, most_young: most }
}

/// `NewSize` and `MaxNewSize` (if it is set) once they agree with each other and leave room for an old generation.
fn bounds(flags: &Flags, grain: Grain, (heap, initial): (u64, u64)) -> (u64, Option<u64>) {
    let space = grain.space;
    let least = 3 * space;
    let asked = flags.new_size.map_or(NEW_SIZE, |size| if size.0 >= initial { initial - space } else { size.0 });
    let mut new_size = down(asked.min(heap - space), space).max(least);
    let mut max_new_size = flags.max_new_size.map(|size| match size.0 {
        size if size >= heap => heap - space,
        size if size < new_size => new_size,
        size => down(size, space),
    });
    if let Some(max) = max_new_size {
        max_new_size = Some(max.max(new_size));
    }
    let old_size = if grain.jdk >= 25 { space } else { down(OLD_SIZE, space).max(space) };
    if new_size + old_size > heap {
        let shrink = heap as f64 / (new_size + old_size) as f64;
        new_size = down((new_size as f64 * shrink) as u64, space).max(least);
    }
    (new_size, max_new_size)
}
