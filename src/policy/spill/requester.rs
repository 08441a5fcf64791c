//! Requester: whoever asks for too much spills the excess itself.
//!
//! Idea: nobody pays for a neighbour's need. It is what Flink's sorts and hash joins do, which spill their own data
//! once their part is full, and the only choice that helps where an allocation policy fences consumers off from each
//! other. What the requester spills is the missing part of its request.

use super::{SpillPolicy, Victim, candidates, take};
use crate::base::{Args, Build, Bytes, Entry};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "requester",
    summary: "the requester puts the missing part of its request on disk",
    source: "Flink external sort and hybrid hash join",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(Requester)),
};

struct Requester;

impl SpillPolicy for Requester {
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>) {
        let mut order = candidates(request, region);
        order.retain(|candidate| candidate.index == request.consumer);
        take(&order, shortage, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, victims};
    use super::*;

    #[test]
    fn only_the_requester_pays() {
        // 40 are missing; others hold 900, but the requester's own 40 go to disk. One that cannot spill is no help.
        let mut consumers = [consumer(0, 900, 0, 1), consumer(1, 0, 100, 1)];
        assert_eq!(victims(&mut Requester, &consumers, 40), [(1, 40)]);
        consumers[1].spillable = false;
        assert_eq!(victims(&mut Requester, &consumers, 40), []);
    }
}
