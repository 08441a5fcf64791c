//! One pending event with its place in the order.

use crate::base::SimTime;

/// Names one scheduled event. A stale id (its event has happened or was cancelled) is harmless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EventId {
    pub(super) at: u64,
    pub(super) rank: u64,
}

/// A pending event. The rank is, from the top: 8 bits of class, 55 bits of sequence, 1 bit that says cancelled. As
/// no two sequences are equal, the last bit never decides an order, so that a cancelled event keeps its place.
#[derive(Debug)]
pub(super) struct Entry<E> {
    pub(super) at: u64,
    pub(super) rank: u64,
    pub(super) event: E,
}

const CANCELLED: u64 = 1;

/// The rank of an event of this class, not cancelled.
#[inline]
pub(super) fn rank(class: u8, sequence: u64) -> u64 {
    u64::from(class) << 56 | sequence << 1
}

/// The part of a rank that tells the order of scheduling.
#[inline]
pub(super) fn sequence(rank: u64) -> u64 {
    rank << 8 >> 9
}

impl<E> Entry<E> {
    /// Time and rank as one number, which compares without a branch.
    #[inline]
    pub(super) fn key(&self) -> u128 {
        key(self.at, self.rank)
    }

    #[inline]
    pub(super) fn is_cancelled(&self) -> bool {
        self.rank & CANCELLED != 0
    }

    /// Marks the event as cancelled; true if it was not before.
    pub(super) fn cancel(&mut self) -> bool {
        let was_pending = !self.is_cancelled();
        self.rank |= CANCELLED;
        was_pending
    }

    pub(super) fn time(&self) -> SimTime {
        SimTime(self.at)
    }
}

#[inline]
pub(super) fn key(at: u64, rank: u64) -> u128 {
    u128::from(at) << 64 | u128::from(rank)
}
