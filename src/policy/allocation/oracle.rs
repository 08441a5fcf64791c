//! Oracle: grants only what leaves everybody a way to reach the peak to come.
//!
//! Idea: the reference that knows peaks. A grant is made if afterwards there is an order in which all consumers can
//! grow to their peak and leave, each on what is free and what those before it gave back: the banker's algorithm
//! (Dijkstra 1965, EWD 108), so that no two ever wait for each other. It looks at the next grant, not at when peaks
//! come, and is therefore a bound on deadlock and regret of admission, not on throughput. A peak above the region
//! counts as the whole region. Caches give way at any time. Without foresight the peak is what is wanted now.

use super::{AllocationPolicy, at_least, placeable};
use crate::base::{Args, Build, Bytes, Entry, Trait};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "oracle",
    summary: "bound: grants what leaves everybody a way to its peak (banker's algorithm)",
    source: "Dijkstra 1965 (EWD 108)",
    params: &[],
    traits: &[Trait::Bound, Trait::NeedsForesight],
    build: |_: &Args| Ok(Box::new(Oracle)),
};

struct Oracle;

/// Whether all can reach their peaks one after the other once `grant` is made.
fn is_safe(request: &Request, region: &RegionView, grant: Bytes) -> bool {
    let mut free = region.free.saturating_sub(grant);
    let mut needs = Vec::with_capacity(region.consumers.len());
    for (index, consumer) in region.consumers.iter().enumerate() {
        let held = if index == request.consumer { consumer.held + grant } else { consumer.held };
        if consumer.evictable {
            free += held;
        } else if held > Bytes::ZERO {
            // Who holds nothing yet blocks nobody: it can be let in later.
            let peak = consumer.peak.max(consumer.wanted).min(region.capacity);
            needs.push((peak.saturating_sub(held), held));
        }
    }
    // With one resource the smallest need first is the best order.
    needs.sort_unstable();
    needs.into_iter().all(|(need, held)| {
        let is_met = need <= free;
        free += held;
        is_met
    })
}

impl AllocationPolicy for Oracle {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let most = at_least(request, placeable(region));
        if most == Bytes::ZERO || is_safe(request, region, most) {
            return most;
        }
        let least = request.least.max(Bytes(1)).min(most);
        if is_safe(request, region, least) { least } else { Bytes::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::{Consumer, Purpose};

    #[test]
    fn a_grant_that_could_block_everybody_is_not_made() {
        // Dijkstra's florins: 10 in all. Loans 4 of 8 and 2 of 3 are out, 4 are left. A third with a need of 9 asks
        // for 4: nothing would be left, and nobody could finish. For 3: 1 is left, the second finishes (3 free), but
        // the first lacks 4. For 1: 3 are left, the second makes it 5, the first 9, the third 10.
        let customer = |id, held, peak| Consumer { peak: Bytes(peak), ..consumer(id, Purpose::Task, held) };
        let consumers = [customer(0, 4, 8), customer(1, 2, 3), customer(2, 0, 9)];
        let whole = |bytes| Request { consumer: 2, bytes: Bytes(bytes), least: Bytes(bytes) };
        let view = region(10, &consumers);
        assert_eq!(Oracle.grant(&whole(4), &view), Bytes::ZERO);
        assert_eq!(Oracle.grant(&whole(3), &view), Bytes::ZERO);
        assert_eq!(Oracle.grant(&whole(1), &view), Bytes(1));
        // Where part is of use, the least part is tried.
        assert_eq!(granted(&mut Oracle, &view, 2, 4), 1);
        assert_eq!(granted(&mut Oracle, &view, 1, 1), 1);
    }
}
