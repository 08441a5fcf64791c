//! Collections that cost nothing: with this price any heap behaves like an infinite one.

use super::{CollectionCost, CollectionPrice};
use crate::base::{Build, Entry, Trait};
use crate::heap::Touched;

/// The registry entry.
pub const ENTRY: Entry<Build<dyn CollectionPrice>> = Entry {
    name: "free",
    summary: "collections cost nothing",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline, Trait::Bound],
    build: |_| Ok(Box::new(Free)),
};

struct Free;

impl CollectionPrice for Free {
    fn cost(&self, _touched: &Touched, _cores: f64) -> CollectionCost {
        CollectionCost::default()
    }
}
