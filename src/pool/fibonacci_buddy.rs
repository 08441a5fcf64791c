//! Fibonacci buddy: block sizes 1, 2, 3, 5, 8, ... smallest blocks, each split into the two sizes before it.
//!
//! Hirschberg, CACM 1973; Peterson & Norman, CACM 1977. Sizes lie closer than powers of two, so rounding wastes less
//! (20.6 % of log-uniform sizes against 27.9 %). The low part of a split is the larger one; a block of 2 splits into
//! two of 1. Rules and ties as in `buddies`.

use super::BuildAllocator;
use super::buddies::Buddies;
use super::kinship::Fibonacci;
use crate::base::{Entry, Kind, Trait, param};

/// See the head of the file.
pub const ENTRY: Entry<BuildAllocator> = Entry {
    name: "fibonacci-buddy",
    summary: "Fibonacci numbers, split into the two before and joined eagerly",
    source: "Hirschberg, CACM 1973",
    params: &[param("smallest", Kind::Bytes, "4 KiB", "size of the smallest block, at least 1 B")],
    traits: &[Trait::Rounds],
    build: |args, capacity| match args.bytes("smallest").0 {
        0 => Err("`smallest` is 0 B: expected at least 1 B".into()),
        smallest => Ok(Box::new(Buddies::new(Fibonacci::default(), smallest, capacity))),
    },
};
