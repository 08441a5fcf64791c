//! What the allocators with an order by size share: cut a request from the low end of the cell that the order
//! chooses, and join what comes back with its neighbours at once.
//!
//! Headers of real allocators are modelled by the granule; there are none here.

use super::cells::Cells;
use super::granule::Granule;
use super::sums::{Hole, HoleSums, Holes, SizeTally};
use super::{Block, BlockAllocator};
use crate::base::{Args, Bytes};

/// Holds the free cells in some order.
pub(super) trait Shelf {
    /// Adds a free cell.
    fn insert(&mut self, cells: &mut Cells, cell: u32);

    /// Takes it out again; it has the size that it was inserted with.
    fn remove(&mut self, cells: &mut Cells, cell: u32);

    /// `change` changes start and size of a free cell: as if it were taken out and added again.
    #[inline]
    fn change(&mut self, cells: &mut Cells, cell: u32, change: impl FnOnce(&mut Cells)) {
        self.remove(cells, cell);
        change(cells);
        self.insert(cells, cell);
    }
}

/// Chooses among the free cells.
pub(super) trait Chooser: Shelf {
    /// The cell that a request of `size` (at least 1) is cut from.
    fn find(&self, size: u64) -> Option<u32>;

    /// The size of the largest cell, 0 where there is none.
    fn largest(&self, cells: &Cells) -> u64;

    /// The largest request that would be placed.
    fn largest_fit(&self, cells: &Cells) -> u64 {
        self.largest(cells)
    }
}

/// A chain of cells, of which the free ones lie on a shelf.
#[derive(Debug)]
pub(super) struct Chain<C> {
    cells: Cells,
    shelf: C,
    sums: HoleSums,
    granule: Granule,
}

impl<C: Chooser> Chain<C> {
    /// An empty range of `capacity`, less what does not fill the parameter `granule`; the shelf is made for its bytes.
    pub fn build(
        args: &Args,
        capacity: Bytes,
        shelf: impl FnOnce(u64, Granule) -> C,
    ) -> Result<Box<dyn BlockAllocator>, String>
    where
        C: 'static,
    {
        let granule = Granule::of(args)?;
        let capacity = granule.whole(capacity);
        let shelf = shelf(capacity, granule);
        let mut chain = Chain { cells: Cells::new(capacity), shelf, sums: HoleSums::default(), granule };
        if capacity > 0 {
            chain.shelf.insert(&mut chain.cells, 0);
            chain.sums.note(capacity);
        }
        Ok(Box::new(chain))
    }

    /// Takes the `size` lowest bytes of a free cell; returns the number of the taken cell.
    #[inline]
    fn cut(&mut self, cell: u32, size: u64) -> u32 {
        let found = self.cells.at(cell).size;
        if found == size {
            self.sums.forget(found);
            self.shelf.remove(&mut self.cells, cell);
            self.cells.take(cell);
            return cell;
        }
        self.sums.resize(found, found - size);
        let mut taken = cell;
        self.shelf.change(&mut self.cells, cell, |cells| taken = cells.carve(cell, size));
        taken
    }

    /// Joins a cell that has just become free and is on no shelf with its neighbours; the whole is on the shelf then.
    #[inline]
    fn join(&mut self, cell: u32) {
        let size = self.cells.at(cell).size;
        let (below, above) = (self.cells.free_below(cell), self.cells.free_above(cell));
        match (below, above) {
            (None, None) => {
                self.sums.note(size);
                self.shelf.insert(&mut self.cells, cell);
            }
            (None, Some(above)) => {
                let beside = self.cells.at(above).size;
                self.sums.resize(beside, beside + size);
                self.shelf.change(&mut self.cells, above, |cells| cells.absorb_below(above));
            }
            (Some(below), above) => {
                let (beside, mut size) = (self.cells.at(below).size, size);
                if let Some(above) = above {
                    let gone = self.cells.at(above).size;
                    self.sums.forget(gone);
                    self.shelf.remove(&mut self.cells, above);
                    self.cells.absorb(cell);
                    size += gone;
                }
                self.sums.resize(beside, beside + size);
                self.shelf.change(&mut self.cells, below, |cells| cells.absorb(below));
            }
        }
    }
}

impl<C: Chooser> BlockAllocator for Chain<C> {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = self.granule.round_up(request)?;
        let cell = self.shelf.find(size)?;
        let address = self.cells.at(cell).start;
        let tag = self.cut(cell, size);
        Some(Block { address, requested: request, size: Bytes(size), tag })
    }

    fn free(&mut self, block: &Block) {
        self.cells.give(block.tag, block.address);
        self.join(block.tag);
    }

    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        let size = self.granule.round_up(request)?;
        if size < block.size.0 {
            let rest = self.cells.split(block.tag, size);
            self.join(rest);
        }
        Some(Block { requested: request, size: Bytes(size), ..*block })
    }

    fn slide(&mut self, block: &Block) -> Option<Block> {
        let below = self.cells.free_below(block.tag)?;
        let (gap, address) = (self.cells.at(below).size, self.cells.at(below).start);
        self.shelf.remove(&mut self.cells, below);
        self.sums.forget(gap);
        self.cells.give(block.tag, block.address);
        self.cells.absorb(below);
        let rest = self.cells.split(below, block.size.0);
        self.cells.take(below);
        self.join(rest);
        Some(Block { address, tag: below, ..*block })
    }

    fn slides(&self) -> bool {
        true
    }

    fn granule(&self) -> Bytes {
        self.granule.bytes()
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(self)
    }

    fn largest_fit(&self) -> Option<Bytes> {
        Some(Bytes(self.shelf.largest_fit(&self.cells)))
    }

    fn watch(&mut self, probe: Bytes) {
        let tally = SizeTally::of(self.list().into_iter(), probe.0.max(1));
        self.sums.watch(tally);
    }

    fn unmeasured(&mut self) {
        self.sums.switch_off();
    }
}

impl<C: Chooser> Holes for Chain<C> {
    fn sums(&self) -> &HoleSums {
        &self.sums
    }

    fn visit(&self, see: &mut dyn FnMut(Hole)) {
        self.cells.visit(see);
    }

    fn largest(&self) -> u64 {
        self.shelf.largest(&self.cells)
    }

    fn last(&self) -> Option<Hole> {
        self.cells.top_hole()
    }
}
