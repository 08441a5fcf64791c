//! Ages in the survivor spaces, and the averages by which HotSpot foresees promotion and survival.
//!
//! Source: HotSpot `AgeTable::compute_tenuring_threshold` and `AdaptivePaddedAverage`, `AdaptivePaddedNoZeroDevAverage`.
//! Aging has a price that can grow with the heap: the more room in the survivor spaces, the more often a newcomer is copied.
//! `tenuring` 0 or 1 switches it off. Departure: averages are kept in whole bytes, so that a steady load reaches a state that repeats exactly.

use crate::base::Bytes;

/// Number of ages: objects carry four bits for it.
pub const AGES: usize = 16;

/// Long-lived bytes in the survivor spaces by the number of collections survived; index 0 is unused.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ages(pub [Bytes; AGES]);

impl Ages {
    /// All ages together.
    pub fn total(&self) -> Bytes {
        self.0.iter().copied().sum()
    }

    /// The age at which the next collection promotes: the first one where younger and equal ages together hold more
    /// than half of a survivor space (`TargetSurvivorRatio` 50), at most `limit`.
    pub fn threshold(&self, medium: Bytes, survivor: Bytes, limit: usize) -> usize {
        let desired = survivor.0 / 2;
        let mut total = medium.0;
        for age in 1..AGES {
            total += self.0[age].0;
            if total > desired {
                return age.min(limit);
            }
        }
        limit
    }

    /// Takes up to `bytes` away, oldest first and no younger than `youngest`; returns what it took.
    pub fn take_oldest(&mut self, bytes: Bytes, youngest: usize) -> Bytes {
        let mut taken = Bytes::ZERO;
        for age in (youngest..AGES).rev() {
            let part = self.0[age].min(bytes.saturating_sub(taken));
            self.0[age] -= part;
            taken += part;
        }
        taken
    }

    /// Takes `bytes`, at most the total, from all ages alike; what rounding leaves comes from the oldest.
    pub fn take_alike(&mut self, bytes: Bytes) {
        let total = self.total();
        if bytes == Bytes::ZERO {
            return;
        }
        let mut left = bytes;
        for slot in &mut self.0 {
            let gone = Bytes((u128::from(slot.0) * u128::from(bytes.0) / u128::from(total.0)) as u64);
            *slot -= gone;
            left -= gone;
        }
        self.take_oldest(left, 1);
    }
}

/// Decaying mean padded by three mean deviations (`AdaptiveSizePolicyWeight` 10, `PromotedPadding` and `SurvivorPadding` 3).
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PaddedAverage {
    mean: u64,
    deviation: u64,
    samples: u32,
}

impl PaddedAverage {
    /// Adds a sample. The first ten weigh more, as in a plain mean.
    pub fn sample(&mut self, bytes: Bytes) {
        let weight = self.add(bytes);
        self.deviate(bytes, weight);
    }

    /// As [`PaddedAverage::sample`], but a sample of 0 leaves the deviation alone: how promotion is averaged.
    pub fn sample_promotion(&mut self, promoted: Bytes) {
        let weight = self.add(promoted);
        if promoted > Bytes::ZERO {
            self.deviate(promoted, weight);
        }
    }

    /// The estimate, on the safe side.
    pub fn padded(&self) -> Bytes {
        Bytes(self.mean + 3 * self.deviation)
    }

    fn add(&mut self, bytes: Bytes) -> f64 {
        self.samples = (self.samples + 1).min(10);
        let weight = (1.0 / f64::from(self.samples)).max(0.1);
        self.mean = blend(self.mean, bytes.as_f64(), weight);
        weight
    }

    fn deviate(&mut self, bytes: Bytes, weight: f64) {
        self.deviation = blend(self.deviation, (bytes.as_f64() - self.mean as f64).abs(), weight);
    }
}

fn blend(old: u64, new: f64, weight: f64) -> u64 {
    ((1.0 - weight) * old as f64 + weight * new).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_threshold_falls_when_survivors_crowd() {
        let mut ages = Ages::default();
        ages.0[1] = Bytes(30);
        ages.0[2] = Bytes(30);
        assert_eq!(ages.threshold(Bytes::ZERO, Bytes(100), 15), 2);
        assert_eq!(ages.threshold(Bytes(30), Bytes(100), 15), 1);
        assert_eq!(ages.threshold(Bytes::ZERO, Bytes(1000), 15), 15);
        assert_eq!(ages.threshold(Bytes::ZERO, Bytes(100), 0), 0);
    }

    #[test]
    fn the_oldest_leave_first() {
        let mut ages = Ages::default();
        ages.0[1] = Bytes(10);
        ages.0[5] = Bytes(10);
        assert_eq!(ages.take_oldest(Bytes(14), 1), Bytes(14));
        assert_eq!((ages.0[1], ages.0[5]), (Bytes(6), Bytes::ZERO));
        assert_eq!(ages.take_oldest(Bytes(14), 2), Bytes::ZERO);
    }

    #[test]
    fn the_average_settles_on_a_constant_load() {
        let mut average = PaddedAverage::default();
        average.sample_promotion(Bytes(1_000_000));
        assert_eq!(average.padded(), Bytes(1_000_000));
        for _ in 0..300 {
            average.sample_promotion(Bytes(1000));
        }
        assert!(average.padded().0 < 1100, "{average:?}");
        let settled = average;
        average.sample_promotion(Bytes(1000));
        assert_eq!(average, settled);
    }
}
