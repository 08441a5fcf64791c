//! LRU: the consumer that has not touched its memory for longest goes first.
//!
//! Idea: what was not needed lately will not be needed soon. Textbook replacement, on whole consumers instead of
//! pages. The requester has just touched its memory, so it comes last. Ties go to the older consumer.

use super::{SpillPolicy, Victim, candidates, take};
use crate::base::{Args, Build, Bytes, Entry};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "lru",
    summary: "the least recently used consumer goes first",
    source: "textbook",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(Lru)),
};

struct Lru;

impl SpillPolicy for Lru {
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>) {
        let mut order = candidates(request, region);
        order.sort_by_key(|candidate| (candidate.consumer.last_used, candidate.consumer.id));
        take(&order, shortage, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, victims};
    use super::*;

    #[test]
    fn the_longest_idle_goes_first() {
        // Last used at 50, 10 and 100 s (the requester): 30 of the second, then 20 of the first.
        let consumers = [consumer(0, 60, 50, 1), consumer(1, 30, 10, 9), consumer(2, 0, 100, 1)];
        assert_eq!(victims(&mut Lru, &consumers, 50), [(1, 30), (0, 20)]);
        assert_eq!(victims(&mut Lru, &consumers, 95), [(1, 30), (0, 60), (2, 5)]);
    }
}
