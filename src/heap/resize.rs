//! A heap that grows and shrinks while it runs: what a rule of heap sizes acts on.
//!
//! Source: HotSpot's generations, which keep their ratios when a heap is sized anew. Departures: any size of whole bytes is
//! taken, the heap moves at once and moving costs nothing, and regions keep the size that they got at the start.

use super::{Generations, Heap, HeapSpec};
use crate::base::Bytes;

impl Heap {
    /// Makes the heap `capacity` large, or as near to that as what lies in it lets it; young and old generation follow in
    /// proportion. Answers the size that it has then. Does nothing while a collection works beside the mutator, since
    /// that has its own plan for the memory, nor to a heap without bounds.
    pub fn resize(&mut self, capacity: Bytes) -> Bytes {
        let now = self.capacity();
        let (heap, collector) = self.parts();
        if !collector.capabilities().bounded || heap.phase.is_concurrent() {
            return now;
        }
        let mut wanted = capacity.max(heap.used()).max(Bytes(1));
        for _ in 0..TRIES {
            if wanted == now || collector.resize(heap, wanted) {
                break;
            }
            // Towards what it is, where everything fits.
            wanted = if wanted < now { Bytes(wanted.0 + (now.0 - wanted.0).div_ceil(4)) } else { now };
        }
        self.capacity()
    }
}

/// Sizes that are tried until all that lies in the heap has its place.
const TRIES: usize = 12;

/// Gives the spaces of `heap` the sizes that an empty one of its new capacity has in `found`; the survivor spaces keep
/// their share of the young generation. False, and nothing done, where a space would not hold what lies in it.
pub(super) fn follow(heap: &mut Generations, found: &Generations) -> bool {
    let young = |of: &Generations| of.spaces.eden + of.spaces.survivor + of.spaces.survivor;
    let share = heap.spaces.survivor.as_f64() / young(heap).as_f64().max(1.0);
    let mut spaces = found.spaces;
    if heap.spaces.old > Bytes::ZERO {
        spaces.survivor = young(found).scale(share).min(Bytes(young(found).0 / 2));
        spaces.eden = young(found) - spaces.survivor - spaces.survivor;
    }
    let fits = heap.eden_used() <= spaces.eden
        && heap.survivor_used() <= spaces.survivor
        && heap.old_used() <= spaces.old
        && spaces.eden > Bytes::ZERO;
    if fits {
        heap.spec = HeapSpec { capacity: found.spec.capacity, ..heap.spec };
        heap.spaces = spaces;
        heap.lent = heap.lent.min(spaces.survivor);
    }
    fits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::{allocate_paced, build};
    use crate::heap::{Allocation, COLLECTORS, Touched};
    use proptest::prelude::*;

    fn heap(collector: &str, mib: u64, live: u64) -> Heap {
        let mut heap = Heap::new(HeapSpec::new(Bytes::mib(mib), 2.0), build(COLLECTORS, collector, &[]));
        heap.grow(Bytes::mib(live), &mut vec![]).expect("it fits");
        heap.settle();
        heap
    }

    fn run(heap: &mut Heap, gib: u64, turnover: f64) -> u64 {
        let mut out: Vec<Touched> = vec![];
        let batch = Allocation { bytes: Bytes::gib(gib), turnover, ..Allocation::default() };
        allocate_paced(heap, batch, &|_| Bytes::mib(5), &mut out).expect("it fits");
        out.iter().filter(|touched| !touched.concurrent).map(|touched| touched.count).sum()
    }

    /// Every collector whose heap is bounded.
    fn bounded() -> impl Iterator<Item = &'static str> {
        COLLECTORS.iter().map(|entry| entry.name).filter(|name| *name != "none")
    }

    #[test]
    fn a_resized_heap_is_divided_as_one_of_that_size() {
        for name in ["serial", "parallel", "cms", "mark-compact", "mark-sweep", "semispace"] {
            let (mut resized, made) = (heap(name, 900, 50), heap(name, 600, 50));
            assert_eq!(resized.resize(Bytes::mib(600)), made.capacity(), "{name}");
            let (left, right) = (resized.generations().spaces, made.generations().spaces);
            let near = |a: Bytes, b: Bytes| a.as_f64() <= 1.02 * b.as_f64() && b.as_f64() <= 1.02 * a.as_f64();
            assert!(near(left.eden, right.eden) && near(left.old, right.old), "{name}: {left:?} {right:?}");
        }
    }

    #[test]
    fn a_smaller_heap_collects_more_often() {
        for name in bounded() {
            let (mut small, mut large) = (heap(name, 1600, 100), heap(name, 1600, 100));
            let size = small.resize(Bytes::mib(500));
            assert!(size >= Bytes::mib(500) && size < Bytes::mib(502), "{name}: {size}");
            let (often, seldom) = (run(&mut small, 40, 0.05), run(&mut large, 40, 0.05));
            assert!(often > seldom + seldom / 2, "{name}: {often} and {seldom} collections");
            assert!(small.used() <= small.capacity(), "{name}");
        }
    }

    #[test]
    fn what_lies_in_a_heap_stays_in_it() {
        for name in bounded() {
            let mut heap = heap(name, 1000, 300);
            run(&mut heap, 3, 0.05);
            let live = heap.live();
            let size = heap.resize(Bytes::mib(1));
            assert!(size >= heap.used() && heap.live() == live, "{name}: {size}");
            assert_eq!(size, heap.capacity());
        }
    }

    #[test]
    fn a_cycle_beside_the_mutator_keeps_its_heap() {
        let mut heap = heap("cms", 300, 190);
        let mut out = vec![];
        let batch = Allocation { bytes: Bytes::gib(2), turnover: 0.1, ..Allocation::default() };
        while !heap.in_cycle() {
            heap.allocate(Allocation { bytes: Bytes::mib(5), ..batch }, &mut out).expect("it fits");
        }
        assert_eq!(heap.resize(Bytes::mib(900)), Bytes::mib(300));
        heap.finish_cycle(&mut out);
        assert_eq!(heap.resize(Bytes::mib(900)), Bytes::mib(900));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn any_course_of_sizes_keeps_the_books(sizes in prop::collection::vec(1..900u64, 1..8), turnover in 0.0..0.3f64) {
            for name in bounded() {
                let mut heap = heap(name, 900, 100);
                for size in &sizes {
                    let size = heap.resize(Bytes::mib(*size));
                    prop_assert_eq!(size, heap.capacity());
                    let spaces = heap.generations().spaces;
                    prop_assert!(heap.used() <= size, "{}: {} of {}", name, heap.used(), size);
                    prop_assert!(spaces.eden <= size && spaces.old <= size, "{}: {:?} of {}", name, spaces, size);
                    prop_assert_eq!(heap.live(), heap.generations().live());
                    // A heap that is too small may fail, but neither lose bytes nor panic.
                    let batch = Allocation { bytes: Bytes::mib(700), turnover, ..Allocation::default() };
                    if allocate_paced(&mut heap, batch, &|_| Bytes::mib(5), &mut vec![]).is_err() {
                        heap.resize(Bytes::mib(900));
                    }
                }
            }
        }
    }
}
