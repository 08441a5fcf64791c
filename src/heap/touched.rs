//! What a collection touched: the only thing that a price gets to see of it.

use crate::base::Bytes;

/// What sort of collection it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CollectionKind {
    /// Copies the reachable part of the young generation; the world is stopped.
    Young,
    /// A young collection that gives up before it copies anything, since the old generation might not take what would be
    /// promoted. HotSpot counts and logs it as a young one; it costs next to nothing, and a full one follows.
    Refused,
    /// A young collection that also evacuates part of the old generation.
    Mixed,
    /// Marks and compacts the whole heap; the world is stopped.
    Full,
    /// Marks beside the mutator; a cycle that lasts as long as its price says.
    ConcurrentMark,
    /// The short pause that ends a concurrent marking.
    Remark,
    /// Moves what is live out of sparse regions, beside the mutator.
    Relocation,
    /// Corrects the references to what was moved, beside the mutator.
    ReferenceUpdate,
    /// What is left of a concurrent cycle, done with the world stopped since memory ran out.
    Degenerated,
}

impl CollectionKind {
    /// Whether it runs beside the mutator.
    pub fn is_concurrent(self) -> bool {
        matches!(self, CollectionKind::ConcurrentMark | CollectionKind::Relocation | CollectionKind::ReferenceUpdate)
    }
}

/// The work of `count` equal collections in a row. Byte counts and cards are those of *one* of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Touched {
    /// What sort of collection.
    pub kind: CollectionKind,
    /// So many identical ones, at least 1.
    pub count: u64,
    /// Bytes copied by evacuation: newcomers, those copied again, those promoted.
    pub copied: Bytes,
    /// Bytes copied for the first time, out of eden; part of `copied`.
    pub newcomers: Bytes,
    /// Bytes in eden when it began: what newcomers lie scattered over, so a measure of cache and TLB misses.
    pub eden: Bytes,
    /// Bytes moved into the old generation; part of `copied`.
    pub promoted: Bytes,
    /// Bytes by which the old generation passed its high-water mark: pages never touched before, which the operating
    /// system has to supply.
    pub fresh: Bytes,
    /// Reachable bytes traced by marking.
    pub marked: Bytes,
    /// Bytes of `marked` that lie in another order than their references, so that tracing jumps about.
    pub unordered: Bytes,
    /// Reachable bytes that compaction slid or moved.
    pub compacted: Bytes,
    /// Bytes of `compacted` that lie in small pieces among garbage, where the rest lies in dense runs.
    pub scattered: Bytes,
    /// Reachable bytes, where they fill more than nine tenths of the old generation; else 0.
    pub crowded: Bytes,
    /// Bytes walked over whether reachable or not.
    pub swept: Bytes,
    /// Distinct dirty cards of the old generation that were scanned.
    pub cards: f64,
    /// Whether it runs beside the mutator.
    pub concurrent: bool,
    /// Collector threads that it may use.
    pub threads: u32,
    /// Heap in use before; of the last one where several are folded.
    pub before: Bytes,
    /// Heap in use after; of the last one where several are folded.
    pub after: Bytes,
    /// Cards that the mutator's stores have queued since the collection before: work of the mutator, outside of the pause.
    pub logged: f64,
    /// Cards refined since the collection before: work of the mutator or of threads beside it, outside of the pause.
    pub refined: f64,
    /// Bytes that the mutator may allocate before this concurrent work is over.
    pub budget: Option<Bytes>,
    /// Whether the mutator is slowed down to spread that budget over the work, instead of standing still once it is used up.
    pub paced: bool,
}

impl Touched {
    /// A collection that touched nothing yet.
    pub fn nothing(kind: CollectionKind, threads: u32, used: Bytes) -> Touched {
        Touched {
            kind,
            count: 1,
            copied: Bytes::ZERO,
            newcomers: Bytes::ZERO,
            eden: Bytes::ZERO,
            promoted: Bytes::ZERO,
            fresh: Bytes::ZERO,
            marked: Bytes::ZERO,
            unordered: Bytes::ZERO,
            compacted: Bytes::ZERO,
            scattered: Bytes::ZERO,
            crowded: Bytes::ZERO,
            swept: Bytes::ZERO,
            cards: 0.0,
            concurrent: kind.is_concurrent(),
            threads,
            before: used,
            after: used,
            logged: 0.0,
            refined: 0.0,
            budget: None,
            paced: false,
        }
    }

    /// Whether both cost the same, whatever the heap held around them.
    pub fn same_work(&self, other: &Touched) -> bool {
        let bare = |t: &Touched| Touched { count: 1, before: Bytes::ZERO, after: Bytes::ZERO, ..*t };
        bare(self) == bare(other)
    }

    /// Appends `self`, or raises the count of the last entry where that one cost the same.
    pub fn push_onto(self, out: &mut Vec<Touched>) {
        match out.last_mut() {
            Some(last) if last.same_work(&self) => {
                *last = Touched { count: last.count + self.count, ..self };
            }
            _ => out.push(self),
        }
    }
}
