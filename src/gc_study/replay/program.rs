//! The program of a log as a load on a heap.

use crate::base::Bytes;
use crate::gc_study::calibrate::{Class, HeapPoint, Observed, Program, Spread};
use crate::kernel::Stream;

/// What a program asks of a heap, whatever the heap. Deviations are standard errors of what the log shows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Demand {
    /// Bytes allocated in a second in which the program runs, above 0.
    pub rate: Spread,
    /// Share of these bytes that a young collection copies, those copied before among them; at least 0.
    pub copied: Spread,
    /// Share of these bytes that comes into the old generation, 0 ..= 1.
    pub promoted: Spread,
    /// Live bytes.
    pub live: Spread,
    /// Bytes a second by which the live set grew over the log; may be negative. Replays hold the live set where it ended.
    pub growth: f64,
}

/// Parts into which a log is divided to see how far its shares scatter.
const PARTS: usize = 10;

/// Where logs tell nothing of survivors: a share of bytes that is common for programs that handle records.
const UNTOLD: Spread = Spread { mean: 0.02, deviation: 0.02 };

impl Demand {
    /// What a run shows.
    ///
    /// # Errors
    /// A log without times, or in which nothing is allocated.
    pub fn of(run: &Observed) -> Result<Demand, String> {
        let program = Program::of(run);
        let rate = program.allocation.filter(|rate| rate.mean > 0.0);
        let rate = rate.ok_or_else(|| format!("{}: the log does not tell how much is allocated", run.name))?;
        let live = late_live(run).or(program.live);
        let live = live.ok_or_else(|| format!("{}: the log does not tell the heap in use", run.name))?;
        let told = |told: Option<Spread>| told.unwrap_or(UNTOLD);
        let copied = told(share(run, |copied, _| copied));
        let promoted = told(share(run, |_, promoted| promoted));
        Ok(Demand {
            rate: Spread { deviation: rate.deviation / (PARTS as f64).sqrt(), ..rate },
            copied,
            promoted: Spread { mean: promoted.mean.min(copied.mean).min(1.0), ..promoted },
            live,
            growth: program.growth.unwrap_or(0.0),
        })
    }

    /// Live bytes.
    pub fn live(&self) -> Bytes {
        Bytes::from_f64(self.live.mean.max(0.0))
    }

    /// Another program that the log allows as well.
    pub fn drawn(&self, stream: &mut Stream) -> Demand {
        let mut draw = |of: Spread| Spread { mean: of.mean * factor(of.deviation / of.mean.max(1e-12), stream), ..of };
        Demand {
            rate: draw(self.rate),
            copied: draw(self.copied),
            promoted: draw(self.promoted),
            live: draw(self.live),
            ..*self
        }
    }
}

/// A factor above 0 about 1, that scatters by `error` (a share).
pub fn factor(error: f64, stream: &mut Stream) -> f64 {
    let normal = (-2.0 * stream.uniform_positive().ln()).sqrt() * (std::f64::consts::TAU * stream.uniform()).cos();
    let width = (1.0 + error * error).ln().sqrt();
    if width.is_finite() { (width * normal).exp() } else { 1.0 }
}

/// The live set at the end of the log: what full collections of its later half left. Without any, the least that other
/// collections left bounds it: closely where they empty the old generation too, loosely where they do not.
fn late_live(run: &Observed) -> Option<Spread> {
    let (from, until) = run.span()?;
    let late = |time: f64| time > 0.5 * (from + until);
    let full = run.samples.iter().filter(|sample| sample.class == Class::Full && sample.start_s.is_some_and(late));
    let told: Vec<f64> = full.filter_map(|sample| sample.live).collect();
    if !told.is_empty() {
        return spread(&told);
    }
    let left: Vec<f64> = run.heap.iter().filter(|point| late(point.time_s)).map(|point| point.after).collect();
    let part = left.len().div_ceil(PARTS / 2).max(1);
    let least: Vec<f64> = left.chunks(part).filter_map(|part| part.iter().copied().min_by(f64::total_cmp)).collect();
    let bound = spread(&least)?;
    let swept = run.samples.iter().any(|sample| matches!(sample.class, Class::Mixed | Class::Cycle));
    let share = if swept { 0.1 } else { 0.25 };
    Some(Spread { mean: (1.0 - share) * bound.mean, deviation: (share * bound.mean).hypot(bound.deviation) })
}

/// Mean and standard deviation; `None` of nothing.
fn spread(values: &[f64]) -> Option<Spread> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    (!values.is_empty()).then(|| Spread { mean, deviation: variance.sqrt() })
}

/// What young collections did with a share of the bytes allocated before them, over the later half of the log, with the
/// standard error of its parts.
fn share(run: &Observed, of: fn(f64, f64) -> f64) -> Option<Spread> {
    let young: Vec<(f64, f64)> =
        pairs(run).map(|(point, copied, promoted)| (point.allocated, of(copied, promoted))).collect();
    let late = young.get(young.len() / 2..).filter(|late| !late.is_empty())?;
    let sum = |part: &[(f64, f64)]| part.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    let (allocated, moved) = sum(late);
    let parts: Vec<f64> =
        late.chunks(late.len().div_ceil(PARTS)).map(sum).filter(|sum| sum.0 > 0.0).map(|sum| sum.1 / sum.0).collect();
    let scatter = spread(&parts).map_or(0.0, |spread| spread.deviation);
    (allocated > 0.0).then(|| Spread { mean: moved / allocated, deviation: scatter / (parts.len() as f64).sqrt() })
}

/// Young collections whose survivors are told, with the point of the heap at which each began.
fn pairs(run: &Observed) -> impl Iterator<Item = (&HeapPoint, f64, f64)> {
    let mut points = run.heap.iter().peekable();
    run.samples.iter().filter(|sample| sample.class == Class::Young).filter_map(move |sample| {
        let start = sample.start_s?;
        while points.next_if(|point| point.time_s < start).is_some() {}
        let point = points.peek().filter(|point| point.time_s <= start)?;
        Some((*point, sample.copied?, sample.promoted?))
    })
}
