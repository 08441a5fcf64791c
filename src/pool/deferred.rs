//! Reclamation put off: blocks that die are set aside, and given back to the allocator together.
//!
//! Wilson, Johnstone, Neely & Boles, IWMM 1995, on deferred coalescing and quick lists (Weinstock's Quick Fit). With
//! `reuse` a later request of the same size gets such a block as it is, the last one first, and nothing is split or
//! joined for it (pooled reuse); without it the dead are only marked until they are swept. All are given back when they
//! come to more than a limit, or when a request is refused. Set-aside blocks count as free, and holes are maximal free
//! intervals as ever; but the allocator does not see the neighbours of a hole that are set aside.

use std::collections::BTreeMap;

use super::sums::{Hole, HoleSums, Holes};
use super::{Block, BlockAllocator};
use crate::base::Bytes;

/// An allocator that gets its blocks back late.
pub struct Deferred {
    inner: Box<dyn BlockAllocator>,
    /// Dead blocks by what they were asked for.
    dead: BTreeMap<Bytes, Vec<Block>>,
    /// Their sizes by address, so that a look at the holes need not sort them.
    places: BTreeMap<u64, u64>,
    bytes: Bytes,
    limit: Bytes,
    reuse: bool,
    sweeps: u64,
    /// Never kept: the holes of two sources join, which running sums cannot follow.
    sums: HoleSums,
}

impl Deferred {
    /// Sets aside up to `limit` bytes of dead blocks of `inner`, which must keep addresses.
    pub fn new(inner: Box<dyn BlockAllocator>, limit: Bytes, reuse: bool) -> Deferred {
        let mut sums = HoleSums::default();
        sums.switch_off();
        Deferred {
            inner,
            dead: BTreeMap::new(),
            places: BTreeMap::new(),
            bytes: Bytes::ZERO,
            limit,
            reuse,
            sweeps: 0,
            sums,
        }
    }

    /// How many times the dead were given back.
    pub fn sweeps(&self) -> u64 {
        self.sweeps
    }

    fn reused(&mut self, request: Bytes) -> Option<Block> {
        let same = self.dead.get_mut(&request).filter(|_| self.reuse)?;
        let block = same.pop()?;
        if same.is_empty() {
            self.dead.remove(&request);
        }
        self.places.remove(&block.address);
        self.bytes -= block.size;
        Some(block)
    }
}

impl BlockAllocator for Deferred {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let found = self.reused(request).or_else(|| self.inner.allocate(request));
        if found.is_some() || self.bytes == Bytes::ZERO {
            return found;
        }
        self.sweep();
        self.inner.allocate(request)
    }

    fn free(&mut self, block: &Block) {
        self.bytes += block.size;
        self.dead.entry(block.requested).or_default().push(*block);
        self.places.insert(block.address, block.size.0);
        if self.bytes > self.limit {
            self.sweep();
        }
    }

    fn dead(&self) -> Bytes {
        self.inner.dead()
    }

    fn sweep(&mut self) {
        if self.bytes == Bytes::ZERO {
            return;
        }
        self.places.clear();
        let dead = std::mem::take(&mut self.dead);
        dead.into_values().flatten().for_each(|block| self.inner.free(&block));
        self.bytes = Bytes::ZERO;
        self.sweeps += 1;
    }

    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        self.inner.shrink(block, request)
    }

    fn slide(&mut self, block: &Block) -> Option<Block> {
        self.inner.slide(block)
    }

    fn slides(&self) -> bool {
        self.inner.slides()
    }

    fn evacuate(&mut self, budget: Bytes) -> Option<Vec<Hole>> {
        self.inner.evacuate(budget)
    }

    fn granule(&self) -> Bytes {
        self.inner.granule()
    }

    fn holes(&self) -> Option<&dyn Holes> {
        self.inner.holes().map(|_| self as &dyn Holes)
    }

    fn overhead(&self) -> Bytes {
        self.inner.overhead()
    }

    /// After a sweep, which a refusal brings about: the largest hole is as much as that can give.
    fn largest_fit(&self) -> Option<Bytes> {
        if self.bytes == Bytes::ZERO { self.inner.largest_fit() } else { None }
    }
}

impl Holes for Deferred {
    fn sums(&self) -> &HoleSums {
        &self.sums
    }

    fn visit(&self, see: &mut dyn FnMut(Hole)) {
        let mut holes = self.inner.holes().map(Holes::list).unwrap_or_default().into_iter().peekable();
        let mut dead = self.places.iter().map(|(start, size)| Hole { start: *start, size: *size }).peekable();
        let pieces = std::iter::from_fn(|| match (holes.peek(), dead.peek()) {
            (Some(hole), Some(block)) if block.start < hole.start => dead.next(),
            (None, _) => dead.next(),
            _ => holes.next(),
        });
        let mut open: Option<Hole> = None;
        for piece in pieces {
            match &mut open {
                Some(hole) if hole.end() == piece.start => hole.size += piece.size,
                _ => open.replace(piece).into_iter().for_each(&mut *see),
            }
        }
        open.into_iter().for_each(see);
    }
}
