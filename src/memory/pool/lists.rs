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
    /// The largest size, where it is known.
    largest: Slot<Option<u64>>,
}

impl Lists {
    /// Empty lists for sizes up to `largest`; `bits` (0 to 6) says into how many steps a power of two is cut.
    pub fn new(largest: u64, bits: u32) -> Lists {
        let heads = vec![NONE; classes(largest, bits)];
        Lists { bits, occupied: Occupied::new(), heads, largest: Slot::new(Some(0)) }
    }

    fn head(&mut self, (row, step): (usize, u32)) -> &mut u32 {
        &mut self.heads[(row << self.bits) + step as usize]
    }

    /// Puts a cell at the head of the list of its class.
    pub fn put(&mut self, cells: &mut Cells, cell: u32, size: u64) {
        let class = class_of(size, self.bits);
        let head = std::mem::replace(self.head(class), cell);
        let entry = cells.at_mut(cell);
        (entry.before, entry.after) = (NONE, head);
        if head == NONE {
            self.occupied.set(class);
        } else {
            cells.at_mut(head).before = cell;
        }
        if self.largest.get().is_some_and(|largest| size > largest) {
            self.largest.set(Some(size));
        }
    }

    /// Takes a cell out of the list of its class.
    pub fn pick(&mut self, cells: &mut Cells, cell: u32, size: u64) {
        let (before, after) = (cells.at(cell).before, cells.at(cell).after);
        if after != NONE {
            cells.at_mut(after).before = before;
        }
        if before != NONE {
            cells.at_mut(before).after = after;
        } else {
            let class = class_of(size, self.bits);
            *self.head(class) = after;
            if after == NONE {
                self.occupied.clear(class);
            }
        }
        if self.largest.get() == Some(size) {
            self.largest.set(None);
        }
    }

    /// The largest size of all; looks at the list of the highest class if the largest has gone since.
    pub fn largest_by(&self, cells: &Cells, size_of: impl Fn(u32) -> u64) -> u64 {
        if let Some(known) = self.largest.get() {
            return known;
        }
        let mut largest = 0;
        if let Some((row, step)) = self.occupied.last() {
            let mut cell = self.heads[(row << self.bits) + step as usize];
            while cell != NONE {
                largest = largest.max(size_of(cell));
                cell = cells.at(cell).after;
            }
        }
        self.largest.set(Some(largest));
        largest
    }
}

impl Shelf for Lists {
    fn insert(&mut self, cells: &mut Cells, cell: u32) {
        let size = cells.at(cell).size;
        self.put(cells, cell, size);
    }

    fn remove(&mut self, cells: &mut Cells, cell: u32) {
        let size = cells.at(cell).size;
        self.pick(cells, cell, size);
    }
}

impl Chooser for Lists {
    fn find(&self, size: u64) -> Option<u32> {
        let (row, step) = self.occupied.from(class_at_least(size, self.bits)?)?;
        Some(self.heads[(row << self.bits) + step as usize])
    }

    fn largest(&self, cells: &Cells) -> u64 {
        self.largest_by(cells, |cell| cells.at(cell).size)
    }

    /// A request that rounds up to the highest class in use is placed, a larger one is not.
    fn largest_fit(&self, _cells: &Cells) -> u64 {
        self.occupied.last().map_or(0, |class| floor_of(class, self.bits))
    }
}
