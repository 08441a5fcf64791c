//! Copying: two halves, of which one is filled from below and the other is kept to copy what lives into.
//!
//! Fenichel & Yochelson, CACM 1969; Cheney, CACM 1970. A request is laid behind the last one. What dies is not used
//! again until the live blocks of the half have been copied to the other one (`Pool::compact` does, on a refusal for
//! example); the price of a copy is what lives, not what died. As long as anything lives, the idle half and the dead
//! count as allocated: they are no use to anyone.

use super::holes::HoleIndex;
use super::sums::{Hole, Holes};
use super::{Block, BlockAllocator, BuildAllocator, shrink_apart};
use crate::base::{Bytes, Entry};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "copying",
    summary: "side by side in one half; the other is kept to copy into",
    source: "Fenichel & Yochelson, CACM 1969",
    params: &[],
    traits: &[],
    build: |_, capacity| Ok(Box::new(Copying::new(capacity.0))),
};

#[derive(Debug)]
struct Copying {
    capacity: u64,
    active: usize,
    top: u64,
    /// Number and bytes of live blocks in each half.
    live: [(u64, u64); 2],
    holes: HoleIndex,
}

impl Copying {
    fn new(capacity: u64) -> Copying {
        Copying { capacity, active: 0, top: 0, live: [(0, 0); 2], holes: HoleIndex::new(capacity) }
    }

    fn half(&self) -> u64 {
        self.capacity / 2
    }

    fn is_empty(&self) -> bool {
        self.live[0].0 + self.live[1].0 == 0
    }

    fn start(&self) -> u64 {
        self.active as u64 * self.half()
    }

    /// What lies below and above the active half.
    fn idle(&self) -> [(u64, u64); 2] {
        let end = self.start() + self.half();
        [(0, self.start()), (end, self.capacity - end)]
    }

    fn bytes(&self) -> u64 {
        self.live[0].1 + self.live[1].1
    }
}

impl BlockAllocator for Copying {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = request.0.max(1);
        if size > self.half() - self.top {
            return None;
        }
        if self.is_empty() {
            // All of the pool was one hole; from now on only the rest of the active half is.
            for (from, size) in self.idle().into_iter().filter(|idle| idle.1 > 0) {
                self.holes.take(from, size);
            }
        }
        let address = self.start() + self.top;
        self.holes.take(address, size);
        self.top += size;
        let live = &mut self.live[self.active];
        *live = (live.0 + 1, live.1 + size);
        Some(Block { address, requested: request, size: Bytes(size), tag: self.active as u32 })
    }

    fn free(&mut self, block: &Block) {
        let live = self.live.get_mut(block.tag as usize).filter(|live| live.0 > 0 && live.1 >= block.size.0);
        let Some(live) = live else { panic!("no live block at byte {} of the pool", block.address) };
        *live = (live.0 - 1, live.1 - block.size.0);
        if self.live[self.active].0 == 0 && self.top > 0 {
            self.holes.give(self.start(), self.top);
            self.top = 0;
        }
        if self.is_empty() {
            for (from, size) in self.idle().into_iter().filter(|idle| idle.1 > 0) {
                self.holes.give(from, size);
            }
        }
    }

    fn dead(&self) -> Bytes {
        let dead = self.top - self.live[self.active].1;
        Bytes(if self.live[1 - self.active].0 == 0 { dead } else { 0 })
    }

    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        Some(shrink_apart(self, block, request))
    }

    fn evacuate(&mut self, budget: Bytes) -> Option<Vec<Hole>> {
        if self.live[1 - self.active].0 > 0 || self.live[self.active].0 == 0 || self.bytes() > budget.0 {
            return Some(Vec::new());
        }
        let old = Hole { start: self.start(), size: self.half() };
        if self.top < self.half() {
            self.holes.take(old.start + self.top, self.half() - self.top);
        }
        self.active = 1 - self.active;
        self.top = 0;
        self.holes.give(self.start(), self.half());
        Some(vec![old])
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(&self.holes)
    }

    fn overhead(&self) -> Bytes {
        Bytes(if self.is_empty() { 0 } else { self.capacity - (self.half() - self.top) - self.bytes() })
    }

    fn largest_fit(&self) -> Option<Bytes> {
        Some(Bytes(self.half() - self.top))
    }

    fn watch(&mut self, probe: Bytes) {
        self.holes.watch(probe.0.max(1));
    }

    fn unmeasured(&mut self) {
        self.holes.switch_off();
    }
}
