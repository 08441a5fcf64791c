//! Copies while the task runs, then copies again what changed meanwhile, and stops it only for the last rest.
//!
//! Source: Clark et al., NSDI 2005, as a geometric series: with r = dirty rate / bandwidth, round n sends V r^n; after
//! the live rounds the task stops for V r^n. Rounds end early once the rest is below a threshold, or once more than `most` times the
//! state would have been sent. With r >= 1 nothing is gained, so only the first round is sent live. Departure:
//! changed sets saturate in reality; the geometric form lets them grow for ever.

use super::{Move, TransferCost, TransferPrice};
use crate::base::{Build, Bytes, Entry, Kind, SimSpan, param};

/// The registry entry.
pub const ENTRY: Entry<Build<dyn TransferPrice>> = Entry {
    name: "pre-copy",
    summary: "rounds of copying while the task runs, then a short stop for the rest",
    source: "Clark et al., NSDI 2005",
    params: &[
        param("rounds", Kind::Count(1, 1000), "5", "live rounds at most; the first sends everything"),
        param("threshold", Kind::Bytes, "0 B", "stop as soon as the rest is at most this"),
        param("most", Kind::Number(1.0, 1e6), "3", "live bytes at most, in multiples of the state"),
        param("fixed", Kind::Span, "0 s", "time besides the copy while the task is stopped"),
    ],
    traits: &[],
    build: |args| {
        Ok(Box::new(PreCopy {
            rounds: args.count("rounds"),
            threshold: args.bytes("threshold"),
            most: args.number("most"),
            fixed: args.span("fixed"),
        }))
    },
};

struct PreCopy {
    rounds: u64,
    threshold: Bytes,
    most: f64,
    fixed: SimSpan,
}

impl TransferPrice for PreCopy {
    fn cost(&self, what: &Move) -> TransferCost {
        let ratio = (what.dirty / what.bandwidth).min(1.0);
        let state = what.state.as_f64();
        let (mut live, mut rest) = (state, state * ratio);
        for _ in 1..self.rounds {
            if rest <= self.threshold.as_f64() || ratio >= 1.0 || live + rest > self.most * state {
                break;
            }
            live += rest;
            rest *= ratio;
        }
        TransferCost { live: Bytes::from_f64(live), stopped: Bytes::from_f64(rest), fixed: self.fixed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::testing::build;
    use crate::price::transfer::TRANSFER_PRICES;

    /// Family precopy_migration; whole bytes and nanoseconds bound the error.
    #[test]
    fn the_geometric_series_matches_the_published_cases() {
        let cases = [
            ("5", 8e9, 2.5e8, (9_999_360_000.0, 7.999488, 0.002048)),
            ("8", 2e9, 6e8, (3_840_951_517.0, 3.072761214, 0.004508684869)),
        ];
        for (rounds, state, dirty, (bytes, total, down)) in cases {
            let price = build(TRANSFER_PRICES, "pre-copy", &[("rounds", rounds)]);
            let cost = price.cost(&Move { state: Bytes::from_f64(state), dirty, bandwidth: 1.25e9 });
            assert!((cost.bytes().as_f64() - bytes).abs() <= 2.0, "{cost:?}");
            assert!((cost.total(1.25e9).as_secs() - total).abs() < 5e-9);
            assert!((cost.downtime(1.25e9).as_secs() - down).abs() < 2e-9);
        }
    }

    #[test]
    fn rounds_end_at_the_threshold_or_when_nothing_is_gained() {
        let short = build(TRANSFER_PRICES, "pre-copy", &[("rounds", "50"), ("threshold", "10 B")]);
        let cost = short.cost(&Move { state: Bytes(1000), dirty: 10.0, bandwidth: 100.0 });
        assert_eq!((cost.live, cost.stopped), (Bytes(1100), Bytes(10)));
        let hopeless = short.cost(&Move { state: Bytes(1000), dirty: 300.0, bandwidth: 100.0 });
        assert_eq!((hopeless.live, hopeless.stopped), (Bytes(1000), Bytes(1000)));
    }
}
