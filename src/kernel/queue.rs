//! Pending events in the order of (time, class, order of scheduling), with cancellation.

use crate::base::SimTime;
use std::collections::BTreeMap;

/// Names one scheduled event. A stale id (its event has happened or was cancelled) is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventId {
    at: SimTime,
    rank: u64,
}

/// The pending events.
#[derive(Debug)]
pub struct EventQueue<E> {
    pending: BTreeMap<(SimTime, u64), E>,
    now: SimTime,
    sequence: u64,
}

impl<E> Default for EventQueue<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E> EventQueue<E> {
    /// A queue without events, at time 0.
    pub fn new() -> Self {
        EventQueue { pending: BTreeMap::new(), now: SimTime::ZERO, sequence: 0 }
    }

    /// Adds `event` at time `at`; among events of one instant the smaller `class` goes first, then the earlier call.
    ///
    /// An `at` before [`EventQueue::now`] is a bug of the caller: it stops a debug build, and means now in a release.
    pub fn schedule(&mut self, at: SimTime, class: u8, event: E) -> EventId {
        debug_assert!(at >= self.now, "an event was scheduled in the past");
        let at = at.max(self.now);
        let rank = u64::from(class) << 56 | self.sequence;
        self.sequence += 1;
        self.pending.insert((at, rank), event);
        EventId { at, rank }
    }

    /// Takes an event out again; true if it was pending.
    pub fn cancel(&mut self, id: EventId) -> bool {
        self.pending.remove(&(id.at, id.rank)).is_some()
    }

    /// The next event, which thereby happens.
    pub fn pop(&mut self) -> Option<(SimTime, E)> {
        let ((at, _), event) = self.pending.pop_first()?;
        self.now = at;
        Some((at, event))
    }

    /// The next event if it happens at or before `until`.
    pub fn pop_until(&mut self, until: SimTime) -> Option<(SimTime, E)> {
        if self.next_time()? <= until { self.pop() } else { None }
    }

    /// When the next event happens.
    pub fn next_time(&mut self) -> Option<SimTime> {
        self.pending.first_key_value().map(|((at, _), _)| *at)
    }

    /// The time of the last event taken out.
    pub fn now(&self) -> SimTime {
        self.now
    }

    /// The number of pending events.
    pub fn len(&self) -> usize {
        self.pending.len()
    }

    /// Whether no event is pending.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }
}
