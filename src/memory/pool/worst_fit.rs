//! Worst fit: the largest hole, of several the lowest, if it is large enough.
//!
//! Knuth, The Art of Computer Programming, vol. 1, 2.5. It keeps the remainders large and soon has no large hole.

use super::BuildAllocator;
use super::fit::{Fit, PARAMS};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "worst-fit",
    summary: "the largest hole",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: PARAMS,
    traits: &[],
    build: |args, capacity| Ok(Box::new(Fit::build(args, capacity, |holes, size, _| holes.worst(size))?)),
};
