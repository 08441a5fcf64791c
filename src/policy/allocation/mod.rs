//! How much a consumer gets of a region.

use crate::base::{Build, Bytes, ConsumerId};
use crate::cluster::view::{Consumer, RegionView, Request};
use crate::registry;

pub mod drf;

/// Decides over one request at a time; must not assume that its earlier answers were carried out.
pub trait AllocationPolicy {
    /// Bytes that the request may take now: at most `request.bytes`, at most `region.free`, and either 0 or at
    /// least `request.least`. 0 sends the request on to the pressure steps; so does what is missing of it.
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes;

    /// Most bytes that each elastic consumer should hold from now on; asked at every sample of the monitor.
    /// A consumer that is not named keeps what it has.
    fn targets(&mut self, _region: &RegionView, _out: &mut Vec<(ConsumerId, Bytes)>) {}
}

registry! {
    /// Allocation policies; the first is the do-nothing member.
    pub static ALLOCATION: Build<dyn AllocationPolicy>;
    static_partition,
    flink_weights,
    unified_first_come,
    max_min,
    priority,
    spark_unified,
    working_set,
    square_root,
    predictive,
    oracle,
}

/// Cuts `room` down to what was asked, or to nothing where the least useful amount does not fit.
pub(crate) fn at_least(request: &Request, room: Bytes) -> Bytes {
    let grant = room.min(request.bytes);
    if grant < request.least { Bytes::ZERO } else { grant }
}

/// Bytes that a grant could take now: it is placed as one block.
pub(crate) fn placeable(region: &RegionView) -> Bytes {
    region.free.min(region.largest_hole)
}

/// Grants within what the requester may hold in all.
pub(crate) fn within(request: &Request, region: &RegionView, share: Bytes) -> Bytes {
    let held = region.consumers[request.consumer].held;
    at_least(request, share.saturating_sub(held).min(placeable(region)))
}

/// What the consumer at `index` would hold if memory were free; the requester counts what it asks for.
pub(crate) fn want(index: usize, request: Option<&Request>, region: &RegionView) -> Bytes {
    let consumer = &region.consumers[index];
    let asked = request.filter(|request| request.consumer == index).map_or(Bytes::ZERO, |request| request.bytes);
    consumer.wanted.max(consumer.held + asked)
}

/// Weighted max-min shares of `total` for (demand, weight) claims, by progressive filling: all shares grow in
/// proportion to their weights, and a share stops at its demand (Bertsekas & Gallager).
pub fn fill_progressively(total: f64, claims: &[(f64, f64)]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..claims.len()).collect();
    order.sort_by(|a, b| (claims[*a].0 / claims[*a].1).total_cmp(&(claims[*b].0 / claims[*b].1)));
    let mut shares = vec![0.0; claims.len()];
    let (mut left, mut weights) = (total, claims.iter().map(|claim| claim.1).sum::<f64>());
    for index in order {
        let (demand, weight) = claims[index];
        shares[index] = demand.min(left.max(0.0) * weight / weights);
        left -= shares[index];
        weights -= weight;
    }
    shares
}

/// Share of each consumer when what all want is filled up in proportion to `weight(consumer, want)`.
pub(crate) fn shares(
    region: &RegionView,
    request: Option<&Request>,
    weight: fn(&Consumer, Bytes) -> f64,
) -> Vec<Bytes> {
    let claim = |(index, consumer): (usize, &Consumer)| {
        let want = want(index, request, region);
        (want.as_f64(), weight(consumer, want).max(f64::MIN_POSITIVE))
    };
    let claims: Vec<_> = region.consumers.iter().enumerate().map(claim).collect();
    let filled = fill_progressively(region.capacity.as_f64(), &claims);
    filled.into_iter().map(|share| Bytes(share as u64)).collect()
}

/// Names the shares of the elastic consumers.
pub(crate) fn push_elastic(region: &RegionView, shares: &[Bytes], out: &mut Vec<(ConsumerId, Bytes)>) {
    let elastic = region.consumers.iter().zip(shares).filter(|(consumer, _)| consumer.evictable);
    out.extend(elastic.map(|(consumer, share)| (consumer.id, *share)));
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::{SimTime, TaskManagerId};
    use crate::cluster::view::Purpose;

    /// A consumer in a slot of its own that wants no more than it holds.
    pub(crate) fn consumer(id: u32, purpose: Purpose, held: u64) -> Consumer {
        Consumer {
            id: ConsumerId(id),
            purpose,
            slot: id,
            slots: 1,
            weight: 1.0,
            priority: 0,
            held: Bytes(held),
            wanted: Bytes(held),
            spilled: Bytes::ZERO,
            peak: Bytes(held),
            spillable: true,
            evictable: purpose == Purpose::State,
            last_used: SimTime::ZERO,
            uses: 1,
            next_use: SimTime::NEVER,
        }
    }

    /// A region of 4 slots without holes.
    pub(crate) fn region(capacity: u64, consumers: &[Consumer]) -> RegionView<'_> {
        let free = Bytes(capacity) - consumers.iter().map(|consumer| consumer.held).sum();
        RegionView {
            now: SimTime(100_000_000_000),
            task_manager: TaskManagerId(0),
            capacity: Bytes(capacity),
            free,
            largest_hole: free,
            slots: 4,
            consumers,
        }
    }

    /// What the consumer at `index` gets of `bytes`, any part of which is of use.
    pub(crate) fn granted(policy: &mut dyn AllocationPolicy, view: &RegionView, index: usize, bytes: u64) -> u64 {
        policy.grant(&Request { consumer: index, bytes: Bytes(bytes), least: Bytes(1) }, view).0
    }

    fn numbers(text: &str) -> Vec<f64> {
        text.split('|').filter_map(|number| number.parse().ok()).collect()
    }

    #[test]
    fn progressive_filling_gives_the_published_shares() {
        // Family weighted_max_min of the verification table, to its ten digits.
        for (total, demands, weights, expected) in [
            (100.0, "10|20|60|80", "1|1|1|1", "10|20|35|35"),
            (100.0, "10|20|60|80", "1|1|2|1", "10|20|46.66666667|23.33333333"),
            (64.0, "50|30|5|12", "3|1|1|2", "35.25|11.75|5|12"),
        ] {
            let claims: Vec<_> = numbers(demands).into_iter().zip(numbers(weights)).collect();
            for (share, expected) in fill_progressively(total, &claims).iter().zip(numbers(expected)) {
                assert!((share - expected).abs() < 1e-8 * expected, "{share} is not {expected}");
            }
        }
    }
}
