//! Predictive: shares in proportion to what all are expected to want.
//!
//! Idea: a want of now says little of the want to come; what consumers of the same purpose wanted before says more.
//! The policy keeps an exponentially weighted average of what consumers wanted a slot, by purpose, and expects each
//! to want that, times a margin, or what it wants now if that is more. While all expectations fit, whoever asks gets
//! what is free; else everyone is held to the region's part in proportion to the expectations, so that early
//! comers leave room for the growth of others. After the moving window of Autopilot (Rzadca et al., EuroSys 2020),
//! which decays histograms and takes a percentile; departures: an average, by purpose and not by job.

use super::{AllocationPolicy, at_least, placeable, want, within};
use crate::base::{Args, Build, Bytes, Entry, Kind, param};
use crate::cluster::view::{Consumer, RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "predictive",
    summary: "shares in proportion to what all are expected to want (moving average by purpose)",
    source: "after Rzadca et al., EuroSys 2020 (Autopilot's moving window)",
    params: &[
        param("alpha", Kind::Number(0.0001, 1.0), "0.05", "weight of the newest request in the average"),
        param("margin", Kind::Number(0.0, 10.0), "1.15", "factor on the expected want"),
    ],
    traits: &[],
    build: |args: &Args| {
        let (alpha, margin) = (args.number("alpha"), args.number("margin"));
        Ok(Box::new(Predictive { alpha, margin, averages: [None; 5] }))
    },
};

struct Predictive {
    alpha: f64,
    margin: f64,
    /// Bytes wanted a slot, by `Purpose as usize`.
    averages: [Option<f64>; 5],
}

impl Predictive {
    fn learn(&mut self, consumer: &Consumer, want: Bytes) {
        let seen = want.as_f64() / f64::from(consumer.slots.max(1));
        let average = &mut self.averages[consumer.purpose as usize];
        *average = Some(average.map_or(seen, |old| old + self.alpha * (seen - old)));
    }

    /// Bytes that a consumer is expected to hold: what it wants now, or more.
    fn expected(&self, consumer: &Consumer, want: Bytes) -> f64 {
        let average = self.averages[consumer.purpose as usize].unwrap_or(0.0);
        want.as_f64().max(self.margin * average * f64::from(consumer.slots))
    }
}

impl AllocationPolicy for Predictive {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let asker = &region.consumers[request.consumer];
        let own_want = want(request.consumer, Some(request), region);
        self.learn(asker, own_want);
        let own = self.expected(asker, own_want);
        let others = region.consumers.iter().enumerate().filter(|(index, _)| *index != request.consumer);
        let all = own + others.map(|(_, other)| self.expected(other, other.wanted.max(other.held))).sum::<f64>();
        let capacity = region.capacity.as_f64();
        if all <= capacity {
            return at_least(request, placeable(region));
        }
        within(request, region, Bytes((capacity * own / all) as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;
    use crate::cluster::view::Purpose;

    #[test]
    fn room_is_left_for_expected_growth() {
        // Margin 1, alpha 0.5. Sorts wanted 80, then 40: the average is 60, and a sort that holds 10 is expected at 60.
        // A hash asks for 150 of 200: 210 are expected in all, so its part is 200 * 150/210 = 142.
        let mut policy = Predictive { alpha: 0.5, margin: 1.0, averages: [None; 5] };
        policy.learn(&consumer(0, Purpose::Sort, 0), Bytes(80));
        policy.learn(&consumer(0, Purpose::Sort, 0), Bytes(40));
        let consumers = [consumer(0, Purpose::Sort, 10), consumer(1, Purpose::Hash, 0)];
        assert_eq!(granted(&mut policy, &region(200, &consumers), 1, 150), 142);
        // A hash of 40 brings the average of hashes to 95: 155 are expected in all, and all is well.
        assert_eq!(granted(&mut policy, &region(200, &consumers), 1, 40), 40);
    }
}
