//! Belady: the consumer whose next touch is farthest in the future goes first.
//!
//! Idea: the reference that knows when memory is touched again. Belady's MIN (IBM Systems Journal 1966) is optimal for
//! pages of one size and one cost; consumers differ in size, so it is a strong reference here and no strict bound.
//! Without foresight nothing is known to be touched again: then, and among ties, the longest idle goes first, the
//! requester last.

use super::{SpillPolicy, Victim, candidates, take};
use crate::base::{Args, Build, Bytes, Entry, Trait};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "belady",
    summary: "bound: the consumer whose next touch is farthest away goes first",
    source: "Belady, IBM Systems Journal 1966",
    params: &[],
    traits: &[Trait::Bound, Trait::NeedsForesight],
    build: |_: &Args| Ok(Box::new(Belady)),
};

struct Belady;

impl SpillPolicy for Belady {
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>) {
        let mut order = candidates(request, region);
        order.sort_by_key(|candidate| {
            let consumer = candidate.consumer;
            let is_requester = candidate.index == request.consumer;
            (std::cmp::Reverse(consumer.next_use), is_requester, consumer.last_used, consumer.id)
        });
        take(&order, shortage, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, victims};
    use super::*;
    use crate::base::SimTime;
    use crate::cluster::view::Consumer;

    #[test]
    fn the_farthest_next_touch_goes_first() {
        // Next touches at 200 s, at 900 s, and never: 10 of the third, 30 of the second, 5 of the first; the
        // requester, touched again at 101 s, keeps what it asks for.
        let at = |seconds: u64, other: Consumer| Consumer { next_use: SimTime(seconds * 1_000_000_000), ..other };
        let consumers = [
            at(200, consumer(0, 60, 0, 1)),
            at(900, consumer(1, 30, 99, 9)),
            consumer(2, 10, 99, 9),
            at(101, consumer(3, 0, 100, 1)),
        ];
        assert_eq!(victims(&mut Belady, &consumers, 45), [(2, 10), (1, 30), (0, 5)]);
    }
}
