//! How much memory a container should ask for, from the peaks of its past days.
//!
//! Source: the recommender of Kubernetes' vertical pod autoscaler, as read. One peak an interval of a day goes into a
//! histogram of exponential buckets (10 MB, each 5 % larger than the one before, up to 1 TB) with a weight that halves
//! every day; percentiles are the upper ends of buckets. A margin is added, and bounds move away from the target the fewer
//! days are known. Departure: weights are taken at the time of the question, so there is no reference time to shift.

use crate::base::Bytes;

const FIRST_BUCKET: f64 = 1e7;
const GROWTH: f64 = 0.05;
const LARGEST: f64 = 1e12;

/// Settings with the recommender's defaults.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Hours in which a peak loses half of its weight, above 0.
    pub half_life: f64,
    /// What is added to percentiles, as a share.
    pub margin: f64,
    /// Percentiles of lower bound, target and upper bound, 0 ..= 1.
    pub percentiles: [f64; 3],
    /// Least that is recommended, in bytes.
    pub least: f64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { half_life: 24.0, margin: 0.15, percentiles: [0.5, 0.9, 0.95], least: Bytes::mib(250).as_f64() }
    }
}

/// What is recommended, in bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recommendation {
    /// The percentile of the target, as the histogram has it.
    pub percentile: f64,
    /// What to request.
    pub target: f64,
    /// A container that requests less is restarted with the target.
    pub lower: f64,
    /// One that requests more is too.
    pub upper: f64,
}

/// Peaks of a container.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recommender {
    settings: Settings,
    /// Bytes, and age in hours.
    peaks: Vec<(f64, f64)>,
}

impl Recommender {
    /// One that has seen nothing yet.
    pub fn new(settings: Settings) -> Recommender {
        Recommender { settings, peaks: Vec::new() }
    }

    /// Adds a peak of `bytes` that is `age` hours old, both at least 0.
    pub fn add(&mut self, bytes: f64, age: f64) {
        self.peaks.push((bytes, age));
    }

    /// What to ask for, when peaks are known for so many days (above 0); `None` where there is no peak.
    pub fn recommend(&self, days: f64) -> Option<Recommendation> {
        let Settings { margin, percentiles: [lower, target, upper], least, .. } = self.settings;
        let with = |percentile: f64, factor: f64| ((1.0 + margin) * percentile * factor).max(least);
        let percentile = self.percentile(target)?;
        Some(Recommendation {
            percentile,
            target: with(percentile, 1.0),
            lower: with(self.percentile(lower)?, (1.0 + 0.001 / days).powi(-2)),
            upper: with(self.percentile(upper)?, 1.0 + 1.0 / days),
        })
    }

    /// The upper end of the bucket in which peaks of a share `of` of all weight lie at or below.
    fn percentile(&self, of: f64) -> Option<f64> {
        let mut weights = vec![0.0; bucket(LARGEST) + 1];
        let last = weights.len() - 1;
        for (bytes, age) in &self.peaks {
            weights[bucket(*bytes)] += (-age / self.settings.half_life).exp2();
        }
        let threshold = of * weights.iter().sum::<f64>();
        let highest = weights.iter().rposition(|weight| *weight > 0.0)?;
        let mut sum = 0.0;
        let reaches = |weight: &f64| {
            sum += weight;
            sum >= threshold
        };
        let found = weights.iter().position(reaches).unwrap_or(highest).min(highest);
        // The last bucket has no end.
        Some(if found == last { start(found) } else { start(found + 1) })
    }
}

/// Where a bucket begins.
fn start(bucket: usize) -> f64 {
    FIRST_BUCKET * ((1.0 + GROWTH).powi(bucket as i32) - 1.0) / GROWTH
}

/// The bucket of a peak.
fn bucket(bytes: f64) -> usize {
    if bytes < FIRST_BUCKET {
        return 0;
    }
    ((bytes.min(LARGEST) * GROWTH / FIRST_BUCKET + 1.0).ln() / (1.0 + GROWTH).ln()) as usize
}

/// The peak that counts for a container that was killed with `bytes` in use: a fifth more, and 100 MiB more at least.
pub fn after_out_of_memory(bytes: f64) -> f64 {
    (1.2 * bytes).max(bytes + Bytes::mib(100).as_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_peak_gives_the_end_of_its_bucket() {
        let mut recommender = Recommender::default();
        assert_eq!(recommender.recommend(1.0), None);
        recommender.add(15e6, 0.0);
        // Buckets end at 10, 20.5, 31.525 MB; 250 MiB are the least.
        let found = recommender.recommend(1.0).unwrap();
        assert!((found.percentile - 20.5e6).abs() < 1e-3, "{found:?}");
        assert_eq!([found.lower, found.target, found.upper], [250.0 * 1048576.0; 3]);
    }

    #[test]
    fn old_peaks_weigh_less_and_few_days_widen_the_bounds() {
        let mut recommender = Recommender::default();
        recommender.add(1e9, 0.0);
        recommender.add(4e9, 96.0);
        // Weights 1 and 1/16: the old peak is beyond the 90th percentile, but not beyond the 95th.
        let found = recommender.recommend(2.0).unwrap();
        assert!((1e9..1.06e9).contains(&found.percentile) && found.upper > 1.5 * 1.15 * 4e9, "{found:?}");
        let later = recommender.recommend(8.0).unwrap();
        assert!(later.upper < found.upper && later.lower > found.lower && later.target == found.target);
        assert_eq!(after_out_of_memory(300e6), 404_857_600.0);
        assert_eq!(after_out_of_memory(2e9), 2.4e9);
    }
}
