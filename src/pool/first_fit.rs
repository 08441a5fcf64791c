//! First fit: the lowest hole that is large enough.
//!
//! Knuth, The Art of Computer Programming, vol. 1, 2.5, with the holes in order of address. Robson (1977) bounds
//! its reach: sizes that are powers of two up to n, with at most M bytes live, never need more than
//! M (1 + log2 n).

use super::BuildAllocator;
use super::fit::{Fit, PARAMS};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "first-fit",
    summary: "the lowest hole that is large enough",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: PARAMS,
    traits: &[],
    build: |args, capacity| Ok(Box::new(Fit::build(args, capacity, |holes, size, _| holes.first(size))?)),
};
