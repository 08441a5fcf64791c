//! `offset-allocator`: addresses without memory, in units of a byte.

use offset_allocator::{Allocation, Allocator};

use super::Contestant;
use crate::stream::Stream;

/// The allocator and its blocks.
pub struct Offset {
    allocator: Allocator<u32>,
    blocks: Vec<Option<Allocation<u32>>>,
}

impl Offset {
    /// An empty memory, with room for holes between all blocks.
    pub fn new(stream: &Stream) -> Offset {
        let most = 2 * stream.slots as u32 + 16;
        Offset { allocator: Allocator::with_max_allocs(stream.memory as u32, most), blocks: vec![None; stream.slots] }
    }
}

impl Contestant for Offset {
    #[inline]
    fn allocate(&mut self, slot: u32, size: u32) -> Option<u64> {
        let block = self.allocator.allocate(size);
        self.blocks[slot as usize] = block;
        block.map(|block| u64::from(block.offset))
    }

    #[inline]
    fn free(&mut self, slot: u32) {
        if let Some(block) = self.blocks[slot as usize].take() {
            self.allocator.free(block);
        }
    }
}
