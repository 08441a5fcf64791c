//! The coefficients of one law, what is known of them, and what is not.

use super::law::{Law, Term};
use super::least::{self, MOST, Row, median};
use super::sample::Sample;
use crate::kernel::Streams;

/// What came of a coefficient.
#[derive(Clone, Debug, PartialEq)]
pub enum Standing {
    /// Fitted, with a standard error as a share of the value.
    Fitted(f64),
    /// Not to be told from these logs; the default stands in, for the reason given.
    Default(String),
    /// Not to be told from these logs, and the default contradicts them; the largest value that they allow, in the
    /// units of the coefficient, bounds the fitted one.
    Bounded(f64),
}

/// A coefficient after the fit.
#[derive(Clone, Debug)]
pub struct Coefficient {
    /// Which one.
    pub term: Term,
    /// Nanoseconds, or nanoseconds a byte.
    pub value: f64,
    /// How it came about.
    pub standing: Standing,
}

/// A fitted law.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Which one.
    pub law: Law,
    /// In the order of its terms.
    pub coefficients: Vec<Coefficient>,
    /// What each further thread adds: as fitted, or the default.
    pub efficiency: f64,
    /// Whether the efficiency was fitted.
    pub efficiency_fitted: bool,
    /// Samples that took part.
    pub samples: usize,
    /// Defaults of the coefficients.
    pub defaults: [f64; MOST],
    /// Sum of what was measured over the sum of what is predicted: what outliers add.
    pub excess: f64,
}

/// Above this standard error, as a share of the value, a coefficient is not identified.
pub const IDENTIFIED: f64 = 0.5;
/// Fewer samples than this give no coefficient.
pub const FEWEST: usize = 4;
/// Samples drawn anew to see how far coefficients scatter.
const DRAWS: u64 = 100;
/// Rows in a draw, at most: more of them do not change what the scatter says.
const DRAWN: usize = 1000;

/// The defaults of a law: coefficients in the order of its terms, and the efficiency.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Defaults {
    /// Nanoseconds, or nanoseconds a byte.
    pub values: [f64; MOST],
    /// What each further thread adds, 0 ..= 1.
    pub efficiency: f64,
}

/// Fits `law` to the samples of its class.
pub fn fit(law: Law, samples: &[Sample], defaults: &Defaults, streams: &Streams) -> Fitted {
    let samples: Vec<&Sample> =
        samples.iter().filter(|sample| sample.class == law.class && sample.duration_s > 0.0).collect();
    let known: Vec<usize> = (0..law.terms.len()).filter(|&at| is_told(&samples, &law.terms[at])).collect();
    let (efficiency, efficiency_fitted) = efficiency(&law, &samples, &known, defaults);
    let rows: Vec<Row> = samples.iter().filter_map(|sample| law.row(sample, &known, efficiency)).collect();
    let mut task = Task { law, rows, known, defaults, streams };
    let coefficients = task.coefficients();
    let values = values(&coefficients);
    let (measured, predicted) =
        task.rows.iter().fold((0.0, 0.0), |sum, row| (sum.0 + row.y, sum.1 + row.predict(&values)));
    let excess = if predicted > 0.0 && task.rows.len() >= FEWEST { measured / predicted } else { 1.0 };
    Fitted {
        law,
        coefficients,
        efficiency,
        efficiency_fitted,
        samples: task.rows.len(),
        defaults: defaults.values,
        excess,
    }
}

/// The values in an array, 0 where there are fewer.
fn values(coefficients: &[Coefficient]) -> [f64; MOST] {
    let mut all = [0.0; MOST];
    all.iter_mut().zip(coefficients).for_each(|(slot, coefficient)| *slot = coefficient.value);
    all
}

/// Whether at least a third of the samples tell the feature.
fn is_told(samples: &[&Sample], term: &Term) -> bool {
    3 * samples.iter().filter(|sample| (term.feature)(sample).is_some()).count() > samples.len()
}

/// What each further thread adds, on a grid; only to be told where thread counts differ.
fn efficiency(law: &Law, samples: &[&Sample], known: &[usize], defaults: &Defaults) -> (f64, bool) {
    let counts = |threads: f64| samples.iter().filter(|sample| sample.threads == threads).count();
    let mut threads: Vec<f64> = samples.iter().map(|sample| sample.threads).collect();
    threads.sort_by(f64::total_cmp);
    threads.dedup();
    threads.retain(|threads| counts(*threads) >= 2 * FEWEST);
    if law.efficiency.is_none() || threads.len() < 2 {
        return (defaults.efficiency, false);
    }
    let cost = |efficiency: f64| {
        let rows: Vec<Row> = samples.iter().filter_map(|sample| law.row(sample, known, efficiency)).collect();
        let found = least::fit(&rows, known, [0.0; MOST]);
        rows.iter().map(|row| (row.y / row.predict(&found).max(1.0)).ln().abs()).sum::<f64>()
    };
    let grid = (0..=20).map(|step| f64::from(step) / 20.0);
    let best = grid.map(|efficiency| (cost(efficiency), efficiency)).min_by(|a, b| a.0.total_cmp(&b.0));
    best.map_or((defaults.efficiency, false), |best| (best.1, true))
}

/// How well a coefficient is known.
#[derive(Clone, Copy)]
struct Precision {
    /// Its place in the law.
    at: usize,
    /// Standard error as a share of its value; infinite where that is 0.
    error: f64,
    /// Largest value of 95 % of the draws.
    largest: f64,
}

struct Task<'a> {
    law: Law,
    rows: Vec<Row>,
    known: Vec<usize>,
    defaults: &'a Defaults,
    streams: &'a Streams,
}

impl Task<'_> {
    /// Fits what can be told; takes the least certain coefficient out until the rest is certain.
    fn coefficients(&mut self) -> Vec<Coefficient> {
        let mut standing: Vec<Option<Standing>> = vec![None; self.law.terms.len()];
        let mut held = [0.0; MOST];
        for at in 0..standing.len() {
            if let Some(reason) = self.untold(at) {
                held[at] = self.defaults.values[at];
                standing[at] = Some(Standing::Default(reason));
            }
        }
        self.mixed_up(&mut standing, &mut held);
        let mut free: Vec<usize> = (0..standing.len()).filter(|at| standing[*at].is_none()).collect();
        while !free.is_empty() {
            let found = least::fit(&self.rows, &free, held);
            let errors = self.errors(&free, held, &found);
            let worst = errors.iter().copied().max_by(|a, b| a.error.total_cmp(&b.error));
            let Some(worst) = worst.filter(|worst| worst.error > IDENTIFIED) else {
                errors.iter().for_each(|one| standing[one.at] = Some(Standing::Fitted(one.error)));
                held = found;
                break;
            };
            let at = worst.at;
            free.retain(|other| *other != at);
            (held[at], standing[at]) = self.give_up(worst, &free, held, found[at]);
        }
        let made = |(at, term): (usize, &Term)| {
            let standing = standing[at].take().unwrap_or(Standing::Default("there is nothing to fit".into()));
            Coefficient { term: *term, value: held[at], standing }
        };
        self.law.terms.iter().enumerate().map(made).collect()
    }

    /// A cost whose bytes the logs do not tell hides in all others: none of them can be fitted then.
    fn mixed_up(&self, standing: &mut [Option<Standing>], held: &mut [f64; MOST]) {
        let hidden = |at: &usize| !self.known.contains(at) && self.defaults.values[*at] > 0.0;
        let Some(hidden) = (0..standing.len()).find(hidden) else { return };
        let reason = format!("cannot be told apart from {}, which the logs do not tell", self.law.terms[hidden].key);
        for (at, standing) in standing.iter_mut().enumerate().filter(|(_, standing)| standing.is_none()) {
            held[at] = self.defaults.values[at];
            *standing = Some(Standing::Default(reason.clone()));
        }
    }

    /// Why a coefficient cannot even be tried.
    fn untold(&self, at: usize) -> Option<String> {
        let term = &self.law.terms[at];
        if self.rows.len() < FEWEST {
            return Some(format!("the logs have {} such collections", self.rows.len()));
        }
        if !self.known.contains(&at) {
            return Some(format!("the logs do not tell: {}", term.meaning));
        }
        let moved = self.rows.iter().filter(|row| row.x[at] > 0.0).count();
        (moved < FEWEST).then(|| format!("never varies: {}", term.meaning))
    }

    /// The default in place of a coefficient that is not identified, unless these logs contradict it.
    fn give_up(
        &self,
        Precision { at, error, largest }: Precision,
        free: &[usize],
        held: [f64; MOST],
        found: f64,
    ) -> (f64, Option<Standing>) {
        let off = |value: f64| {
            let held = with(held, at, value);
            let all = least::fit(&self.rows, free, held);
            median(self.rows.iter().map(|row| (row.predict(&all) / row.y - 1.0).abs()).collect()).unwrap_or(0.0)
        };
        let default = self.defaults.values[at];
        if default > largest && off(default) > 1.1 * off(found) + 0.01 {
            return (found, Some(Standing::Bounded(largest)));
        }
        let reason = match error.is_finite() {
            true => format!("standard error {:.0} % of the value", 100.0 * error),
            false => "the fit puts it at 0".to_string(),
        };
        (default, Some(Standing::Default(reason)))
    }

    /// How well each free coefficient is known, by draws of the rows. Neighbours are drawn together, since what disturbs one collection often disturbs the next.
    fn errors(&self, free: &[usize], held: [f64; MOST], found: &[f64; MOST]) -> Vec<Precision> {
        let stride = self.rows.len().div_ceil(DRAWN).max(1);
        let rows: Vec<Row> = self.rows.iter().step_by(stride).copied().collect();
        let block = (rows.len() as f64).sqrt().ceil().max(1.0) as usize;
        let mut draws: Vec<[f64; MOST]> = Vec::new();
        for draw in 0..DRAWS {
            let mut stream = self.streams.stream("bootstrap", draw);
            let mut chosen: Vec<Row> = Vec::with_capacity(rows.len() + block);
            while chosen.len() < rows.len() {
                let from = stream.index(rows.len());
                chosen.extend(rows.iter().cycle().skip(from).take(block));
            }
            draws.push(least::fit(&chosen, free, held));
        }
        let of = |&at: &usize| {
            let mut all: Vec<f64> = draws.iter().map(|draw| draw[at]).collect();
            let mean = all.iter().sum::<f64>() / all.len().max(1) as f64;
            let variance = all.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (all.len().max(2) - 1) as f64;
            let error = if found[at] > 0.0 { variance.sqrt() / found[at] } else { f64::INFINITY };
            Precision { at, error, largest: least::quantile(&mut all, 0.95).unwrap_or(0.0) }
        };
        free.iter().map(of).collect()
    }
}

fn with(mut values: [f64; MOST], at: usize, value: f64) -> [f64; MOST] {
    if let Some(slot) = values.get_mut(at) {
        *slot = value;
    }
    values
}

impl Coefficient {
    /// Whether these logs tell it.
    pub fn is_fitted(&self) -> bool {
        matches!(self.standing, Standing::Fitted(_))
    }

    /// Whether these logs tell it, or at least bound it.
    pub fn is_told(&self) -> bool {
        !matches!(self.standing, Standing::Default(_))
    }
}

impl Fitted {
    /// The coefficient called `key`.
    pub fn coefficient(&self, key: &str) -> Option<&Coefficient> {
        self.coefficients.iter().find(|coefficient| coefficient.term.key == key)
    }

    /// Fitted coefficients of bytes over their defaults.
    pub fn ratios(&self) -> impl Iterator<Item = f64> {
        let all = self.coefficients.iter().zip(self.defaults);
        all.filter(|(coefficient, default)| coefficient.is_fitted() && !coefficient.term.is_time && *default > 0.0)
            .map(|(coefficient, default)| coefficient.value / default)
    }

    /// Seconds that the law gives for a sample; features that the log does not tell count as 0.
    pub fn predict(&self, sample: &Sample) -> f64 {
        let told = |term: &Term| (term.feature)(sample).unwrap_or(0.0);
        let sum: f64 = self.coefficients.iter().map(|coefficient| coefficient.value * told(&coefficient.term)).sum();
        let speed = match self.law.efficiency {
            Some(_) => super::law::speed_up(sample.threads, self.efficiency),
            None => 1.0,
        };
        1e-9 * sum / (speed * sample.cores)
    }
}

#[cfg(test)]
mod tests {
    use super::super::law::laws;
    use super::super::sample::Class;
    use super::*;
    use crate::gc_log::Kind;

    /// A young collection on `threads` threads that copies `copied` MB, of which `fresh` touch new pages.
    fn young(copied: f64, fresh: f64, threads: f64) -> Sample {
        let work = 2e6 + 0.5 * copied * 1e6 + 1.5 * fresh * 1e6;
        Sample {
            class: Class::Young,
            kind: Kind::Young,
            start_s: None,
            duration_s: 1e-9 * work / (1.0 + (threads - 1.0) * 0.6),
            before: None,
            after: None,
            copied: Some(copied * 1e6),
            promoted: None,
            fresh: Some(fresh * 1e6),
            old: None,
            live: None,
            capacity: None,
            young: None,
            threads,
            said_threads: true,
            cores: 1.0,
            asked: false,
            counts: true,
        }
    }

    fn fitted(samples: &[Sample], defaults: [f64; MOST]) -> Fitted {
        let defaults = Defaults { values: defaults, efficiency: 0.8 };
        fit(laws("parallel")[0], samples, &defaults, &Streams::new(1))
    }

    #[test]
    fn exact_samples_give_back_prices_and_efficiency() {
        let each = |i: u32| young(f64::from(i % 7), f64::from(i % 3), f64::from(1 + i % 2));
        let law = fitted(&(0..60).map(each).collect::<Vec<_>>(), [0.0; MOST]);
        for (coefficient, truth) in law.coefficients.iter().zip([2e6, 0.5, 1.5]) {
            assert!((coefficient.value / truth - 1.0).abs() < 1e-3, "{coefficient:?}");
            assert!(matches!(coefficient.standing, Standing::Fitted(error) if error < 1e-3), "{coefficient:?}");
        }
        assert!(law.efficiency_fitted && (law.efficiency - 0.6).abs() < 1e-9);
        assert!((law.predict(&young(3.0, 2.0, 2.0)) - young(3.0, 2.0, 2.0).duration_s).abs() < 1e-6);
    }

    #[test]
    fn what_never_varies_is_kept_at_the_default() {
        let law = fitted(&(0..40).map(|i| young(f64::from(i % 7), 0.0, 1.0)).collect::<Vec<_>>(), [1.0, 1.0, 9.0, 0.0]);
        let fresh = &law.coefficients[2];
        assert_eq!((fresh.value, law.efficiency, law.efficiency_fitted), (9.0, 0.8, false));
        assert!(matches!(&fresh.standing, Standing::Default(reason) if reason.contains("never varies")), "{fresh:?}");
        assert!((law.coefficients[1].value - 0.5).abs() < 1e-3);
    }

    #[test]
    fn a_default_that_contradicts_the_logs_is_not_kept() {
        let costless =
            |i: u32| Sample { duration_s: 1e-3 * f64::from(1 + i % 7), ..young(f64::from(1 + i % 7), 0.0, 1.0) };
        let law = fitted(&(0..40).map(costless).collect::<Vec<_>>(), [50e6, 1.0, 1.0, 0.0]);
        let young_fixed = &law.coefficients[0];
        assert!(matches!(young_fixed.standing, Standing::Bounded(_)) && young_fixed.value < 1e5, "{young_fixed:?}");
        assert!((law.coefficients[1].value - 1.0).abs() < 1e-3);
    }

    #[test]
    fn bytes_that_no_log_tells_make_the_rest_untold_too() {
        let samples: Vec<Sample> = (0..40).map(|i| Sample { copied: None, ..young(f64::from(i), 0.0, 1.0) }).collect();
        let law = fitted(&samples, [7e6, 0.4, 1.0, 0.0]);
        assert_eq!(law.coefficients[0].value, 7e6);
        assert!(law.coefficients.iter().all(|coefficient| !coefficient.is_told()));
        assert!(law.excess > 0.0);
    }

    #[test]
    fn three_collections_tell_nothing() {
        let law = fitted(&[young(1.0, 0.0, 1.0), young(2.0, 0.0, 1.0), young(3.0, 1.0, 1.0)], [1.0; MOST]);
        assert!(law.coefficients.iter().all(|coefficient| coefficient.value == 1.0));
    }
}
