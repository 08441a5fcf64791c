//! Whose buddy a block is, in the two buddy systems.

use super::cells::Cells;

/// How the sizes of a system follow on one another. Orders count them upwards from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Growth {
    /// Each is twice the one before, from a power of 2 on; both parts of a block are one order lower.
    Doubling,
    /// Each is the sum of the two before; the low part is one order lower, the high one two orders.
    Fibonacci,
}

impl Growth {
    /// The size after `size`, which comes after `before`; at first both are the smallest.
    pub fn next_size(self, before: u64, size: u64) -> Option<u64> {
        size.checked_add(if self == Growth::Doubling { size } else { before })
    }

    /// The lowest order whose size is at least `request` (1 and more), which may be beyond the highest.
    #[inline]
    pub fn order_at_least(self, sizes: &[u64], request: u64) -> usize {
        match (self, sizes.first()) {
            (Growth::Doubling, Some(smallest)) => {
                let log = u64::BITS - (request - 1).leading_zeros();
                log.saturating_sub(smallest.trailing_zeros()) as usize
            }
            _ => sizes.partition_point(|size| *size < request),
        }
    }

    /// The order of the high part of a block of `order`; the low part's is one below `order`.
    #[inline]
    fn high_order(self, order: usize) -> usize {
        if self == Growth::Fibonacci && order > 1 { order - 2 } else { order - 1 }
    }

    /// Whether blocks may be looked up by `address / size`: all lie at multiples of their size, which is a power of 2.
    pub fn is_aligned(self) -> bool {
        self == Growth::Doubling
    }
}

/// Two blocks that were one before a split, by their cells.
pub(super) struct Pair {
    pub low: u32,
    pub high: u32,
}

/// Which blocks were one before a split.
pub(super) trait Kinship {
    /// The sizes of blocks.
    const GROWTH: Growth;

    /// The order of a block, free or not.
    fn order(&self, cells: &Cells, cell: u32) -> usize;

    /// A block and its buddy, if that is whole and free.
    fn free_pair(&self, cells: &Cells, cell: u32) -> Option<Pair>;

    /// A block that covers a part of the pool which is in no larger one; the `number`th.
    fn plant(&mut self, _cell: u32, _order: usize, _number: usize) {}

    /// `low` has just been split, `high` is the upper part.
    fn part(&mut self, _low: u32, _high: u32) {}

    /// `low` has just taken in its buddy above.
    fn unite(&mut self, _low: u32) {}
}

/// `cell` and its free neighbour on the side where its buddy may be.
#[inline]
fn beside(cells: &Cells, cell: u32, is_high: bool) -> Option<Pair> {
    if is_high {
        cells.free_below(cell).map(|low| Pair { low, high: cell })
    } else {
        cells.free_above(cell).map(|high| Pair { low: cell, high })
    }
}

/// Sizes double. A block's place and size tell its buddy, as no block that
/// covers a part of the pool is followed by one of its size.
#[derive(Debug)]
pub(super) struct Binary {
    /// The binary logarithm of the smallest size.
    pub smallest: u32,
}

impl Kinship for Binary {
    const GROWTH: Growth = Growth::Doubling;

    #[inline]
    fn order(&self, cells: &Cells, cell: u32) -> usize {
        (cells.at(cell).size.trailing_zeros() - self.smallest) as usize
    }

    #[inline]
    fn free_pair(&self, cells: &Cells, cell: u32) -> Option<Pair> {
        let at = cells.at(cell);
        let pair = beside(cells, cell, at.start & at.size != 0)?;
        (cells.at(pair.low).size == cells.at(pair.high).size).then_some(pair)
    }
}

/// Where a block comes from: its order, its root, and the way down from there, a leading 1 and then a bit a split.
#[derive(Clone, Copy, Debug, Default)]
struct Descent {
    order: u8,
    root: u8,
    way: u128,
}

/// Sizes are Fibonacci numbers, 1 and 2 first. The way down to a block tells its buddy.
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
    const GROWTH: Growth = Growth::Fibonacci;

    fn order(&self, _: &Cells, cell: u32) -> usize {
        self.of(cell).order as usize
    }

    fn free_pair(&self, cells: &Cells, cell: u32) -> Option<Pair> {
        let pair = beside(cells, cell, self.of(cell).way & 1 == 1)?;
        let (low, high) = (self.of(pair.low), self.of(pair.high));
        (low.way > 1 && high.way == low.way ^ 1 && low.root == high.root).then_some(pair)
    }

    fn plant(&mut self, cell: u32, order: usize, number: usize) {
        self.describe(cell, Descent { order: order as u8, root: number as u8, way: 1 });
    }

    fn part(&mut self, low: u32, high: u32) {
        let whole = self.of(low);
        let order = whole.order as usize;
        self.describe(low, Descent { order: whole.order - 1, way: whole.way << 1, ..whole });
        self.describe(high, Descent { order: Self::GROWTH.high_order(order) as u8, way: whole.way << 1 | 1, ..whole });
    }

    fn unite(&mut self, low: u32) {
        let part = self.of(low);
        self.describe(low, Descent { order: part.order + 1, way: part.way >> 1, ..part });
    }
}
