//! Next fit: first fit that goes on where the last allocation ended, and starts over at the bottom.
//!
//! Knuth, The Art of Computer Programming, vol. 1, 2.5 (the roving pointer). Exactly: the first large enough hole
//! that *starts* at or above the end of the last allocation (modulo the size of the pool), else the lowest large
//! enough one. A hole that grew downwards across that point therefore waits for the next turn.

use super::BuildAllocator;
use super::fit::{Fit, PARAMS};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "next-fit",
    summary: "the next large enough hole after the last allocation",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: PARAMS,
    traits: &[],
    build: |args, capacity| {
        let choose =
            |holes: &super::HoleIndex, size, rover| holes.first_from(rover, size).or_else(|| holes.first(size));
        Ok(Box::new(Fit::build(args, capacity, choose)?))
    },
};
