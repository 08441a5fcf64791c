//! Resident memory, and the kill when it passes the limit of a container: no exception and no pause, the process is gone.
//!
//! What the operating system counts is what was ever touched: the heap up to its highest use, since a JVM gives nothing back
//! here; pool memory in use, or taken from the system where a scenario follows that; and native memory outside of Flink's
//! account, which a scenario states.

use super::event::Event;
use super::world::World;
use crate::base::{Bytes, TaskManagerId};
use crate::cluster::region::Region;

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

impl World<'_> {
    /// The heap of a TaskManager had `used` bytes in use.
    pub(super) fn touch_heap(&mut self, task_manager: TaskManagerId, used: Bytes) {
        let resident = &mut self.fleet[task_manager].resident;
        if resident.limit.is_some() && used > resident.heap {
            resident.heap = used;
            self.hold_to_limit(task_manager);
        }
    }

    fn resident(&self, task_manager: TaskManagerId) -> Bytes {
        let member = &self.fleet[task_manager];
        let pools: Bytes = member.regions.iter().map(Region::committed).sum();
        member.resident.heap + member.resident.native + pools
    }

    /// Dooms a TaskManager whose resident memory has passed its limit.
    pub(super) fn hold_to_limit(&mut self, task_manager: TaskManagerId) {
        let Resident { limit: Some(limit), doomed: false, .. } = self.fleet[task_manager].resident else { return };
        if self.resident(task_manager) > limit {
            self.fleet[task_manager].resident.doomed = true;
            // Whoever asked for the memory is in the midst of things.
            self.books.at(self.books.now, Event::Killed(task_manager));
        }
    }

    /// The kernel kills a process.
    pub(super) fn on_killed(&mut self, task_manager: TaskManagerId) {
        let resident = self.fleet[task_manager].resident;
        if !resident.doomed {
            return;
        }
        let limit = resident.limit.unwrap_or_default();
        let text = format!(
            "killed by the container's limit: {} resident ({} of heap, {} native) of {limit}",
            self.resident(task_manager),
            resident.heap,
            resident.native
        );
        self.out_of_memory(task_manager, text);
    }
}
