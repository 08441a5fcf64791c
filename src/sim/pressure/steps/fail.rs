//! The request is given up.

use super::Outcome;
use crate::base::RequestId;
use crate::sim::world::World;

/// Refuses a request.
pub fn step(_world: &mut World<'_>, _request: RequestId) -> Outcome {
    Outcome::Refused
}
