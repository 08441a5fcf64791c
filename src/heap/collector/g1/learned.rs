//! What G1 learns from the times that the driver tells it.
//!
//! Source: HotSpot (`g1Analytics.cpp`): decaying averages with a weight of 0.3 for the newest. Departure: two rates, pause per byte of
//! eden and per byte copied, stand for the dozen that HotSpot keeps.

use super::super::stopwatch::Stopwatch;
use super::ihop::Samples;
use crate::base::{Bytes, SimSpan};
use crate::heap::{CollectionKind, Touched};

/// Averages and the stopwatch of the running cycle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Learned {
    /// Lengths of cycles and growth of the old generation.
    pub cycles: Samples,
    per_eden: f64,
    per_copied: f64,
    cycle: Stopwatch,
}

/// The part of a pause that does not depend on what is collected.
const FIXED: f64 = 5e-3;

/// Weight of the newest sample.
const NEWEST: f64 = 0.3;

impl Learned {
    /// A pause after some time of running.
    pub fn paused(&mut self, touched: &Touched, eden: Bytes, (pause, mutator): (SimSpan, SimSpan)) {
        let (pause, all) = (pause.as_secs(), (pause + mutator).as_secs());
        if let Some(whole) = self.cycle.tick(all) {
            self.cycles.cycle(whole);
        }
        let variable = (pause - FIXED).max(0.0);
        if touched.kind == CollectionKind::Young {
            average(&mut self.per_eden, variable / eden.as_f64().max(1.0));
        }
        if matches!(touched.kind, CollectionKind::Young | CollectionKind::Mixed) {
            average(&mut self.per_copied, variable / touched.copied.as_f64().max(1.0));
            self.cycles.growth(touched.promoted, all);
        }
    }

    /// A marking begins with the pause that is told next.
    pub fn marking_begins(&mut self) {
        self.cycle.start();
    }

    /// The pause that is told next is the last one before mixed collections.
    pub fn prepared(&mut self) {
        self.cycle.end();
    }

    /// A full collection ends the cycle.
    pub fn marking_ends(&mut self) {
        self.cycle.stop();
    }

    /// Eden whose collection is expected to take `goal`; infinite before anything is known.
    pub fn eden_within(&self, goal: SimSpan, pessimism: f64) -> f64 {
        within(goal, pessimism, self.per_eden)
    }

    /// Bytes whose copying is expected to take `goal`.
    pub fn copied_within(&self, goal: SimSpan, pessimism: f64) -> Bytes {
        Bytes::from_f64(within(goal, pessimism, self.per_copied))
    }
}

fn within(goal: SimSpan, pessimism: f64, rate: f64) -> f64 {
    if rate > 0.0 { (goal.as_secs() / pessimism - FIXED).max(0.0) / rate } else { 1e18 }
}

fn average(of: &mut f64, sample: f64) {
    *of = if *of == 0.0 { sample } else { (1.0 - NEWEST) * *of + NEWEST * sample };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_goal_is_met_by_what_was_measured() {
        let mut learned = Learned::default();
        assert!(learned.eden_within(SimSpan::millis(200), 1.0) > 1e15);
        let young = Touched { copied: Bytes(1000), ..Touched::nothing(CollectionKind::Young, 1, Bytes::ZERO) };
        learned.paused(&young, Bytes(10_000), (SimSpan::millis(105), SimSpan::secs(1)));
        assert!((learned.eden_within(SimSpan::millis(205), 1.0) - 20_000.0).abs() < 1e-6);
        assert_eq!(learned.copied_within(SimSpan::millis(205), 1.0), Bytes(2000));
        assert!((learned.eden_within(SimSpan::millis(210), 2.0) - 10_000.0).abs() < 1e-6);
    }

    #[test]
    fn a_cycle_lasts_from_one_pause_to_another() {
        let mut learned = Learned::default();
        let young = Touched::nothing(CollectionKind::Young, 1, Bytes::ZERO);
        let pause = |learned: &mut Learned| learned.paused(&young, Bytes(1), (SimSpan::millis(10), SimSpan::secs(1)));
        for _ in 0..3 {
            learned.marking_begins();
            pause(&mut learned);
            pause(&mut learned);
            learned.prepared();
            pause(&mut learned);
            pause(&mut learned);
        }
        assert!((learned.cycles.ready().expect("three cycles").0 - 2.02).abs() < 1e-9);
    }
}
