//! Reserve: first come first served, but a share of the region is kept back for whoever holds nothing yet.
//!
//! Idea: a late comer always finds something, and what protects it costs the others a known part of the region.
//! Source: textbook; the kernel's emergency reserves work like this. Departure: the reserve is one number for the
//! whole region and does not grow with the number of consumers.

use super::AllocationPolicy;
use crate::base::{Args, Build, Bytes, Entry, Kind, Param, param};
use crate::cluster::view::{RegionView, Request};

const PARAMS: &[Param] =
    &[param("reserve", Kind::Number(0.0, 1.0), "0.1", "share of the region for consumers that hold nothing yet")];

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "reserve",
    summary: "first come first served, with a share kept back for newcomers",
    source: "textbook",
    params: PARAMS,
    traits: &[],
    build: |args: &Args| Ok(Box::new(Reserve { share: args.number("reserve") })),
};

struct Reserve {
    share: f64,
}

impl AllocationPolicy for Reserve {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let is_newcomer = region.consumers[request.consumer].held == Bytes::ZERO;
        let kept = if is_newcomer { 0.0 } else { self.share * region.capacity.as_f64() };
        let room = region.free.saturating_sub(Bytes::from_f64(kept));
        // A grant is one block, so a hole bounds it; less than the least useful amount is no grant.
        let grant = request.bytes.min(room).min(region.largest_hole);
        if grant < request.least { Bytes::ZERO } else { grant }
    }
}
