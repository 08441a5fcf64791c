//! The humongous objects of a heap, from their allocation to their end.
//!
//! Source: HotSpot (`G1CollectedHeap::attempt_allocation_humongous`, eager reclaim since JDK 8u60). An object without
//! references that nobody reaches any more goes at the next young collection, any other when a marking that began after its
//! death ends, or at a full collection. Departure: whether old objects still hold stale references to it is not looked at.

use super::regions::{RegionMap, Span};
use crate::base::Bytes;

/// How far an object has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Life {
    Reachable,
    Garbage,
    /// Garbage that the running marking will find.
    Found,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Object {
    number: u32,
    span: Span,
    /// Whether it holds references, and so has to be marked.
    references: bool,
    life: Life,
}

/// All of them, and where they lie.
#[derive(Clone, Debug, PartialEq)]
pub struct Objects {
    map: RegionMap,
    objects: Vec<Object>,
    next: u32,
}

impl Objects {
    /// No objects in a heap of so many regions, the highest `fixed` of which are taken.
    pub fn new(regions: u32, fixed: u32) -> Objects {
        Objects { map: RegionMap::new(regions, fixed), objects: Vec::new(), next: 0 }
    }

    /// Places an object; `None` where there is no place for it below the young regions. Returns its number.
    pub fn place(&mut self, length: u32, young: u32, references: bool) -> Option<u32> {
        let span = self.map.place(length, young)?;
        let number = self.next;
        self.next += 1;
        self.objects.push(Object { number, span, references, life: Life::Reachable });
        Some(number)
    }

    /// Nobody reaches the object any more.
    pub fn discard(&mut self, number: u32) {
        if let Some(object) = self.objects.iter_mut().find(|object| object.number == number) {
            object.life = Life::Garbage;
        }
    }

    /// Regions that all objects take, dead ones among them.
    pub fn regions(&self) -> u64 {
        self.objects.iter().map(|object| u64::from(object.span.length)).sum()
    }

    /// The number of old regions has changed.
    pub fn set_old(&mut self, count: u32) {
        self.map.set_old(count);
    }

    /// A young collection.
    pub fn young(&mut self) {
        self.free(|object| object.life != Life::Reachable && !object.references);
    }

    /// A marking begins.
    pub fn begin_marking(&mut self) {
        self.objects
            .iter_mut()
            .filter(|object| object.life == Life::Garbage)
            .for_each(|object| object.life = Life::Found);
    }

    /// It is over.
    pub fn end_marking(&mut self) {
        self.free(|object| object.life == Life::Found);
    }

    /// A full collection that leaves `old` regions of old data; `moves` where it slides the objects as well.
    pub fn full(&mut self, old: u32, moves: bool) {
        self.free(|object| object.life != Life::Reachable);
        if moves {
            self.map.set_old(0);
            self.objects.sort_by_key(|object| object.span.start);
            for object in &mut self.objects {
                self.map.give_back(object.span);
                object.span = self.map.place(object.span.length, 0).unwrap_or(object.span);
            }
        }
        self.map.compact(old);
    }

    fn free(&mut self, gone: impl Fn(&Object) -> bool) {
        let map = &mut self.map;
        self.objects.retain(|object| {
            if gone(object) {
                map.give_back(object.span);
            }
            !gone(object)
        });
    }
}

/// Regions that hold `bytes`.
pub fn regions_of(bytes: Bytes, region: u64) -> u32 {
    u32::try_from(bytes.0.div_ceil(region.max(1))).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::heap::{Allocation, COLLECTORS, Cause, CollectionKind, Heap, HeapSpec, Object as Request, Touched};

    /// 256 regions of 1 MiB, two of them for the classes of the JVM.
    fn heap(jdk: &str) -> Heap {
        Heap::new(HeapSpec::new(Bytes::mib(256), 2.0), build(COLLECTORS, "g1", &[("jdk", jdk)]))
    }

    fn array(mib: u64) -> Request {
        Request { bytes: Bytes::mib(mib), references: false }
    }

    /// Fills the heap with arrays of 3 MiB and lets every second one die.
    fn in_pieces(jdk: &str) -> (Heap, Vec<Touched>) {
        let (mut heap, mut out) = (heap(jdk), vec![]);
        let mut placed = vec![];
        while let Ok(array) = heap.place(array(3), &mut out) {
            placed.push(array);
        }
        assert_eq!(placed.len(), 84, "254 regions");
        for (index, array) in placed.into_iter().enumerate() {
            if index % 2 == 0 {
                heap.discard(array);
            }
        }
        out.clear();
        (heap, out)
    }

    #[test]
    fn a_heap_in_pieces_runs_out_of_memory_with_half_of_it_free() {
        let (mut heap, mut out) = in_pieces("17");
        assert_eq!(heap.live(), Bytes::mib(42 * 3));
        let error = heap.place(array(6), &mut out).expect_err("no six regions next to each other");
        assert_eq!(error.cause, Cause::Contiguity(6));
        assert!(error.to_string().contains("6 free regions next to each other"), "{error}");
        assert_eq!(out.iter().filter(|touched| touched.kind == CollectionKind::Full).count(), 1);
        assert!(heap.free() > Bytes::mib(120), "{}", heap.free());
        assert!(heap.place(array(3), &mut out).is_ok());
        let (mut newer, mut out) = in_pieces("22");
        assert!(newer.place(array(60), &mut out).is_ok(), "a full collection moves objects since JDK 22");
    }

    #[test]
    fn arrays_that_die_young_cost_young_collections_alone() {
        let (mut heap, mut out) = (heap("17"), vec![]);
        let begin = std::time::Instant::now();
        for _ in 0..1000 {
            let placed = heap.place(array(20), &mut out).expect("room after a collection");
            heap.discard(placed);
            let garbage = Allocation { bytes: Bytes::mib(1), ..Allocation::default() };
            heap.allocate(garbage, &mut out).expect("garbage");
        }
        let count = |kind| out.iter().filter(|touched| touched.kind == kind).map(|touched| touched.count).sum::<u64>();
        assert!(count(CollectionKind::Young) >= 50, "{}", count(CollectionKind::Young));
        assert_eq!(count(CollectionKind::Full), 0);
        assert!(begin.elapsed().as_secs_f64() < 1.0);
    }

    #[test]
    fn collectors_without_regions_take_an_object_like_anything_else() {
        for entry in COLLECTORS.iter().filter(|entry| entry.name != "none") {
            let mut heap = Heap::new(HeapSpec::new(Bytes::mib(256), 2.0), build(COLLECTORS, entry.name, &[]));
            let mut out = vec![];
            for _ in 0..100 {
                let placed = heap.place(array(20), &mut out).unwrap_or_else(|error| panic!("{}: {error}", entry.name));
                assert!(heap.live() >= Bytes::mib(20));
                heap.discard(placed);
                assert!(heap.live() < Bytes::mib(1), "{}", entry.name);
                if heap.in_cycle() {
                    heap.finish_cycle(&mut out);
                }
            }
        }
    }

    #[test]
    fn arrays_of_numbers_go_at_once_and_others_after_a_marking() {
        let mut objects = Objects::new(8, 0);
        let numbers = [false, true, true].map(|references| objects.place(2, 0, references).expect("room"));
        objects.discard(numbers[0]);
        objects.discard(numbers[1]);
        objects.young();
        assert_eq!(objects.regions(), 4);
        objects.begin_marking();
        objects.discard(numbers[2]);
        objects.end_marking();
        assert_eq!(objects.regions(), 2);
        objects.full(0, false);
        assert_eq!((objects.regions(), objects.map.free()), (0, 8));
    }

    #[test]
    fn only_late_releases_bring_free_regions_together() {
        let holed = || {
            let mut objects = Objects::new(8, 0);
            let numbers: Vec<u32> = (0..4).filter_map(|_| objects.place(2, 0, false)).collect();
            objects.discard(numbers[0]);
            objects.discard(numbers[2]);
            objects
        };
        let mut stays = holed();
        stays.full(1, false);
        assert_eq!(stays.place(3, 0, false), None);
        let mut moves = holed();
        moves.full(1, true);
        assert!(moves.place(3, 0, false).is_some());
        assert_eq!((moves.regions(), moves.map.free()), (7, 0));
    }
}
