//! The very next events, at most sixteen, in order.
//!
//! Events stay where they were put; their order is sixteen numbers of four bits in one word. So putting one in, and
//! taking the first out, moves no event and takes no branch that depends on the order, which a processor would
//! guess wrong every other time.

use super::entry::{Entry, key};

/// How many events there is room for.
pub(super) const ROOM: usize = 16;

/// The time of the next event where there is none.
pub(super) const NONE: u64 = u64::MAX;

#[derive(Debug)]
pub(super) struct Nearest<E> {
    /// An empty slot has a time at or before the next event's: 0, or that of an event that has happened. It costs
    /// less to count those than to overwrite them, and then to read what was only just written.
    at: [u64; ROOM],
    rank: [u64; ROOM],
    event: [Option<E>; ROOM],
    /// The slots in the order of their events: four bits each, the next event's lowest.
    order: u64,
    /// The slot and time of the next event (or [`NONE`]). The order says it too, but later: a processor can go on
    /// with the next event while it is still working out the places of all others.
    first: usize,
    first_at: u64,
    len: usize,
    /// A bit for each empty slot.
    empty: u32,
}

impl<E> Nearest<E> {
    pub(super) fn new() -> Self {
        Nearest {
            at: [0; ROOM],
            rank: [0; ROOM],
            event: std::array::from_fn(|_| None),
            order: 0,
            first: 0,
            first_at: NONE,
            len: 0,
            empty: (1 << ROOM) - 1,
        }
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The time of the next event, or [`NONE`].
    #[inline]
    pub(super) fn next_at(&self) -> u64 {
        self.first_at
    }

    /// The order of the next event, or the largest number if there is none.
    pub(super) fn next_key(&self) -> u128 {
        let slot = self.slot(0);
        if self.len == 0 { u128::MAX } else { key(self.at[slot], self.rank[slot]) }
    }

    /// The slot of the event at this place in the order.
    #[inline]
    fn slot(&self, place: usize) -> usize {
        (self.order >> (4 * place)) as usize % ROOM
    }

    /// Adds an event; there must be room.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry<E>) {
        let mut place = self.not_later(entry.at) + self.len - ROOM;
        while place > 0 && self.comes_after(place - 1, &entry) {
            place -= 1;
        }
        let slot = self.empty.trailing_zeros() as usize % ROOM;
        let shift = 4 * place as u32;
        let before = self.order & !u64::MAX.unbounded_shl(shift);
        let after = (self.order ^ before).unbounded_shl(4);
        self.order = before | after | (slot as u64).unbounded_shl(shift);
        self.len += 1;
        self.empty &= self.empty - 1;
        let sooner = entry.at < self.first_at;
        self.first = if sooner { slot } else { self.first };
        let tie = entry.at == self.first_at;
        self.first_at = self.first_at.min(entry.at);
        if tie {
            self.first = self.slot(0);
        }
        self.at[slot] = entry.at;
        self.rank[slot] = entry.rank;
        self.event[slot] = Some(entry.event);
    }

    /// Takes all of `entries`, at most sixteen; there must be no others. It does not insert them one by one, because
    /// each insertion would wait for the one before to be written.
    pub(super) fn load(&mut self, entries: &mut Vec<Entry<E>>) {
        self.len = entries.len().min(ROOM);
        self.empty = u32::MAX << self.len & ((1 << ROOM) - 1);
        self.at = [0; ROOM];
        for (slot, entry) in entries.drain(..).take(ROOM).enumerate() {
            (self.at[slot], self.rank[slot], self.event[slot]) = (entry.at, entry.rank, Some(entry.event));
        }
        let (mut places, unused) = (0u32, ROOM - self.len);
        self.order = 0;
        for slot in 0..self.len {
            let place = self.not_later(self.at[slot]) - unused - 1;
            places |= 1 << place;
            self.order |= (slot as u64) << (4 * place);
        }
        if places + 1 != 1 << self.len {
            self.order_ties();
        }
        self.find_first();
    }

    /// Finds the order of slots 0 .. `len` where some have the same time.
    #[cold]
    fn order_ties(&mut self) {
        let key = |slot: usize| key(self.at[slot], self.rank[slot]);
        let place = |slot: usize| (0..self.len).filter(|&other| key(other) < key(slot)).count();
        self.order = (0..self.len).map(|slot| (slot as u64) << (4 * place(slot))).sum();
    }

    /// How many slots have a time at or before `at`, empty ones included.
    ///
    /// It adds the signs of differences, as no time has its top bit set; a comparison would not become one vector
    /// instruction for several slots on the processors that a portable build is made for.
    #[inline]
    fn not_later(&self, at: u64) -> usize {
        self.at.iter().map(|other| other.wrapping_sub(at + 1) >> 63).sum::<u64>() as usize
    }

    /// Whether the event at this place has the same time as `entry` and must go after it, being of a larger class.
    #[inline]
    fn comes_after(&self, place: usize, entry: &Entry<E>) -> bool {
        let slot = self.slot(place);
        self.at[slot] == entry.at && self.rank[slot] > entry.rank
    }

    /// Takes the next event.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<(u64, E)> {
        let (slot, at) = (self.first, self.first_at);
        let event = self.event[slot % ROOM].take()?;
        self.order >>= 4;
        self.len -= 1;
        self.empty |= 1 << slot;
        self.find_first();
        Some((at, event))
    }

    #[inline]
    fn find_first(&mut self) {
        self.first = self.slot(0);
        self.first_at = if self.len == 0 { NONE } else { self.at[self.first] };
    }

    /// Takes the last event.
    pub(super) fn pop_last(&mut self) -> Option<Entry<E>> {
        self.remove_at(self.len.checked_sub(1)?)
    }

    /// Takes out the event of this rank, if it is here.
    pub(super) fn remove(&mut self, rank: u64) -> Option<Entry<E>> {
        let place = (0..self.len).find(|&place| self.rank[self.slot(place)] == rank)?;
        self.remove_at(place)
    }

    fn remove_at(&mut self, place: usize) -> Option<Entry<E>> {
        let slot = self.slot(place);
        let entry = Entry { at: self.at[slot], rank: self.rank[slot], event: self.event[slot].take()? };
        let before = self.order & !u64::MAX.unbounded_shl(4 * place as u32);
        self.order = before | (self.order >> 4 & u64::MAX.unbounded_shl(4 * place as u32));
        self.len -= 1;
        self.empty |= 1 << slot;
        self.at[slot] = 0;
        self.find_first();
        Some(entry)
    }
}
