//! The later part of a run predicted from its earlier part.
//!
//! Three questions, from the easiest to the hardest. *Prices*: how long was the application paused, given what each later
//! collection touched? *Collections*: how many were there, given how much was allocated? *Forecast*: how many, and how
//! long in all, if nothing of the later part is known? The first two judge the calibration; the third judges, besides,
//! whether the program went on as it was, which no log of its past can tell.

use super::half;
use crate::gc_study::calibrate::pricing::Pricing;
use crate::gc_study::calibrate::{Calibrated, Observed, Sample, alone};
use crate::kernel::Streams;

/// Measured and predicted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pair {
    /// What the log says.
    pub measured: f64,
    /// What the earlier part leads to expect.
    pub predicted: f64,
}

impl Pair {
    /// Predicted / measured - 1; `None` where nothing was measured.
    pub fn error(&self) -> Option<f64> {
        (self.measured > 0.0).then(|| self.predicted / self.measured - 1.0)
    }

    /// Whether the error is at most `share`.
    pub fn within(&self, share: f64) -> bool {
        self.error().is_some_and(|error| error.abs() <= share)
    }
}

/// What became of the later part of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Holdout {
    /// When it begins, seconds of the run.
    pub from_s: f64,
    /// Seconds of pauses, given what each collection touched.
    pub pauses: Pair,
    /// Collections, by replaying what the program allocated.
    pub collections: Pair,
    /// Seconds of pauses, given nothing.
    pub forecast_pauses: Pair,
    /// Collections, given nothing.
    pub forecast_collections: Pair,
}

/// A calibration with what it predicts of the later part of each run.
#[derive(Clone, Debug, Default)]
pub struct Judged {
    /// The calibration, on whole runs.
    pub calibrated: Calibrated,
    /// The later part of each run, predicted from its earlier one; absent where a run cannot be divided.
    pub holdouts: Vec<Option<Holdout>>,
}

/// Judges a calibration on the last `share` (above 0, below 1) of each run's time; `seed` is that of replayed draws.
pub fn judge(calibrated: Calibrated, share: f64, seed: u64) -> Judged {
    let streams = Streams::new(seed);
    let holdouts = calibrated.runs.iter().map(|run| hold_out(run, share, &streams)).collect();
    Judged { calibrated, holdouts }
}

/// The errors that are still good: of pauses and of collections.
pub const GOOD: (f64, f64) = (0.2, 0.15);

/// The last collections of the earlier part tell how the later one goes on: a quarter of them, at least this many.
const LATEST: usize = 3;

/// Holds out the last `share` (0 ..= 1) of a run's time; `None` without times, or where a part has no collection.
pub fn hold_out(run: &Observed, share: f64, streams: &Streams) -> Option<Holdout> {
    let (from, until) = run.span()?;
    let split = until - (until - from) * share;
    let is_late = |sample: &Sample| sample.start_s.is_some_and(|start| start > split);
    let (late, early): (Vec<Sample>, Vec<Sample>) = run.samples.iter().cloned().partition(is_late);
    let count = |samples: &[Sample]| samples.iter().filter(|sample| sample.counts).count() as f64;
    let paused = |samples: &[Sample]| samples.iter().filter(|s| s.class.is_pause()).map(|s| s.duration_s).sum::<f64>();
    if count(&early) < 1.0 || late.is_empty() {
        return None;
    }
    let heap = run.heap.iter().filter(|point| point.time_s <= split).copied().collect();
    let before = Observed { samples: early, heap, ..run.clone() };
    let (early, known) = (&before.samples, alone(&before, streams));
    let pricing = Pricing::of(early);
    let priced = late.iter().filter(|sample| sample.class.is_pause()).map(|sample| pricing.predict(sample)).sum();
    let rhythm = Rhythm::of(run, early, split)?;
    let allocated: f64 = run.heap.iter().filter(|point| point.time_s > split).map(|point| point.allocated).sum();
    let paced = rhythm.by_bytes(allocated);
    let (measured, total) = (count(&late), paused(&late));
    Some(Holdout {
        from_s: split,
        pauses: Pair { measured: total, predicted: priced },
        collections: Pair { measured, predicted: half(run, split, (&before, &known)).unwrap_or(paced) },
        forecast_pauses: Pair { measured: total, predicted: rhythm.paused * (until - split) },
        forecast_collections: Pair { measured, predicted: rhythm.often * (until - split) },
    })
}

/// How collections followed each other at the end of the earlier part.
struct Rhythm {
    /// Bytes between two collections that free memory was the reason for.
    apart: Option<f64>,
    /// Collections a second.
    often: f64,
    /// Seconds of pauses a second.
    paused: f64,
}

impl Rhythm {
    fn of(run: &Observed, early: &[Sample], split: f64) -> Option<Rhythm> {
        let counted: Vec<&Sample> = early.iter().filter(|sample| sample.counts).collect();
        let free: Vec<&Sample> = counted.iter().copied().filter(|sample| !sample.asked).collect();
        let chosen = if free.len() > 1 { &free } else { &counted };
        let kept = (chosen.len() / 4).max(LATEST).min(chosen.len());
        let since = chosen.get(chosen.len() - kept)?.start_s?;
        // The collection that begins the stretch ends an interval that lies before it.
        let earlier = chosen.get((chosen.len() - kept).checked_sub(1)?).and_then(|sample| sample.start_s);
        let begin = earlier.unwrap_or(since);
        let inside = |time: f64| time > begin && time <= split;
        let bytes: f64 = run.heap.iter().filter(|point| inside(point.time_s)).map(|point| point.allocated).sum();
        let later = early.iter().filter(|sample| sample.start_s.is_some_and(inside));
        let (mut count, mut paused) = (0.0, 0.0);
        for sample in later {
            count += f64::from(u8::from(sample.counts));
            paused += if sample.class.is_pause() { sample.duration_s } else { 0.0 };
        }
        let length = (split - begin).max(f64::MIN_POSITIVE);
        let apart = (count > 0.0 && bytes > 0.0).then_some(bytes / count);
        Some(Rhythm { apart, often: count / length, paused: paused / length })
    }

    /// Collections while `bytes` are allocated.
    fn by_bytes(&self, bytes: f64) -> f64 {
        self.apart.map_or(0.0, |apart| bytes / apart)
    }
}
