//! Never refuses: the bound that no real allocator reaches, and the template to copy.
//!
//! It keeps no addresses and rounds nothing, so the capacity is a figure to compare with and not a limit.

use super::{Block, BlockAllocator, BuildAllocator};
use crate::base::{Bytes, Entry, Trait};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "unbounded",
    summary: "grants every request and ignores the capacity",
    source: "bound",
    params: &[],
    traits: &[Trait::Baseline, Trait::Bound, Trait::Addressless, Trait::Unlimited],
    build: |_, _| Ok(Box::new(Unbounded)),
};

struct Unbounded;

impl BlockAllocator for Unbounded {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        Some(Block { address: 0, requested: request, size: request, tag: 0 })
    }

    fn free(&mut self, _block: &Block) {}
}
