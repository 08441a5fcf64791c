//! What garbage collections cost.

use crate::base::{Build, SimSpan};
use crate::heap::Touched;

/// The cost of all `count` collections of one [`Touched`] together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CollectionCost {
    /// Wall time: the pauses, or for a concurrent cycle its length when its threads have a core each.
    pub pause: SimSpan,
    /// CPU time over all collector threads.
    pub cpu: SimSpan,
    /// Time that the mutator loses after the pauses (cold caches, leaving the safepoint): outside of what the JVM logs.
    pub lost: SimSpan,
}

/// A model of the cost of collections.
pub trait CollectionPrice: Send {
    /// The cost of `touched` on a machine that gives the JVM `cores` cores, more than 0.
    fn cost(&self, touched: &Touched, cores: f64) -> CollectionCost;
}

crate::registry! {
    /// All models; the first is the baseline.
    pub static COLLECTION_PRICES: Build<dyn CollectionPrice>;
    free, linear, hotspot_serial, hotspot_serial_arrays, hotspot_parallel, hotspot_parallel_arrays, hotspot_g1,
    hotspot_z, hotspot_shenandoah,
}

#[cfg(test)]
mod churn;
#[cfg(test)]
mod measured;
#[cfg(test)]
mod oracles;
