//! `rlsf`: TLSF in real memory, with headers before its blocks.

// The crate frees by pointer, which it cannot check.
#![allow(unsafe_code)]

use std::alloc::Layout;
use std::mem::MaybeUninit;
use std::ptr::NonNull;

use rlsf::Tlsf;

use super::Contestant;
use crate::stream::Stream;

const ALIGN: usize = 16;

/// The allocator, its blocks, and its memory.
pub struct Rlsf {
    allocator: Tlsf<'static, u32, u32, 28, 32>,
    blocks: Vec<Option<NonNull<u8>>>,
    memory: Vec<MaybeUninit<u8>>,
}

impl Rlsf {
    /// An empty memory, with a header's worth more for each block.
    pub fn new(stream: &Stream) -> Rlsf {
        let mut memory = vec![MaybeUninit::new(0); stream.memory as usize + 32 * stream.slots];
        let mut allocator = Tlsf::new();
        let start = NonNull::from(memory.as_mut_slice());
        let bytes = NonNull::slice_from_raw_parts(start.cast::<u8>(), start.len());
        // Safety: the memory belongs to nobody else, and is kept, never touched, until the allocator is gone.
        unsafe { allocator.insert_free_block_ptr(bytes) };
        Rlsf { allocator, blocks: vec![None; stream.slots], memory }
    }
}

impl Contestant for Rlsf {
    #[inline]
    fn allocate(&mut self, slot: u32, size: u32) -> Option<u64> {
        let layout = Layout::from_size_align(size as usize, ALIGN).ok()?;
        let block = self.allocator.allocate(layout);
        self.blocks[slot as usize] = block;
        block.map(|block| (block.as_ptr() as usize - self.memory.as_ptr() as usize) as u64)
    }

    #[inline]
    fn free(&mut self, slot: u32) {
        if let Some(block) = self.blocks[slot as usize].take() {
            // Safety: `allocate` gave this block with this alignment, and it has not been freed since.
            unsafe { self.allocator.deallocate(block, ALIGN) };
        }
    }
}
