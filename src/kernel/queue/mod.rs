//! Pending events in the order of (time, class, order of scheduling), with cancellation.
//!
//! A ladder queue (Tang, Goh and Thng, "Ladder queue: an O(1) priority queue structure for large-scale discrete
//! event simulation", ACM TOMACS 15(3), 2005): far events lie unsorted in buckets, a bucket whose turn comes is cut
//! into finer ones if it is large, and sorted if it is small. An event is moved two or three times, always from one
//! sequence to the end of another, so that a million pending events cost hardly more than a thousand; a heap or tree
//! of that size misses the cache once for each of its levels. We depart from the paper in four ways.
//! - The width of the buckets follows the density of the nearer half of the events, and what lies far beyond is left
//!   for later, so that one event at the end of time does not widen them all.
//! - The next sixteen events are kept in order without moving them ([`nearest`]); a queue that never holds more than
//!   that, as that of a small model, uses nothing else.
//! - Each bucket is in the order of scheduling. So an event that is cancelled is found by bisection, and those who
//!   never cancel pay nothing: there is no table of ids. A cancelled event is dropped when its bucket is opened, or
//!   by a sweep once more than half of all events are cancelled.
//! - Many events of one instant, which no bucket can part, go to an ordered map as soon as others come in between.
//!
//! Keep events small (a few words): they move with their keys. The storage of buckets is used again and again, so
//! nothing is allocated in the steady state.

mod entry;
mod nearest;
mod rung;

pub use entry::EventId;

use crate::base::SimTime;
use entry::{Entry, key, rank};
use nearest::Nearest;
use rung::{Rung, span};
use std::collections::BTreeMap;

/// A bucket of at most this many events is sorted at once; a larger one is cut into smaller buckets first.
const SORTED_MAX: usize = 64;

/// So many places may an event be moved past in the sorted front.
const INSERT_MAX: usize = 64;

/// The last instant that an event can have, after 292 years: later ones mean this one.
const LAST: u64 = i64::MAX as u64 - 1;

/// The pending events.
#[derive(Debug)]
pub struct EventQueue<E> {
    /// The next events.
    nearest: Nearest<E>,
    /// The events after those, sorted, latest first.
    front: Vec<Entry<E>>,
    /// Events that belong to the front but would have to be moved past too many of one instant.
    late: BTreeMap<(u64, u64), E>,
    /// The future beyond the front, coarse to fine: each rung covers a bucket of the one before it. The first
    /// `depth` are in use, at least one.
    rungs: Vec<Rung<E>>,
    depth: usize,
    now: u64,
    sequence: u64,
    len: usize,
    cancelled: usize,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// A queue without events, at time 0.
    pub fn new() -> Self {
        EventQueue {
            nearest: Nearest::new(),
            front: Vec::new(),
            late: BTreeMap::new(),
            rungs: vec![Rung::new()],
            depth: 1,
            now: 0,
            sequence: 0,
            len: 0,
            cancelled: 0,
        }
    }

    /// Adds `event` at time `at`; among events of one instant the smaller `class` goes first, then the earlier call.
    ///
    /// An `at` before [`EventQueue::now`] is a bug of the caller: it stops a debug build, and means now in a release.
    #[inline]
    pub fn schedule(&mut self, at: SimTime, class: u8, event: E) -> EventId {
        debug_assert!(at.0 >= self.now, "an event was scheduled in the past");
        let id = EventId { at: at.0.clamp(self.now, LAST), rank: rank(class, self.sequence) };
        self.sequence += 1;
        self.len += 1;
        self.place(Entry { at: id.at, rank: id.rank, event });
        id
    }

    #[inline]
    fn place(&mut self, entry: Entry<E>) {
        for rung in &mut self.rungs[..self.depth] {
            if entry.at >= rung.opened {
                rung.push(entry);
                return;
            }
        }
        self.insert(entry);
    }

    fn insert(&mut self, entry: Entry<E>) {
        if self.front.last().is_some_and(|next| next.key() < entry.key()) {
            return self.insert_in_front(entry);
        }
        if self.nearest.len() == nearest::ROOM {
            self.make_room();
            return self.insert(entry);
        }
        self.nearest.insert(entry);
    }

    /// Moves the later half of the nearest events to the front.
    #[cold]
    fn make_room(&mut self) {
        for _ in 0..nearest::ROOM / 2 {
            self.front.extend(self.nearest.pop_last());
        }
    }

    fn insert_in_front(&mut self, entry: Entry<E>) {
        let key = entry.key();
        let mut place = self.front.len();
        let lowest = place.saturating_sub(INSERT_MAX);
        while place > lowest && self.front[place - 1].key() < key {
            place -= 1;
        }
        if place > lowest || lowest == 0 {
            self.front.insert(place, entry);
        } else {
            self.overflow(entry);
        }
    }

    #[cold]
    fn overflow(&mut self, entry: Entry<E>) {
        let next = self.front[self.front.len() - 1].at;
        let pivot = self.front[self.front.len() - INSERT_MAX / 2].at;
        let split = if pivot > next { pivot } else { next + 1 };
        let end = self.rungs[self.depth - 1].opened;
        if split >= end {
            self.late.insert((entry.at, entry.rank), entry.event);
            return;
        }
        let kept = self.front.partition_point(|entry| entry.at >= split);
        let mut moved: Vec<Entry<E>> = self.front.drain(..kept).collect();
        let late = self.late.split_off(&(split, 0));
        moved.extend(late.into_iter().map(|((at, rank), event)| Entry { at, rank, event }));
        moved.sort_unstable_by_key(|entry| entry::sequence(entry.rank));
        self.descend(&mut moved, split);
        self.place(entry);
    }

    /// Adds an inner rung that holds `entries`.
    fn descend(&mut self, entries: &mut Vec<Entry<E>>, floor: u64) {
        if self.rungs.len() == self.depth {
            self.rungs.push(Rung::new());
        }
        let limit = self.rungs[self.depth - 1].opened;
        self.rungs[self.depth].build(entries, floor, limit);
        self.depth += 1;
    }

    /// Takes an event out again; true if it was pending.
    pub fn cancel(&mut self, id: EventId) -> bool {
        let rung = self.rungs[..self.depth].iter_mut().find(|rung| id.at >= rung.opened);
        let marked = match rung {
            Some(rung) => rung.cancel(id.at, id.rank),
            None => self.cancel_in_front(id),
        };
        let found = marked || self.nearest.remove(id.rank).is_some() || self.late.remove(&(id.at, id.rank)).is_some();
        self.len -= usize::from(found);
        self.cancelled += usize::from(marked);
        if self.cancelled > 64 + self.len {
            self.sweep();
        }
        found
    }

    fn cancel_in_front(&mut self, id: EventId) -> bool {
        let key = key(id.at, id.rank);
        let place = self.front.partition_point(|entry| entry.key() > key | 1);
        self.front.get_mut(place).is_some_and(|entry| entry.key() | 1 == key | 1 && entry.cancel())
    }

    fn sweep(&mut self) {
        self.front.retain(|entry| !entry.is_cancelled());
        self.rungs[..self.depth].iter_mut().for_each(Rung::sweep);
        self.cancelled = 0;
    }

    /// The next event, which thereby happens.
    #[inline]
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        self.pop_until(SimTime::NEVER)
    }

    /// The next event if it happens at or before `until`.
    #[inline]
    pub fn pop_until(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        loop {
            if !self.late.is_empty() && self.late_is_next() {
                return self.pop_late(until);
            }
            let at = self.nearest.next_at();
            if at <= until.0.min(LAST) {
                let (at, event) = self.nearest.pop()?;
                self.now = at;
                self.len -= 1;
                return Some((SimTime(at), event));
            }
            if at != nearest::NONE {
                return None;
            }
            let Some(next) = self.front.last() else {
                if self.refill() {
                    continue;
                }
                return None;
            };
            if next.at > until.0 {
                return None;
            }
            let entry = self.front.pop()?;
            if entry.is_cancelled() {
                self.cancelled -= 1;
                continue;
            }
            self.now = entry.at;
            self.len -= 1;
            return Some((entry.time(), entry.event));
        }
    }

    fn late_is_next(&self) -> bool {
        let late = self.late.first_key_value().map(|((at, rank), _)| key(*at, *rank));
        late.is_some_and(|late| {
            late < self.nearest.next_key() && self.front.last().is_none_or(|entry| late < entry.key())
        })
    }

    fn pop_late(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        let first = self.late.first_entry().filter(|first| first.key().0 <= until.0)?;
        let ((at, _), event) = first.remove_entry();
        self.now = at;
        self.len -= 1;
        Some((SimTime(at), event))
    }

    /// Brings the next events to the empty front; false if there are none.
    #[cold]
    fn refill(&mut self) -> bool {
        loop {
            let rung = &mut self.rungs[self.depth - 1];
            if rung.open(&mut self.front) {
                if self.front.len() <= SORTED_MAX || is_one_instant(&self.front) {
                    self.sort_front();
                    return true;
                }
                let mut bucket = std::mem::take(&mut self.front);
                self.descend(&mut bucket, 0);
                self.front = bucket;
            } else if rung.rest.len() > SORTED_MAX && !is_one_instant(&rung.rest) {
                let limit = if self.depth > 1 { self.rungs[self.depth - 2].opened } else { LAST };
                self.rungs[self.depth - 1].rebuild(limit);
            } else if self.depth > 1 {
                std::mem::swap(&mut rung.rest, &mut self.front);
                self.depth -= 1;
                if !self.front.is_empty() {
                    self.sort_front();
                    return true;
                }
            } else {
                let Some((_, last)) = span(&rung.rest) else {
                    return false;
                };
                std::mem::swap(&mut rung.rest, &mut self.front);
                // So few are best kept in order all together.
                rung.restart(if self.front.len() <= nearest::ROOM / 2 { u64::MAX } else { last + 1 });
                self.sort_front();
                return true;
            }
        }
    }

    /// Puts the front in order; a few events become the nearest ones.
    fn sort_front(&mut self) {
        if self.cancelled > 0 {
            let before = self.front.len();
            self.front.retain(|entry| !entry.is_cancelled());
            self.cancelled -= before - self.front.len();
        }
        if self.front.len() <= nearest::ROOM {
            self.nearest.load(&mut self.front);
        } else {
            self.front.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.key()));
        }
    }

    /// The time of the last event taken out.
    pub fn now(&self) -> SimTime {
        SimTime(self.now)
    }

    /// The number of pending events.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }
}

#[cfg(test)]
mod tests;

fn is_one_instant<E>(entries: &[Entry<E>]) -> bool {
    span(entries).is_none_or(|(min, max)| min == max)
}
