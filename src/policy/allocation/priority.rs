//! Priority: what consumers of higher priority still want is kept for them.
//!
//! Idea: strict priority, as a system does that reserves for production before it serves the rest. A request gets
//! what is free less the unmet wants of those above it; among equals it is first come first served. Textbook; the
//! order of node eviction in Kubernetes is the same thought from the other end. A want that the whole region could
//! not hold keeps nothing back, for it would idle the memory of all the others. Caches are told at every sample what
//! those above them, and older ones beside them, leave.

use super::{AllocationPolicy, at_least, placeable, want};
use crate::base::{Args, Build, Bytes, ConsumerId, Entry, Trait};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "priority",
    summary: "unmet wants of higher priorities are kept back, then first come first served",
    source: "textbook strict priority",
    params: &[],
    traits: &[Trait::NeedsPriority],
    build: |_: &Args| Ok(Box::new(Priority)),
};

struct Priority;

impl AllocationPolicy for Priority {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let own = region.consumers[request.consumer].priority;
        let above = region.consumers.iter().filter(|other| other.priority > own && other.wanted <= region.capacity);
        let kept: Bytes = above.map(|other| other.wanted.saturating_sub(other.held)).sum();
        at_least(request, region.free.saturating_sub(kept).min(placeable(region)))
    }

    fn targets(&mut self, region: &RegionView, out: &mut Vec<(ConsumerId, Bytes)>) {
        let mut order: Vec<usize> = (0..region.consumers.len()).collect();
        // Among equals, what cannot shrink comes before caches.
        order.sort_by_key(|index| {
            let consumer = &region.consumers[*index];
            (std::cmp::Reverse(consumer.priority), consumer.evictable, consumer.id)
        });
        let mut left = region.capacity;
        for index in order {
            let share = want(index, None, region).min(left);
            left -= share;
            if region.consumers[index].evictable {
                out.push((region.consumers[index].id, share));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::{Consumer, Purpose};

    #[test]
    fn the_wants_of_those_above_are_kept() {
        // 100 bytes; priority 9 holds 20 of 50, so 30 of the 60 free are kept from priority 5, none from priority 9.
        let high = Consumer { priority: 9, wanted: Bytes(50), ..consumer(0, Purpose::Sort, 20) };
        let low = Consumer { priority: 5, ..consumer(1, Purpose::State, 20) };
        let consumers = [high, low];
        let view = region(100, &consumers);
        assert_eq!(granted(&mut Priority, &view, 1, 60), 30);
        assert_eq!(granted(&mut Priority, &view, 0, 60), 60);
        // A want of 101 cannot be met and keeps nothing.
        let consumers = [Consumer { wanted: Bytes(101), ..high }, low];
        assert_eq!(granted(&mut Priority, &region(100, &consumers), 1, 60), 60);
    }

    #[test]
    fn a_cache_is_told_what_is_left_for_it() {
        // Priority 9 wants 70 of 100; the cache of priority 5 wants 40 and is left 30.
        let high = Consumer { priority: 9, wanted: Bytes(70), ..consumer(0, Purpose::Sort, 20) };
        let low = Consumer { priority: 5, wanted: Bytes(40), ..consumer(1, Purpose::State, 40) };
        let mut targets = Vec::new();
        Priority.targets(&region(100, &[high, low]), &mut targets);
        assert_eq!(targets, [(ConsumerId(1), Bytes(30))]);
    }
}
