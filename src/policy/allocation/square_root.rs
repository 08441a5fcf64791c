//! Square root: memory in proportion to the square root of size times rate of use.
//!
//! Idea: where the cost of having m of the w bytes wanted falls like w g / m (collections a second of a heap, misses of
//! a cache scanned in turn), the sum of all costs is least when m is proportional to sqrt(w g). MemBalancer's rule
//! (Kirisame, Shenoy & Panchekha, OOPSLA 2022) for the spare memory of heaps. Departures: w is what a consumer wants
//! and g its touches so far, as the view has no rates, so among consumers of different age the older one gains; all
//! bytes are divided, not those above the live set; a share stops at the want, the rest is divided again. Caches are
//! told their share at every sample.

use super::{AllocationPolicy, push_elastic, shares, within};
use crate::base::{Args, Build, Bytes, ConsumerId, Entry};
use crate::cluster::view::{Consumer, RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "square-root",
    summary: "shares in proportion to the square root of want times touches, up to the want",
    source: "Kirisame, Shenoy & Panchekha, OOPSLA 2022 (MemBalancer)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(SquareRoot)),
};

struct SquareRoot;

fn weight(consumer: &Consumer, want: Bytes) -> f64 {
    // A consumer that has not been used yet counts as used once, else it would get nothing ever.
    (want.as_f64() * consumer.uses.max(1) as f64).sqrt()
}

impl AllocationPolicy for SquareRoot {
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
    use super::super::fill_progressively;
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::Purpose;

    #[test]
    fn spare_memory_is_split_as_published() {
        // Family membalancer_split of the verification table: weights sqrt(live * garbage), no upper limit.
        let split = |total: f64, heaps: &[(u64, u64)]| {
            let weigh = |(live, garbage): &(u64, u64)| {
                let heap = Consumer { uses: *garbage, ..consumer(0, Purpose::State, 0) };
                (f64::INFINITY, weight(&heap, Bytes(*live)))
            };
            fill_progressively(total, &heaps.iter().map(weigh).collect::<Vec<_>>())
        };
        assert_eq!(split(300.0, &[(100, 50), (400, 50)]), [100.0, 200.0]);
        let expected = [93.83632136, 375.3452854, 530.8183932];
        for (share, expected) in split(1000.0, &[(64, 20), (256, 80), (1024, 40)]).iter().zip(expected) {
            assert!((share - expected).abs() < 1e-7, "{share} is not {expected}");
        }
    }

    #[test]
    fn four_times_the_touches_give_twice_the_memory() {
        // Wants 200 and 200, touches 4 and 1: weights 2 : 1, so 80 and 40 of 120.
        let wants = |id, uses| Consumer { wanted: Bytes(200), uses, ..consumer(id, Purpose::State, 0) };
        let consumers = [wants(0, 4), wants(1, 1)];
        assert_eq!(granted(&mut SquareRoot, &region(120, &consumers), 0, 200), 80);
        assert_eq!(granted(&mut SquareRoot, &region(120, &consumers), 1, 200), 40);
    }
}
