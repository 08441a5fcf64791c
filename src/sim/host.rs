//! One TaskManager as the simulator keeps it, and the slots of all of them.

use super::log::{Entry, Place};
use super::meters::Level;
use super::sizing::Sizing;
use super::world::World;
use crate::base::{Bytes, SimTime, TaskManagerId};
use crate::cluster::region::Region;
use crate::cluster::view::Purpose;
use crate::jvm::Jvm;
use crate::kernel::EventId;
use crate::pool::Fragmentation;

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
pub(super) struct Shown {
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
    pub cpu: u32,
    /// Its disk, perhaps shared with others of its node.
    pub disk: u32,
    /// Its link, perhaps shared with others of its node.
    pub link: u32,
    /// Regions of pool memory.
    pub regions: Vec<Region>,
    /// Region that serves a purpose, by `Purpose as usize`.
    pub region_of: [u8; 5],
    pub(super) shown: Vec<Shown>,
    /// Stranded cores and memory as the levels show them.
    pub(super) stranded: (f64, f64),
    /// Size of its network buffers and of pages of managed memory, below which more is of no use to elastic consumers.
    pub segment: Bytes,
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
    pub cycle: Option<u32>,
    /// Memory that the operating system counts.
    pub resident: super::resident::Resident,
    /// Allocations that wait for the concurrent collection: subtask, bytes left.
    pub stalled: Vec<(u32, crate::heap::Allocation)>,
    /// Live heap of the framework itself.
    pub base_live: Bytes,
    /// Whether its JVM loads Flink's classes as it starts.
    pub loads_classes: bool,
    /// Core-nanoseconds served until the monitor's last sample.
    pub served: f64,
    /// Size of the last request in each region: the one at hand when fragmentation is judged.
    pub last_request: Vec<Bytes>,
}

impl TaskManager {
    /// The region that serves `purpose`.
    pub fn region_for(&self, purpose: Purpose) -> u8 {
        self.region_of[purpose as usize]
    }

    /// Pool memory in all regions.
    pub fn pool_capacity(&self) -> Bytes {
        self.regions.iter().map(Region::capacity).sum()
    }
}

impl World<'_> {
    /// Where a region is, for the log.
    pub(super) fn place_of(host: u32, region: u8) -> Place {
        Place { task_manager: TaskManagerId(host), region }
    }

    /// Takes `count` free slots of a TaskManager as one seat; returns the seat's number, which no other holds.
    pub(super) fn take_slots(&mut self, host: u32, count: u32) -> u32 {
        let seats = &mut self.managers[host as usize].seats;
        let word = seats.iter().position(|word| *word != !0).unwrap_or_else(|| {
            seats.push(0);
            seats.len() - 1
        });
        let bit = seats[word].trailing_ones();
        seats[word] |= 1 << bit;
        self.hosts[host as usize].free_slots -= count;
        self.show_candidate(host);
        word as u32 * 64 + bit
    }

    /// Frees the `count` slots of a seat.
    pub(super) fn free_slots(&mut self, host: u32, seat: u32, count: u32) {
        self.managers[host as usize].seats[seat as usize / 64] &= !(1 << (seat % 64));
        self.hosts[host as usize].free_slots += count;
        self.show_candidate(host);
        self.end_if_drained(host);
    }

    /// Brings the candidate bit of a TaskManager in step with its face.
    pub(super) fn show_candidate(&mut self, host: u32) {
        let face = &mut self.hosts[host as usize];
        face.open = self.managers[host as usize].state == State::Up;
        let (word, bit) = (host as usize / 64, 1u64 << (host % 64));
        if face.open && face.free_slots > 0 {
            self.candidates[word] |= bit;
        } else {
            self.candidates[word] &= !bit;
        }
        self.show_stranded(host);
    }

    /// Brings the levels of what one resource cannot use for lack of the other in step with a TaskManager.
    pub(super) fn show_stranded(&mut self, host: u32) {
        let (manager, face) = (&mut self.managers[host as usize], &self.hosts[host as usize]);
        // A region that nobody has asked says nothing, and one without bounds lacks nothing.
        let asked = |place: &usize| manager.last_request[*place] > Bytes(1);
        let regions = (0..manager.regions.len()).filter(asked).filter(|_| self.settings.bounded);
        let (mut full, mut free) = (false, Bytes::ZERO);
        for place in regions {
            full |= manager.regions[place].largest_hole() < manager.last_request[place];
            free += manager.regions[place].free();
        }
        let new = match (manager.state == State::Up, face.free_slots) {
            (false, _) => (0.0, 0.0),
            (true, 0) => (0.0, free.as_f64()),
            (true, slots) if full => (manager.cores * f64::from(slots) / f64::from(face.slots.max(1)), 0.0),
            _ => (0.0, 0.0),
        };
        let old = std::mem::replace(&mut manager.stranded, new);
        self.shift(Level::StrandedCores, new.0 - old.0);
        self.shift(Level::StrandedMemory, new.1 - old.1);
    }

    /// Brings the cluster-wide levels and the placement face in step with a region that has changed.
    pub(super) fn show_region(&mut self, host: u32, region: u8) {
        let manager = &mut self.managers[host as usize];
        let pool = &manager.regions[region as usize];
        let used = pool.allocated().as_f64();
        let old = manager.shown[region as usize];
        let mut new = Shown { used, ..old };
        if self.settings.addressed || self.observer.is_some() {
            let probe =
                pool.fragmentation(self.scenario.regions.probe.unwrap_or(manager.last_request[region as usize]));
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
            self.tell_layout(host, region, &probe);
        } else {
            new.largest = pool.capacity().as_f64() * pool.free().as_f64();
        }
        let manager = &mut self.managers[host as usize];
        manager.shown[region as usize] = new;
        let face = &mut self.hosts[host as usize];
        face.free_memory = manager.regions.iter().map(Region::free).sum();
        face.largest_hole = manager.regions.iter().map(Region::largest_hole).max().unwrap_or_default();
        self.shift(Level::PoolUsed, new.used - old.used);
        self.shift(Level::External, new.external - old.external);
        self.shift(Level::Unusable, new.unusable - old.unusable);
        self.shift(Level::Internal, new.internal - old.internal);
        self.shift(Level::Largest, new.largest - old.largest);
        self.shift(Level::Holes, new.holes - old.holes);
        self.hold_to_limit(host);
        self.show_stranded(host);
    }

    fn tell_layout(&mut self, host: u32, region: u8, seen: &Fragmentation) {
        let place = Self::place_of(host, region);
        self.tell(|| Entry::Layout {
            place,
            used: seen.allocated,
            holes: seen.holes,
            largest: seen.largest,
            external: seen.external,
            unusable: seen.unusable,
        });
    }

    /// Brings the heap levels in step with a heap that has changed.
    pub(super) fn show_heap(&mut self, host: u32) {
        let manager = &mut self.managers[host as usize];
        let used = manager.jvm.heap.used();
        let new = (manager.jvm.heap.live().as_f64(), used.as_f64());
        let old = std::mem::replace(&mut manager.heap_shown, new);
        self.touch_heap(host, used);
        self.shift(Level::HeapLive, new.0 - old.0);
        self.shift(Level::HeapUsed, new.1 - old.1);
    }

    /// Whether every slot of a TaskManager is free.
    pub(super) fn is_empty(&self, host: u32) -> bool {
        self.hosts[host as usize].free_slots == self.hosts[host as usize].slots
    }
}
