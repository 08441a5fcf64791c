//! What the allocators with an order by size share: cut a request from the low end of the cell that the order
//! chooses, and join what comes back with its neighbours at once.
//!
//! Headers of real allocators are modelled by the granule; there are none here.

use super::cells::Cells;
use super::sums::{Hole, HoleSums, Holes, SizeTally};
use super::{Block, BlockAllocator};
use crate::base::{Args, Bytes, Kind, Param, param};

/// The parameter of all of them.
pub(super) const GRANULE: Param =
    param("granule", Kind::Bytes, "1 B", "sizes are rounded up to multiples of this, so addresses are multiples too");

/// Holds the free cells in some order.
pub(super) trait Shelf {
    /// Adds a free cell.
    fn insert(&mut self, cells: &mut Cells, cell: u32);

    /// Takes it out again; it has the size that it was inserted with.
    fn remove(&mut self, cells: &mut Cells, cell: u32);
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
    granule: u64,
}

impl<C: Chooser> Chain<C> {
    /// An empty range of `capacity`, less what does not fill the parameter `granule`.
    pub fn build(args: &Args, capacity: Bytes, shelf: C) -> Result<Chain<C>, String> {
        let granule = args.bytes("granule").0;
        if granule == 0 {
            return Err("`granule` is 0 B: expected at least 1 B".into());
        }
        let capacity = capacity.0 / granule * granule;
        let mut chain = Chain { cells: Cells::new(capacity), shelf, sums: HoleSums::default(), granule };
        if capacity > 0 {
            chain.shelf.insert(&mut chain.cells, 0);
            chain.sums.note(capacity);
        }
        Ok(chain)
    }

    /// Cuts a free cell that is on no shelf down to `size`.
    fn cut(&mut self, cell: u32, size: u64) {
        let found = self.cells.at(cell).size;
        self.sums.forget(found);
        if found > size {
            let rest = self.cells.split(cell, size);
            self.shelf.insert(&mut self.cells, rest);
            self.sums.note(found - size);
        }
        self.cells.take(cell);
    }

    /// Joins a cell that has just become free with its neighbours, and puts the whole on the shelf.
    fn join(&mut self, mut cell: u32) {
        if let Some(above) = self.cells.free_above(cell) {
            self.sums.forget(self.cells.at(above).size);
            self.shelf.remove(&mut self.cells, above);
            self.cells.absorb(cell);
        }
        if let Some(below) = self.cells.free_below(cell) {
            self.sums.forget(self.cells.at(below).size);
            self.shelf.remove(&mut self.cells, below);
            self.cells.absorb(below);
            cell = below;
        }
        self.sums.note(self.cells.at(cell).size);
        self.shelf.insert(&mut self.cells, cell);
    }
}

impl<C: Chooser> BlockAllocator for Chain<C> {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let size = request.0.max(1).checked_next_multiple_of(self.granule)?;
        let cell = self.shelf.find(size)?;
        self.shelf.remove(&mut self.cells, cell);
        self.cut(cell, size);
        Some(Block { address: self.cells.at(cell).start, requested: request, size: Bytes(size), tag: cell })
    }

    fn free(&mut self, block: &Block) {
        self.cells.give(block.tag, block.address);
        self.join(block.tag);
    }

    fn shrink(&mut self, block: &Block, request: Bytes) -> Option<Block> {
        let size = request.0.max(1).checked_next_multiple_of(self.granule)?;
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
        Bytes(self.granule)
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
