//! Best fit ("least"): the smallest hole that is large enough, of several the lowest.
//!
//! Knuth, The Art of Computer Programming, vol. 1, 2.5. It leaves large holes whole and makes many tiny ones.

use super::BuildAllocator;
use super::fit::{Fit, PARAMS};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "best-fit",
    summary: "the smallest hole that is large enough",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: PARAMS,
    traits: &[],
    build: |args, capacity| {
        Ok(Box::new(Fit::build(args, capacity, |holes, size, _| holes.best(size))?.sorted_by_size()))
    },
};
