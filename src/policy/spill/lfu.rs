//! LFU: the consumer with the fewest touches so far goes first.
//!
//! Idea: what is used often stays. Textbook replacement, on whole consumers instead of pages; counts do not age, so a
//! newcomer is a likely victim. Ties go to the longer idle one, then to the older one.

use super::{SpillPolicy, Victim, candidates, take};
use crate::base::{Args, Build, Bytes, Entry};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "lfu",
    summary: "the least frequently used consumer goes first",
    source: "textbook",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(Lfu)),
};

struct Lfu;

impl SpillPolicy for Lfu {
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>) {
        let mut order = candidates(request, region);
        order.sort_by_key(|candidate| {
            let consumer = candidate.consumer;
            (consumer.uses, consumer.last_used, consumer.id)
        });
        take(&order, shortage, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, victims};
    use super::*;

    #[test]
    fn the_fewest_touches_go_first() {
        // Touches 5, 9 and 7 (the requester): 60 of the first, then 7 of the requester's own 67.
        let consumers = [consumer(0, 60, 50, 5), consumer(1, 30, 10, 9), consumer(2, 0, 100, 7)];
        assert_eq!(victims(&mut Lfu, &consumers, 67), [(0, 60), (2, 7)]);
    }
}
