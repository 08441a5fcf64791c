//! Free cells in one list per size class, last in, first out: every step takes the same time, however many there are.
//!
//! Masmano, Ripoll, Crespo & Real, ECRTS 2004 (TLSF); with 0 bits of steps Ogasawara, RTCSA 1995 (half fit). A request
//! is looked for from the first class of which every member is large enough ("good fit"), so a hole in the class below
//! that might do is passed over.

use std::cell::Cell as Slot;

use super::bins::{Occupied, class_at_least, class_of, classes, floor_of};
use super::cells::{Cells, NONE};
use super::chain::{Chooser, Shelf};

/// Lists of cells by class. Sizes are the caller's; a cell must be removed under the size that it was inserted with.
#[derive(Debug)]
pub(super) struct Lists {
    bits: u32,
    occupied: Occupied,
    heads: Vec<u32>,
    /// The largest size, or [`UNKNOWN`].
    largest: Slot<u64>,
}

/// In place of the largest size: it has gone, and nobody has asked for the next since.
const UNKNOWN: u64 = u64::MAX;

impl Lists {
    /// Empty lists for sizes up to `largest`; `bits` (0 to 6) says into how many steps a power of two is cut.
    pub fn new(largest: u64, bits: u32) -> Lists {
        let heads = vec![NONE; classes(largest, bits)];
        Lists { bits, occupied: Occupied::new(), heads, largest: Slot::new(0) }
    }

    /// Puts a cell at the head of the list of its class.
    #[inline(always)]
    pub fn put(&mut self, cells: &mut Cells, cell: u32, size: u64) {
        let class = class_of(size, self.bits);
        let head = std::mem::replace(&mut self.heads[class], cell);
        let entry = cells.at_mut(cell);
        (entry.before, entry.after) = (NONE, head);
        if head == NONE {
            self.occupied.set(class);
        } else {
            cells.at_mut(head).before = cell;
        }
        // Never true while it is unknown.
        if size > self.largest.get() {
            self.largest.set(size);
        }
    }

    /// Takes a cell out of the list of its class.
    #[inline(always)]
    pub fn pick(&mut self, cells: &mut Cells, cell: u32, size: u64) {
        let (before, after) = (cells.at(cell).before, cells.at(cell).after);
        if after != NONE {
            cells.at_mut(after).before = before;
        }
        if before != NONE {
            cells.at_mut(before).after = after;
        } else {
            let class = class_of(size, self.bits);
            self.heads[class] = after;
            if after == NONE {
                self.occupied.clear(class);
            }
        }
        if size == self.largest.get() {
            self.largest.set(UNKNOWN);
        }
    }

    /// As if a cell of size `old` were taken out and put back with size `new`: the head of a list whose class remains the
    /// same stays where it is.
    #[inline(always)]
    pub fn resize(&mut self, cells: &mut Cells, cell: u32, old: u64, new: u64) {
        if cells.at(cell).before != NONE || class_of(old, self.bits) != class_of(new, self.bits) {
            self.pick(cells, cell, old);
            self.put(cells, cell, new);
        } else if new > self.largest.get() {
            self.largest.set(new);
        } else if old == self.largest.get() {
            self.largest.set(UNKNOWN);
        }
    }

    /// The largest size of all; looks at the list of the highest class if the largest has gone since.
    pub fn largest_by(&self, cells: &Cells, size_of: impl Fn(u32) -> u64) -> u64 {
        if self.largest.get() == UNKNOWN {
            let mut largest = 0;
            let mut cell = self.occupied.last().map_or(NONE, |class| self.heads[class]);
            while cell != NONE {
                largest = largest.max(size_of(cell));
                cell = cells.at(cell).after;
            }
            self.largest.set(largest);
        }
        self.largest.get()
    }
}

impl Shelf for Lists {
    #[inline]
    fn insert(&mut self, cells: &mut Cells, cell: u32) {
        let size = cells.at(cell).size;
        self.put(cells, cell, size);
    }

    #[inline]
    fn remove(&mut self, cells: &mut Cells, cell: u32) {
        let size = cells.at(cell).size;
        self.pick(cells, cell, size);
    }

    #[inline]
    fn change(&mut self, cells: &mut Cells, cell: u32, change: impl FnOnce(&mut Cells)) {
        let old = cells.at(cell).size;
        change(cells);
        let new = cells.at(cell).size;
        self.resize(cells, cell, old, new);
    }
}

impl Chooser for Lists {
    #[inline]
    fn find(&self, size: u64) -> Option<u32> {
        let class = self.occupied.from(class_at_least(size, self.bits)?)?;
        self.heads.get(class).copied()
    }

    fn largest(&self, cells: &Cells) -> u64 {
        self.largest_by(cells, |cell| cells.at(cell).size)
    }

    /// A request that rounds up to the highest class in use is placed, a larger one is not.
    fn largest_fit(&self, _cells: &Cells) -> u64 {
        self.occupied.last().map_or(0, |class| floor_of(class, self.bits))
    }
}
