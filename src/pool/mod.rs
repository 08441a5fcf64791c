//! Pools: address ranges of a TaskManager, and the allocators that say where in them a block lies.
//!
//! A [`Pool`] counts (requested, allocated, blocks) and measures fragmentation; a [`BlockAllocator`] decides on
//! addresses. An allocator is one file here and one line in [`BLOCK_ALLOCATORS`]. Placement rules are exact down
//! to ties, because the verification chains depend on them.

mod averages;
mod bins;
mod bit_tree;
mod buddies;
mod cells;
mod chain;
mod compaction;
mod deferred;
mod fit;
mod fragmentation;
mod granule;
mod holes;
mod kinship;
mod leak;
mod lists;
mod order;
mod reclamation;
mod reserve;
mod robson;
mod sorted;
mod spans;
mod sums;
#[cfg(test)]
mod tests;

pub use averages::{Averages, FootprintRatios, Means};
pub use compaction::{Goal, Relocation};
pub use deferred::Deferred;
pub use fragmentation::{Fragmentation, compaction_debt};
pub use holes::HoleIndex;
pub use leak::{Growth, Leak, LeakMonitor};
pub use reclamation::{BuildReclamation, RECLAMATIONS, Reclamation};
pub use reserve::{Reservation, Reserve};
pub use robson::Robson;
pub use scattered::Scattered;
pub use sums::{Hole, HoleSums, Holes, SizeTally};

use crate::base::{Args, Bytes};
use fragmentation::Gaps;

crate::registry! {
    /// All block allocators; the first never refuses.
    pub static BLOCK_ALLOCATORS: BuildAllocator;
    unbounded,
    segments,
    scattered,
    first_fit,
    best_fit,
    worst_fit,
    next_fit,
    buddy,
    fibonacci_buddy,
    segregated_fits,
    slab,
    tlsf,
    half_fit,
    regions,
    size_classes,
    copying,
}

/// What people call some of them too.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("least", "best-fit"),
    ("least-fit", "best-fit"),
    ("binary-buddy", "buddy"),
    ("jemalloc", "size-classes"),
    ("tcmalloc", "size-classes"),
    ("g1", "regions"),
];

/// The name under which [`BLOCK_ALLOCATORS`] lists what is called `name`; `name` itself where it is no other name.
pub fn listed_name(name: &str) -> &str {
    OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name, |(_, listed)| *listed)
}

/// Makes an empty allocator for a pool of the given capacity.
pub type BuildAllocator = fn(&Args, Bytes) -> Result<Box<dyn BlockAllocator>, String>;

/// A granted request. It lives until it is given back to the pool that granted it, exactly once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its first byte, from the start of the pool; always 0 where the allocator keeps no addresses.
    pub address: u64,
    /// What was asked for.
    pub requested: Bytes,
    /// What it takes, rounding included; at least `requested`.
    pub size: Bytes,
    /// By which the allocator finds it again; 0 where it needs none.
    pub tag: u32,
}

/// Decides where in a pool blocks lie.
pub trait BlockAllocator {
    /// Places a request, or answers `None` where the rule finds no room. A request of 0 bytes may take room too.
    fn allocate(&mut self, request: Bytes) -> Option<Block>;

    /// Takes back a live block of this allocator. May panic on any other.
    fn free(&mut self, block: &Block);

    /// Every size that the allocator takes is a multiple of this; a tail of the pool below it is never used.
    fn granule(&self) -> Bytes {
        Bytes(1)
    }

    /// The maximal free intervals, or `None` where pages may be scattered and addresses do not matter.
    fn holes(&self) -> Option<&dyn Holes> {
        None
    }

    /// Bytes that are neither free nor part of a live block: headers, tails, what died and is not yet reclaimed.
    fn overhead(&self) -> Bytes {
        Bytes::ZERO
    }

    /// Bytes of the overhead that died, and that compaction makes free.
    fn dead(&self) -> Bytes {
        Bytes::ZERO
    }

    /// Takes back for good what was freed and is set aside.
    fn sweep(&mut self) {}

    /// Cuts a live block down to a smaller request (at least 1 byte); the block may move. An allocator that may find no
    /// room for less than it has just taken back must not leave it at this.
    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        self.free(block);
        self.allocate(request)
    }

    /// Moves a live block to the low end of the hole right below it; `None` where there is no such hole.
    fn slide(&mut self, _block: &Block) -> Option<Block> {
        None
    }

    /// Whether blocks can slide at all.
    fn slides(&self) -> bool {
        false
    }

    /// Names stretches that are worth nothing until all in them has gone, with at most `budget` bytes of live blocks
    /// together, the emptiest first. Their blocks are then copied: nothing may be placed in them before they are empty.
    /// `None` where blocks may be moved one by one instead.
    fn evacuate(&mut self, _budget: Bytes) -> Option<Vec<Hole>> {
        None
    }

    /// The largest request that would be placed, where that is not the size of the largest hole.
    fn largest_fit(&self) -> Option<Bytes> {
        None
    }

    /// All that averages over time need, in one call; `None` without addresses.
    fn look(&self, probe: Bytes) -> Option<Look> {
        let holes = self.holes()?;
        Some(Look { gaps: Gaps::of(holes, probe.0), last: holes.last(), overhead: self.overhead() })
    }

    /// Keeps the tally of this request size at hand, so that measuring fragmentation for it costs no walk.
    fn watch(&mut self, _probe: Bytes) {}

    /// Stops counting holes as they come and go: to see what counting costs. Measures are then found by a look at every
    /// hole.
    fn unmeasured(&mut self) {}
}

/// Shrinks by moving to a place of the smaller size, where there is one apart from the block's own.
pub(super) fn shrink_apart(allocator: &mut dyn BlockAllocator, block: &Block, request: Bytes) -> Block {
    match allocator.allocate(request) {
        Some(moved) if moved.size < block.size => {
            allocator.free(block);
            moved
        }
        Some(moved) => {
            allocator.free(&moved);
            Block { requested: request, ..*block }
        }
        None => Block { requested: request, ..*block },
    }
}

/// The state of an allocator as [`Averages`] follow it.
pub struct Look {
    gaps: Gaps,
    last: Option<Hole>,
    overhead: Bytes,
}

/// One region of a TaskManager's memory with its allocator and its books.
pub struct Pool {
    capacity: Bytes,
    requested: Bytes,
    allocated: Bytes,
    blocks: u64,
    allocator: Box<dyn BlockAllocator>,
}

impl Pool {
    /// An empty pool over `allocator`, which was built for the same `capacity`. What does not fill a granule of
    /// the allocator is cut off.
    pub fn new(capacity: Bytes, allocator: Box<dyn BlockAllocator>) -> Pool {
        let granule = allocator.granule().0.max(1);
        let capacity = Bytes(capacity.0 / granule * granule);
        Pool { capacity, requested: Bytes::ZERO, allocated: Bytes::ZERO, blocks: 0, allocator }
    }

    /// Grants `request` or answers `None`. A request of 0 bytes is granted as an empty block that counts nowhere.
    pub fn allocate(&mut self, request: Bytes) -> Option<Block> {
        if request == Bytes::ZERO {
            return Some(Block { address: 0, requested: request, size: request, tag: 0 });
        }
        let block = self.allocator.allocate(request)?;
        if self.allocated.0.checked_add(block.size.0).is_none() {
            // Only a pool without bounds gets there.
            self.allocator.free(&block);
            return None;
        }
        self.requested += block.requested;
        self.allocated += block.size;
        self.blocks += 1;
        Some(block)
    }

    /// Takes back a block that this pool granted. Panics if it cannot have been live.
    pub fn free(&mut self, block: &Block) {
        if block.size == Bytes::ZERO {
            return;
        }
        self.allocator.free(block);
        self.requested -= block.requested;
        self.allocated -= block.size;
        self.blocks -= 1;
    }

    /// Cuts a block down to a smaller request, of which the block that is returned is the new form; the old one is no
    /// longer live. A request of at least the block's changes nothing; one of 0 bytes frees it. `None` where an
    /// allocator finds no room for less than it had: the block is then lost.
    pub fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        if request >= block.requested {
            return Some(*block);
        }
        if request == Bytes::ZERO {
            self.free(block);
            return self.allocate(request);
        }
        let smaller = self.allocator.shrink(block, request);
        self.requested -= block.requested;
        self.allocated -= block.size;
        match smaller {
            None => self.blocks -= 1,
            Some(smaller) => {
                self.requested += smaller.requested;
                self.allocated += smaller.size;
            }
        }
        smaller
    }

    /// The same pool without running sums; see [`BlockAllocator::unmeasured`].
    pub fn unmeasured(mut self) -> Pool {
        self.allocator.unmeasured();
        self
    }

    /// Size of the pool, in whole granules.
    pub fn capacity(&self) -> Bytes {
        self.capacity
    }

    /// Bytes that live blocks asked for.
    pub fn requested(&self) -> Bytes {
        self.requested
    }

    /// Bytes that live blocks take, and what the allocator itself keeps from being free.
    pub fn allocated(&self) -> Bytes {
        self.allocated + self.allocator.overhead()
    }

    /// Bytes that no block takes; 0 for an unbounded pool that granted more than its capacity.
    pub fn available(&self) -> Bytes {
        self.capacity.saturating_sub(self.allocated())
    }

    /// Bytes that compaction could make one hole, at the most.
    pub fn joinable(&self) -> Bytes {
        self.available() + self.allocator.dead()
    }

    /// The largest hole; without addresses, all that is free.
    pub fn largest_hole(&self) -> Bytes {
        self.allocator.holes().map_or(self.available(), |holes| Bytes(holes.largest()))
    }

    /// The largest request that would be granted, but for rounding to granules: less than the largest hole where
    /// alignment stands in the way.
    pub fn largest_fit(&self) -> Bytes {
        self.allocator.largest_fit().unwrap_or_else(|| self.largest_hole())
    }

    /// Whether its blocks have addresses.
    pub fn has_addresses(&self) -> bool {
        self.allocator.holes().is_some()
    }

    /// Number of live blocks.
    pub fn blocks(&self) -> u64 {
        self.blocks
    }

    /// The end of the highest live block: how far the pool reaches. Bytes allocated where there are no addresses.
    pub fn extent(&self) -> Bytes {
        self.allocator.holes().map_or(self.allocated, |holes| self.extent_below(holes.last()))
    }

    /// The holes by ascending address; without addresses, none.
    pub fn holes(&self) -> impl Iterator<Item = Hole> + Clone {
        self.allocator.holes().map(Holes::list).unwrap_or_default().into_iter()
    }

    /// Prepares for many calls of [`Pool::fragmentation`] with `probe`: O(holes) now, O(1) at each change.
    pub fn watch(&mut self, probe: Bytes) {
        self.allocator.watch(probe);
    }

    /// The state of fragmentation as requests of `probe` see it (0 is taken as 1 byte). O(1) for a watched probe,
    /// else one look at every hole. Without addresses the free memory counts as one hole.
    pub fn fragmentation(&self, probe: Bytes) -> Fragmentation {
        let probe = probe.max(Bytes(1));
        let gaps = self.gaps(probe);
        let allocated = self.allocated();
        let waste = (allocated - self.requested).as_f64();
        Fragmentation {
            capacity: self.capacity,
            requested: self.requested,
            allocated,
            free: Bytes(gaps.free),
            largest: Bytes(gaps.largest),
            holes: gaps.count,
            external: gaps.external(),
            pair: gaps.pair(),
            internal: if allocated.0 == 0 { 0.0 } else { waste / allocated.as_f64() },
            probe,
            unusable: gaps.unusable(),
            unplaceable: gaps.unplaceable(),
            index: gaps.index(),
        }
    }

    fn gaps(&self, probe: Bytes) -> Gaps {
        match self.allocator.holes() {
            None => Gaps::one_hole(self.available().0, probe.0),
            Some(holes) => Gaps::of(holes, probe.0),
        }
    }

    /// What [`Averages`] follow. Without addresses the free memory counts as one hole.
    #[inline]
    fn look(&self, probe: Bytes) -> (Gaps, Bytes, Bytes) {
        let Some(Look { gaps, last, overhead }) = self.allocator.look(probe) else {
            return (Gaps::one_hole(self.available().0, probe.0), self.allocated(), self.allocated);
        };
        (gaps, self.allocated + overhead, self.extent_below(last))
    }

    fn extent_below(&self, last: Option<Hole>) -> Bytes {
        let last = last.filter(|hole| hole.end() == self.capacity.0);
        last.map_or(self.capacity, |hole| Bytes(hole.start))
    }

    /// Bytes that must move before a contiguous request of `size` fits, `None` where too little is free; see
    /// [`compaction_debt`]. Without addresses nothing ever needs to move. O(holes).
    pub fn compaction_debt(&self, size: Bytes) -> Option<Bytes> {
        match self.allocator.holes() {
            None => (size <= self.available()).then_some(Bytes::ZERO),
            Some(holes) => compaction_debt(holes.list().into_iter(), size),
        }
    }
}
