//! The holes of an address range by address, with running sums.
//!
//! Number, sum, sum of squares and the sums of watched sizes are kept as holes come and go, so that fragmentation can
//! be integrated over time at every event; `order` says what a change costs.

use super::order::{AddressOrder, Place};
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
            holes.insert_after(None, Hole { start: 0, size: capacity });
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
        let place = self.order.at_or_below(address.checked_sub(1)?)?;
        Some(self.order.get(place)).filter(|hole| hole.end() == address)
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
        let place = self.order.at_or_below(address).filter(|place| self.order.get(*place).end() >= address + size);
        let Some(place) = place else { panic!("bytes {address}+{size} of the pool are not free") };
        let hole = self.order.get(place);
        let left = Hole { start: hole.start, size: address - hole.start };
        let right = Hole { start: address + size, size: hole.end() - address - size };
        match (left.size > 0, right.size > 0) {
            (false, false) => self.remove(place),
            (false, true) => self.replace(place, right),
            (true, false) => self.replace(place, left),
            (true, true) => {
                self.replace(place, left);
                self.insert_after(Some(place), right);
            }
        }
    }

    /// Makes `[address, address + size)` free and joins it with its neighbours. Panics where a part of it is
    /// free already: only a block that is returned twice gets there.
    pub fn give(&mut self, address: u64, size: u64) {
        let below = self.order.at_or_below(address);
        let above = self.order.after(below);
        let below_end = below.map_or(0, |place| self.order.get(place).end());
        let above_start = above.map_or(u64::MAX, |place| self.order.get(place).start);
        let end = address + size;
        assert!(below_end <= address && end <= above_start, "bytes {address}+{size} of the pool are free already");
        let joins_above = above.filter(|_| above_start == end);
        match (below.filter(|_| below_end == address), joins_above) {
            (None, None) => self.insert_after(below, Hole { start: address, size }),
            (None, Some(place)) => self.grow(place, address, size),
            (Some(place), None) => self.grow(place, self.order.get(place).start, size),
            (Some(place), Some(next)) => {
                let more = self.order.get(next).size;
                self.remove(next);
                self.grow(place, self.order.get(place).start, size + more);
            }
        }
    }

    fn grow(&mut self, place: Place, start: u64, more: u64) {
        self.replace(place, Hole { start, size: self.order.get(place).size + more });
    }

    fn replace(&mut self, place: Place, hole: Hole) {
        self.sums.forget(self.order.get(place).size);
        self.sums.note(hole.size);
        self.order.replace(place, hole);
    }

    fn insert_after(&mut self, place: Option<Place>, hole: Hole) {
        self.sums.note(hole.size);
        self.order.insert_after(place, hole);
    }

    fn remove(&mut self, place: Place) {
        self.sums.forget(self.order.get(place).size);
        self.order.remove(place);
    }
}

impl Holes for HoleIndex {
    fn sums(&self) -> &HoleSums {
        &self.sums
    }

    fn visit(&self, see: &mut dyn FnMut(Hole)) {
        self.iter().for_each(see);
    }

    fn largest(&self) -> u64 {
        self.order.largest()
    }

    fn last(&self) -> Option<Hole> {
        self.iter().next_back()
    }
}
