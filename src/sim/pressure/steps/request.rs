//! The resource manager is asked for one more TaskManager.

use super::Outcome;
use crate::base::RequestId;
use crate::sim::tasks::Stage;
use crate::sim::tenancy::Owner;
use crate::sim::world::World;

/// Orders a TaskManager, and lets a request wait for it.
pub fn step(world: &mut World<'_>, request: RequestId) -> Outcome {
    world.order_task_managers(1);
    if world.feedback.ordered == 0 {
        // The cluster is as large as it may become.
        return Outcome::Over;
    }
    match world.requests[request].owner {
        // A task that has not begun goes back to the line and may land on the new TaskManager.
        Owner::Group(group) if world.tasks.groups[group].stage == Stage::Starting => {
            world.close(request);
            world.requeue_group(group);
        }
        Owner::Group(_) | Owner::Subtask(_) => world.wait_in_line(request),
    }
    Outcome::Busy
}
