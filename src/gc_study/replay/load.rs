//! The program of a log on a simulated heap: a steady stream of bytes.

use super::Source;
use crate::base::Bytes;
use crate::heap::Allocation;
use crate::jvm::{Mutator, Slice, Stretch};

/// Allocates at the same cost for ever. Its units are seconds of the program without collections.
pub struct Steady {
    cost: f64,
    speed: f64,
    survival: f64,
    turnover: f64,
    /// Bytes so far.
    pub allocated: f64,
}

impl Steady {
    /// The program of `source` on so many cores.
    pub fn new(source: &Source, cores: f64) -> Steady {
        let demand = &source.demand;
        // What comes into the old generation and does not make it grow takes the place of something else.
        let growth = (demand.growth / demand.rate.mean).clamp(0.0, demand.promoted.mean);
        Steady {
            cost: source.cost,
            speed: source.logged.cores.min(cores),
            survival: source.survival.min(1.0 - demand.promoted.mean),
            turnover: demand.promoted.mean - growth,
            allocated: 0.0,
        }
    }
}

impl Mutator for Steady {
    fn cost(&self) -> f64 {
        self.cost
    }

    fn advance(&mut self, slice: Slice) -> Stretch {
        let allocation = Allocation {
            bytes: slice.bytes,
            survival: self.survival,
            turnover: self.turnover,
            ..Allocation::default()
        };
        self.allocated += slice.bytes.as_f64();
        Stretch {
            allocation,
            growth: Bytes::ZERO,
            released: Bytes::ZERO,
            units: slice.bytes.as_f64() * self.cost / self.speed,
        }
    }
}
