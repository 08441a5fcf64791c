//! Binary buddy: blocks of 2^k smallest blocks at multiples of their size, split in halves and joined eagerly.
//!
//! Knowlton, CACM 1965; Knuth, The Art of Computer Programming, vol. 1, 2.5; rules and ties as in `buddies`.

use super::BuildAllocator;
use super::buddies::Buddies;
use super::kinship::Binary;
use crate::base::{Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "buddy",
    summary: "powers of two, split in halves and joined eagerly",
    source: "Knowlton, CACM 1965",
    params: &[param("smallest", Kind::Bytes, "4 KiB", "size of the smallest block, a power of two")],
    traits: &[Trait::Rounds],
    build: |args, capacity| {
        let smallest = args.bytes("smallest").0;
        if !smallest.is_power_of_two() {
            return Err(format!("`smallest` is {}: expected a power of two", args.bytes("smallest")));
        }
        Ok(Box::new(Buddies::new(Binary { smallest: smallest.trailing_zeros() }, smallest, capacity)))
    },
};
