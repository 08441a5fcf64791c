//! When G1 begins to mark: at 45 % of the heap, until three cycles have shown how long one takes.
//!
//! Source: HotSpot (`g1IHOPControl.cpp`, JDK 9 and later). The threshold leaves room for what is promoted while marking runs and for
//! the young generation of the time. Departure: the length of a cycle is the plain mean of the last ten, where HotSpot
//! adds a share of their deviation.

use crate::base::Bytes;

/// What the adaptive threshold depends on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adaptive {
    /// Largest size of the heap.
    pub capacity: Bytes,
    /// Size of the heap that is aimed at; equal to the largest where `-Xms` = `-Xmx`.
    pub target: Bytes,
    /// Percent of the heap kept free for evacuation, 0 ..= 100.
    pub reserve: f64,
    /// Percent of the heap that may stay garbage, 0 ..= 100.
    pub waste: f64,
    /// Seconds from the start of a marking to the first mixed collection.
    pub marking: f64,
    /// Bytes a second by which the old generation grows.
    pub growth: f64,
    /// Expected size of the young generation at the first mixed collection.
    pub young: Bytes,
}

impl Adaptive {
    /// Occupancy that must not be passed before space is reclaimed.
    pub fn effective_target(&self) -> Bytes {
        let of_capacity = self.capacity.scale(1.0 - (self.reserve + self.waste) / 100.0);
        of_capacity.min(self.target.scale(1.0 - self.waste / 100.0))
    }

    /// Old bytes above which a marking has to begin; 0 where it should run all the time.
    pub fn threshold(&self) -> Bytes {
        let needed = Bytes::from_f64(self.marking * self.growth) + self.young;
        self.effective_target().saturating_sub(needed)
    }
}

/// Cycles before the threshold adapts (`G1AdaptiveIHOPNumInitialSamples`).
const READY: usize = 3;

/// Lengths that are remembered.
const KEPT: usize = 10;

/// Measured lengths of cycles and the growth of the old generation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Samples {
    lengths: [f64; KEPT],
    seen: usize,
    growth: f64,
}

impl Samples {
    /// A cycle took `seconds` up to the first mixed collection.
    pub fn cycle(&mut self, seconds: f64) {
        self.lengths[self.seen % KEPT] = seconds;
        self.seen += 1;
    }

    /// The old generation grew by `promoted` in `seconds`.
    pub fn growth(&mut self, promoted: Bytes, seconds: f64) {
        self.growth = 0.7 * self.growth + 0.3 * promoted.as_f64() / seconds.max(1e-6);
    }

    /// Mean length of a cycle and growth, once enough has been seen.
    pub fn ready(&self) -> Option<(f64, f64)> {
        let kept = self.seen.min(KEPT);
        let mean = self.lengths[..kept].iter().sum::<f64>() / kept.max(1) as f64;
        (self.seen >= READY).then_some((mean, self.growth))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_cycles_make_it_ready_and_ten_are_kept() {
        let mut samples = Samples::default();
        samples.cycle(1.0);
        samples.cycle(2.0);
        assert_eq!(samples.ready(), None);
        samples.cycle(3.0);
        samples.growth(Bytes(100), 1.0);
        let (mean, growth) = samples.ready().unwrap();
        assert!((mean - 2.0).abs() < 1e-12 && (growth - 30.0).abs() < 1e-9);
        (0..10).for_each(|_| samples.cycle(5.0));
        assert_eq!(samples.ready().unwrap().0, 5.0);
    }

    #[test]
    fn the_threshold_is_never_negative() {
        let adaptive = Adaptive {
            capacity: Bytes(1000),
            target: Bytes(1000),
            reserve: 10.0,
            waste: 5.0,
            marking: 10.0,
            growth: 1e9,
            young: Bytes(10),
        };
        assert_eq!((adaptive.effective_target(), adaptive.threshold()), (Bytes(850), Bytes::ZERO));
    }
}
