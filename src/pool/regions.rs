//! Regions: a heap of equal regions, as G1 keeps it, with large objects in regions of their own.
//!
//! Detlefs, Flood, Heller & Printezis, ISMM 2004 (Garbage-First). Small requests are laid side by side in the current
//! region; the next one is the lowest free region. A request of more than half a region is humongous: it gets the lowest
//! run of neighbouring free regions to itself. Nothing inside a region is used again until all in it has died; then the
//! region is free. What has died before that, and the unused end of a region that was left for the next, count as
//! allocated: they are no use to anyone.

use std::collections::BTreeMap;

use super::holes::HoleIndex;
use super::sums::{Hole, Holes};
use super::{Block, BlockAllocator, BuildAllocator, shrink_apart};
use crate::base::{Bytes, Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "regions",
    summary: "side by side in regions that return when all in them died; large requests alone",
    source: "Detlefs et al., ISMM 2004 (G1)",
    params: &[param("region", Kind::Bytes, "1 MiB", "size of a region; at most the pool")],
    traits: &[Trait::Rounds],
    build: |args, capacity| match args.bytes("region").0 {
        0 => Err("`region` is 0 B: expected at least 1 B".into()),
        region => Ok(Box::new(Regions::new(region.min(capacity.0).max(1), capacity.0))),
    },
};

/// A region that lives by more than this share is not worth copying (HotSpot's G1MixedGCLiveThresholdPercent, 85).
const MOSTLY_LIVE: f64 = 0.85;

#[derive(Debug)]
struct Regions {
    region: u64,
    /// Number and bytes of live blocks that begin in a region, for those with any: a pool of any size begins with none.
    live: BTreeMap<usize, (u64, u64)>,
    /// The region in use and the first byte in it that is not.
    current: Option<(usize, u64)>,
    /// Runs of free regions.
    free: HoleIndex,
    holes: HoleIndex,
    /// Bytes of dead blocks and of left ends.
    garbage: u64,
}

impl Regions {
    fn new(region: u64, capacity: u64) -> Regions {
        let count = capacity / region;
        let mut free = HoleIndex::new(count * region);
        free.switch_off();
        let holes = HoleIndex::new(count * region);
        Regions { region, live: BTreeMap::new(), current: None, free, holes, garbage: 0 }
    }

    fn end_of(&self, region: usize) -> u64 {
        (region as u64 + 1) * self.region
    }

    /// Where `size` bytes fit into the current region, or into the next after leaving it.
    fn bump(&mut self, size: u64) -> Option<u64> {
        if let Some((region, top)) = self.current {
            let end = self.end_of(region);
            if size <= end - top {
                self.current = Some((region, top + size));
                return Some(top);
            }
        }
        let start = self.free.first(self.region)?.start;
        self.free.take(start, self.region);
        if let Some((region, top)) = self.current {
            let rest = self.end_of(region) - top;
            if rest > 0 {
                self.holes.take(top, rest);
                self.garbage += rest;
            }
        }
        self.current = Some(((start / self.region) as usize, start + size));
        Some(start)
    }
}

impl BlockAllocator for Regions {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let mut size = request.0.max(1);
        let address = if size > self.region / 2 {
            size = size.checked_next_multiple_of(self.region)?;
            let start = self.free.first(size)?.start;
            self.free.take(start, size);
            start
        } else {
            self.bump(size)?
        };
        self.holes.take(address, size);
        let live = self.live.entry((address / self.region) as usize).or_default();
        *live = (live.0 + 1, live.1 + size);
        Some(Block { address, requested: request, size: Bytes(size), tag: 0 })
    }

    fn free(&mut self, block: &Block) {
        let (address, size) = (block.address, block.size.0);
        let region = (address / self.region) as usize;
        let live = self.live.get_mut(&region).filter(|live| live.0 > 0 && live.1 >= size);
        let Some(live) = live else { panic!("no live block at byte {address} of the pool") };
        *live = (live.0 - 1, live.1 - size);
        let empty = live.0 == 0;
        if empty {
            self.live.remove(&region);
        }
        if size > self.region / 2 {
            self.holes.give(address, size);
            self.free.give(address, size);
            return;
        }
        self.garbage += size;
        if empty {
            let start = region as u64 * self.region;
            let current = self.current.filter(|current| current.0 == region);
            let used = current.map_or(self.end_of(region), |current| current.1) - start;
            self.holes.give(start, used);
            self.garbage -= used;
            self.free.give(start, self.region);
            self.current = if current.is_some() { None } else { self.current };
        }
    }

    fn dead(&self) -> Bytes {
        Bytes(self.garbage)
    }

    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        Some(shrink_apart(self, block, request))
    }

    /// Regions of small blocks with little that lives, but not the current one.
    fn evacuate(&mut self, budget: Bytes) -> Option<Vec<Hole>> {
        let current = self.current.map(|current| current.0);
        let limit = self.region as f64 * MOSTLY_LIVE;
        let worth = |(region, live): &(&usize, &(u64, u64))| live.1 as f64 <= limit && Some(**region) != current;
        let candidates = self.live.iter().filter(worth);
        let mut candidates: Vec<(u64, usize)> = candidates.map(|(region, live)| (live.1, *region)).collect();
        candidates.sort_unstable();
        let mut left = budget.0;
        let affordable = candidates.into_iter().take_while(|(live, _)| {
            let pays = *live <= left;
            left = left.saturating_sub(*live);
            pays
        });
        let stretch = |(_, region): (u64, usize)| Hole { start: region as u64 * self.region, size: self.region };
        let stretches: Vec<Hole> = affordable.map(stretch).collect();
        (!stretches.is_empty()).then_some(stretches)
    }

    fn granule(&self) -> Bytes {
        Bytes(self.region)
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(&self.holes)
    }

    fn overhead(&self) -> Bytes {
        Bytes(self.garbage)
    }

    fn largest_fit(&self) -> Option<Bytes> {
        let small = self.current.map_or(0, |(region, top)| (self.end_of(region) - top).min(self.region / 2));
        Some(Bytes(self.free.largest().max(small)))
    }

    fn watch(&mut self, probe: Bytes) {
        self.holes.watch(probe.0.max(1));
    }

    fn unmeasured(&mut self) {
        self.holes.switch_off();
    }
}
