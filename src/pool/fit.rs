//! What first and next fit share: cut a request from the low end of a hole that the rule chooses,
//! and join what comes back with its neighbours at once.
//!
//! Rules and ties as in Knuth, The Art of Computer Programming, vol. 1, 2.5, made exact: of equal candidates the
//! lowest address wins. We keep no boundary tags: headers of real allocators are modelled by the granule.

use super::granule::{GRANULE, Granule};
use super::{Block, BlockAllocator, Hole, HoleIndex, Holes};
use crate::base::{Args, Bytes, Param};

/// The parameters of both rules.
pub(super) const PARAMS: &[Param] = &[GRANULE];

/// Chooses a hole of at least the given size; the last number is the end of the last allocation.
pub(super) type Choose = fn(&HoleIndex, u64, u64) -> Option<Hole>;

/// An allocator that differs from its siblings in the choice of a hole alone.
#[derive(Debug)]
pub(super) struct Fit {
    holes: HoleIndex,
    capacity: u64,
    granule: Granule,
    rover: u64,
    choose: Choose,
}

impl Fit {
    /// An empty range of `capacity`, less what does not fill a granule.
    pub fn build(args: &Args, capacity: Bytes, choose: Choose) -> Result<Fit, String> {
        let granule = Granule::of(args)?;
        let capacity = granule.whole(capacity);
        Ok(Fit { holes: HoleIndex::new(capacity), capacity, granule, rover: 0, choose })
    }
}

impl BlockAllocator for Fit {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = self.granule.round_up(request)?;
        let hole = (self.choose)(&self.holes, size, self.rover)?;
        self.holes.cut(hole, size);
        let address = hole.start;
        let end = address + size;
        self.rover = if end == self.capacity { 0 } else { end };
        Some(Block { address, requested: request, size: Bytes(size), tag: 0 })
    }

    fn free(&mut self, block: &Block) {
        self.holes.give(block.address, block.size.0);
    }

    fn slide(&mut self, block: &Block) -> Option<Block> {
        let address = self.holes.ending_at(block.address)?.start;
        self.holes.give(block.address, block.size.0);
        self.holes.take(address, block.size.0);
        Some(Block { address, ..*block })
    }

    fn slides(&self) -> bool {
        true
    }

    fn granule(&self) -> Bytes {
        self.granule.bytes()
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(&self.holes)
    }

    fn watch(&mut self, probe: Bytes) {
        self.holes.watch(probe.0.max(1));
    }

    fn unmeasured(&mut self) {
        self.holes.switch_off();
    }
}
