//! Resident memory, and the kill when it passes the limit of a container: no exception and no pause, the process is gone.
//!
//! What the operating system counts is what was ever touched: the heap up to its highest use, since a JVM gives nothing back
//! here; pool memory in use, or taken from the system where a scenario follows that; and native memory outside of Flink's
//! account, which a scenario states.

use super::Fleet;
use crate::base::{Bytes, TaskManagerId};
use crate::cluster::region::Region;
use crate::sim::books::Books;
use crate::sim::event::Event;

/// Resident memory of one TaskManager.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resident {
    /// Limit of the container.
    limit: Option<Bytes>,
    /// Native memory outside of Flink's account.
    native: Bytes,
    /// Heap that was ever in use.
    heap: Bytes,
    /// The kernel has noticed.
    doomed: bool,
}

impl Resident {
    /// A process that has touched nothing yet.
    pub fn new(limit: Option<Bytes>, native: Bytes) -> Resident {
        Resident { limit, native, ..Resident::default() }
    }

    /// The process starts afresh.
    pub fn restart(&mut self) {
        (self.heap, self.doomed) = (Bytes::ZERO, false);
    }
}

impl Fleet {
    /// The heap of a TaskManager had `used` bytes in use.
    pub fn touch_heap(&mut self, books: &mut Books<'_>, id: TaskManagerId, used: Bytes) {
        let resident = &mut self.members[id].resident;
        if resident.limit.is_some() && used > resident.heap {
            resident.heap = used;
            self.hold_to_limit(books, id);
        }
    }

    /// What the operating system counts.
    fn resident(&self, id: TaskManagerId) -> Bytes {
        let member = &self.members[id];
        let pools: Bytes = member.regions.iter().map(Region::committed).sum();
        member.resident.heap + member.resident.native + pools
    }

    /// Dooms a TaskManager whose resident memory has passed its limit.
    pub fn hold_to_limit(&mut self, books: &mut Books<'_>, id: TaskManagerId) {
        let Resident { limit: Some(limit), doomed: false, .. } = self.members[id].resident else { return };
        if self.resident(id) > limit {
            self.members[id].resident.doomed = true;
            // Whoever asked for the memory is in the midst of things.
            books.at(books.now, Event::Killed(id));
        }
    }

    /// Why a process is killed; `None` where it has been replaced meanwhile.
    pub fn killed_for(&self, id: TaskManagerId) -> Option<String> {
        let resident = self.members[id].resident;
        let limit = resident.limit.unwrap_or_default();
        resident.doomed.then(|| {
            format!(
                "killed by the container's limit: {} resident ({} of heap, {} native) of {limit}",
                self.resident(id),
                resident.heap,
                resident.native
            )
        })
    }
}
