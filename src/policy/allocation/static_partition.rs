//! Static partition: every slot owns an equal part of the region, and inside a slot every purpose an equal part.
//!
//! Idea: nobody can hurt a neighbour, and nobody can use what the neighbour leaves. It is what Flink does between
//! slots (`TaskSlotTableImpl` gives each slot a memory manager of `managed div slots` bytes). Departure: Flink
//! weights the purposes inside a slot; here the slot's consumers share equally (see `flink_weights` for the other).

use super::AllocationPolicy;
use crate::base::{Args, Build, Bytes, Entry, Trait};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "static-partition",
    summary: "equal fixed parts a slot, equal parts a consumer inside a slot; no borrowing",
    source: "Flink slots (TaskSlotTableImpl); textbook fixed partitioning",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_: &Args| Ok(Box::new(StaticPartition)),
};

struct StaticPartition;

impl AllocationPolicy for StaticPartition {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let asker = &region.consumers[request.consumer];
        let sharers = region.consumers.iter().filter(|other| other.slot == asker.slot).count() as u64;
        let part = Bytes(region.capacity.0 / region.slots.max(1) as u64 * asker.slots as u64 / sharers.max(1));
        super::at_least(request, part.saturating_sub(asker.held).min(region.free))
    }
}
