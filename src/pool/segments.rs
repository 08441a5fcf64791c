//! Paged memory: a request takes whole pages, which may lie anywhere.
//!
//! This is Flink's managed and network memory (MemoryManager, NetworkBufferPool: 32 KiB MemorySegments). Since
//! pages need not be neighbours, external fragmentation cannot arise and addresses are not kept; the price is
//! half a page lost per request on average. We take a request as one allocation: where Flink would wait for the
//! last few pages while holding the first ones, the scenario's pressure rules decide.

use super::{Block, BlockAllocator, BuildAllocator};
use crate::base::{Bytes, Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "segments",
    summary: "whole pages scattered anywhere: no external fragmentation",
    source: "Flink MemorySegment",
    params: &[param(
        "page",
        Kind::Bytes,
        "32 KiB",
        "bytes to which requests are rounded up; not given: taskmanager.memory.segment-size of the groups",
    )],
    traits: &[Trait::Addressless, Trait::Paged],
    build: |args, capacity| match args.bytes("page").0 {
        0 => Err("`page` is 0 B: expected at least 1 B".into()),
        page => Ok(Box::new(Segments { page, free_pages: capacity.0 / page })),
    },
};

struct Segments {
    page: u64,
    free_pages: u64,
}

impl BlockAllocator for Segments {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let pages = request.0.div_ceil(self.page);
        self.free_pages = self.free_pages.checked_sub(pages)?;
        Some(Block { address: 0, requested: request, size: Bytes(pages * self.page), tag: 0 })
    }

    fn free(&mut self, block: &Block) {
        self.free_pages += block.size.0 / self.page;
    }

    fn granule(&self) -> Bytes {
        Bytes(self.page)
    }
}
