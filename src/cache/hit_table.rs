//! Hit ratios looked up instead of solved: what a simulator asks for whenever a cache changes its size.
//!
//! Solving for Che's characteristic time takes milliseconds, and feedback loops resize caches all the time. A hit ratio
//! is a smooth function of the logarithm of the capacity, so it is solved on a grid of eight points an octave and taken
//! as linear between them (off by less than 0.001). Points are solved when first asked for and kept for the process:
//! they are values of a pure function, so who computes them first changes nothing.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::cache::{Eviction, Zipf};

/// Points an octave.
const FINENESS: f64 = 8.0;

/// Keys, exponent, rule and grid point of a hit ratio already solved.
type Point = (u64, u64, u8, i32);

static SOLVED: Mutex<BTreeMap<Point, f64>> = Mutex::new(BTreeMap::new());

/// Share of references to `law` that hit a cache with room for `capacity` keys of equal size.
pub fn hit_ratio(law: (u64, f64), eviction: Eviction, capacity: f64) -> f64 {
    let (keys, exponent) = law;
    if eviction == Eviction::Static || capacity <= 1.0 || capacity >= keys as f64 {
        return Zipf::new(keys, exponent).hit_ratio(eviction, capacity);
    }
    let place = capacity.log2() * FINENESS;
    let point = place.floor();
    let (low, high) = (solved(law, eviction, point as i32), solved(law, eviction, point as i32 + 1));
    low + (high - low) * (place - point)
}

fn solved(law: (u64, f64), eviction: Eviction, point: i32) -> f64 {
    let key = (law.0, law.1.to_bits(), eviction as u8, point);
    let known = SOLVED.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
    known.unwrap_or_else(|| {
        // Solved outside the lock: two threads may do the same work once, none waits for another's.
        let ratio = Zipf::new(law.0, law.1).hit_ratio(eviction, (f64::from(point) / FINENESS).exp2());
        SOLVED.lock().unwrap_or_else(PoisonError::into_inner).insert(key, ratio);
        ratio
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_within_a_thousandth_of_the_solution() {
        for (keys, exponent) in [(1_000_000, 0.8), (50_000, 1.0), (10_000_000, 0.4)] {
            let law = Zipf::new(keys, exponent);
            for capacity in [3.7, 111.0, 5_432.1, 40_000.0] {
                for eviction in [Eviction::Static, Eviction::Lru, Eviction::Fifo] {
                    let (table, exact) =
                        (hit_ratio((keys, exponent), eviction, capacity), law.hit_ratio(eviction, capacity));
                    assert!((table - exact).abs() < 1e-3, "{keys} {exponent} {capacity} {eviction:?}: {table} {exact}");
                }
            }
        }
    }
}
