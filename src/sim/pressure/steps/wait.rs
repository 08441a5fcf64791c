//! The request waits in line until memory comes back or its patience ends.

use super::Outcome;
use crate::base::RequestId;
use crate::sim::world::World;

/// Puts a request in line.
pub fn step(world: &mut World<'_>, request: RequestId) -> Outcome {
    world.wait_in_line(request);
    Outcome::Busy
}
