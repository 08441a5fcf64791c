//! The law behind a heap curve, in closed form and as a simulation.

use crate::base::{Args, Bytes, Value};
use crate::heap::{Allocation, COLLECTORS, Heap, HeapSpec};

/// Bytes that stand for a program's minimum heap: so many that rounding to whole bytes does not show.
const MINIMUM: f64 = (1u64 << 40) as f64;

/// Collections that a prediction simulates; the heap is as empty after each as after the one before.
const PERIODS: u64 = 100;

/// Time per iteration of a program that holds a fixed live set and collects the whole heap whenever it is full.
///
/// A heap of `h` times the minimum is collected every `h - live` minimum heaps of allocation, at a cost in proportion to
/// the live set. So an iteration takes `base (1 + kappa / (h - live))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Curve {
    /// Time of an iteration without collections, in the unit of the measurements.
    pub base: f64,
    /// Time in collections, as a share of `base`, on a heap with room for one minimum heap beside the live set; at least 0.
    pub kappa: f64,
    /// The live set over the minimum heap, within 0 .. 1.
    pub live: f64,
}

impl Curve {
    /// The law in closed form; infinite where the live set fills the heap.
    pub fn time(&self, heap: f64) -> f64 {
        if heap > self.live { self.base * (1.0 + self.kappa / (heap - self.live)) } else { f64::INFINITY }
    }

    /// The same by simulation: a program that allocates one minimum heap an iteration, on a heap of `heap` times the
    /// minimum under the mark-compact collector. `None` where it runs out of memory.
    pub fn simulate(&self, heap: f64) -> Option<f64> {
        let collector = COLLECTORS.iter().find(|entry| entry.name == "mark-compact")?;
        let collector = (collector.build)(&Args::new(vec![("parallel", Value::Flag(false))])).ok()?;
        let mut heap = Heap::new(HeapSpec::new(Bytes::from_f64(heap * MINIMUM), 1.0), collector);
        let mut touched = Vec::new();
        heap.grow(Bytes::from_f64(self.live * MINIMUM), &mut touched).ok()?;
        heap.settle();
        touched.clear();
        // One byte beyond a whole number of fillings calls for the last of the collections.
        let bytes = Bytes(heap.free().0.saturating_mul(PERIODS).saturating_add(1));
        heap.allocate(Allocation { bytes, ..Allocation::default() }, &mut touched).ok()?;
        let marked: f64 = touched.iter().map(|one| one.count as f64 * one.marked.as_f64()).sum();
        // An iteration marks `live / (h - live)` minimum heaps, so this price of a byte makes that `kappa / (h - live)`.
        let per_byte = self.base * self.kappa / (self.live * MINIMUM);
        let iterations = bytes.as_f64() / MINIMUM;
        Some(self.base + marked * per_byte / iterations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_hand_worked_curve() {
        // At twice the minimum a collection comes every 1.2 minimum heaps: 0.3 / 1.2 of the base.
        let curve = Curve { base: 1000.0, kappa: 0.3, live: 0.8 };
        assert!((curve.time(2.0) - 1250.0).abs() < 1e-9);
        assert!((curve.simulate(2.0).unwrap() - 1250.0).abs() < 1e-6);
        assert_eq!((curve.time(0.8), curve.simulate(0.7)), (f64::INFINITY, None));
    }

    proptest! {
        /// What the simulation gives is the closed form: models of full collections (Appel 1987) are exact for it.
        #[test]
        fn the_simulation_equals_the_closed_form(
            base in 1.0..1e5f64, kappa in 0.0..3.0f64, live in 0.3..0.995f64, heap in 1.0..20.0f64,
        ) {
            let curve = Curve { base, kappa, live };
            let simulated = curve.simulate(heap).unwrap();
            prop_assert!((simulated / curve.time(heap) - 1.0).abs() < 1e-9, "{simulated} of {}", curve.time(heap));
        }
    }
}
