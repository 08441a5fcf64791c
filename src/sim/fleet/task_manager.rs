//! One TaskManager as the simulator keeps it.

use super::resident::Resident;
use super::sizing::Sizing;
use crate::base::{ById, Bytes, RegionId, SimTime, StationId, SubtaskId, WorkId};
use crate::cluster::region::Region;
use crate::cluster::view::Purpose;
use crate::jvm::Jvm;
use crate::kernel::EventId;
use crate::sim::meters::Level;

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
    /// Size of its network buffers and of pages of managed memory, below which more is of no use to elastic consumers.
    pub segment: Bytes,
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
    /// Share of the present stop that are pauses of the collector, 0 ..= 1; 1 while it runs.
    pub paused_share: f64,
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
