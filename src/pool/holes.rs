//! The holes of an address range by address, with running sums.
//!
//! Number, sum, sum of squares and the sums of watched sizes are kept as holes come and go, so that fragmentation can
//! be integrated over time at every event; `order` says what a change costs.

use super::order::AddressOrder;
use super::sums::{Hole, HoleSums, Holes, SizeTally};

/// All holes of one range.
#[derive(Debug)]
pub struct HoleIndex {
    order: AddressOrder,
    sums: HoleSums,
}

impl HoleIndex {
    /// One hole over `[0, capacity)`; none where `capacity` is 0.
    pub fn new(capacity: u64) -> HoleIndex {
        let mut holes = HoleIndex { order: AddressOrder::default(), sums: HoleSums::default() };
        if capacity > 0 {
            holes.insert(Hole { start: 0, size: capacity });
        }
        holes
    }

    /// The holes by ascending address.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = Hole> + Clone {
        self.order.iter()
    }

    /// The lowest hole of at least `size`.
    pub fn first(&self, size: u64) -> Option<Hole> {
        self.order.first(size)
    }

    /// The lowest hole of at least `size` among those that start at or above `address`.
    pub fn first_from(&self, address: u64, size: u64) -> Option<Hole> {
        self.order.first_from(address, size)
    }

    /// The hole that ends at `address`, exactly.
    pub fn ending_at(&self, address: u64) -> Option<Hole> {
        self.order.around(address.checked_sub(1)?).0.filter(|hole| hole.end() == address)
    }

    /// Keeps the tally of `size` (at least 1) up to date from now on: O(n) once, O(1) at every change after.
    pub fn watch(&mut self, size: u64) {
        self.sums.watch(SizeTally::of(self.order.iter(), size));
    }

    /// Keeps no sums from now on.
    pub fn switch_off(&mut self) {
        self.sums.switch_off();
    }

    /// Cuts `[address, address + size)` out of the hole that covers it. Panics where no hole does: only an
    /// allocator that hands out occupied bytes gets there.
    pub fn take(&mut self, address: u64, size: u64) {
        let hole = self.order.around(address).0.filter(|hole| hole.end().saturating_sub(address) >= size);
        let Some(hole) = hole else { panic!("bytes {address}+{size} of the pool are not free") };
        let left = Hole { start: hole.start, size: address - hole.start };
        let right = Hole { start: address + size, size: hole.end() - address - size };
        match (left.size > 0, right.size > 0) {
            (false, false) => self.remove(hole),
            (false, true) => self.replace(hole, right),
            (true, false) => self.replace(hole, left),
            (true, true) => {
                self.replace(hole, left);
                self.insert(right);
            }
        }
    }

    /// Cuts the `size` lowest bytes off a hole of this index that is at least as large.
    pub fn cut(&mut self, hole: Hole, size: u64) {
        if hole.size > size {
            self.replace(hole, Hole { start: hole.start + size, size: hole.size - size });
        } else {
            self.remove(hole);
        }
    }

    /// Makes `[address, address + size)` free and joins it with its neighbours. Panics where a part of it is
    /// free already: only a block that is returned twice gets there.
    pub fn give(&mut self, address: u64, size: u64) {
        let (below, above) = self.order.around(address);
        let (end, below_end) = (address + size, below.map_or(0, Hole::end));
        let above_start = above.map_or(u64::MAX, |hole| hole.start);
        assert!(below_end <= address && end <= above_start, "bytes {address}+{size} of the pool are free already");
        match (below.filter(|hole| hole.end() == address), above.filter(|hole| hole.start == end)) {
            (None, None) => self.insert(Hole { start: address, size }),
            (None, Some(above)) => self.replace(above, Hole { start: address, size: size + above.size }),
            (Some(below), None) => self.replace(below, Hole { size: below.size + size, ..below }),
            (Some(below), Some(above)) => {
                self.remove(above);
                self.replace(below, Hole { size: below.size + size + above.size, ..below });
            }
        }
    }

    fn replace(&mut self, old: Hole, new: Hole) {
        self.sums.resize(old.size, new.size);
        self.order.replace(old.start, new);
    }

    fn insert(&mut self, hole: Hole) {
        self.sums.note(hole.size);
        self.order.insert(hole);
    }

    fn remove(&mut self, hole: Hole) {
        self.sums.forget(hole.size);
        self.order.remove(hole.start);
    }
}

impl Holes for HoleIndex {
    fn sums(&self) -> &HoleSums {
        &self.sums
    }

    fn visit(&self, see: &mut dyn FnMut(Hole)) {
        self.order.visit(see);
    }

    fn largest(&self) -> u64 {
        self.order.largest()
    }

    fn last(&self) -> Option<Hole> {
        self.order.last()
    }
}
