//! Cost and benefit: the most bytes freed for each byte that will have to be written and read again.
//!
//! Idea: a victim costs a fixed overhead (a seek, a file) and its bytes once to write, and all of that once more if
//! it is touched again soon. With touches at the mean rate so far, that happens within `horizon` with chance
//! p = 1 - exp(-rate * horizon). The score is freed / ((overhead + freed) (1 + p)): cold consumers first, and among
//! equally cold ones those large enough to cover the shortage without many small writes. After the marginal benefit
//! of DB2's memory manager (Storm et al., VLDB 2006) and the cost-benefit cleaner of log-structured file systems
//! (Rosenblum & Ousterhout 1992). Departures: the rate is touches over the time of the whole run, as the view has no
//! time of birth; it does not look at the price models, which stay apart from policies.

use super::{Candidate, SpillPolicy, Victim, candidates, take};
use crate::base::{Args, Build, Bytes, Entry, Kind, SimSpan, param};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "cost-benefit",
    summary: "the most bytes freed for each byte to be written and, by the rate of touches, read again",
    source: "after Storm et al., VLDB 2006; Rosenblum & Ousterhout 1992",
    params: &[
        param("horizon", Kind::Span, "60 s", "a touch within this time means reading back"),
        param("overhead", Kind::Bytes, "256 KiB", "bytes that the disk could pass during the fixed cost of a victim"),
    ],
    traits: &[],
    build: |args: &Args| Ok(Box::new(CostBenefit { horizon: args.span("horizon"), overhead: args.bytes("overhead") })),
};

struct CostBenefit {
    horizon: SimSpan,
    overhead: Bytes,
}

impl CostBenefit {
    fn score(&self, candidate: &Candidate, shortage: Bytes, region: &RegionView) -> f64 {
        // Within the first second a rate would be noise.
        let rate = candidate.consumer.uses as f64 / region.now.as_secs().max(1.0);
        let again = 1.0 - (-rate * self.horizon.as_secs()).exp();
        let freed = candidate.most.min(shortage).as_f64();
        freed / ((self.overhead.as_f64() + freed) * (1.0 + again))
    }
}

impl SpillPolicy for CostBenefit {
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>) {
        let mut order: Vec<(f64, Candidate)> = candidates(request, region)
            .into_iter()
            .map(|candidate| (self.score(&candidate, shortage, region), candidate))
            .collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.consumer.id.cmp(&b.1.consumer.id)));
        let order: Vec<Candidate> = order.into_iter().map(|(_, candidate)| candidate).collect();
        take(&order, shortage, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, victims};
    use super::*;

    #[test]
    fn cold_and_large_goes_before_hot_and_before_small() {
        // At 100 s with a horizon of 100 s, rate * horizon is the number of touches; overhead 50, shortage 100.
        // Hot and large (4 touches): 100 / (150 * (1 + 1 - e^-4)) = 0.336. Cold (1 touch), 90 bytes:
        // 90 / (140 * 1.632) = 0.394. Never touched but small: 20 / (70 * 1) = 0.286. The requester cannot spill.
        let mut asker = consumer(3, 0, 100, 1);
        asker.spillable = false;
        let consumers = [consumer(0, 500, 0, 4), consumer(1, 90, 0, 1), consumer(2, 20, 0, 0), asker];
        let mut policy = CostBenefit { horizon: SimSpan::secs(100), overhead: Bytes(50) };
        assert_eq!(victims(&mut policy, &consumers, 100), [(1, 90), (0, 10)]);
        // Without overhead size does not matter, and the untouched one goes first.
        policy.overhead = Bytes::ZERO;
        assert_eq!(victims(&mut policy, &consumers, 100), [(2, 20), (1, 80)]);
    }
}
