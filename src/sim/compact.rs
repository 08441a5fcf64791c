//! The pressure step `compact`: blocks move together so that a request finds its room in one piece.
//!
//! The blocks lie at their new places at once, and the request has its room at once, so that nobody else takes it; but
//! a core has to copy first, and only then does the one who asked go on. Those whose blocks move do not stand meanwhile.

use super::log::Entry;
use super::meters::Count;
use super::operation::{Leg, Purpose};
use super::pressure::Pending;
use super::world::World;
use crate::base::{Bytes, TaskManagerId};
use crate::cluster::view::{RegionView, Request};
use crate::pool::Goal;
use crate::scenario::sections::{Compaction, Pressure};

impl World<'_> {
    /// Moves blocks of the region where contiguity alone stands in the way; true where something has moved.
    pub(super) fn step_compact(&mut self, number: u32, pending: Pending) -> bool {
        if !self.would_fit_in_one_piece(pending) {
            return false;
        }
        let (tenancy, short) = (pending.tenancy, pending.short);
        let Pressure { compaction, compaction_budget, compaction_price, .. } = self.scenario.pressure;
        let goal = match compaction {
            Compaction::All => Goal::Everything,
            Compaction::Room => Goal::Room(short),
        };
        let moved = self.region_mut(tenancy).compact(goal, compaction_budget.unwrap_or(Bytes(u64::MAX)));
        if moved == Bytes::ZERO {
            return false;
        }
        self.count(Count::CompactedBytes, moved.as_f64());
        self.count(Count::Compactions, 1.0);
        let place = Self::place_of(tenancy.host, tenancy.region);
        self.tell(|| Entry::Compacted { place, bytes: moved });
        self.show_region(tenancy.host, tenancy.region);
        let granted = self.try_grant(tenancy, short, short);
        let request = &mut self.requests[number as usize];
        request.short -= granted;
        request.legs = 1;
        let leg = Leg { station: self.managers[tenancy.host as usize].cpu, work: moved.as_f64() * compaction_price };
        self.operate([Some(leg), None, None], Purpose::Work { request: (number, pending.stamp) });
        true
    }

    /// Whether a request is refused now, and would be granted if all that is free, or dead, were one hole.
    fn would_fit_in_one_piece(&mut self, pending: Pending) -> bool {
        let (tenancy, short) = (pending.tenancy, pending.short);
        let manager = &self.managers[tenancy.host as usize];
        let region = &manager.regions[tenancy.region as usize];
        let joined = region.joinable();
        if joined < short || region.largest_hole() >= short {
            return false;
        }
        let request = Request { consumer: region.place(tenancy.handle), bytes: short, least: short };
        let view = region.view(self.now, TaskManagerId(tenancy.host), manager.slots);
        let joined = RegionView { free: joined, largest_hole: joined, ..view };
        self.policies.allocation.grant(&request, &joined) == short
    }
}
