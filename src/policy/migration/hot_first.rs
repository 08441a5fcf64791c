//! Hot first: residents move in the order of increasing state for each touch a second.
//!
//! Idea: while state is under way, those who touch it wait. Where moves follow each other over one link, the sum of
//! touch rate times completion time is least in the order of increasing state over rate: Smith's rule (Naval Research
//! Logistics Quarterly 1956). Meces (Gu et al., ATC 2022) fetches hot keys first for the same reason. Residents that
//! nobody touches come last. When it is done, and where to, is as in `threshold`. Departure: the order is optimal for
//! a given set of moves; here it also chooses the set.

use super::{Action, MigrationPolicy, Occasion, SHEDDING, Shedding};
use crate::base::{Args, Build, Entry, Trait};
use crate::cluster::view::{Resident, Sample};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "hot-first",
    summary: "as threshold, but in the order of increasing state over touch rate (Smith's rule)",
    source: "Smith 1956; Gu et al., ATC 2022 (Meces)",
    params: SHEDDING,
    traits: &[Trait::NeedsPeers],
    build: |args: &Args| Ok(Box::new(HotFirst(Shedding::new(args)?))),
};

struct HotFirst(Shedding);

fn state_a_touch(resident: &Resident) -> f64 {
    if resident.rate > 0.0 { resident.state.as_f64() / resident.rate } else { f64::INFINITY }
}

impl MigrationPolicy for HotFirst {
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>) {
        self.0.plan(occasion, sample, state_a_touch, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{moves, resident, shortage, task_manager, tick};
    use super::*;

    #[test]
    fn state_over_rate_gives_the_order() {
        // State over rate: 60/30 = 2, 9/3 = 3, 5/1 = 5 and never touched; 30, 30, 20 and 10 bytes of memory.
        // 15 to shed of 90: the first is enough. A shortage of 70 takes the first three.
        let residents =
            [resident(1, 20, 5, 1.0), resident(2, 30, 9, 3.0), resident(3, 10, 1, 0.0), resident(4, 30, 60, 30.0)];
        let task_managers = [task_manager(0.0, &residents), task_manager(0.0, &[])];
        let mut policy = HotFirst(Shedding { high: 0.85, low: 0.75, moves: 4 });
        assert_eq!(tick(&mut policy, 0, 0, &task_managers), moves(&[(4, 1)]));
        assert_eq!(shortage(&mut policy, &task_managers, (70, 4)), moves(&[(4, 1), (2, 1), (1, 1)]));
    }

    #[test]
    fn no_order_waits_less() {
        // All orders of three moves over a link of one byte a second: the sum of rate times completion time.
        let wait = |order: [(f64, f64); 3]| {
            let mut done = 0.0;
            order
                .iter()
                .map(|(state, rate)| {
                    done += state;
                    rate * done
                })
                .sum::<f64>()
        };
        let (a, b, c) = ((60.0, 30.0), (9.0, 3.0), (5.0, 1.0));
        let best = wait([a, b, c]);
        assert_eq!(best, 30.0 * 60.0 + 3.0 * 69.0 + 74.0);
        assert!([[a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]].iter().all(|order| wait(*order) > best));
    }
}
