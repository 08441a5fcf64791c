//! One TaskManager as the simulator keeps it, and what is shown of it.

use crate::base::{ById, Bytes, RegionId, SimTime, StationId, SubtaskId, TaskManagerId, WorkId};
use crate::cluster::region::Region;
use crate::cluster::view::Purpose;
use crate::jvm::Jvm;
use crate::kernel::EventId;
use crate::pool::Fragmentation;
use crate::sim::log::{Entry, Place};
use crate::sim::meters::Level;
use crate::sim::resident::Resident;
use crate::sim::sizing::Sizing;
use crate::sim::world::World;

/// Whether a TaskManager works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Takes and does work.
    Up,
    /// Finishes what it has, takes nothing new.
    Draining,
    /// Has left for good.
    Ended,
}

/// What a region added to the cluster-wide levels last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown {
    pub used: f64,
    pub external: f64,
    pub unusable: f64,
    pub internal: f64,
    pub largest: f64,
    pub holes: f64,
}

/// One TaskManager.
pub struct TaskManager {
    /// Cores.
    pub cores: f64,
    /// Its JVM.
    pub jvm: Jvm,
    /// What a rule of heap sizes may know of it.
    pub sizing: Sizing,
    /// Heap live and used as the levels show them.
    pub heap_shown: (f64, f64),
    /// Its cores.
    pub cpu: StationId,
    /// Its disk, perhaps shared with others of its node.
    pub disk: StationId,
    /// Its link, perhaps shared with others of its node.
    pub link: StationId,
    /// Regions of pool memory.
    pub regions: ById<RegionId, Region>,
    /// Region that serves a purpose, by `Purpose as usize`.
    pub region_of: [RegionId; 5],
    pub shown: ById<RegionId, Shown>,
    /// Stranded cores and memory as the levels show them.
    pub stranded: (f64, f64),
    /// Task slots.
    pub slots: u32,
    /// One bit a seat that is taken; a seat is one slot, or the slots of identical instances kept as one.
    pub seats: Vec<u64>,
    /// Works, drains or has left.
    pub state: State,
    /// End of the present pause; in the past if it runs.
    pub paused_until: SimTime,
    /// Level on which the pause is shown: its own collection, or that of another TaskManager.
    pub stopped_as: Level,
    /// Event that ends the pause.
    pub resume: Option<EventId>,
    /// Key of the concurrent collection on its cores.
    pub cycle: Option<WorkId>,
    /// Memory that the operating system counts.
    pub resident: Resident,
    /// Allocations that wait for the concurrent collection: subtask, bytes left.
    pub stalled: Vec<(SubtaskId, crate::heap::Allocation)>,
    /// Live heap of the framework itself.
    pub base_live: Bytes,
    /// Whether its JVM loads Flink's classes as it starts.
    pub loads_classes: bool,
    /// Core-nanoseconds served until the monitor's last sample.
    pub served: f64,
    /// Size of the last request in each region: the one at hand when fragmentation is judged.
    pub last_request: ById<RegionId, Bytes>,
}

impl TaskManager {
    /// The region that serves `purpose`.
    pub fn region_for(&self, purpose: Purpose) -> RegionId {
        self.region_of[purpose as usize]
    }

    /// Pool memory in all regions.
    pub fn pool_capacity(&self) -> Bytes {
        self.regions.iter().map(Region::capacity).sum()
    }

    /// Largest block that any region could place.
    pub fn largest_hole(&self) -> Bytes {
        self.regions.iter().map(Region::largest_hole).max().unwrap_or_default()
    }

    /// Takes a seat, and gives its number.
    pub(super) fn take_seat(&mut self) -> u32 {
        let word = self.seats.iter().position(|word| *word != !0).unwrap_or_else(|| {
            self.seats.push(0);
            self.seats.len() - 1
        });
        let bit = self.seats[word].trailing_ones();
        self.seats[word] |= 1 << bit;
        word as u32 * 64 + bit
    }

    /// Frees a seat.
    pub(super) fn free_seat(&mut self, seat: u32) {
        self.seats[seat as usize / 64] &= !(1 << (seat % 64));
    }
}

impl World<'_> {
    /// Takes `count` free slots of a TaskManager as one seat; returns the seat's number, which no other holds.
    pub(in crate::sim) fn take_slots(&mut self, task_manager: TaskManagerId, count: u32) -> u32 {
        let seat = self.fleet.take_slots(task_manager, count);
        self.show_stranded(task_manager);
        seat
    }

    /// Frees the `count` slots of a seat.
    pub(in crate::sim) fn free_slots(&mut self, task_manager: TaskManagerId, seat: u32, count: u32) {
        self.fleet.free_slots(task_manager, seat, count);
        self.show_stranded(task_manager);
        self.end_if_drained(task_manager);
    }

    /// Brings the levels of what one resource cannot use for lack of the other in step with a TaskManager.
    pub(in crate::sim) fn show_stranded(&mut self, task_manager: TaskManagerId) {
        let (member, face) = (&self.fleet[task_manager], self.fleet.face(task_manager));
        // A region that nobody has asked says nothing, and one without bounds lacks nothing.
        let asked = |region: &RegionId| member.last_request[*region] > Bytes(1);
        let regions = member.regions.ids().filter(asked).filter(|_| self.settings.bounded);
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
        let old = std::mem::replace(&mut self.fleet[task_manager].stranded, new);
        self.books.shift(Level::StrandedCores, new.0 - old.0);
        self.books.shift(Level::StrandedMemory, new.1 - old.1);
    }

    /// Brings the cluster-wide levels and the placement face in step with a region that has changed.
    pub(in crate::sim) fn show_region(&mut self, place: Place) {
        let Place { task_manager, region } = place;
        let member = &mut self.fleet[task_manager];
        let pool = &member.regions[region];
        let used = pool.allocated().as_f64();
        let old = member.shown[region];
        let mut new = Shown { used, ..old };
        if self.settings.addressed || self.books.are_heard() {
            let probe = pool.fragmentation(self.settings.probe.unwrap_or(member.last_request[region]));
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
            self.tell_layout(place, &probe);
        } else {
            new.largest = pool.capacity().as_f64() * pool.free().as_f64();
        }
        let member = &mut self.fleet[task_manager];
        member.shown[region] = new;
        self.fleet.show_memory(task_manager);
        self.books.shift(Level::PoolUsed, new.used - old.used);
        self.books.shift(Level::External, new.external - old.external);
        self.books.shift(Level::Unusable, new.unusable - old.unusable);
        self.books.shift(Level::Internal, new.internal - old.internal);
        self.books.shift(Level::Largest, new.largest - old.largest);
        self.books.shift(Level::Holes, new.holes - old.holes);
        self.hold_to_limit(task_manager);
        self.show_stranded(task_manager);
    }

    fn tell_layout(&mut self, place: Place, seen: &Fragmentation) {
        self.books.tell(|| Entry::Layout {
            place,
            used: seen.allocated,
            holes: seen.holes,
            largest: seen.largest,
            external: seen.external,
            unusable: seen.unusable,
        });
    }

    /// Brings the heap levels in step with a heap that has changed.
    pub(in crate::sim) fn show_heap(&mut self, task_manager: TaskManagerId) {
        let member = &mut self.fleet[task_manager];
        let used = member.jvm.heap.used();
        let new = (member.jvm.heap.live().as_f64(), used.as_f64());
        let old = std::mem::replace(&mut member.heap_shown, new);
        self.touch_heap(task_manager, used);
        self.books.shift(Level::HeapLive, new.0 - old.0);
        self.books.shift(Level::HeapUsed, new.1 - old.1);
    }
}
