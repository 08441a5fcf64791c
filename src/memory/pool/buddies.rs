//! What buddy systems share: blocks of certain sizes only, split in two and joined with the same partner again.
//!
//! A request gets the smallest free block that holds it, of several the lowest, and keeps the low part at each split;
//! what is returned is joined eagerly. Every block is a cell in a chain by address, so its buddy is the neighbour with
//! which it shares all but the last step of the way down from a root. A pool of any size is covered from below by the
//! largest blocks that fit. Holes, as the measures see them, are maximal runs of free blocks, so a hole may be large
//! enough and the request still be refused.

use std::collections::BTreeMap;

use super::bit_tree::BitTree;
use super::cells::Cells;
use super::lists::Lists;
use super::sums::{Hole, HoleSums, Holes, SizeTally};
use super::{Block, BlockAllocator};
use crate::base::Bytes;

/// Above so many blocks of one size a sorted map takes less memory than a bit and a number for each.
const DENSE: u64 = 1 << 22;

/// Which sizes there are, and what they are split into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Series {
    /// Each twice the one before; both halves one order lower.
    Binary,
    /// Each the sum of the two before, 1 and 2 first; the low part one order lower, the high one two orders.
    Fibonacci,
}

impl Series {
    /// All sizes from `smallest` that fit into `capacity`.
    fn sizes(self, smallest: u64, capacity: u64) -> Vec<u64> {
        let mut sizes = Vec::new();
        let (mut before, mut size) = (smallest, smallest);
        while size <= capacity {
            sizes.push(size);
            let next = match self {
                Series::Fibonacci => size.checked_add(before),
                Series::Binary => size.checked_mul(2),
            };
            let Some(next) = next else { break };
            (before, size) = (size, next);
        }
        sizes
    }

    /// The order of the high part of a block; the low one's is one below the whole's.
    fn high(self, order: usize) -> usize {
        match self {
            Series::Fibonacci if order > 1 => order - 2,
            _ => order - 1,
        }
    }
}

/// Where a block comes from: its order, its root, and the way down from there, a leading 1 and then a bit a split.
#[derive(Clone, Copy, Debug)]
struct Kin {
    order: u8,
    root: u8,
    way: u128,
}

/// Free blocks of one order by address.
#[derive(Debug)]
enum FreeSet {
    Dense { size: u64, set: BitTree, cells: Vec<u32> },
    Sparse(BTreeMap<u64, u32>),
}

impl FreeSet {
    fn insert(&mut self, address: u64, cell: u32) {
        match self {
            FreeSet::Sparse(blocks) => _ = blocks.insert(address, cell),
            FreeSet::Dense { size, set, cells } => {
                let index = (address >> size.trailing_zeros()) as usize;
                set.insert(index);
                cells[index] = cell;
            }
        }
    }

    /// Removes the block at `address`; true where none is left.
    fn remove(&mut self, address: u64) -> bool {
        match self {
            FreeSet::Dense { size, set, .. } => {
                set.remove((address >> size.trailing_zeros()) as usize);
                set.first().is_none()
            }
            FreeSet::Sparse(blocks) => {
                blocks.remove(&address);
                blocks.is_empty()
            }
        }
    }

    fn first(&self) -> Option<u32> {
        match self {
            FreeSet::Dense { set, cells, .. } => Some(cells[set.first()?]),
            FreeSet::Sparse(blocks) => blocks.first_key_value().map(|entry| *entry.1),
        }
    }
}

/// A pool cut into buddies.
#[derive(Debug)]
pub(super) struct Buddies {
    series: Series,
    smallest: u64,
    sizes: Vec<u64>,
    cells: Cells,
    kin: Vec<Kin>,
    free: Vec<FreeSet>,
    /// Bit k is set while there is a free block of order k.
    orders: u128,
    sums: HoleSums,
    /// Size of the hole that begins with a cell.
    runs: Vec<u64>,
    holes: Lists,
}

impl Buddies {
    /// An empty pool of `capacity`, a multiple of `smallest`.
    pub fn new(series: Series, smallest: u64, capacity: u64) -> Buddies {
        let sizes = series.sizes(smallest, capacity);
        let dense = |size: u64| series == Series::Binary && size.is_power_of_two() && capacity / size <= DENSE;
        let set = |size: &u64| match (capacity / size) as usize + 1 {
            blocks if dense(*size) => FreeSet::Dense { size: *size, set: BitTree::new(blocks), cells: vec![0; blocks] },
            _ => FreeSet::Sparse(BTreeMap::new()),
        };
        let free = sizes.iter().map(set).collect();
        let cells = Cells::new(capacity);
        let (kin, sums, runs, holes) = (vec![], HoleSums::default(), vec![], Lists::new(capacity, 5));
        let mut pool = Buddies { series, smallest, sizes, cells, kin, free, orders: 0, sums, runs, holes };
        if capacity > 0 {
            pool.plant(capacity);
            pool.open(0, capacity);
        }
        pool
    }

    /// Covers the pool from below by the largest blocks that fit.
    fn plant(&mut self, capacity: u64) {
        let (mut cell, mut rest, mut root) = (0, capacity, 0);
        for order in (0..self.sizes.len()).rev() {
            let size = self.sizes[order];
            if size > rest {
                continue;
            }
            rest -= size;
            let next = if rest > 0 { self.cells.split(cell, size) } else { cell };
            self.describe(cell, Kin { order: order as u8, root, way: 1 });
            self.shelve(cell);
            (cell, root) = (next, root + 1);
        }
    }

    fn describe(&mut self, cell: u32, kin: Kin) {
        let index = cell as usize;
        if self.kin.len() <= index {
            self.kin.resize(index + 1, kin);
            self.runs.resize(index + 1, 0);
        }
        self.kin[index] = kin;
    }

    fn shelve(&mut self, cell: u32) {
        let order = self.kin[cell as usize].order;
        self.free[order as usize].insert(self.cells.at(cell).start, cell);
        self.orders |= 1 << order;
    }

    fn unshelve(&mut self, cell: u32) {
        let order = self.kin[cell as usize].order;
        if self.free[order as usize].remove(self.cells.at(cell).start) {
            self.orders &= !(1 << order);
        }
    }

    /// Cuts the high part off a block and puts it among the free ones.
    fn halve(&mut self, cell: u32) {
        let kin = self.kin[cell as usize];
        let (low, high) = (kin.order as usize - 1, self.series.high(kin.order as usize));
        let rest = self.cells.split(cell, self.sizes[low]);
        self.describe(cell, Kin { order: low as u8, way: kin.way << 1, ..kin });
        self.describe(rest, Kin { order: high as u8, way: kin.way << 1 | 1, ..kin });
        self.shelve(rest);
    }

    /// Joins a free block that is on no shelf with its buddy as long as that is free too; returns the whole.
    fn join(&mut self, mut cell: u32) -> u32 {
        loop {
            let kin = self.kin[cell as usize];
            let is_high = kin.way & 1 == 1;
            let beside = if is_high { self.cells.free_below(cell) } else { self.cells.free_above(cell) };
            let is_buddy = |other: &u32| {
                let other = self.kin[*other as usize];
                kin.way > 1 && other.way == kin.way ^ 1 && other.root == kin.root
            };
            let Some(buddy) = beside.filter(is_buddy) else { return cell };
            self.unshelve(buddy);
            let low = if is_high { buddy } else { cell };
            let order = self.kin[low as usize].order + 1;
            self.cells.absorb(low);
            self.describe(low, Kin { order, way: kin.way >> 1, ..kin });
            cell = low;
        }
    }

    /// The lowest cell of the run of free cells that ends below `cell`.
    fn run_below(&self, cell: u32) -> Option<u32> {
        let mut head = self.cells.free_below(cell)?;
        while let Some(below) = self.cells.free_below(head) {
            head = below;
        }
        Some(head)
    }

    /// A hole of `size` begins with the cell `head` from now on.
    fn open(&mut self, head: u32, size: u64) {
        if !self.sums.is_off() {
            self.sums.note(size);
            self.runs[head as usize] = size;
            self.holes.put(&mut self.cells, head, size);
        }
    }

    /// The hole that begins with the cell `head` is no more; returns its size.
    fn close(&mut self, head: u32) -> u64 {
        if self.sums.is_off() {
            return 0;
        }
        let size = self.runs[head as usize];
        self.sums.forget(size);
        self.holes.pick(&mut self.cells, head, size);
        size
    }

    /// Closes the hole around a free block and cuts the block out of it.
    fn cut(&mut self, cell: u32, order: usize) {
        let head = self.run_below(cell).unwrap_or(cell);
        let (hole, start) = (self.close(head), self.cells.at(head).start);
        self.unshelve(cell);
        while self.kin[cell as usize].order as usize > order {
            self.halve(cell);
        }
        self.cells.take(cell);
        let (address, size) = (self.cells.at(cell).start, self.sizes[order]);
        if head != cell {
            self.open(head, address - start);
        }
        if let Some(above) = self.cells.free_above(cell) {
            self.open(above, (start + hole).saturating_sub(address + size));
        }
    }

    fn order_of(&self, request: u64) -> Option<usize> {
        let order = match self.series {
            Series::Binary => {
                let size = request.max(self.smallest).checked_next_power_of_two()?;
                (size.trailing_zeros() - self.smallest.trailing_zeros()) as usize
            }
            Series::Fibonacci => self.sizes.partition_point(|size| *size < request),
        };
        (order < self.sizes.len()).then_some(order)
    }
}

impl BlockAllocator for Buddies {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let order = self.order_of(request.0.max(1))?;
        let large_enough = self.orders >> order;
        if large_enough == 0 {
            return None;
        }
        let cell = self.free[order + large_enough.trailing_zeros() as usize].first()?;
        self.cut(cell, order);
        let address = self.cells.at(cell).start;
        Some(Block { address, requested: request, size: Bytes(self.sizes[order]), tag: cell })
    }

    fn free(&mut self, block: &Block) {
        let cell = block.tag;
        self.cells.give(cell, block.address);
        let mut size = block.size.0;
        if let Some(above) = self.cells.free_above(cell) {
            size += self.close(above);
        }
        let below = self.run_below(cell);
        if let Some(head) = below {
            size += self.close(head);
        }
        let whole = self.join(cell);
        self.shelve(whole);
        self.open(below.unwrap_or(whole), size);
    }

    fn granule(&self) -> Bytes {
        Bytes(self.smallest)
    }

    fn holes(&self) -> Option<&dyn Holes> {
        Some(self)
    }

    fn largest_fit(&self) -> Option<Bytes> {
        Some(Bytes(self.orders.checked_ilog2().map_or(0, |order| self.sizes[order as usize])))
    }

    fn watch(&mut self, probe: Bytes) {
        let tally = SizeTally::of(self.list().into_iter(), probe.0.max(1));
        self.sums.watch(tally);
    }

    fn unmeasured(&mut self) {
        self.sums.switch_off();
    }
}

impl Holes for Buddies {
    fn sums(&self) -> &HoleSums {
        &self.sums
    }

    fn visit(&self, see: &mut dyn FnMut(Hole)) {
        self.cells.visit(see);
    }

    fn largest(&self) -> u64 {
        if self.sums.is_off() {
            return self.list().iter().map(|hole| hole.size).max().unwrap_or(0);
        }
        self.holes.largest_by(&self.cells, |cell| self.runs[cell as usize])
    }

    fn last(&self) -> Option<Hole> {
        self.cells.top_hole()
    }
}
