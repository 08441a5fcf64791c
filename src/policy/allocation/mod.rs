//! How much a consumer gets of a region.

use crate::base::{Build, Bytes, ConsumerId};
use crate::cluster::view::{RegionView, Request};
use crate::registry;

/// Decides over one request at a time; must not assume that its earlier answers were carried out.
pub trait AllocationPolicy {
    /// Bytes that the request may take now: at most `request.bytes`, at most `region.free`, and either 0 or at
    /// least `request.least`. 0 sends the request on to the pressure steps; so does what is missing of it.
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes;

    /// Most bytes that each elastic consumer should hold from now on; asked at every sample of the monitor.
    /// A consumer that is not named keeps what it has.
    fn targets(&mut self, _region: &RegionView, _out: &mut Vec<(ConsumerId, Bytes)>) {}
}

registry! {
    /// Allocation policies; the first is the do-nothing member.
    pub static ALLOCATION: Build<dyn AllocationPolicy>;
    static_partition,
}

/// Cuts `room` down to what was asked, or to nothing where the least useful amount does not fit.
pub(crate) fn at_least(request: &Request, room: Bytes) -> Bytes {
    let grant = room.min(request.bytes);
    if grant < request.least { Bytes::ZERO } else { grant }
}
