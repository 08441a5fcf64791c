//! The plug-ins of a run, and what it derives from the scenario once.

use crate::policy::allocation::AllocationPolicy;
use crate::policy::heap::HeapPolicy;
use crate::policy::migration::MigrationPolicy;
use crate::policy::placement::PlacementPolicy;
use crate::policy::spill::SpillPolicy;
use crate::pool::Leak;
use crate::price::compression::Compression;
use crate::price::spill::SpillPrice;
use crate::price::transfer::TransferPrice;

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

/// What a run derives from its scenario once, and what the feedback loop last said.
pub struct Settings {
    /// Blocks of tasks that are never returned, if any.
    pub leak: Option<Leak>,
    /// Whether a policy may see the future.
    pub foresight: bool,
    /// Whether the allocator keeps addresses.
    pub addressed: bool,
    /// Whether the allocator refuses when a region is full.
    pub bounded: bool,
}
