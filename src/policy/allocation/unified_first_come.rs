//! Unified, first come first served: whoever asks gets what is free.
//!
//! Idea: no borders at all; memory that nobody uses is nobody's. The opposite end from static partition, and what an
//! engine without a global bound does (PostgreSQL's `work_mem`, granted to every operator). Nothing protects those who
//! come late.

use super::{AllocationPolicy, at_least, placeable};
use crate::base::{Args, Build, Bytes, Entry};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "unified-first-come",
    summary: "whoever asks gets what is free",
    source: "textbook; uncoordinated allocation as PostgreSQL's work_mem",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(FirstCome)),
};

struct FirstCome;

impl AllocationPolicy for FirstCome {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        at_least(request, placeable(region))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::Purpose;

    #[test]
    fn all_that_is_free_in_one_piece_is_granted() {
        // 100 bytes, 30 held, 70 free; with holes of 40 and 30, 40 is the most that one block can take.
        let consumers = [consumer(0, Purpose::Sort, 30)];
        let view = region(100, &consumers);
        assert_eq!(granted(&mut FirstCome, &view, 0, 50), 50);
        assert_eq!(granted(&mut FirstCome, &view, 0, 90), 70);
        assert_eq!(granted(&mut FirstCome, &RegionView { largest_hole: Bytes(40), ..view }, 0, 90), 40);
        let whole = Request { consumer: 0, bytes: Bytes(90), least: Bytes(90) };
        assert_eq!(FirstCome.grant(&whole, &view), Bytes::ZERO);
    }
}
