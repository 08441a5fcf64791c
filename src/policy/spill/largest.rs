//! Largest: the consumer with the most bytes goes first.
//!
//! Idea: few victims, long sequential writes; who holds most can probably spare most. After Spark's
//! `TaskMemoryManager`. Departure: Spark looks for the smallest consumer that covers the shortage before it takes the
//! largest; here the largest is taken at once. The requester counts with what it asks for. Ties go to the older one.

use super::{SpillPolicy, Victim, candidates, take};
use crate::base::{Args, Build, Bytes, Entry};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "largest",
    summary: "the consumer that holds most goes first",
    source: "after Spark TaskMemoryManager",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(Largest)),
};

struct Largest;

impl SpillPolicy for Largest {
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>) {
        let mut order = candidates(request, region);
        order.sort_by_key(|candidate| (std::cmp::Reverse(candidate.most), candidate.consumer.id));
        take(&order, shortage, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, victims};
    use super::*;

    #[test]
    fn the_most_bytes_go_first() {
        // 65 are missing: consumer 1 has the most. Of 150, the requester's own 150 are the most; where it cannot spill,
        // 120 are 70 of consumer 1 and 50 of consumer 0, and 150 cannot be covered.
        let consumers = [consumer(0, 60, 0, 1), consumer(1, 70, 0, 1), consumer(2, 0, 100, 1)];
        assert_eq!(victims(&mut Largest, &consumers, 65), [(1, 65)]);
        assert_eq!(victims(&mut Largest, &consumers, 150), [(2, 150)]);
        let fixed = [consumers[0], consumers[1], crate::cluster::view::Consumer { spillable: false, ..consumers[2] }];
        assert_eq!(victims(&mut Largest, &fixed, 120), [(1, 70), (0, 50)]);
        assert_eq!(victims(&mut Largest, &fixed, 150), [(1, 70), (0, 60)]);
    }
}
