//! Moves that cost nothing: an infinitely fast network and no restart.

use super::{Move, TransferCost, TransferPrice};
use crate::base::{Build, Entry, Trait};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn TransferPrice>> = Entry {
    name: "free",
    summary: "moves cost nothing",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline, Trait::Bound],
    build: |_| Ok(Box::new(Free)),
};

struct Free;

impl TransferPrice for Free {
    fn cost(&self, _what: &Move) -> TransferCost {
        TransferCost::default()
    }
}
