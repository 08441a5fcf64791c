//! Binary buddy: blocks of 2^k smallest blocks at multiples of their size, split in halves and joined eagerly.
//!
//! Knowlton, CACM 1965; Knuth, The Art of Computer Programming, vol. 1, 2.5. A request is rounded up to a power of
//! two, gets the smallest free block that holds it (of several the lowest), and keeps the low half at each split.
//! A pool whose size is no power of two is covered from below by the largest aligned blocks that fit. Holes, as
//! the measures of fragmentation see them, are maximal free gaps whatever the alignment, so a hole may be large
//! enough and the request still be refused.

use std::collections::BTreeSet;

use super::{Block, BlockAllocator, BuildAllocator, HoleIndex};
use crate::base::{Bytes, Entry, Kind, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "buddy",
    summary: "powers of two, split in halves and joined eagerly",
    source: "Knowlton, CACM 1965",
    params: &[param("smallest", Kind::Bytes, "4 KiB", "size of the smallest block, a power of two")],
    traits: &[],
    build: |args, capacity| {
        let smallest = args.bytes("smallest").0;
        if !smallest.is_power_of_two() {
            return Err(format!("`smallest` is {}: expected a power of two", args.bytes("smallest")));
        }
        Ok(Box::new(Buddy::new(smallest, capacity.0 / smallest * smallest)))
    },
};

/// Free blocks by order (log2 of the size in bytes), and the gaps that they make together.
struct Buddy {
    smallest: u64,
    free: [BTreeSet<u64>; 64],
    /// Bit k is set while there is a free block of order k.
    orders: u64,
    holes: HoleIndex,
}

impl Buddy {
    fn new(smallest: u64, capacity: u64) -> Buddy {
        let mut buddy = Buddy {
            smallest,
            free: std::array::from_fn(|_| BTreeSet::new()),
            orders: 0,
            holes: HoleIndex::new(capacity),
        };
        // From below, the binary digits of the capacity from the highest: every block is aligned to its size.
        let mut address = 0;
        for order in (0..64).rev().filter(|order| capacity >> order & 1 == 1) {
            buddy.put(order, address);
            address += 1 << order;
        }
        buddy
    }

    fn put(&mut self, order: u32, address: u64) {
        self.free[order as usize].insert(address);
        self.orders |= 1 << order;
    }

    fn remove(&mut self, order: u32, address: u64) -> bool {
        let blocks = &mut self.free[order as usize];
        let found = blocks.remove(&address);
        if blocks.is_empty() {
            self.orders &= !(1 << order);
        }
        found
    }
}

impl BlockAllocator for Buddy {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = request.0.max(self.smallest).checked_next_power_of_two()?;
        let order = size.trailing_zeros();
        let large_enough = self.orders >> order;
        if large_enough == 0 {
            return None;
        }
        let found = order + large_enough.trailing_zeros();
        let address = *self.free[found as usize].first()?;
        self.remove(found, address);
        (order..found).rev().for_each(|half| self.put(half, address + (1 << half)));
        self.holes.take(address, size);
        Some(Block { address, requested: request, size: Bytes(size) })
    }

    fn free(&mut self, block: &Block) {
        self.holes.give(block.address, block.size.0);
        let (mut order, mut address) = (block.size.0.trailing_zeros(), block.address);
        while order < 63 && self.remove(order, address ^ (1 << order)) {
            address &= !(1 << order);
            order += 1;
        }
        self.put(order, address);
    }

    fn granule(&self) -> Bytes {
        Bytes(self.smallest)
    }

    fn holes(&self) -> Option<&HoleIndex> {
        Some(&self.holes)
    }

    fn largest_fit(&self) -> Option<Bytes> {
        Some(Bytes(self.orders.checked_ilog2().map_or(0, |order| 1 << order)))
    }

    fn watch(&mut self, probe: Bytes) {
        self.holes.watch(probe.0.max(1));
    }
}
