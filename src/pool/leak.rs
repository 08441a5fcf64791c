//! Leaks: blocks that are never returned, and a monitor that notices them.
//!
//! The monitor knows no program. It sees live bytes and how many of them were touched in each window of time, and calls
//! it a leak when what lives untouched grows window after window, by more than noise. Garbage that waits for a
//! collector makes teeth, so a window counts with its lowest point.

use std::collections::VecDeque;

use crate::base::Bytes;

/// Decides which blocks are never returned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leak {
    share: f64,
}

impl Leak {
    /// Loses this share of all blocks; shares outside 0 to 1 are taken as the nearer of the two.
    pub fn new(share: f64) -> Leak {
        Leak { share: share.clamp(0.0, 1.0) }
    }

    /// Whether a block is lost, by a number uniform in [0, 1) from a random stream of its own: then the same blocks
    /// are lost whatever else changes.
    pub fn keeps(self, uniform: f64) -> bool {
        uniform < self.share
    }
}

/// Watches for growth of what is live and not used.
#[derive(Clone, Debug)]
pub struct LeakMonitor {
    windows: usize,
    tolerance: f64,
    lowest: Option<u64>,
    touched: u64,
    /// Lowest live bytes less bytes touched, and bytes touched, of the last windows.
    history: VecDeque<(f64, f64)>,
}

/// What the last windows say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Bytes by which what is live and untouched grows in a window, by least squares.
    pub per_window: f64,
    /// Mean bytes touched in a window.
    pub working_set: f64,
    /// Whether this is called a leak.
    pub leaks: bool,
}

impl LeakMonitor {
    /// Calls a leak after `windows` (at least 3) windows, each above the one before, if they grow by more than `tolerance`
    /// times the working set a window.
    pub fn new(windows: usize, tolerance: f64) -> LeakMonitor {
        LeakMonitor {
            windows: windows.max(3),
            tolerance: tolerance.max(0.0),
            lowest: None,
            touched: 0,
            history: VecDeque::new(),
        }
    }

    /// So many bytes are live now.
    pub fn live(&mut self, bytes: Bytes) {
        self.lowest = Some(self.lowest.map_or(bytes.0, |lowest| lowest.min(bytes.0)));
    }

    /// So many more of the live bytes were touched in this window for the first time.
    pub fn touch(&mut self, bytes: Bytes) {
        self.touched = self.touched.saturating_add(bytes.0);
    }

    /// Ends a window in which `live` was told at least once; `None` until enough windows have passed.
    pub fn close_window(&mut self) -> Option<Growth> {
        let lowest = self.lowest.take()? as f64;
        let touched = std::mem::take(&mut self.touched) as f64;
        self.history.push_back((lowest - touched, touched));
        if self.history.len() > self.windows {
            self.history.pop_front();
        }
        (self.history.len() == self.windows).then(|| self.judge())
    }

    fn judge(&self) -> Growth {
        let count = self.history.len() as f64;
        let middle = (count - 1.0) / 2.0;
        let mean = self.history.iter().map(|window| window.0).sum::<f64>() / count;
        let working_set = self.history.iter().map(|window| window.1).sum::<f64>() / count;
        let (mut products, mut squares) = (0.0, 0.0);
        for (number, (idle, _)) in self.history.iter().enumerate() {
            let distance = number as f64 - middle;
            products += distance * (idle - mean);
            squares += distance * distance;
        }
        let per_window = products / squares;
        let rises = self.history.iter().zip(self.history.iter().skip(1)).all(|(one, next)| next.0 > one.0);
        Growth { per_window, working_set, leaks: rises && per_window > self.tolerance * working_set }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Windows of a program with teeth of 100, a working set of 1000 and some growth a window.
    fn verdicts(growth: u64, touched_too: bool) -> Vec<bool> {
        let mut monitor = LeakMonitor::new(5, 0.001);
        let window = |number: u64| {
            let live = 2000 + number * growth;
            [100, 0, 50].into_iter().for_each(|tooth| monitor.live(Bytes(live + tooth)));
            monitor.touch(Bytes(1000 + if touched_too { number * growth } else { 0 }));
            monitor.close_window().map(|growth| growth.leaks)
        };
        (0..8).filter_map(window).collect()
    }

    #[test]
    fn growth_beyond_the_working_set_is_a_leak_and_growth_with_it_is_none() {
        assert_eq!(verdicts(10, false), [true; 4]);
        assert_eq!(verdicts(10, true), [false; 4]);
        assert_eq!(verdicts(0, false), [false; 4]);
        assert_eq!(verdicts(1, false), [false; 4], "1 in 1000 is within the tolerance");
    }

    #[test]
    fn the_slope_is_that_of_least_squares() {
        let mut monitor = LeakMonitor::new(3, 0.0);
        let growth = [10, 40, 40].map(|live| {
            monitor.live(Bytes(live));
            monitor.close_window()
        });
        assert_eq!(growth[2], Some(Growth { per_window: 15.0, working_set: 0.0, leaks: false }));
        assert_eq!(monitor.close_window(), None, "nothing was told");
    }

    #[test]
    fn the_share_decides_how_many_blocks_are_lost() {
        let lost = |share| (0..1000).filter(|number| Leak::new(share).keeps(f64::from(*number) / 1000.0)).count();
        assert_eq!([lost(0.0), lost(0.25), lost(1.0), lost(7.0), lost(-1.0)], [0, 250, 1000, 1000, 0]);
    }
}
