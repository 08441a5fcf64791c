//! Holes and what is counted of them as they come and go: number, bytes, squares, and how they look to requests.

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
    /// 2^64 / `size`, rounded down; 0 stands for 2^64.
    reciprocal: u64,
}

impl SizeTally {
    /// No holes yet, for requests of `size` (at least 1).
    pub fn new(size: u64) -> SizeTally {
        let reciprocal = ((1u128 << 64) / u128::from(size.max(1))) as u64;
        SizeTally { size, below: 0, places: 0, reciprocal }
    }

    /// Counts `holes` afresh for requests of `size` (at least 1).
    pub fn of(holes: impl Iterator<Item = Hole>, size: u64) -> SizeTally {
        let mut tally = SizeTally::new(size);
        holes.for_each(|hole| tally.add(hole.size));
        tally
    }

    /// A hole of this size has come.
    #[inline]
    pub(super) fn add(&mut self, hole: u64) {
        if hole < self.size {
            self.below += hole;
        } else {
            self.places += self.places_in(hole);
        }
    }

    #[inline]
    fn subtract(&mut self, hole: u64) {
        if hole < self.size {
            self.below -= hole;
        } else {
            self.places -= self.places_in(hole);
        }
    }

    /// `hole / size` for a hole of at least `size`. Divisions would cost more than all other sums together: a product with
    /// the reciprocal is too small by one at most.
    #[inline]
    fn places_in(&self, hole: u64) -> u64 {
        if self.reciprocal == 0 {
            return hole;
        }
        let places = ((u128::from(hole) * u128::from(self.reciprocal)) >> 64) as u64;
        places + u64::from(hole - places * self.size >= self.size)
    }
}

fn square(size: u64) -> u128 {
    u128::from(size) * u128::from(size)
}

/// Running sums over all holes. The largest is not among them: it takes an order to know the next largest.
#[derive(Clone, Debug, Default)]
pub struct HoleSums {
    count: u64,
    free: u64,
    squares: u128,
    tallies: Vec<SizeTally>,
    off: bool,
}

impl HoleSums {
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

    /// A hole of this size has come; size 0 is none.
    #[inline]
    pub fn note(&mut self, size: u64) {
        if size == 0 || self.off {
            return;
        }
        self.count += 1;
        self.free += size;
        self.squares += square(size);
        self.tallies.iter_mut().for_each(|tally| tally.add(size));
    }

    /// A hole of this size has gone; size 0 is none.
    #[inline]
    pub fn forget(&mut self, size: u64) {
        if size == 0 || self.off {
            return;
        }
        self.count -= 1;
        self.free -= size;
        self.squares -= square(size);
        self.tallies.iter_mut().for_each(|tally| tally.subtract(size));
    }

    /// A hole has changed its size; both are at least 1.
    #[inline]
    pub fn resize(&mut self, old: u64, new: u64) {
        if self.off {
            return;
        }
        self.free = self.free - old + new;
        self.squares = self.squares - square(old) + square(new);
        for tally in &mut self.tallies {
            tally.subtract(old);
            tally.add(new);
        }
    }

    /// Keeps `tally`, counted just now, up to date from now on.
    pub fn watch(&mut self, tally: SizeTally) {
        if !self.off && self.watched(tally.size).is_none() {
            self.tallies.push(tally);
        }
    }

    /// The tally of `size`, where that is watched.
    #[inline]
    pub fn watched(&self, size: u64) -> Option<SizeTally> {
        self.tallies.iter().find(|tally| tally.size == size).copied()
    }

    /// Counts nothing from now on; what is asked for later is found by looking at every hole.
    pub fn switch_off(&mut self) {
        *self = HoleSums { off: true, ..HoleSums::default() };
    }

    /// Whether nothing is counted.
    pub fn is_off(&self) -> bool {
        self.off
    }
}

/// The free memory of an allocator that keeps addresses, as the measures see it.
///
/// Holes are maximal free intervals, whatever the allocator could do with them.
pub trait Holes {
    /// The running sums.
    fn sums(&self) -> &HoleSums;

    /// Shows every hole by ascending address.
    fn visit(&self, see: &mut dyn FnMut(Hole));

    /// The size of the largest hole, 0 where there is none.
    fn largest(&self) -> u64 {
        let mut largest = 0;
        self.visit(&mut |hole| largest = largest.max(hole.size));
        largest
    }

    /// The highest hole; `None` is allowed too where that does not end the range.
    fn last(&self) -> Option<Hole> {
        let mut last = None;
        self.visit(&mut |hole| last = Some(hole));
        last
    }

    /// All holes by ascending address.
    fn list(&self) -> Vec<Hole> {
        let mut list = Vec::new();
        self.visit(&mut |hole| list.push(hole));
        list
    }

    /// The tally of `size` (at least 1): O(1) where it is watched, else a look at every hole.
    fn tally(&self, size: u64) -> SizeTally {
        self.sums().watched(size).unwrap_or_else(|| {
            let mut tally = SizeTally::new(size);
            self.visit(&mut |hole| tally.add(hole.size));
            tally
        })
    }
}
