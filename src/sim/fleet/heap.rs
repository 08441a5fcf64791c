//! Heaps as they are driven: what is allocated and released, and the work of a collection beside the mutator.

use super::Fleet;
use crate::base::{Bytes, TaskManagerId};
use crate::jvm::{Beside, Leg};
use crate::sim::books::Books;
use crate::sim::devices::{Devices, Job, Load};
use crate::sim::meters::Count;

impl Fleet {
    /// Counts bytes that the mutator allocated; fewer than 0 take some back.
    pub fn count_allocated(&mut self, books: &mut Books<'_>, task_manager: TaskManagerId, bytes: f64) {
        books.count(Count::Allocated, bytes);
        let sizing = &mut self.members[task_manager].sizing;
        sizing.allocated = Bytes::from_f64((sizing.allocated.as_f64() + bytes).max(0.0));
    }

    /// Takes from the live set of a TaskManager.
    pub fn release_heap(&mut self, books: &mut Books<'_>, task_manager: TaskManagerId, bytes: Bytes) {
        self.members[task_manager].jvm.heap.release(bytes);
        self.show_heap(books, task_manager);
    }

    /// Leaves a heap as a full collection leaves it.
    pub fn settle_heap(&mut self, books: &mut Books<'_>, devices: &mut Devices, task_manager: TaskManagerId) {
        self.members[task_manager].jvm.settle();
        self.stop_beside(books, devices, task_manager);
        self.show_heap(books, task_manager);
    }

    pub fn go_beside(
        &mut self,
        books: &mut Books<'_>,
        devices: &mut Devices,
        task_manager: TaskManagerId,
        beside: Beside,
    ) {
        match beside {
            Beside::Same => {}
            Beside::Stops => self.stop_beside(books, devices, task_manager),
            Beside::Begins(leg) => {
                self.stop_beside(books, devices, task_manager);
                self.start_leg(books, devices, task_manager, leg);
            }
        }
    }

    /// The threads of a concurrent collection stop.
    pub fn stop_beside(&mut self, books: &mut Books<'_>, devices: &mut Devices, task_manager: TaskManagerId) {
        let member = &mut self.members[task_manager];
        let (cycle, station) = (member.cycle.take(), member.cpu);
        if let Some(key) = cycle {
            devices.cancel(books, station, key);
        }
    }

    pub fn start_leg(
        &mut self,
        books: &mut Books<'_>,
        devices: &mut Devices,
        task_manager: TaskManagerId,
        Leg { work, width }: Leg,
    ) {
        let station = self.members[task_manager].cpu;
        let key = devices.start(books, station, Job::Cycle(task_manager), Load { work, width });
        self.members[task_manager].cycle = Some(key);
    }

    /// Somebody waits for a cycle: it gets a core of its own.
    pub fn hurry_cycle(&mut self, books: &mut Books<'_>, devices: &mut Devices, task_manager: TaskManagerId) {
        let member = &mut self.members[task_manager];
        let (Some(key), station) = (member.cycle, member.cpu) else { return };
        if let Some(width) = member.jvm.hurry() {
            let work = devices.cancel(books, station, key);
            self.start_leg(books, devices, task_manager, Leg { work, width });
        }
    }
}
