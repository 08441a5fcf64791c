//! The smallest memory in which an allocator serves a whole trace.
//!
//! Sizes on a grid are tried: the largest number of live bytes, below which no allocator can do it, plus multiples of a
//! step of about 1/512 of that. The search doubles its distance from the bound until a size serves the trace, and then
//! halves the gap between the last size that fails and the first that serves. More memory does not always help: an
//! allocator may serve a trace in one size and fail in a larger one. So the sizes at distances 1, 2, 4, … steps above
//! the answer, up to twice the answer, are tried too; where one of them fails, the search goes on above it. What comes
//! out is a size that serves the trace, with a step below it that does not, and all sizes tried above it serve it too.

use super::Settings;
use super::player::{Outcome, Player};
use crate::base::Bytes;
use crate::frag::allocations::Recording;

/// Steps between nothing and the bound.
const STEPS: u64 = 512;
/// Searches end at this many times the bound.
pub const MOST: u64 = 64;
/// Sizes tried in vain above answers that were none.
const RESTARTS: u32 = 16;

/// Where a search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smallest {
    /// Number of the contender.
    pub contender: usize,
    /// The answer; `None` where no size up to 64 times the bound serves the trace.
    pub bytes: Option<Bytes>,
    /// What the answer is exact to.
    pub step: Bytes,
    /// How many sizes above one that serves the trace failed.
    pub reversals: u32,
    /// Sizes tried.
    pub tried: u32,
}

/// Looks for the smallest memory for one contender.
pub(super) fn search(trace: &Recording, settings: &Settings, contender: usize) -> Result<Smallest, String> {
    let bound = trace.most_live().0;
    let step = (bound / STEPS).max(1).next_power_of_two();
    let mut failure = None;
    let serves = |place: u64| {
        let size = Bytes(bound.saturating_add(place.saturating_mul(step)));
        serves(trace, settings, (contender, size)).unwrap_or_else(|text| {
            failure = Some(text);
            false
        })
    };
    let last = bound.saturating_mul(MOST - 1) / step;
    let mut grid = Grid { serves, last, tried: 0, reversals: 0 };
    let place = grid.search(bound / step);
    let (tried, reversals) = (grid.tried, grid.reversals);
    match failure {
        Some(text) => Err(text),
        None => {
            let bytes = place.map(|place| Bytes(bound + place * step));
            Ok(Smallest { contender, bytes, step: Bytes(step), reversals, tried })
        }
    }
}

/// Whether a memory of this size serves the whole trace.
fn serves(trace: &Recording, settings: &Settings, (contender, size): (usize, Bytes)) -> Result<bool, String> {
    let how = (settings.reclamation, trace.slots());
    let mut player = Player::new(&settings.contenders[contender], size, how)?;
    player.pool = player.pool.unmeasured();
    Ok(trace.ops().all(|op| !matches!(player.play(&op), Outcome::Refused(_))))
}

/// Places on the grid: 0 is the bound.
struct Grid<F> {
    serves: F,
    last: u64,
    tried: u32,
    reversals: u32,
}

impl<F: FnMut(u64) -> bool> Grid<F> {
    fn serves(&mut self, place: u64) -> bool {
        self.tried += 1;
        (self.serves)(place)
    }

    /// The answer; `bound` is how many steps the bound itself is.
    fn search(&mut self, bound: u64) -> Option<u64> {
        let mut found = if self.serves(0) { 0 } else { self.above(0)? };
        while let Some(worse) = self.failing_above(found, bound) {
            self.reversals += 1;
            if self.reversals == RESTARTS {
                return None;
            }
            found = self.above(worse)?;
        }
        Some(found)
    }

    /// A place above `low`, which fails, that serves where the one below it fails.
    fn above(&mut self, mut low: u64) -> Option<u64> {
        let mut distance = 1;
        let mut high = loop {
            let place = low.saturating_add(distance);
            if place > self.last {
                return None;
            }
            if self.serves(place) {
                break place;
            }
            low = place;
            distance = distance.saturating_mul(2);
        };
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.serves(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        Some(high)
    }

    /// The highest of the places tried above an answer that fails.
    fn failing_above(&mut self, found: u64, bound: u64) -> Option<u64> {
        let distances = (0..64).map(|power| 1u64 << power).take_while(|distance| *distance <= bound + found);
        let places: Vec<u64> = distances.map(|distance| found + distance).collect();
        places.into_iter().rev().find(|place| !self.serves(*place))
    }
}

#[cfg(test)]
mod unit {
    use super::*;

    fn search(serves: impl Fn(u64) -> bool, last: u64) -> (Option<u64>, u32) {
        let mut grid = Grid { serves, last, tried: 0, reversals: 0 };
        (grid.search(512), grid.reversals)
    }

    #[test]
    fn a_threshold_is_found_exactly() {
        for threshold in [0, 1, 2, 3, 100, 511, 5000] {
            assert_eq!(search(|place| place >= threshold, 32_256), (Some(threshold), 0));
        }
        assert_eq!(search(|_| false, 32_256), (None, 0));
        assert_eq!(search(|place| place > 40_000, 32_256), (None, 0));
    }

    #[test]
    fn sizes_that_fail_above_an_answer_move_it_up() {
        // Serves from 100 on, but not at 108 nor at 356.
        assert_eq!(search(|place| place >= 100 && place != 108, 32_256), (Some(109), 1));
        assert_eq!(search(|place| place >= 100 && place != 108 && place != 356, 32_256), (Some(357), 1));
        assert_eq!(search(|place| place % 3 != 0 && place > 9, 32_256).0.map(|place| place % 3), None);
    }
}
