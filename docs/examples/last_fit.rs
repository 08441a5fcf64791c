//! Last fit: the highest hole that is large enough, cut from its high end.
//!
//! Idea: first fit seen in a mirror. It shows that the choice of the end does not matter for fragmentation.
//! Source: textbook; stacks that grow downwards do it.

use super::{Block, BlockAllocator, BuildAllocator, Hole, HoleIndex, Holes};
use crate::base::{Bytes, Entry};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "last-fit",
    summary: "the highest hole that is large enough",
    source: "textbook",
    params: &[],
    traits: &[],
    build: |_, capacity| Ok(Box::new(LastFit { holes: HoleIndex::new(capacity.0) })),
};

struct LastFit {
    holes: HoleIndex,
}

impl BlockAllocator for LastFit {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = request.0.max(1);
        let hole: Hole = self.holes.iter().rev().find(|hole| hole.end() - hole.start >= size)?;
        let address = hole.end() - size;
        self.holes.take(address, size);
        Some(Block { address, requested: request, size: Bytes(size), tag: 0 })
    }

    fn free(&mut self, block: &Block) {
        self.holes.give(block.address, block.size.0);
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(&self.holes)
    }
}
