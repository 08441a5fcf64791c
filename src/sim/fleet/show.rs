//! What the cluster-wide levels and placement see of a TaskManager, brought in step after each change.

use super::{Fleet, Shown, State};
use crate::base::{Bytes, RegionId, TaskManagerId};
use crate::pool::Fragmentation;
use crate::sim::books::Books;
use crate::sim::log::{Entry, Place};
use crate::sim::meters::Level;

impl Fleet {
    /// Brings the levels of what one resource cannot use for lack of the other in step with a TaskManager.
    pub fn show_stranded(&mut self, books: &mut Books<'_>, id: TaskManagerId) {
        let (member, face) = (&self.members[id], self.face(id));
        // A region that nobody has asked says nothing, and one without bounds lacks nothing.
        let asked = |region: &RegionId| member.last_request[*region] > Bytes(1);
        let regions = member.regions.ids().filter(asked).filter(|_| self.rules.bounded);
        let (mut full, mut free) = (false, Bytes::ZERO);
        for region in regions {
            full |= member.regions[region].largest_hole() < member.last_request[region];
            free += member.regions[region].free();
        }
        let new = match (member.state == State::Up, face.free_slots) {
            (false, _) => (0.0, 0.0),
            (true, 0) => (0.0, free.as_f64()),
            (true, slots) if full => (member.cores * f64::from(slots) / f64::from(face.slots.max(1)), 0.0),
            _ => (0.0, 0.0),
        };
        let old = std::mem::replace(&mut self.members[id].stranded, new);
        books.shift(Level::StrandedCores, new.0 - old.0);
        books.shift(Level::StrandedMemory, new.1 - old.1);
    }

    /// Brings the cluster-wide levels and the placement face in step with a region that has changed.
    pub fn show_region(&mut self, books: &mut Books<'_>, place: Place) {
        let Place { task_manager: id, region } = place;
        let member = &mut self.members[id];
        let pool = &member.regions[region];
        let used = pool.allocated().as_f64();
        let old = member.shown[region];
        let mut new = Shown { used, ..old };
        if self.rules.addressed || books.are_heard() {
            let probe = pool.fragmentation(self.rules.probe.unwrap_or(member.last_request[region]));
            // Weighted by size, so that a small region that nobody uses does not dilute the large one.
            let weight = probe.capacity.as_f64();
            new = Shown {
                used,
                external: weight * probe.external,
                unusable: weight * probe.unusable,
                internal: weight * probe.internal,
                largest: weight * probe.largest.as_f64(),
                holes: weight * probe.holes as f64,
            };
            tell_layout(books, place, &probe);
        } else {
            new.largest = pool.capacity().as_f64() * pool.free().as_f64();
        }
        let member = &mut self.members[id];
        member.shown[region] = new;
        self.show_memory(id);
        books.shift(Level::PoolUsed, new.used - old.used);
        books.shift(Level::External, new.external - old.external);
        books.shift(Level::Unusable, new.unusable - old.unusable);
        books.shift(Level::Internal, new.internal - old.internal);
        books.shift(Level::Largest, new.largest - old.largest);
        books.shift(Level::Holes, new.holes - old.holes);
        self.hold_to_limit(books, id);
        self.show_stranded(books, id);
    }

    /// Brings the heap levels in step with a heap that has changed.
    pub fn show_heap(&mut self, books: &mut Books<'_>, id: TaskManagerId) {
        let member = &mut self.members[id];
        let used = member.jvm.heap.used();
        let new = (member.jvm.heap.live().as_f64(), used.as_f64());
        let old = std::mem::replace(&mut member.heap_shown, new);
        self.touch_heap(books, id, used);
        books.shift(Level::HeapLive, new.0 - old.0);
        books.shift(Level::HeapUsed, new.1 - old.1);
    }
}

/// Tells how the memory of a region lies.
fn tell_layout(books: &mut Books<'_>, place: Place, seen: &Fragmentation) {
    books.tell(|| Entry::Layout {
        place,
        used: seen.allocated,
        holes: seen.holes,
        largest: seen.largest,
        external: seen.external,
        unusable: seen.unusable,
    });
}
