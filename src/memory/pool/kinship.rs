//! Whose buddy a block is, in the two buddy systems.

use super::cells::{Cell, Cells};

/// The sizes of a buddy system, and which blocks were one before a split. Orders count sizes upwards from 0.
pub(super) trait Kinship {
    /// The size after `size`, which comes after `before`; at first both are the smallest.
    fn next_size(before: u64, size: u64) -> Option<u64>;

    /// The lowest order whose size is at least `request` (1 and more), which may be beyond the highest.
    fn order_at_least(&self, sizes: &[u64], request: u64) -> usize;

    /// The order of a block, free or not.
    fn order(&self, cells: &Cells, cell: u32) -> usize;

    /// The order of the high part of a block of `order`; the low part's is one below `order`.
    fn high_order(order: usize) -> usize;

    /// Whether blocks of `size` may be looked up by `address / size`: all lie at multiples of it, and it is a power of 2.
    fn is_aligned(size: u64) -> bool;

    /// A block that covers a part of the pool which is in no larger one; the `number`th.
    fn plant(&mut self, _cell: u32, _order: usize, _number: usize) {}

    /// `low` has just been split, `high` is the upper part.
    fn part(&mut self, _low: u32, _high: u32) {}

    /// `low` has just taken in its buddy above.
    fn unite(&mut self, _low: u32) {}

    /// Whether a block is the upper one of a pair.
    fn is_high(&self, cell: u32, at: &Cell) -> bool;

    /// Whether two neighbours, of which `cell` is high exactly if the other lies below it, are a pair.
    fn are_buddies(&self, cells: &Cells, cell: u32, other: u32) -> bool;
}

/// Sizes double; both parts of a block are one order lower. A block's place and size tell its buddy, as no block that
/// covers a part of the pool is followed by one of its size.
#[derive(Debug)]
pub(super) struct Binary {
    /// The binary logarithm of the smallest size.
    pub smallest: u32,
}

impl Kinship for Binary {
    fn next_size(_: u64, size: u64) -> Option<u64> {
        size.checked_mul(2)
    }

    #[inline]
    fn order_at_least(&self, _: &[u64], request: u64) -> usize {
        let log = u64::BITS - (request - 1).leading_zeros();
        log.saturating_sub(self.smallest) as usize
    }

    #[inline]
    fn order(&self, cells: &Cells, cell: u32) -> usize {
        (cells.at(cell).size.trailing_zeros() - self.smallest) as usize
    }

    #[inline]
    fn high_order(order: usize) -> usize {
        order - 1
    }

    fn is_aligned(_: u64) -> bool {
        true
    }

    #[inline]
    fn is_high(&self, _: u32, at: &Cell) -> bool {
        at.start & at.size != 0
    }

    #[inline]
    fn are_buddies(&self, cells: &Cells, cell: u32, other: u32) -> bool {
        cells.at(cell).size == cells.at(other).size
    }
}

/// Where a block comes from: its order, its root, and the way down from there, a leading 1 and then a bit a split.
#[derive(Clone, Copy, Debug, Default)]
struct Descent {
    order: u8,
    root: u8,
    way: u128,
}

/// Each size is the sum of the two before, 1 and 2 first; the low part is one order lower, the high one two orders.
#[derive(Debug, Default)]
pub(super) struct Fibonacci {
    descents: Vec<Descent>,
}

impl Fibonacci {
    fn describe(&mut self, cell: u32, descent: Descent) {
        let index = cell as usize;
        if self.descents.len() <= index {
            self.descents.resize(index + 1, Descent::default());
        }
        self.descents[index] = descent;
    }

    fn of(&self, cell: u32) -> Descent {
        self.descents[cell as usize]
    }
}

impl Kinship for Fibonacci {
    fn next_size(before: u64, size: u64) -> Option<u64> {
        size.checked_add(before)
    }

    fn order_at_least(&self, sizes: &[u64], request: u64) -> usize {
        sizes.partition_point(|size| *size < request)
    }

    fn order(&self, _: &Cells, cell: u32) -> usize {
        self.of(cell).order as usize
    }

    fn high_order(order: usize) -> usize {
        if order > 1 { order - 2 } else { order - 1 }
    }

    fn is_aligned(_: u64) -> bool {
        false
    }

    fn plant(&mut self, cell: u32, order: usize, number: usize) {
        self.describe(cell, Descent { order: order as u8, root: number as u8, way: 1 });
    }

    fn part(&mut self, low: u32, high: u32) {
        let whole = self.of(low);
        let order = whole.order as usize;
        self.describe(low, Descent { order: whole.order - 1, way: whole.way << 1, ..whole });
        self.describe(high, Descent { order: Self::high_order(order) as u8, way: whole.way << 1 | 1, ..whole });
    }

    fn unite(&mut self, low: u32) {
        let part = self.of(low);
        self.describe(low, Descent { order: part.order + 1, way: part.way >> 1, ..part });
    }

    fn is_high(&self, cell: u32, _: &Cell) -> bool {
        self.of(cell).way & 1 == 1
    }

    fn are_buddies(&self, _: &Cells, cell: u32, other: u32) -> bool {
        let (one, other) = (self.of(cell), self.of(other));
        one.way > 1 && other.way == one.way ^ 1 && other.root == one.root
    }
}
