//! Blocks move together so that a request finds its room in one piece.
//!
//! The blocks lie at their new places at once, and the request has its room at once, so that nobody else takes it; but
//! a core has to copy first, and only then does the one who asked go on. Those whose blocks move do not stand meanwhile.

use super::Outcome;
use crate::base::{Bytes, RequestId};
use crate::cluster::view::{RegionView, Request};
use crate::pool::Goal;
use crate::scenario::sections::{Compaction, Pressure};
use crate::sim::devices::{Leg, Purpose};
use crate::sim::log::Entry;
use crate::sim::meters::Count;
use crate::sim::pressure::Pending;
use crate::sim::world::World;

/// Moves blocks of the region where contiguity alone stands in the way.
pub fn step(world: &mut World<'_>, request: RequestId) -> Outcome {
    let pending = world.requests[request];
    if !world.would_fit_in_one_piece(pending) {
        return Outcome::Over;
    }
    let (tenancy, short) = (pending.tenancy, pending.short);
    let Pressure { compaction, compaction_budget, compaction_price, .. } = world.scenario.pressure;
    let goal = match compaction {
        Compaction::All => Goal::Everything,
        Compaction::Room => Goal::Room(short),
    };
    let moved = world.fleet.region_mut(tenancy.place).compact(goal, compaction_budget.unwrap_or(Bytes(u64::MAX)));
    if moved == Bytes::ZERO {
        return Outcome::Over;
    }
    world.books.count(Count::CompactedBytes, moved.as_f64());
    world.books.count(Count::Compactions, 1.0);
    world.books.tell(|| Entry::Compacted { place: tenancy.place, bytes: moved });
    world.fleet.show_region(&mut world.books, tenancy.place);
    let granted = world.try_grant(tenancy, short, short);
    let asked = &mut world.requests[request];
    asked.short -= granted;
    asked.legs = 1;
    let leg = Leg { station: world.fleet[tenancy.place.task_manager].cpu, work: moved.as_f64() * compaction_price };
    world.operate([Some(leg), None, None], Purpose::Work { request });
    Outcome::Busy
}

impl World<'_> {
    /// Whether a request is refused now, and would be granted if all that is free, or dead, were one hole.
    fn would_fit_in_one_piece(&mut self, pending: Pending) -> bool {
        let (tenancy, short) = (pending.tenancy, pending.short);
        let member = &self.fleet[tenancy.place.task_manager];
        let region = &member.regions[tenancy.place.region];
        let joined = region.joinable();
        if joined < short || region.largest_hole() >= short {
            return false;
        }
        let request = Request { consumer: region.place(tenancy.handle), bytes: short, least: short };
        let view = region.view(self.books.now, tenancy.place.task_manager, member.slots);
        let joined = RegionView { free: joined, largest_hole: joined, ..view };
        self.policies.allocation.grant(&request, &joined) == short
    }
}
