//! Working set: a newcomer gets in only if all working sets fit together.
//!
//! Idea: too many at once make all of them slow; better let a few run with what they need. A consumer is inside
//! once it holds memory, and its working set is what it wants while it has used its memory within the last `window`.
//! A newcomer gets nothing until its whole working set fits beside those inside; whoever is inside gets what is free.
//! An empty region lets anyone in. Denning, CACM 1968. Departures: the working set is what the consumer says it wants,
//! not counted from references; nobody who is inside is put out again, but caches that have not been used for the
//! window are told to hold nothing.

use super::{AllocationPolicy, at_least, placeable, want};
use crate::base::{Args, Build, Bytes, ConsumerId, Entry, Kind, SimSpan, param};
use crate::cluster::view::{Consumer, RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "working-set",
    summary: "newcomers wait until the working sets of all fit together",
    source: "Denning, CACM 1968",
    params: &[param("window", Kind::Span, "60 s", "memory not used for this long is outside the working set")],
    traits: &[],
    build: |args: &Args| Ok(Box::new(WorkingSet { window: args.span("window") })),
};

struct WorkingSet {
    window: SimSpan,
}

impl WorkingSet {
    fn is_idle(&self, consumer: &Consumer, region: &RegionView) -> bool {
        region.now.since(consumer.last_used) > self.window
    }
}

impl AllocationPolicy for WorkingSet {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let is_inside = |index: usize| region.consumers[index].held > Bytes::ZERO;
        let others = || (0..region.consumers.len()).filter(|index| *index != request.consumer && is_inside(*index));
        if !is_inside(request.consumer) && others().next().is_some() {
            let active = others().filter(|index| !self.is_idle(&region.consumers[*index], region));
            let sets: Bytes = active.map(|index| want(index, None, region)).sum();
            if sets + want(request.consumer, Some(request), region) > region.capacity {
                return Bytes::ZERO;
            }
        }
        at_least(request, placeable(region))
    }

    fn targets(&mut self, region: &RegionView, out: &mut Vec<(ConsumerId, Bytes)>) {
        let idle = region.consumers.iter().filter(|consumer| consumer.evictable && self.is_idle(consumer, region));
        out.extend(idle.map(|consumer| (consumer.id, Bytes::ZERO)));
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::base::SimTime;
    use crate::cluster::view::Purpose;

    #[test]
    fn a_newcomer_waits_until_all_working_sets_fit() {
        // Now is 100 s. One inside holds 20 and wants 60 of 100. A newcomer that wants 50 must wait though 80 are
        // free, one that wants 40 may enter; the one inside gets whatever is free.
        let policy = || WorkingSet { window: SimSpan::secs(60) };
        let inside =
            Consumer { wanted: Bytes(60), last_used: SimTime(90_000_000_000), ..consumer(0, Purpose::State, 20) };
        let consumers = [inside, consumer(1, Purpose::Sort, 0)];
        let view = region(100, &consumers);
        assert_eq!(granted(&mut policy(), &view, 1, 50), 0);
        assert_eq!(granted(&mut policy(), &view, 1, 40), 40);
        assert_eq!(granted(&mut policy(), &view, 0, 90), 80);
        // Last used 70 s ago, it is outside: the newcomer enters, and the cache is told to hold nothing.
        let consumers = [Consumer { last_used: SimTime(30_000_000_000), ..inside }, consumers[1]];
        assert_eq!(granted(&mut policy(), &region(100, &consumers), 1, 50), 50);
        let mut targets = Vec::new();
        policy().targets(&region(100, &consumers), &mut targets);
        assert_eq!(targets, [(ConsumerId(0), Bytes::ZERO)]);
    }
}
