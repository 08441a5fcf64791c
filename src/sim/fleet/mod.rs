//! All TaskManagers of a run: what they are, how placement sees them, and which of them have a free slot.

mod commit;
mod heap;
mod memory;
mod resident;
mod show;
mod sizing;
mod task_manager;
mod template;

use std::ops::{Index, IndexMut};

pub use memory::level_of;
pub use resident::Resident;
pub use sizing::Sizing;
pub use task_manager::{Shown, State, TaskManager};
pub use template::Template;

use super::log::Place;
use crate::base::{ById, Bytes, SimTime, TaskManagerId};
use crate::cluster::region::Region;
use crate::cluster::view::{ClusterView, Demand, TaskManagerFace};
use crate::pool::Reservation;

/// TaskManagers with their faces. Whatever placement may see of one changes here, together with the face.
pub struct Fleet {
    members: ById<TaskManagerId, TaskManager>,
    faces: ById<TaskManagerId, TaskManagerFace>,
    /// One bit a TaskManager: open, with a free slot.
    candidates: Vec<u64>,
    /// Consumers registered so far; also the number of the next one.
    consumers: u32,
    rules: Rules,
}

/// What holds for all TaskManagers of a run.
pub struct Rules {
    /// Whether the allocator keeps addresses.
    pub addressed: bool,
    /// Whether the allocator refuses when a region is full.
    pub bounded: bool,
    /// Request size that fragmentation is judged for; `None`: the last request's.
    pub probe: Option<Bytes>,
    /// When pool memory is taken from the system, if that is followed.
    pub reservation: Option<Reservation>,
    /// Core-nanoseconds for the first touch of a byte.
    pub touch_price: f64,
    /// Whether a rule sizes heaps.
    pub heaps_move: bool,
    /// What the heaps of each group may take together.
    pub heap_budgets: Vec<Option<Bytes>>,
}

impl Fleet {
    /// Without a TaskManager yet.
    pub fn new(rules: Rules) -> Fleet {
        Fleet { members: ById::default(), faces: ById::default(), candidates: Vec::new(), consumers: 0, rules }
    }

    /// Takes in one more, all of whose slots and memory are free.
    pub fn join(&mut self, member: TaskManager) -> TaskManagerId {
        let memory = member.pool_capacity();
        self.faces.push(TaskManagerFace {
            free_slots: member.slots,
            slots: member.slots,
            cores: member.cores,
            claimed_cores: 0.0,
            free_memory: memory,
            memory,
            peak_memory: Bytes::ZERO,
            largest_hole: member.largest_hole(),
            open: true,
        });
        let id = self.members.push(member);
        if self.candidates.len() * 64 <= id.index() {
            self.candidates.push(0);
        }
        self.show_candidate(id);
        id
    }

    /// The id that the next one will get.
    pub fn next_id(&self) -> TaskManagerId {
        self.members.next_id()
    }

    /// All that ever were, gone ones too.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Their ids, in order.
    pub fn ids(&self) -> impl ExactSizeIterator<Item = TaskManagerId> + use<> {
        self.members.ids()
    }

    /// Each of them, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, TaskManager> {
        self.members.iter()
    }

    /// Each of them with its id.
    pub fn entries(&self) -> impl Iterator<Item = (TaskManagerId, &TaskManager)> {
        self.members.entries()
    }

    /// The one of that id, if there is one.
    pub fn get(&self, id: TaskManagerId) -> Option<&TaskManager> {
        self.members.get(id)
    }

    /// A region of pool memory.
    pub fn region(&self, place: Place) -> &Region {
        &self.members[place.task_manager].regions[place.region]
    }

    /// A region of pool memory, to change it.
    pub fn region_mut(&mut self, place: Place) -> &mut Region {
        &mut self.members[place.task_manager].regions[place.region]
    }

    /// All as placement sees them.
    pub fn view(&self, now: SimTime) -> ClusterView<'_> {
        ClusterView { now, task_managers: self.faces.as_slice(), candidates: &self.candidates }
    }

    /// One as placement sees it.
    pub fn face(&self, id: TaskManagerId) -> &TaskManagerFace {
        &self.faces[id]
    }

    /// The faces of all.
    pub fn faces(&self) -> &ById<TaskManagerId, TaskManagerFace> {
        &self.faces
    }

    /// Whether no open TaskManager has a free slot.
    pub fn is_full(&self) -> bool {
        self.candidates.iter().all(|word| *word == 0)
    }

    /// Whether every slot of one is free.
    pub fn is_empty(&self, id: TaskManagerId) -> bool {
        self.faces[id].free_slots == self.faces[id].slots
    }

    /// Takes `count` free slots of one as a seat; returns the seat's number, which no other holds.
    pub fn take_slots(&mut self, id: TaskManagerId, count: u32) -> u32 {
        let seat = self.members[id].take_seat();
        self.faces[id].free_slots -= count;
        self.show_candidate(id);
        seat
    }

    /// Frees the `count` slots of a seat.
    pub fn free_slots(&mut self, id: TaskManagerId, seat: u32, count: u32) {
        self.members[id].free_seat(seat);
        self.faces[id].free_slots += count;
        self.show_candidate(id);
    }

    /// Lets one work, drain or leave.
    pub fn set_state(&mut self, id: TaskManagerId, state: State) {
        self.members[id].state = state;
        self.show_candidate(id);
    }

    /// Adds to the cores that those on it can use at most.
    pub fn claim_cores(&mut self, id: TaskManagerId, more: f64) {
        self.faces[id].claimed_cores += more;
    }

    /// Adds a newcomer's peak to the pool memory that those on it will hold.
    fn expect_peak(&mut self, id: TaskManagerId, peak: Bytes) {
        self.faces[id].peak_memory += peak;
    }

    /// Takes the peak of one who leaves off again.
    fn forget_peak(&mut self, id: TaskManagerId, peak: Bytes) {
        self.faces[id].peak_memory = self.faces[id].peak_memory.saturating_sub(peak);
    }

    /// Brings the free memory of a face in step with the regions.
    fn show_memory(&mut self, id: TaskManagerId) {
        self.faces[id].free_memory = self.members[id].regions.iter().map(Region::free).sum();
        self.faces[id].largest_hole = self.members[id].largest_hole();
    }

    /// The rule that a placement breaks, if it breaks one.
    pub fn placement_fault(&self, demand: &Demand, placed: &[(TaskManagerId, u32)]) -> Option<String> {
        let total: u64 = placed.iter().map(|(_, count)| u64::from(*count)).sum();
        if total > u64::from(demand.instances) {
            return Some(format!("places {total} instances of {}", demand.instances));
        }
        for (task_manager, count) in placed {
            let Some(face) = self.faces().get(*task_manager) else {
                return Some(format!("names TaskManager {}, which does not exist", task_manager.0));
            };
            if !face.open || *count > face.free_slots || *count == 0 {
                let room = if face.open { face.free_slots } else { 0 };
                return Some(format!(
                    "places {count} instances on TaskManager {} with {room} free slots",
                    task_manager.0
                ));
            }
        }
        if placed.len() < 2 {
            return None;
        }
        let mut seen: Vec<_> = placed.iter().map(|(task_manager, _)| task_manager).collect();
        seen.sort_unstable();
        seen.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| format!("names TaskManager {} twice", pair[0].0))
    }

    fn show_candidate(&mut self, id: TaskManagerId) {
        let face = &mut self.faces[id];
        face.open = self.members[id].state == State::Up;
        let (word, bit) = (id.index() / 64, 1u64 << (id.index() % 64));
        if face.open && face.free_slots > 0 {
            self.candidates[word] |= bit;
        } else {
            self.candidates[word] &= !bit;
        }
    }
}

impl Index<TaskManagerId> for Fleet {
    type Output = TaskManager;

    fn index(&self, id: TaskManagerId) -> &TaskManager {
        &self.members[id]
    }
}

impl IndexMut<TaskManagerId> for Fleet {
    fn index_mut(&mut self, id: TaskManagerId) -> &mut TaskManager {
        &mut self.members[id]
    }
}
