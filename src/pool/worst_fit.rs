//! Worst fit: the largest hole, of several the lowest, if it is large enough.
//!
//! Knuth, The Art of Computer Programming, vol. 1, 2.5. It keeps the remainders large and soon has no large hole.

use super::BuildAllocator;
use super::chain::Chain;
use super::granule::GRANULE;
use super::sorted::{Rule, Sorted};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "worst-fit",
    summary: "the largest hole",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: &[GRANULE],
    traits: &[],
    build: |args, capacity| Chain::build(args, capacity, |range, granule| Sorted::new(Rule::Worst, range, granule)),
};
