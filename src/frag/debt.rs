//! Compaction debt over time, with a limit on the work.
//!
//! While the probe fits, nothing must move, and while too little is free, moving does not help: both are known at once.
//! In between it takes a look at every hole. Such looks are made at every operation as long as that comes to no more than
//! some blocks an operation on average; beyond that they become rarer, and each holds until the next. All values count
//! with the time for which they hold.

use crate::base::{Bytes, SimTime};
use crate::pool::Pool;

/// Blocks and holes passed by looks, for each operation so far.
const ALLOWANCE: u64 = 48;
/// Looks that are made in any case, evenly over the operations.
const LEAST: usize = 400;

/// The mean of K over the time in which enough was free, being gathered.
pub(super) struct Debt {
    probe: Bytes,
    /// Operations between looks that are made in any case.
    gap: usize,
    at: SimTime,
    /// What has held since then.
    state: Option<u64>,
    /// What the last look said.
    seen: Option<u64>,
    allowed: u64,
    spent: u64,
    unlooked: usize,
    sum: f64,
    time: f64,
    due: u64,
    looks: u64,
}

/// K as it came out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct MeanDebt {
    /// Mean bytes to move for the probe over the time in which enough was free; `None` where it never was.
    pub bytes: Option<f64>,
    /// Operations at which it took a look at the holes.
    pub due: u64,
    /// Looks made; the mean is exact where that is as many.
    pub looks: u64,
}

impl Debt {
    /// Begins with the state of `pool` at `begin`, before a trace of `operations`.
    pub fn begin(pool: &Pool, (probe, begin): (Bytes, SimTime), operations: usize) -> Debt {
        let mut debt = Debt {
            probe: probe.max(Bytes(1)),
            gap: operations / LEAST,
            at: begin,
            state: None,
            seen: None,
            allowed: 0,
            spent: 0,
            unlooked: usize::MAX,
            sum: 0.0,
            time: 0.0,
            due: 0,
            looks: 0,
        };
        debt.state = debt.of(pool);
        debt
    }

    /// `operations` operations have been carried out since the last call, the last of them now.
    pub fn observe(&mut self, pool: &Pool, now: SimTime, operations: usize) {
        self.pass(now);
        self.allowed += ALLOWANCE * operations as u64;
        self.unlooked = self.unlooked.saturating_add(operations);
        self.state = self.of(pool);
    }

    fn of(&mut self, pool: &Pool) -> Option<u64> {
        if pool.largest_hole() >= self.probe {
            return Some(0);
        }
        if pool.available() < self.probe {
            return None;
        }
        self.due += 1;
        let cost = pool.blocks() + 1;
        if self.unlooked >= self.gap || self.spent + cost <= self.allowed {
            self.spent += cost;
            self.looks += 1;
            self.unlooked = 0;
            self.seen = pool.compaction_debt(self.probe).map(|bytes| bytes.0);
        }
        self.seen
    }

    fn pass(&mut self, now: SimTime) {
        let lasted = now.since(self.at).0 as f64;
        self.at = self.at.max(now);
        if let Some(debt) = self.state {
            self.sum += debt as f64 * lasted;
            self.time += lasted;
        }
    }

    /// The mean up to `now`.
    pub fn mean(mut self, now: SimTime) -> MeanDebt {
        self.pass(now);
        let bytes = (self.time > 0.0).then(|| self.sum / self.time);
        MeanDebt { bytes, due: self.due, looks: self.looks }
    }
}

#[cfg(test)]
mod tests {
    use super::super::contenders;
    use super::*;
    use crate::pool::{Averages, Block};

    /// Fills and empties a memory of `size` at random, one step a nanosecond; K from here, and K at every step.
    fn both(size: u64, steps: usize) -> (MeanDebt, f64) {
        let mut pool = contenders("first-fit").unwrap()[0].pool(Bytes(size)).unwrap();
        let (probe, mut state) = (Bytes(size / 16), 7u64);
        let mut exact = Averages::begin(&mut pool, probe, SimTime(0)).with_debt(&pool);
        let mut debt = Debt::begin(&pool, (probe, SimTime(0)), steps);
        let mut live: Vec<Block> = Vec::new();
        for step in 1..=steps as u64 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let number = (state >> 33) as usize;
            match pool.allocate(Bytes(1 + number as u64 % 40)) {
                Some(block) if !number.is_multiple_of(3) => live.push(block),
                granted => {
                    granted.iter().for_each(|block| pool.free(block));
                    let gone = (!live.is_empty()).then(|| live.swap_remove(number % live.len()));
                    gone.iter().for_each(|block| pool.free(block));
                }
            }
            exact.observe(&pool, SimTime(step));
            debt.observe(&pool, SimTime(step), 1);
        }
        let end = SimTime(steps as u64 + 5);
        (debt.mean(end), exact.means(end).debt.unwrap())
    }

    #[test]
    fn few_blocks_are_looked_at_every_time_and_give_the_exact_mean() {
        let (debt, exact) = both(200, 3000);
        assert!(debt.due > 100 && debt.looks == debt.due, "{debt:?}");
        assert!((debt.bytes.unwrap() - exact).abs() < 1e-9 * exact, "{debt:?} {exact}");
    }

    #[test]
    fn many_blocks_are_looked_at_now_and_then_which_comes_close() {
        let (debt, exact) = both(20_000, 30_000);
        assert!(debt.looks > 350 && debt.looks < debt.due / 4, "{debt:?}");
        assert!((debt.bytes.unwrap() / exact - 1.0).abs() < 0.02, "{debt:?} {exact}");
    }
}
