//! What a log measured, in the terms in which whatif answers.

use super::likely::quantile;
use crate::gc_study::calibrate::Observed;

/// What one run's log says of its collections.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Share of the time from the first collection to the last that was spent in pauses, 0 ..= 1.
    pub paused: f64,
    /// Median pause, seconds.
    pub p50_s: f64,
    /// 99th percentile of pauses, seconds.
    pub p99_s: f64,
    /// Longest pause, seconds.
    pub max_s: f64,
    /// Collections an hour.
    pub per_hour: f64,
    /// Time from the first collection to the last, seconds.
    pub span_s: f64,
    /// Collections.
    pub collections: usize,
}

impl Measured {
    /// What a run shows; `None` without times, or without two collections.
    pub fn of(run: &Observed) -> Option<Measured> {
        let (from, until) = run.span()?;
        let pauses = run.samples.iter().filter(|sample| sample.class.is_pause());
        let mut pauses: Vec<f64> = pauses.map(|sample| sample.duration_s).collect();
        pauses.sort_by(f64::total_cmp);
        let collections = run.samples.iter().filter(|sample| sample.counts).count();
        let of = |share: f64| quantile(&pauses, share).unwrap_or(0.0);
        (collections >= 2).then(|| Measured {
            paused: (run.paused_s() / (until - from)).min(1.0),
            p50_s: of(0.5),
            p99_s: of(0.99),
            max_s: of(1.0),
            per_hour: collections as f64 / (until - from) * 3600.0,
            span_s: until - from,
            collections,
        })
    }
}
