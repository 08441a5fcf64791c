//! TLSF, two-level segregated fit: a good fit in the same few steps for any number of holes.
//!
//! Masmano, Ripoll, Crespo & Real, ECRTS 2004. Holes lie in classes: powers of two, each cut into 2^`bits` steps; a
//! request takes the hole freed last of the lowest class in which all holes are large enough, cut from its low end,
//! and what is returned joins its neighbours at once. A hole of the request's own class is passed over although it
//! might do, so the largest request that fits may be smaller than the largest hole, by one step at most.

use super::BuildAllocator;
use super::chain::Chain;
use super::granule::GRANULE;
use super::lists::Lists;
use crate::base::{Entry, Kind, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "tlsf",
    summary: "a good fit in constant time: classes by power of two and step",
    source: "Masmano et al., ECRTS 2004",
    params: &[GRANULE, param("bits", Kind::Count(1, 6), "5", "a power of two is cut into 2^bits classes")],
    traits: &[],
    build: |args, capacity| {
        let bits = args.count("bits") as u32;
        Chain::build(args, capacity, |range, _| Lists::new(range, bits))
    },
};
