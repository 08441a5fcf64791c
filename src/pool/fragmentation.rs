//! How badly the free memory of a pool is cut up, in the measures of the literature.
//!
//! External fragmentation, pair index and the shares for a request size are defined on the holes; unusable share
//! and fragmentation index are those of Linux (Gorman), without its scaling by 1000 and integer division.
//! Compaction debt is the fewest bytes that must move before a request fits.

use super::sums::{Hole, Holes, SizeTally};
use crate::base::Bytes;

/// A snapshot of one pool, seen by requests of one size (the probe).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fragmentation {
    /// Size of the pool.
    pub capacity: Bytes,
    /// Bytes that live requests asked for.
    pub requested: Bytes,
    /// Bytes that they took, rounding included.
    pub allocated: Bytes,
    /// Bytes not allocated.
    pub free: Bytes,
    /// The largest hole.
    pub largest: Bytes,
    /// Number of holes.
    pub holes: u64,
    /// 1 - largest / free: 0 means one hole, near 1 means dust. 0 where nothing is free.
    pub external: f64,
    /// The probability that two random free bytes lie in different holes. 0 where nothing is free.
    pub pair: f64,
    /// The share of allocated bytes that nobody asked for. 0 where nothing is allocated.
    pub internal: f64,
    /// The size of request that the three fields below speak of.
    pub probe: Bytes,
    /// The share of free bytes in holes too small for the probe; 1 where nothing is free.
    pub unusable: f64,
    /// The share of free bytes left over when holes are filled with probes; 1 where nothing is free.
    pub unplaceable: f64,
    /// Why the probe fits nowhere: towards 0 (or below) for lack of memory, towards 1 for fragmentation.
    /// `None` where it fits.
    pub index: Option<f64>,
}

/// What a snapshot is computed from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gaps {
    pub count: u64,
    pub free: u64,
    pub largest: u64,
    pub squares: u128,
    pub tally: SizeTally,
}

impl Gaps {
    /// The holes of an allocator: from its running sums, or counted now where it keeps none.
    #[inline(always)]
    pub fn of(holes: &dyn Holes, probe: u64) -> Gaps {
        let sums = holes.sums();
        if sums.is_off() {
            return Gaps::counted(holes, probe);
        }
        let tally = sums.watched(probe).unwrap_or_else(|| holes.tally(probe));
        Gaps { count: sums.count(), free: sums.free(), largest: holes.largest(), squares: sums.squares(), tally }
    }

    /// One look at every hole.
    fn counted(holes: &dyn Holes, probe: u64) -> Gaps {
        let mut gaps = Gaps { count: 0, free: 0, largest: 0, squares: 0, tally: SizeTally::new(probe) };
        holes.visit(&mut |hole| {
            gaps.count += 1;
            gaps.free += hole.size;
            gaps.largest = gaps.largest.max(hole.size);
            gaps.squares += u128::from(hole.size).pow(2);
            gaps.tally.add(hole.size);
        });
        gaps
    }

    /// All free memory in one piece: what paged memory amounts to, since its pages may lie anywhere.
    pub fn one_hole(free: u64, probe: u64) -> Gaps {
        let hole = (free > 0).then_some(Hole { start: 0, size: free });
        let squares = u128::from(free).pow(2);
        Gaps {
            count: hole.iter().len() as u64,
            free,
            largest: free,
            squares,
            tally: SizeTally::of(hole.into_iter(), probe),
        }
    }

    /// 1 - largest / free.
    pub fn external(&self) -> f64 {
        if self.free == 0 { 0.0 } else { 1.0 - self.largest as f64 / self.free as f64 }
    }

    /// 1 - sum of squares / square of the sum.
    pub fn pair(&self) -> f64 {
        if self.free == 0 { 0.0 } else { 1.0 - float(self.squares) / (self.free as f64 * self.free as f64) }
    }

    /// The share of free bytes in holes too small for the tally's size.
    pub fn unusable(&self) -> f64 {
        if self.free == 0 { 1.0 } else { self.tally.below as f64 / self.free as f64 }
    }

    /// The share of free bytes that no request of the tally's size can take.
    pub fn unplaceable(&self) -> f64 {
        if self.free == 0 {
            return 1.0;
        }
        1.0 - self.tally.size as f64 * self.tally.places as f64 / self.free as f64
    }

    /// 1 - (1 + free / size) / holes where the size fits nowhere; 0 without holes, as Linux has it.
    pub fn index(&self) -> Option<f64> {
        if self.largest >= self.tally.size {
            return None;
        }
        let places = 1.0 + self.free as f64 / self.tally.size as f64;
        Some(if self.count == 0 { 0.0 } else { 1.0 - places / self.count as f64 })
    }
}

/// The fewest allocated bytes between consecutive holes that together have `size` bytes: what must move before a
/// request of `size` fits. 0 where it fits already, `None` where too little is free. O(n) in the holes, which
/// come by ascending address. Alignment is not looked at, so for a buddy pool this is a lower bound.
pub fn compaction_debt(holes: impl Iterator<Item = Hole> + Clone, size: Bytes) -> Option<Bytes> {
    if size == Bytes::ZERO {
        return Some(Bytes::ZERO);
    }
    cheapest_run(holes, size).map(|run| Bytes(run.debt))
}

/// The nearest float but one, far sooner than the conversion of a 128-bit number; exact below 2^53.
pub(super) fn float(number: u128) -> f64 {
    (number >> 64) as u64 as f64 * 18_446_744_073_709_551_616.0 + number as u64 as f64
}

/// A run of consecutive holes and what lies between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HoleRun {
    /// Where its lowest hole begins.
    pub start: u64,
    /// Where its highest hole ends.
    pub end: u64,
    /// Allocated bytes in between.
    pub debt: u64,
}

/// Of all runs of consecutive holes with at least `size` bytes together (at least 1), the lowest of those with the
/// fewest allocated bytes in between.
pub(super) fn cheapest_run(holes: impl Iterator<Item = Hole> + Clone, size: Bytes) -> Option<HoleRun> {
    let mut lower = holes.clone().peekable();
    let (mut total, mut best) = (0, None::<HoleRun>);
    for upper in holes {
        total += upper.size;
        while let Some(hole) = lower.next_if(|hole| total - hole.size >= size.0) {
            total -= hole.size;
        }
        if let (true, Some(hole)) = (total >= size.0, lower.peek()) {
            let run = HoleRun { start: hole.start, end: upper.end(), debt: upper.end() - hole.start - total };
            best = Some(best.filter(|best| best.debt <= run.debt).unwrap_or(run));
        }
    }
    best
}
