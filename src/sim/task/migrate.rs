//! Moving a group of instances to another TaskManager: it stops, its memory travels, it goes on there.

use super::group::Stage;
use crate::base::{Bytes, TaskManagerId};
use crate::cluster::view::Consumer;
use crate::sim::log::Entry;
use crate::sim::operation::Purpose;
use crate::sim::pressure::Owner;
use crate::sim::world::World;

impl World<'_> {
    /// Reserves slots at the target, stops the group and sends its memory on its way.
    pub(in crate::sim) fn begin_group_move(&mut self, group: u32, to: u32) {
        let entry = self.tasks.groups[group as usize];
        let slot = self.take_slots(to, entry.count);
        let number = self.tasks.tasks[entry.task as usize].number;
        self.tell(|| Entry::Placed { task: number, task_manager: TaskManagerId(to), slots: entry.count });
        self.pause_group(group, Stage::Moving);
        self.tasks.groups[group as usize].reserved = slot;
        let state = self.held(entry.seat);
        let legs = self.move_legs(entry.host, state);
        self.operate(legs, Purpose::MoveGroup { group, to });
    }

    /// The memory has arrived: the group leaves its old place and asks for memory at the new one.
    pub(in crate::sim) fn end_group_move(&mut self, group: u32, to: u32) {
        let entry = self.tasks.groups[group as usize];
        let facts = *self.facts(entry.seat);
        let claimed = self.tasks.tasks[entry.task as usize].cores * f64::from(entry.count);
        let number = self.tasks.tasks[entry.task as usize].number;
        let moved = &mut self.tasks.groups[group as usize];
        (moved.host, moved.slot) = (to, moved.reserved);
        moved.rests_until = self.now + self.scenario.monitor.interval;
        self.unregister(entry.seat);
        let fresh = Consumer { slot: moved_slot(self, group), held: Bytes::ZERO, spilled: Bytes::ZERO, ..facts };
        let seat = self.register(to, fresh);
        self.tasks.groups[group as usize].seat = seat;
        self.hosts[entry.host as usize].claimed_cores -= claimed;
        self.hosts[to as usize].claimed_cores += claimed;
        let slots = entry.count;
        self.tell(|| Entry::Vacated { task: number, task_manager: TaskManagerId(entry.host), slots });
        self.free_slots(entry.host, entry.slot, slots);
        self.tasks.groups[group as usize].stage = Stage::Short;
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

fn moved_slot(world: &World<'_>, group: u32) -> u32 {
    world.tasks.groups[group as usize].slot
}
