//! Tasks move to other TaskManagers, as the migration policy says.

use super::Outcome;
use crate::base::RequestId;
use crate::policy::migration::Occasion;
use crate::sim::world::World;

/// Has tasks moved away from where a request lacks memory.
pub fn step(world: &mut World<'_>, request: RequestId) -> Outcome {
    let pending = world.requests[request];
    let most = world.scenario.pressure.migrate_tasks;
    let started = world.plan_migration(Occasion::Shortage(pending.tenancy.place.task_manager, pending.short, most));
    if started == 0 {
        return Outcome::Over;
    }
    // The one who asks may have moved itself, and a move that takes no time has freed its memory already; else what
    // moves away frees it when it leaves, and until then the request waits in line.
    if world.is_pending(request) && !world.settle(request) {
        world.wait_in_line(request);
    }
    Outcome::Busy
}
