//! Half fit: one list of holes per power of two, and a hole that is surely large enough in constant time.
//!
//! Ogasawara, RTCSA 1995. A request of r bytes takes the hole freed last of the lowest non-empty class [2^k, 2^(k+1))
//! with 2^k >= r, cut from its low end; what is returned joins its neighbours at once. A hole of the request's own
//! class is passed over, which may leave up to half of the memory unusable ("incomplete memory use").

use super::BuildAllocator;
use super::chain::Chain;
use super::granule::GRANULE;
use super::lists::Lists;
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "half-fit",
    summary: "a hole of the next power of two in constant time",
    source: "Ogasawara, RTCSA 1995",
    params: &[GRANULE],
    traits: &[],
    build: |args, capacity| Chain::build(args, capacity, |range, _| Lists::new(range, 0)),
};
