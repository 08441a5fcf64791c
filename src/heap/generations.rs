//! The bytes of a heap by generation, and the elementary moves of a collection.
//!
//! Source: HotSpot's generational heaps. Departures: memory is a fluid (no single objects); live data is released evenly from wherever
//! it lies; what does not fit into a survivor space is promoted early, all ages alike.

use super::adaptive::Adaptive;
use super::collector::Notes;
use super::order::Order;
use super::tenuring::{AGES, Ages, PaddedAverage};
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
    /// Marking is over, and the next young collection chooses what mixed ones will evacuate.
    Prepare,
    /// Sparse regions are being emptied beside the mutator.
    Relocating,
    /// References to what was moved are being corrected beside the mutator.
    Updating,
}

impl Phase {
    /// Whether the collector works beside the mutator.
    pub fn is_concurrent(self) -> bool {
        matches!(self, Phase::Marking { .. } | Phase::Relocating | Phase::Updating)
    }
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
    /// Distinct cards that updates can hit; 0 stands for all cards of the live old data.
    pub targets: f64,
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
    pub promotion: PaddedAverage,
    /// What Parallel has learned.
    pub adaptive: Adaptive,
    /// Share of the live set in the order of its references.
    pub order: Order,
    /// Copies within the young generation before promotion at the latest, 0 ..= 15.
    pub tenuring: usize,
    /// Bytes that the last young collection found in eden, and what of them was reachable.
    pub last_eden: (Bytes, Bytes),
    /// Bytes beyond eden that allocation may use: the idle survivor space, when a full collection left too little room.
    pub lent: Bytes,
    /// Full collections so far, modulo four.
    pub fulls: u8,
    /// Copies within the young generation before promotion as decided last.
    pub(super) threshold: usize,
    eden_used: Bytes,
    eden_medium: Bytes,
    eden_long: Bytes,
    carry: [f64; 2],
    survivor_used: Bytes,
    ages: Ages,
    pub(super) old_used: Bytes,
    old_long: Bytes,
    pinned: Bytes,
    pub(super) peak: Bytes,
    updates: f64,
    targets: f64,
    /// What the collector notes down between collections.
    pub(super) notes: Notes,
}

/// Where the reachable part of the young generation would go.
struct Plan {
    ages: Ages,
    medium: Bytes,
    promoted_long: Bytes,
    promoted: Bytes,
    /// What left the survivor space early for want of room; part of `promoted`.
    overflow: Bytes,
}

impl Generations {
    /// An empty heap; `tenuring` as in `MaxTenuringThreshold`, cut to 0 ..= 15.
    pub fn new(spec: HeapSpec, spaces: Spaces, tenuring: usize) -> Generations {
        let tenuring = tenuring.min(AGES - 1);
        Generations {
            spec,
            spaces,
            phase: Phase::Idle,
            promotion: PaddedAverage::default(),
            adaptive: Adaptive::default(),
            order: Order::default(),
            tenuring,
            last_eden: (Bytes::ZERO, Bytes::ZERO),
            lent: Bytes::ZERO,
            fulls: 0,
            threshold: tenuring,
            eden_used: Bytes::ZERO,
            eden_medium: Bytes::ZERO,
            eden_long: Bytes::ZERO,
            carry: [0.0; 2],
            survivor_used: Bytes::ZERO,
            ages: Ages::default(),
            old_used: Bytes::ZERO,
            old_long: Bytes::ZERO,
            pinned: Bytes::ZERO,
            peak: Bytes::ZERO,
            updates: 0.0,
            targets: 0.0,
            notes: Notes::None,
        }
    }

    /// Bytes in use, garbage among them.
    pub fn used(&self) -> Bytes {
        self.eden_used + self.survivor_used + self.old_used
    }

    /// Bytes of the live set, the pinned ones among them.
    pub fn live(&self) -> Bytes {
        self.replaceable() + self.pinned
    }

    /// Bytes of the live set that can be replaced or released.
    pub fn replaceable(&self) -> Bytes {
        self.eden_long + self.ages.total() + self.old_long
    }

    /// Bytes that live in the old generation for ever.
    pub fn pinned(&self) -> Bytes {
        self.pinned
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
        self.old_long + self.pinned
    }

    /// Bytes that the old generation can still take.
    pub fn old_free(&self) -> Bytes {
        self.spaces.old.saturating_sub(self.old_used)
    }

    /// Bytes that fit before a collection is due.
    pub fn room(&self) -> Bytes {
        (self.spaces.eden + self.lent).saturating_sub(self.eden_used)
    }

    /// Puts `bytes` that live for ever into the old generation, which takes room from eden where it is too small.
    /// False, and nothing done, where there is no room.
    pub fn pin(&mut self, bytes: Bytes) -> bool {
        let missing = bytes.saturating_sub(self.old_free());
        if missing > self.spaces.eden.saturating_sub(self.eden_used) {
            return false;
        }
        self.spaces.eden -= missing;
        self.spaces.old += missing;
        self.pinned += bytes;
        self.old_used += bytes;
        self.peak = self.peak.max(self.old_used);
        true
    }

    /// Up to `bytes` that were to live for ever are garbage now, in the old generation.
    pub fn unpin(&mut self, bytes: Bytes) {
        let bytes = bytes.min(self.pinned);
        self.pinned -= bytes;
        self.notes.unpin(bytes);
    }

    /// Takes the whole live set for promoted and everything else for gone, as after a full collection.
    pub fn settle(&mut self) {
        let long = self.replaceable();
        self.empty_young();
        self.phase = Phase::Idle;
        self.threshold = self.tenuring;
        self.place(long, Bytes::ZERO, Bytes::ZERO);
    }

    /// Puts `bytes`, at most [`Generations::room`], into eden.
    pub fn fill(&mut self, bytes: Bytes, flow: &Flow) {
        let amount = bytes.as_f64();
        self.eden_used += bytes;
        self.eden_medium += whole(&mut self.carry[0], amount * flow.survival);
        // Newcomers are replaced by later ones too: of a live set L, exp(-r/L) outlasts r replaced bytes.
        let live = self.replaceable();
        let times = amount * flow.turnover / live.as_f64().max(1.0);
        self.order.replace(times);
        let lost = -(-times).exp_m1();
        let newcomers = whole(&mut self.carry[1], live.as_f64() * lost).min(live);
        self.release(newcomers);
        self.eden_long += newcomers;
        self.updates += amount * flow.updates;
        self.targets = flow.targets;
    }

    /// Puts `bytes` of new live data, at most [`Generations::room`], into eden.
    pub fn fill_live(&mut self, bytes: Bytes) {
        self.order.grow(bytes, self.replaceable());
        self.eden_used += bytes;
        self.eden_long += bytes;
    }

    /// Makes garbage of up to `bytes` of the live set, evenly over all that is live; the space is free later.
    pub fn release(&mut self, bytes: Bytes) {
        let live = self.replaceable();
        let bytes = bytes.min(live);
        if bytes == Bytes::ZERO {
            return;
        }
        self.notes.wear(bytes.as_f64() / live.as_f64());
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

    /// Makes garbage of up to `bytes` of the live set, those allocated last: a window of events dies as a whole, and what is older stays.
    pub fn release_newest(&mut self, bytes: Bytes) {
        let mut left = bytes;
        for slot in [&mut self.eden_long].into_iter().chain(&mut self.ages.0).chain([&mut self.old_long]) {
            let gone = left.min(*slot);
            *slot -= gone;
            left -= gone;
        }
    }

    fn plan(&self) -> Plan {
        if self.threshold == 0 {
            let promoted_long = self.eden_long + self.ages.total();
            let promoted = promoted_long + self.eden_medium;
            return Plan { ages: Ages::default(), medium: Bytes::ZERO, promoted_long, promoted, overflow: Bytes::ZERO };
        }
        let mut old_enough = self.ages;
        let mut promoted_long = old_enough.take_oldest(Bytes(u64::MAX), self.threshold);
        let mut ages = Ages::default();
        ages.0[1] = self.eden_long;
        ages.0[2..].copy_from_slice(&old_enough.0[1..AGES - 1]);
        ages.0[AGES - 1] += old_enough.0[AGES - 1];
        let mut medium = self.eden_medium;
        // What does not fit into the survivor space is promoted early, all ages alike.
        let total = ages.total() + medium;
        let overflow = total.saturating_sub(self.spaces.survivor);
        let long = overflow.scale(ages.total().as_f64() / total.as_f64().max(1.0));
        let long = long.max(overflow.saturating_sub(medium)).min(ages.total());
        ages.take_alike(long);
        medium -= overflow - long;
        promoted_long += long;
        let promoted = promoted_long + (overflow - long);
        Plan { ages, medium, promoted_long, promoted, overflow }
    }

    /// Bytes that a young collection would copy now.
    pub fn would_copy(&self) -> Bytes {
        self.eden_medium + self.eden_long + self.ages.total()
    }

    /// Bytes that the survivor space could not take at a young collection now.
    pub fn would_overflow(&self) -> Bytes {
        self.plan().overflow
    }

    /// Copies the reachable part of the young generation into survivor space and old generation. What the old generation
    /// cannot take stays in eden: such a collection has failed, and a full one has to follow.
    pub fn young(&mut self, threads: u32) -> Touched {
        let (before, copied, cards) = (self.used(), self.would_copy(), self.dirty_cards());
        let Plan { ages, medium, promoted_long, promoted, .. } = self.plan();
        let stuck = promoted.saturating_sub(self.old_free());
        let stuck_long = stuck.min(promoted_long);
        let (eden, newcomers) = (self.eden_used, self.eden_medium + self.eden_long);
        self.last_eden = (eden, newcomers);
        self.empty_young();
        self.eden_used = stuck;
        self.eden_long = stuck_long;
        self.eden_medium = stuck - stuck_long;
        self.survivor_used = ages.total() + medium;
        self.ages = ages;
        self.threshold = ages.threshold(medium, self.spaces.survivor, self.tenuring);
        self.old_long += promoted_long - stuck_long;
        let fresh = self.fill_old(self.old_used + (promoted - stuck));
        let touched = Touched::nothing(CollectionKind::Young, threads, before);
        let promoted = promoted - stuck;
        Touched { copied, newcomers, eden, promoted, fresh, cards, after: self.used(), ..touched }
    }

    /// Whether the last young collection could not promote all that it had to.
    pub fn promotion_failed(&self) -> bool {
        self.eden_used > Bytes::ZERO
    }

    /// Sets what the old generation holds; returns by how much that passes its high-water mark.
    fn fill_old(&mut self, used: Bytes) -> Bytes {
        let fresh = used.saturating_sub(self.peak);
        self.peak += fresh;
        self.old_used = used;
        fresh
    }

    /// Evacuates old regions that hold `garbage` unreachable bytes; returns the reachable bytes copied with them.
    ///
    /// `liveness` is the reachable share of those regions, 0 .. 1.
    pub fn evacuate(&mut self, garbage: Bytes, liveness: f64) -> Bytes {
        let garbage = garbage.min(self.old_used - self.old_live());
        self.old_used -= garbage;
        garbage.scale(liveness / (1.0 - liveness)).min(self.old_long)
    }

    /// Marks the whole heap and slides what is reachable into the old generation; what does not fit there stays in eden.
    pub fn full(&mut self, threads: u32) -> Touched {
        self.full_over(threads, Bytes::ZERO)
    }

    /// As [`Generations::full`], but leaves up to `dead_wood` of the garbage in the old generation where it lies, to
    /// save the moving of what lies above.
    pub fn full_over(&mut self, threads: u32, dead_wood: Bytes) -> Touched {
        let before = self.used();
        let (long, medium) = (self.replaceable(), self.eden_medium);
        let dead = self.old_used - self.old_live();
        let reachable = long + medium + self.pinned;
        self.empty_young();
        self.phase = Phase::Idle;
        self.threshold = self.tenuring;
        self.fulls = (self.fulls + 1) % 4;
        let fresh = self.place(long, medium, dead_wood.min(dead));
        let both = (reachable + dead).as_f64().max(1.0);
        let crowds = reachable > self.spaces.old.max(self.spaces.eden).scale(0.9);
        let touched = Touched::nothing(CollectionKind::Full, threads, before);
        Touched {
            fresh,
            marked: reachable,
            unordered: reachable.scale(1.0 - self.order.share()),
            compacted: reachable,
            scattered: reachable.scale(dead.as_f64() / both),
            crowded: if crowds { reachable } else { Bytes::ZERO },
            swept: before,
            after: self.used(),
            ..touched
        }
    }

    /// Takes what lies in eden for old data where it is, without moving it; returns all bytes, those of the live set and
    /// those that only this cycle finds reachable.
    pub fn retire(&mut self) -> (Bytes, Bytes, Bytes) {
        let (bytes, long, medium) = (self.eden_used, self.eden_long, self.eden_medium);
        self.old_used += bytes;
        self.old_long += long;
        self.eden_used = Bytes::ZERO;
        self.eden_long = Bytes::ZERO;
        self.eden_medium = Bytes::ZERO;
        self.last_eden = (bytes, long + medium);
        self.updates = 0.0;
        (bytes, long, medium)
    }

    fn empty_young(&mut self) {
        self.eden_used = Bytes::ZERO;
        self.eden_medium = Bytes::ZERO;
        self.eden_long = Bytes::ZERO;
        self.carry = [0.0; 2];
        self.survivor_used = Bytes::ZERO;
        self.ages = Ages::default();
        self.updates = 0.0;
        self.lent = Bytes::ZERO;
    }

    /// Lays long-lived bytes, the medium-lived that go with them and dead wood from the bottom of the old generation up;
    /// returns by how much that passes its high-water mark.
    fn place(&mut self, long: Bytes, medium: Bytes, wood: Bytes) -> Bytes {
        let room = self.spaces.old.saturating_sub(self.pinned + wood);
        self.old_long = long.min(room);
        let held = (long + medium).min(room);
        let fresh = self.fill_old(held + self.pinned + wood);
        let beyond = long - self.old_long;
        self.eden_used = (long + medium - held).min(self.spaces.eden);
        self.eden_long = beyond.min(self.spaces.eden);
        // Only a heap about to run out of memory has live data left here.
        self.ages.0[1] = beyond - self.eden_long;
        self.survivor_used = long + medium - held - self.eden_used;
        fresh
    }

    /// Updates since the last collection, and the distinct cards that they can hit.
    pub fn stores(&self) -> (f64, f64) {
        let cards = if self.targets > 0.0 { self.targets } else { self.old_live().as_f64() / CARD };
        (self.updates, cards)
    }

    /// Distinct cards hit by k updates since the last collection: N (1 - exp(-k/N)) of N cards. The cards that refer to
    /// the survivor space stay dirty.
    fn dirty_cards(&self) -> f64 {
        let (updates, cards) = self.stores();
        if cards <= 0.0 || updates <= 0.0 {
            return 0.0;
        }
        let stay = self.ages.total().as_f64() / self.spec.object.as_f64().max(1.0);
        -cards * (-(updates + stay) / cards).exp_m1()
    }
}

/// Adds `amount` to what was left over and returns the whole bytes of the sum, so that many small batches lose nothing.
fn whole(carry: &mut f64, amount: f64) -> Bytes {
    let sum = *carry + amount;
    *carry = sum.fract();
    Bytes(sum as u64)
}
