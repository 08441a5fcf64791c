//! Bytes from anywhere: the twin of an allocator with addresses, which pays no tax for contiguity.
//!
//! It refuses what the whole of the free memory cannot hold, and nothing else. `segments` with pages of one byte would do
//! the same; but groups of identical requests are served as one there, and here each is served by itself, as under the
//! allocators that it is compared with.

use super::{Block, BlockAllocator, BuildAllocator};
use crate::base::{Bytes, Entry, Trait};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "scattered",
    summary: "bytes from anywhere: the twin that pays nothing for contiguity",
    source: "bound (Kaufman 1981, Roberts 1981: complete sharing)",
    params: &[],
    traits: &[Trait::Bound],
    build: |_, capacity| Ok(Box::new(Scattered { free: capacity })),
};

struct Scattered {
    free: Bytes,
}

impl BlockAllocator for Scattered {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = request.max(Bytes(1));
        self.free = Bytes(self.free.0.checked_sub(size.0)?);
        Some(Block { address: 0, requested: request, size, tag: 0 })
    }

    fn free(&mut self, block: &Block) {
        self.free += block.size;
    }
}
