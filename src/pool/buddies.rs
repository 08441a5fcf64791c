//! What buddy systems share: blocks of certain sizes only, split in two and joined with the same partner again.
//!
//! A request gets the smallest free block that holds it, of several the lowest, and keeps the low part at each split;
//! what is returned is joined eagerly. Every block is a cell in a chain by address, so its buddy is the neighbour with
//! which it shares all but the last step of the way down from a root. A pool of any size is covered from below by the
//! largest blocks that fit. Holes, as the measures see them, are maximal runs of free blocks, so a hole may be large
//! enough and the request still be refused.

use std::collections::BTreeMap;

use super::bit_tree::BitTree;
use super::cells::{Cell, Cells, NONE};
use super::kinship::{Kinship, Pair};
use super::lists::Lists;
use super::sums::{Hole, HoleSums, Holes, SizeTally};
use super::{Block, BlockAllocator};
use crate::base::Bytes;

/// Above so many blocks of one size a sorted map takes less memory than a bit and a number for each.
const DENSE: u64 = 1 << 22;

/// Free blocks of one order by address.
#[derive(Debug)]
enum FreeSet {
    /// Of blocks at multiples of a size that is a power of two, with this logarithm.
    Dense {
        log: u32,
        set: BitTree,
        cells: Vec<u32>,
    },
    Sparse(BTreeMap<u64, u32>),
}

impl FreeSet {
    #[inline(always)]
    fn insert(&mut self, address: u64, cell: u32) {
        match self {
            FreeSet::Dense { log, set, cells } => {
                let index = (address >> *log) as usize;
                set.insert(index);
                cells[index] = cell;
            }
            FreeSet::Sparse(blocks) => _ = blocks.insert(address, cell),
        }
    }

    /// Removes the block at `address`; true where none is left.
    #[inline(always)]
    fn remove(&mut self, address: u64) -> bool {
        match self {
            FreeSet::Dense { log, set, .. } => {
                set.remove((address >> *log) as usize);
                set.is_empty()
            }
            FreeSet::Sparse(blocks) => {
                blocks.remove(&address);
                blocks.is_empty()
            }
        }
    }

    #[inline(always)]
    fn first(&self) -> Option<u32> {
        match self {
            FreeSet::Dense { set, cells, .. } => Some(cells[set.first()?]),
            FreeSet::Sparse(blocks) => blocks.first_key_value().map(|entry| *entry.1),
        }
    }
}

/// A pool cut into buddies.
#[derive(Debug)]
pub(super) struct Buddies<K> {
    kinship: K,
    smallest: u64,
    sizes: Vec<u64>,
    cells: Cells,
    free: Vec<FreeSet>,
    /// Bit k is set while there is a free block of order k.
    orders: u128,
    sums: HoleSums,
    /// Of the lowest cell of a hole the highest, and of the highest the lowest.
    ends: Vec<u32>,
    /// The holes by size, known by their lowest cells.
    holes: Lists,
}

impl<K: Kinship> Buddies<K> {
    /// An empty pool of the whole multiples of `smallest` (at least 1) in `capacity`.
    pub fn new(kinship: K, smallest: u64, capacity: Bytes) -> Buddies<K> {
        let capacity = capacity.0 / smallest * smallest;
        let (mut sizes, mut before, mut next) = (Vec::new(), smallest, Some(smallest));
        while let Some(size) = next.filter(|size| *size <= capacity) {
            sizes.push(size);
            next = K::GROWTH.next_size(before, size);
            before = size;
        }
        let set = |size: &u64| match (capacity / size) as usize + 1 {
            blocks if K::GROWTH.is_aligned() && blocks as u64 <= DENSE => {
                FreeSet::Dense { log: size.trailing_zeros(), set: BitTree::new(blocks), cells: vec![0; blocks] }
            }
            _ => FreeSet::Sparse(BTreeMap::new()),
        };
        let free = sizes.iter().map(set).collect();
        let (cells, holes) = (Cells::new(capacity), Lists::new(capacity, 5));
        let (orders, sums, ends) = (0, HoleSums::default(), Vec::new());
        let mut pool = Buddies { kinship, smallest, sizes, cells, free, orders, sums, ends, holes };
        if capacity > 0 {
            let last = pool.plant(capacity);
            pool.open(0, last);
        }
        pool
    }

    /// Covers the pool from below by the largest blocks that fit; returns the highest.
    fn plant(&mut self, capacity: u64) -> u32 {
        let (mut cell, mut rest, mut number) = (0, capacity, 0);
        for order in (0..self.sizes.len()).rev() {
            let size = self.sizes[order];
            if size > rest {
                continue;
            }
            rest -= size;
            let next = if rest > 0 { self.cells.split(cell, size) } else { cell };
            self.kinship.plant(cell, order, number);
            self.shelve(cell);
            if rest == 0 {
                break;
            }
            (cell, number) = (next, number + 1);
        }
        cell
    }

    #[inline]
    fn shelve(&mut self, cell: u32) {
        let order = self.kinship.order(&self.cells, cell);
        self.free[order].insert(self.cells.at(cell).start, cell);
        self.orders |= 1 << order;
    }

    #[inline]
    fn unshelve(&mut self, cell: u32) {
        let order = self.kinship.order(&self.cells, cell);
        if self.free[order].remove(self.cells.at(cell).start) {
            self.orders &= !(1 << order);
        }
    }

    /// Joins a free block that is on no shelf with its buddy as long as that is free too; returns the whole.
    #[inline]
    fn join(&mut self, mut cell: u32) -> u32 {
        loop {
            let Some(Pair { low, high }) = self.kinship.free_pair(&self.cells, cell) else { return cell };
            self.unshelve(if low == cell { high } else { low });
            cell = low;
            self.cells.absorb(cell);
            self.kinship.unite(cell);
        }
    }

    /// The lowest cell of the hole around a free cell.
    fn head(&self, mut cell: u32) -> u32 {
        while let Some(below) = self.cells.free_below(cell) {
            cell = below;
        }
        cell
    }

    /// Bytes from the start of one cell to the end of another.
    fn span(&self, head: u32, tail: u32) -> u64 {
        let tail = self.cells.at(tail);
        tail.start + tail.size - self.cells.at(head).start
    }

    /// The size of the hole that begins with the cell `head`.
    fn hole(&self, head: u32) -> u64 {
        self.span(head, self.ends[head as usize])
    }

    fn bound(&mut self, head: u32, tail: u32) {
        let most = head.max(tail) as usize;
        if self.ends.len() <= most {
            self.ends.resize(most + 1, NONE);
        }
        self.ends[head as usize] = tail;
        self.ends[tail as usize] = head;
    }

    /// There is a hole from one cell to another from now on.
    fn open(&mut self, head: u32, tail: u32) {
        let size = self.span(head, tail);
        self.sums.note(size);
        self.bound(head, tail);
        self.holes.put(&mut self.cells, head, size);
    }

    /// The hole that begins with the cell `head` is no more.
    fn close(&mut self, head: u32) {
        let size = self.hole(head);
        self.sums.forget(size);
        self.holes.pick(&mut self.cells, head, size);
    }

    /// The hole that begins with `head`, of size `old` until now, ends with the cell `tail`.
    fn resize(&mut self, head: u32, tail: u32, old: u64) {
        let new = self.span(head, tail);
        self.sums.resize(old, new);
        self.bound(head, tail);
        self.holes.resize(&mut self.cells, head, old, new);
    }

    /// Takes the low end of a free block for a block of `order`.
    fn cut(&mut self, cell: u32, order: usize) {
        self.unshelve(cell);
        let whole = self.kinship.order(&self.cells, cell);
        for order in (order..whole).rev() {
            let rest = self.cells.split(cell, self.sizes[order]);
            self.kinship.part(cell, rest);
            self.shelve(rest);
        }
        self.cells.take(cell);
    }

    /// The same where holes are counted.
    fn cut_counted(&mut self, cell: u32, order: usize) {
        let head = self.head(cell);
        let (tail, size) = (self.ends[head as usize], self.hole(head));
        if head == cell {
            self.close(head);
        }
        let end = self.cells.at(cell).above;
        self.cut(cell, order);
        let Cell { below, .. } = *self.cells.at(cell);
        if head != cell {
            self.resize(head, below, size);
        }
        if let Some(above) = self.cells.free_above(cell) {
            // Of a block that ended the hole, the highest part does now.
            let tail = match (tail == cell, end) {
                (false, _) => tail,
                (true, NONE) => self.cells.top(),
                (true, end) => self.cells.at(end).below,
            };
            self.open(above, tail);
        }
    }

    /// Counts a block that has just become free and is not yet joined, and joins it.
    fn join_counted(&mut self, cell: u32) {
        let (below, above) = (self.cells.free_below(cell), self.cells.free_above(cell));
        let end = self.cells.at(cell).start + self.cells.at(cell).size;
        let (mut end, mut tail) = (end, NONE);
        if let Some(above) = above {
            (end, tail) = (end + self.hole(above), self.ends[above as usize]);
            self.close(above);
        }
        let head = below.map(|below| self.ends[below as usize]);
        let size = head.map_or(0, |head| self.hole(head));
        let whole = self.join(cell);
        self.shelve(whole);
        if self.cells.at(whole).start + self.cells.at(whole).size == end {
            tail = whole;
        }
        match head {
            Some(head) => self.resize(head, tail, size),
            None => self.open(whole, tail),
        }
    }
}

impl<K: Kinship> BlockAllocator for Buddies<K> {
    fn allocate(&mut self, request: Bytes) -> Option<Block> {
        let order = K::GROWTH.order_at_least(&self.sizes, request.0.max(1));
        let size = Bytes(*self.sizes.get(order)?);
        let large_enough = self.orders >> order;
        if large_enough == 0 {
            return None;
        }
        let cell = self.free[order + large_enough.trailing_zeros() as usize].first()?;
        if self.sums.is_off() {
            self.cut(cell, order);
        } else {
            self.cut_counted(cell, order);
        }
        Some(Block { address: self.cells.at(cell).start, requested: request, size, tag: cell })
    }

    fn free(&mut self, block: &Block) {
        self.cells.give(block.tag, block.address);
        if self.sums.is_off() {
            let whole = self.join(block.tag);
            self.shelve(whole);
        } else {
            self.join_counted(block.tag);
        }
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

impl<K: Kinship> Holes for Buddies<K> {
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
        self.holes.largest_by(&self.cells, |head| self.hole(head))
    }

    fn last(&self) -> Option<Hole> {
        self.cells.top_hole()
    }
}
