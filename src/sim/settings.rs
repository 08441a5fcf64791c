//! What a run looks up all the time, resolved from the scenario once.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::{Bytes, SimSpan};
use crate::policy::allocation::AllocationPolicy;
use crate::policy::heap::HeapPolicy;
use crate::policy::migration::MigrationPolicy;
use crate::policy::placement::PlacementPolicy;
use crate::policy::spill::SpillPolicy;
use crate::pool::{Leak, Reservation};
use crate::price::compression::Compression;
use crate::price::spill::SpillPrice;
use crate::price::transfer::TransferPrice;
use crate::scenario::sections::Step;

/// The policies of a run.
pub struct PolicySet {
    /// Which slot takes a subtask or task.
    pub placement: Box<dyn PlacementPolicy>,
    /// How much a consumer gets.
    pub allocation: Box<dyn AllocationPolicy>,
    /// What leaves memory.
    pub spill: Box<dyn SpillPolicy>,
    /// What moves.
    pub migration: Box<dyn MigrationPolicy>,
    /// How large heaps are; `None` where they keep their size.
    pub heap: Option<Box<dyn HeapPolicy>>,
}

/// The prices of a run.
pub struct PriceSet {
    /// Spilled bytes into disk work.
    pub spill: Box<dyn SpillPrice>,
    /// Bytes into fewer bytes.
    pub compression: Box<dyn Compression>,
    /// Moved state into network work.
    pub transfer: Box<dyn TransferPrice>,
}

/// Names of the policies, for error texts.
#[derive(Clone, Debug)]
pub struct Names {
    /// Of the placement policy.
    pub placement: String,
    /// Of the allocation policy.
    pub allocation: String,
    /// Of the spill policy.
    pub spill: String,
}

/// What a compact step does.
#[derive(Clone, Copy, Debug)]
pub struct Compaction {
    /// Whether all blocks move, or only what makes room.
    pub all: bool,
    /// Most bytes that one step moves.
    pub budget: Bytes,
    /// Core-nanoseconds for each of them.
    pub price: f64,
}

/// Constants of a run.
pub struct Settings {
    /// Records in a batch.
    pub batch: u64,
    /// Pressure steps in order.
    pub steps: Rc<[Step]>,
    /// Longest wait for memory.
    pub patience: SimSpan,
    /// Least share of what a victim holds that one spill writes.
    pub spill_share: f64,
    /// Whether spilled bytes are compressed.
    pub compress: bool,
    /// What a compact step does.
    pub compaction: Compaction,
    /// When pool memory is taken from the system, if that is followed.
    pub reservation: Option<Reservation>,
    /// Core-nanoseconds for the first touch of a byte.
    pub touch_price: f64,
    /// Blocks of tasks that are never returned, if any.
    pub leak: Option<Leak>,
    /// Tasks that one migrate step may move.
    pub migrate_tasks: u32,
    /// Least useful amount for an elastic consumer.
    pub page: Bytes,
    /// Size of a network buffer.
    pub segment: Bytes,
    /// Instances that may wait for a slot.
    pub queue_limit: u64,
    /// Whether a policy may see the future.
    pub foresight: bool,
    /// Whether the allocator keeps addresses.
    pub addressed: bool,
    /// Whether the allocator refuses when a region is full.
    pub bounded: bool,
    /// Request size that fragmentation is judged for; `None`: the last request's.
    pub probe: Option<Bytes>,
    /// M1.
    pub headroom: Option<Bytes>,
    /// M2.
    pub card_scanning: bool,
    /// M5.
    pub coordination: Option<SimSpan>,
    /// M7.
    pub heartbeat: Option<SimSpan>,
    /// From a failure to running again, state apart.
    pub restart: SimSpan,
    /// Restarts after which a run is given up.
    pub max_restarts: u64,
    /// Sampling interval of the time series.
    pub sample_every: SimSpan,
    /// Sampling interval of the monitor.
    pub monitor_every: SimSpan,
    /// From a request for a TaskManager to its first slot.
    pub provision_delay: SimSpan,
    /// Most TaskManagers that feedback may reach.
    pub max_task_managers: u32,
    /// What the allocation policy last wished elastic consumers to hold, by consumer.
    pub targets: BTreeMap<u32, Bytes>,
    /// Names of the policies.
    pub names: Names,
}
