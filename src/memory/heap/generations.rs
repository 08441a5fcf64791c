//! The bytes of a heap by generation, and the elementary moves of a collection.
//!
//! Source: HotSpot's generational heaps. Departures: memory is a fluid (no single objects); a promotion that would not fit is
//! known beforehand instead of failing half way; live data is released evenly from wherever it lies.

use super::tenuring::{AGES, Ages, Promotion};
use super::{CollectionKind, HeapSpec, Touched};
use crate::base::Bytes;

/// Bytes of the old generation that one card covers.
pub const CARD: f64 = 512.0;

/// Capacities of the spaces. `eden + 2 x survivor + old` is at most the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spaces {
    /// Where allocation happens.
    pub eden: Bytes,
    /// Each of the two survivor spaces.
    pub survivor: Bytes,
    /// The old generation.
    pub old: Bytes,
}

/// Where a concurrent collector stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// No cycle runs.
    Idle,
    /// Marking began when the old generation held `garbage` unreachable bytes: no more than these can be found.
    Marking {
        /// Unreachable bytes at the start.
        garbage: Bytes,
    },
    /// Marking is over; `rounds` mixed collections are to reclaim `garbage` bytes.
    Mixed {
        /// Mixed collections to come.
        rounds: u32,
        /// Bytes still to be reclaimed.
        garbage: Bytes,
    },
}

/// What every allocated byte brings with it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flow {
    /// Share of the bytes still reachable at the next young collection, dead by the one after, 0 ..= 1.
    pub survival: f64,
    /// Share of the bytes that replace evenly chosen bytes of the live set, 0 ..= 1 - survival.
    pub turnover: f64,
    /// Updates of evenly chosen old objects per byte.
    pub updates: f64,
}

/// All state of a heap. Two equal values behave alike for ever, which is what folding relies on.
#[derive(Clone, Debug, PartialEq)]
pub struct Generations {
    /// The fixed facts.
    pub spec: HeapSpec,
    /// Capacities now; a region-based collector changes them.
    pub spaces: Spaces,
    /// Where a concurrent cycle stands.
    pub phase: Phase,
    /// Expected promotion.
    pub promotion: Promotion,
    /// Copies within the young generation before promotion at the latest, 0 ..= 15.
    pub tenuring: usize,
    /// Bytes that the last young collection found in eden, and what of them was reachable.
    pub last_eden: (Bytes, Bytes),
    threshold: usize,
    eden_used: Bytes,
    eden_medium: Bytes,
    eden_long: Bytes,
    carry: [f64; 2],
    survivor_used: Bytes,
    ages: Ages,
    pub(super) old_used: Bytes,
    old_long: Bytes,
    updates: f64,
}

/// Where the reachable part of the young generation would go.
struct Plan {
    ages: Ages,
    medium: Bytes,
    promoted_long: Bytes,
    promoted: Bytes,
    copied: Bytes,
}

impl Generations {
    /// An empty heap; `tenuring` as in `MaxTenuringThreshold`, cut to 0 ..= 15.
    pub fn new(spec: HeapSpec, spaces: Spaces, tenuring: usize) -> Generations {
        let tenuring = tenuring.min(AGES - 1);
        Generations {
            spec,
            spaces,
            phase: Phase::Idle,
            promotion: Promotion::default(),
            tenuring,
            last_eden: (Bytes::ZERO, Bytes::ZERO),
            threshold: tenuring,
            eden_used: Bytes::ZERO,
            eden_medium: Bytes::ZERO,
            eden_long: Bytes::ZERO,
            carry: [0.0; 2],
            survivor_used: Bytes::ZERO,
            ages: Ages::default(),
            old_used: Bytes::ZERO,
            old_long: Bytes::ZERO,
            updates: 0.0,
        }
    }

    /// Bytes in use, garbage among them.
    pub fn used(&self) -> Bytes {
        self.eden_used + self.survivor_used + self.old_used
    }

    /// Bytes of the live set.
    pub fn live(&self) -> Bytes {
        self.eden_long + self.ages.total() + self.old_long
    }

    /// Bytes in eden.
    pub fn eden_used(&self) -> Bytes {
        self.eden_used
    }

    /// Bytes in the survivor space.
    pub fn survivor_used(&self) -> Bytes {
        self.survivor_used
    }

    /// Bytes in the old generation.
    pub fn old_used(&self) -> Bytes {
        self.old_used
    }

    /// Bytes of the live set that lie in the old generation.
    pub fn old_live(&self) -> Bytes {
        self.old_long
    }

    /// Bytes that the old generation can still take.
    pub fn old_free(&self) -> Bytes {
        self.spaces.old.saturating_sub(self.old_used)
    }

    /// Bytes that fit into eden before a collection is due.
    pub fn room(&self) -> Bytes {
        self.spaces.eden.saturating_sub(self.eden_used)
    }

    /// Takes the whole live set for promoted and everything else for gone, as after a full collection.
    pub fn settle(&mut self) {
        let long = self.live();
        self.empty_young();
        self.phase = Phase::Idle;
        self.threshold = self.tenuring;
        self.place(long, Bytes::ZERO);
    }

    /// Puts `bytes`, at most [`Generations::room`], into eden.
    pub fn fill(&mut self, bytes: Bytes, flow: &Flow) {
        let amount = bytes.as_f64();
        self.eden_used += bytes;
        self.eden_medium += whole(&mut self.carry[0], amount * flow.survival);
        // Newcomers are replaced by later ones too: of a live set L, exp(-r/L) outlasts r replaced bytes.
        let live = self.live();
        let lost = -(-amount * flow.turnover / live.as_f64().max(1.0)).exp_m1();
        let newcomers = whole(&mut self.carry[1], live.as_f64() * lost).min(live);
        self.release(newcomers);
        self.eden_long += newcomers;
        self.updates += amount * flow.updates;
    }

    /// Puts `bytes` of new live data, at most [`Generations::room`], into eden.
    pub fn fill_live(&mut self, bytes: Bytes) {
        self.eden_used += bytes;
        self.eden_long += bytes;
    }

    /// Makes garbage of up to `bytes` of the live set, evenly over all that is live; the space is free later.
    pub fn release(&mut self, bytes: Bytes) {
        let live = self.live();
        let bytes = bytes.min(live);
        if bytes == Bytes::ZERO {
            return;
        }
        let part = |of: Bytes| Bytes((u128::from(of.0) * u128::from(bytes.0) / u128::from(live.0)) as u64);
        let mut left = bytes;
        for slot in self.ages.0.iter_mut().chain([&mut self.eden_long]) {
            let gone = part(*slot);
            *slot -= gone;
            left -= gone;
        }
        let from_old = left.min(self.old_long);
        self.old_long -= from_old;
        left -= from_old;
        let from_eden = left.min(self.eden_long);
        self.eden_long -= from_eden;
        self.ages.take_oldest(left - from_eden, 1);
    }

    fn plan(&self) -> Plan {
        let copied = self.eden_medium + self.eden_long + self.ages.total();
        if self.threshold == 0 {
            let long = self.live() - self.old_long;
            return Plan { ages: Ages::default(), medium: Bytes::ZERO, promoted_long: long, promoted: copied, copied };
        }
        let mut old_enough = self.ages;
        let mut promoted_long = old_enough.take_oldest(Bytes(u64::MAX), self.threshold);
        let mut ages = Ages::default();
        ages.0[1] = self.eden_long;
        ages.0[2..].copy_from_slice(&old_enough.0[1..AGES - 1]);
        let mut medium = self.eden_medium;
        // What does not fit into the survivor space is promoted early: the old first, then newcomers alike.
        let mut excess = (ages.total() + medium).saturating_sub(self.spaces.survivor);
        let early = ages.take_oldest(excess, 2);
        excess -= early;
        let newcomers = ages.0[1] + medium;
        let long = if excess == Bytes::ZERO { excess } else { excess.scale(ages.0[1].as_f64() / newcomers.as_f64()) };
        let long = long.min(ages.0[1]).max(excess.saturating_sub(medium));
        ages.0[1] -= long;
        medium -= excess - long;
        promoted_long += early + long;
        let promoted = promoted_long + (excess - long);
        Plan { ages, medium, promoted_long, promoted, copied }
    }

    /// Bytes that a young collection would promote now.
    pub fn would_promote(&self) -> Bytes {
        self.plan().promoted
    }

    /// Bytes that a young collection would copy now.
    pub fn would_copy(&self) -> Bytes {
        self.eden_medium + self.eden_long + self.ages.total()
    }

    /// Copies the reachable part of the young generation into survivor space and old generation, whose room the caller has checked.
    pub fn young(&mut self, threads: u32) -> Touched {
        let before = self.used();
        let plan = self.plan();
        let cards = self.dirty_cards();
        self.last_eden = (self.eden_used, self.eden_medium + self.eden_long);
        self.empty_young();
        self.survivor_used = plan.ages.total() + plan.medium;
        self.ages = plan.ages;
        self.threshold = self.ages.threshold(plan.medium, self.spaces.survivor, self.tenuring);
        self.old_used += plan.promoted;
        self.old_long += plan.promoted_long;
        let touched = Touched::nothing(CollectionKind::Young, threads, before);
        Touched { copied: plan.copied, promoted: plan.promoted, cards, after: self.used(), ..touched }
    }

    /// Evacuates old regions that hold `garbage` unreachable bytes; returns the reachable bytes copied with them.
    ///
    /// `liveness` is the reachable share of those regions, 0 .. 1.
    pub fn evacuate(&mut self, garbage: Bytes, liveness: f64) -> Bytes {
        let garbage = garbage.min(self.old_used - self.old_long);
        self.old_used -= garbage;
        garbage.scale(liveness / (1.0 - liveness)).min(self.old_long)
    }

    /// Marks the whole heap and slides what is reachable into the old generation; what does not fit there stays in eden.
    pub fn full(&mut self, threads: u32) -> Touched {
        let before = self.used();
        let long = self.live();
        let medium = self.eden_medium;
        self.empty_young();
        self.phase = Phase::Idle;
        self.threshold = self.tenuring;
        self.place(long, medium);
        let reachable = long + medium;
        let touched = Touched::nothing(CollectionKind::Full, threads, before);
        Touched { marked: reachable, compacted: reachable, swept: before, after: self.used(), ..touched }
    }

    fn empty_young(&mut self) {
        self.eden_used = Bytes::ZERO;
        self.eden_medium = Bytes::ZERO;
        self.eden_long = Bytes::ZERO;
        self.carry = [0.0; 2];
        self.survivor_used = Bytes::ZERO;
        self.ages = Ages::default();
        self.updates = 0.0;
    }

    /// Lays long-lived bytes and the medium-lived that go with them from the bottom of the old generation up.
    fn place(&mut self, long: Bytes, medium: Bytes) {
        self.old_long = long.min(self.spaces.old);
        self.old_used = (long + medium).min(self.spaces.old);
        let beyond = long - self.old_long;
        self.eden_used = (long + medium - self.old_used).min(self.spaces.eden);
        self.eden_long = beyond.min(self.spaces.eden);
        // Only a heap about to run out of memory has live data left here.
        self.ages.0[1] = beyond - self.eden_long;
        self.survivor_used = long + medium - self.old_used - self.eden_used;
    }

    /// Distinct cards hit by the updates since the last collection: N (1 - exp(-u/N)) of N cards under live old data.
    fn dirty_cards(&self) -> f64 {
        let cards = self.old_long.as_f64() / CARD;
        if cards > 0.0 { -cards * (-self.updates / cards).exp_m1() } else { 0.0 }
    }
}

/// Adds `amount` to what was left over and returns the whole bytes of the sum, so that many small batches lose nothing.
fn whole(carry: &mut f64, amount: f64) -> Bytes {
    let sum = *carry + amount;
    *carry = sum.fract();
    Bytes(sum as u64)
}
