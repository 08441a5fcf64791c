//! Moving a group of instances to another TaskManager: it stops, its memory travels, it goes on there.

use super::group::Stage;
use crate::base::{Bytes, GroupId, TaskManagerId};
use crate::cluster::view::Consumer;
use crate::sim::devices::Purpose;
use crate::sim::log::Entry;
use crate::sim::tenancy::Owner;
use crate::sim::world::World;

impl World<'_> {
    /// Reserves slots at the target, stops the group and sends its memory on its way.
    pub(in crate::sim) fn begin_group_move(&mut self, group: GroupId, to: TaskManagerId) {
        let entry = self.tasks.groups[group];
        let slot = self.take_slots(to, entry.count);
        let number = self.tasks.tasks[entry.task].number;
        self.books.tell(|| Entry::Placed { task: number, task_manager: to, slots: entry.count });
        self.pause_group(group, Stage::Moving);
        self.tasks.groups[group].reserved = slot;
        let state = self.fleet.held(entry.seat);
        let legs = self.move_legs(entry.task_manager, state);
        self.operate(legs, Purpose::MoveGroup { group, to });
    }

    /// The memory has arrived: the group leaves its old place and asks for memory at the new one.
    pub(in crate::sim) fn end_group_move(&mut self, group: GroupId, to: TaskManagerId) {
        let entry = self.tasks.groups[group];
        let facts = *self.fleet.facts(entry.seat);
        let claimed = self.tasks.tasks[entry.task].cores * f64::from(entry.count);
        let number = self.tasks.tasks[entry.task].number;
        let moved = &mut self.tasks.groups[group];
        (moved.task_manager, moved.slot) = (to, moved.reserved);
        moved.rests_until = self.books.now + self.scenario.monitor.interval;
        self.unregister(entry.seat);
        let fresh = Consumer { slot: moved_slot(self, group), held: Bytes::ZERO, spilled: Bytes::ZERO, ..facts };
        let seat = self.fleet.register(&mut self.books, to, fresh);
        self.tasks.groups[group].seat = seat;
        self.fleet.claim_cores(entry.task_manager, -claimed);
        self.fleet.claim_cores(to, claimed);
        let slots = entry.count;
        self.books.tell(|| Entry::Vacated { task: number, task_manager: entry.task_manager, slots });
        self.free_slots(entry.task_manager, entry.slot, slots);
        self.tasks.groups[group].stage = Stage::Short;
        if entry.due {
            return self.leave_group(group);
        }
        let bytes = facts.held;
        if self.resize(Owner::Group(group), seat, bytes, bytes) {
            self.group_granted(group);
        }
        self.serve_line();
    }
}

fn moved_slot(world: &World<'_>, group: GroupId) -> u32 {
    world.tasks.groups[group].slot
}
