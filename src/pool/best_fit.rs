//! Best fit ("least"): the smallest hole that is large enough, of several the lowest.
//!
//! Knuth, The Art of Computer Programming, vol. 1, 2.5. It leaves large holes whole and makes many tiny ones.

use super::BuildAllocator;
use super::chain::Chain;
use super::granule::GRANULE;
use super::sorted::{Rule, Sorted};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "best-fit",
    summary: "the smallest hole that is large enough",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: &[GRANULE],
    traits: &[],
    build: |args, capacity| Chain::build(args, capacity, |range, granule| Sorted::new(Rule::Best, range, granule)),
};
