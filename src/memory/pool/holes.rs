//! The holes of an address range: maximal free intervals, by address and (on request) by size, with running sums.
//!
//! Every change costs O(n / 100 + 100) steps at most (see `order`), and O(log n) more where the order by size
//! is kept. Number, sum, sum of squares and the sums of watched sizes are kept as holes come and go, so that
//! fragmentation can be integrated over time at every event.

use std::collections::BTreeSet;

use super::order::{AddressOrder, Place};

/// A maximal free interval `[start, start + size)`, in bytes from the start of the pool; size at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Its first byte.
    pub start: u64,
    /// Its length.
    pub size: u64,
}

impl Hole {
    /// The first byte after it.
    pub fn end(self) -> u64 {
        self.start + self.size
    }
}

/// How the holes look to requests of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeTally {
    /// The size of the requests, at least 1.
    pub size: u64,
    /// Bytes in holes smaller than that.
    pub below: u64,
    /// How many such requests the holes could hold together.
    pub places: u64,
}

impl SizeTally {
    /// Counts `holes` afresh for requests of `size` (at least 1).
    pub fn of(holes: impl Iterator<Item = Hole>, size: u64) -> SizeTally {
        let mut tally = SizeTally { size, below: 0, places: 0 };
        holes.for_each(|hole| tally.add(hole));
        tally
    }

    fn add(&mut self, hole: Hole) {
        self.places += hole.size / self.size;
        self.below += if hole.size < self.size { hole.size } else { 0 };
    }

    fn subtract(&mut self, hole: Hole) {
        self.places -= hole.size / self.size;
        self.below -= if hole.size < self.size { hole.size } else { 0 };
    }
}

/// All holes of one range.
#[derive(Debug)]
pub struct HoleIndex {
    order: AddressOrder,
    by_size: Option<BTreeSet<(u64, u64)>>,
    count: u64,
    free: u64,
    squares: u128,
    tallies: Vec<SizeTally>,
}

impl HoleIndex {
    /// One hole over `[0, capacity)`; none where `capacity` is 0.
    pub fn new(capacity: u64) -> HoleIndex {
        let order = AddressOrder::default();
        let mut holes = HoleIndex { order, by_size: None, count: 0, free: 0, squares: 0, tallies: vec![] };
        if capacity > 0 {
            holes.insert_after(None, Hole { start: 0, size: capacity });
        }
        holes
    }

    /// Keeps the order by size too, which [`HoleIndex::best`] needs.
    pub fn sorted_by_size(mut self) -> HoleIndex {
        self.by_size = Some(self.iter().map(|hole| (hole.size, hole.start)).collect());
        self
    }

    /// Number of holes.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Sum of their sizes.
    pub fn free(&self) -> u64 {
        self.free
    }

    /// Sum of the squares of their sizes.
    pub fn squares(&self) -> u128 {
        self.squares
    }

    /// The size of the largest one, 0 where there is none.
    pub fn largest(&self) -> u64 {
        self.order.largest()
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

    /// The smallest hole of at least `size`, of several the lowest. O(log n) where the order by size is kept,
    /// else O(n).
    pub fn best(&self, size: u64) -> Option<Hole> {
        match &self.by_size {
            Some(sorted) => sorted.range((size, 0)..).next().map(|&(size, start)| Hole { start, size }),
            None => self.iter().filter(|hole| hole.size >= size).min_by_key(|hole| (hole.size, hole.start)),
        }
    }

    /// The largest hole if it has at least `size` bytes, of several the lowest.
    pub fn worst(&self, size: u64) -> Option<Hole> {
        let largest = self.largest();
        if largest >= size { self.first(largest) } else { None }
    }

    /// Keeps the tally of `size` (at least 1) up to date from now on: O(n) once, O(1) at every change after.
    pub fn watch(&mut self, size: u64) {
        if !self.tallies.iter().any(|tally| tally.size == size) {
            self.tallies.push(SizeTally::of(self.order.iter(), size));
        }
    }

    /// The tally of `size` (at least 1): O(1) where it is watched, else O(n).
    pub fn tally(&self, size: u64) -> SizeTally {
        let watched = self.tallies.iter().find(|tally| tally.size == size).copied();
        watched.unwrap_or_else(|| SizeTally::of(self.iter(), size))
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
        self.forget(self.order.get(place));
        self.note(hole);
        self.order.replace(place, hole);
    }

    fn insert_after(&mut self, place: Option<Place>, hole: Hole) {
        self.note(hole);
        self.order.insert_after(place, hole);
    }

    fn remove(&mut self, place: Place) {
        self.forget(self.order.get(place));
        self.order.remove(place);
    }

    fn note(&mut self, hole: Hole) {
        self.count += 1;
        self.free += hole.size;
        self.squares += u128::from(hole.size).pow(2);
        self.tallies.iter_mut().for_each(|tally| tally.add(hole));
        if let Some(sorted) = &mut self.by_size {
            sorted.insert((hole.size, hole.start));
        }
    }

    fn forget(&mut self, hole: Hole) {
        self.count -= 1;
        self.free -= hole.size;
        self.squares -= u128::from(hole.size).pow(2);
        self.tallies.iter_mut().for_each(|tally| tally.subtract(hole));
        if let Some(sorted) = &mut self.by_size {
            sorted.remove(&(hole.size, hole.start));
        }
    }
}
