//! Averages over time against sums by hand, and footprint against live memory.

use super::*;
use crate::base::SimTime;
use crate::pool::{Averages, FootprintRatios};

fn second(number: u64) -> SimTime {
    SimTime(number * 1_000_000_000)
}

#[test]
fn each_state_counts_for_as_long_as_it_lasts() {
    let mut pool = pool("first-fit", 100);
    let mut averages = Averages::begin(&mut pool, Bytes(30), second(10)).with_debt(&pool);
    let blocks: Vec<_> = [20, 20, 20, 20].map(|size| pool.allocate(Bytes(size)).unwrap()).into();
    averages.observe(&pool, second(11)); // 1 s empty, then one hole of 20.
    pool.free(&blocks[1]);
    averages.observe(&pool, second(14)); // 3 s with 20 free, then two holes of 20.
    let means = averages.means(second(18)); // 4 s of that.
    assert_eq!(means.seconds, 8.0);
    assert!(close(means.holes, (1.0 + 3.0 + 2.0 * 4.0) / 8.0, 1e-12));
    assert!(close(means.external, 0.5 * 4.0 / 8.0, 1e-12));
    assert!(close(means.pair, 0.5 * 4.0 / 8.0, 1e-12));
    assert!(close(means.unusable, 7.0 / 8.0, 1e-12));
    assert!(close(means.unplaceable, (0.1 + 7.0) / 8.0, 1e-12));
    assert!(close(means.largest, (100.0 + 7.0 * 20.0) / 8.0, 1e-12));
    assert!(close(means.free, (100.0 + 60.0 + 160.0) / 8.0, 1e-12));
    assert!(close(means.blocked, 7.0 / 8.0, 1e-12));
    // 1 - (1 + 20 / 30) for 3 s and 1 - (1 + 40 / 30) / 2 for 4 s.
    assert!(close(means.index.unwrap(), (-2.0 / 3.0 * 3.0 - 1.0 / 6.0 * 4.0) / 7.0, 1e-12));
    // 0 for 1 s, not to be had for 3 s, then the 40 between the holes for 4 s.
    assert!(close(means.debt.unwrap(), 40.0 * 4.0 / 5.0, 1e-12));
    assert!(close(means.ratios.average().unwrap(), (3.0 + 80.0 / 60.0 * 4.0) / 7.0, 1e-12));
}

#[test]
fn nothing_observed_has_means_of_zero() {
    let mut pool = pool("segments", 1 << 20);
    let averages = Averages::begin(&mut pool, Bytes(0), second(5));
    let means = averages.means(second(4));
    assert_eq!((means.seconds, means.external, means.index, means.debt), (0.0, 0.0, None, None));
    assert_eq!(means.ratios, FootprintRatios::default());
}

#[test]
fn the_four_ratios_look_at_different_moments() {
    let mut ratios = FootprintRatios::default();
    assert_eq!((ratios.average(), ratios.at_most_live(), ratios.of_extremes()), (None, None, None));
    for (footprint, live, seconds) in [(100, 100, 1.0), (120, 110, 2.0), (150, 75, 1.0), (60, 0, 9.0)] {
        ratios.state(Bytes(footprint), Bytes(live));
        ratios.pass(seconds);
    }
    assert!(close(ratios.average().unwrap(), (1.0 + 2.0 * 120.0 / 110.0 + 2.0) / 4.0, 1e-12));
    assert_eq!(ratios.at_most_live(), Some(120.0 / 110.0));
    assert_eq!(ratios.at_widest(), Some(2.0));
    assert_eq!(ratios.of_extremes(), Some(150.0 / 110.0));
}
