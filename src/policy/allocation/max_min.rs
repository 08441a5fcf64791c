//! Weighted max-min: nobody gets more while someone who wants more has less for its weight.
//!
//! Idea: all shares grow in proportion to their weights until they meet the want or the region is full; small
//! wants are met whole, large ones share the rest. Progressive filling (Bertsekas & Gallager). Dominant resource
//! fairness (Ghodsi et al. 2011) over memory alone is this policy. A consumer that stands for several slots has the
//! weight of all of them. Memory that others hold above their share is not taken back, but for caches, which are
//! told their share at every sample.

use super::{AllocationPolicy, push_elastic, shares, within};
use crate::base::{Args, Build, Bytes, ConsumerId, Entry};
use crate::cluster::view::{Consumer, RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "max-min",
    summary: "weighted max-min shares of what all want",
    source: "Bertsekas & Gallager (progressive filling)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(MaxMin)),
};

struct MaxMin;

fn weight(consumer: &Consumer, _: Bytes) -> f64 {
    consumer.weight * f64::from(consumer.slots)
}

impl AllocationPolicy for MaxMin {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let share = shares(region, Some(request), weight)[request.consumer];
        within(request, region, share)
    }

    fn targets(&mut self, region: &RegionView, out: &mut Vec<(ConsumerId, Bytes)>) {
        push_elastic(region, &shares(region, None, weight), out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::Purpose;

    #[test]
    fn large_wants_share_what_small_ones_leave() {
        // Wants 10, 20, 60, 80 of 100: shares 10, 20, 35, 35. The last holds 15 and asks for 65 more: it gets 20.
        let wants = |id: u32, wanted| Consumer { wanted: Bytes(wanted), ..consumer(id, Purpose::State, 0) };
        let consumers = [
            wants(0, 10),
            wants(1, 20),
            wants(2, 60),
            Consumer { wanted: Bytes(80), ..consumer(3, Purpose::Sort, 15) },
        ];
        let view = region(100, &consumers);
        assert_eq!(granted(&mut MaxMin, &view, 3, 65), 20);
        assert_eq!(granted(&mut MaxMin, &view, 0, 10), 10);
        let mut targets = Vec::new();
        MaxMin.targets(&view, &mut targets);
        assert_eq!(targets, [(0, 10), (1, 20), (2, 35)].map(|(id, bytes)| (ConsumerId(id), Bytes(bytes))));
    }
}
