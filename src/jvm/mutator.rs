//! The program that allocates.

use crate::base::Bytes;
use crate::heap::Allocation;

/// Work done while some bytes are allocated.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Stretch {
    /// What is allocated, replaced and updated.
    pub allocation: Allocation,
    /// Bytes that are new in the live set; with `allocation.bytes` they are what the stretch was asked to fill.
    pub growth: Bytes,
    /// Bytes that leave the live set.
    pub released: Bytes,
    /// What the program counts: records, objects.
    pub units: f64,
}

/// A piece of mutator time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slice {
    /// Bytes to allocate.
    pub bytes: Bytes,
    /// Wall time that this takes, pauses apart.
    pub seconds: f64,
    /// Share of the replaceable live set that lies in the old generation, 0 ..= 1.
    pub old_share: f64,
}

/// A program that allocates without ever waiting.
pub trait Mutator {
    /// Core-seconds that a byte of allocation costs now, barriers and collections apart; above 0.
    fn cost(&self) -> f64;

    /// Most bytes for which [`Mutator::cost`] holds, at least 1: it is asked anew after them.
    fn most(&self) -> Bytes {
        Bytes(u64::MAX)
    }

    /// Goes on until the bytes of `slice` are allocated.
    fn advance(&mut self, slice: Slice) -> Stretch;
}
