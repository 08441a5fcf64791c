//! The cost of a record, estimated from a few rows whose throughput was measured.
//!
//! Each row tells the cost at which its simulation would meet the measurement. Rows of one workload share a mean; every
//! collector on so many cores has an offset of its own from it, which is drawn towards none (random effects). A row that
//! spends most of its time in pauses says little of the mutator, so it counts for less; so does one far from all others (Huber).

use std::collections::BTreeMap;

/// What one row tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Rows that share a mean.
    pub workload: String,
    /// Rows that share an offset.
    pub setting: String,
    /// Logarithm of the cost at which the row would be met.
    pub log_cost: f64,
    /// Share of its time that it spent in pauses, 0 ..= 1.
    pub paused: f64,
}

/// Standard deviation of the offsets, of calm rows, and of pauses as a share of time.
const OFFSET: f64 = 0.10;
const ROW: f64 = 0.09;
const PAUSES: f64 = 0.05;
/// Residuals beyond so many standard deviations count less.
const HUBER: f64 = 1.5;
const REWEIGHTED: usize = 5;
const SWEEPS: usize = 200;

/// Logarithms of costs, estimated.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Estimates {
    means: BTreeMap<String, f64>,
    offsets: BTreeMap<(String, String), f64>,
}

impl Estimates {
    /// Estimates from what rows tell.
    pub fn from(rows: &[Told]) -> Estimates {
        let mut variances: Vec<f64> = rows.iter().map(variance).collect();
        let mut estimates = Estimates::default();
        for _ in 0..REWEIGHTED {
            estimates.solve(rows, &variances);
            for (variance, row) in variances.iter_mut().zip(rows) {
                let residual = (row.log_cost - estimates.of(&row.workload, &row.setting).unwrap_or(0.0)).abs();
                *variance *= (residual / variance.sqrt() / HUBER).max(1.0).sqrt();
            }
        }
        estimates
    }

    /// The logarithm of the cost in this setting; `None` where no row of the workload told anything.
    pub fn of(&self, workload: &str, setting: &str) -> Option<f64> {
        let mean = self.means.get(workload)?;
        Some(mean + self.offsets.get(&(workload.into(), setting.into())).unwrap_or(&0.0))
    }

    /// Least squares with the offsets' prior, mean and offsets in turn.
    fn solve(&mut self, rows: &[Told], variances: &[f64]) {
        for _ in 0..SWEEPS {
            let (mut means, mut offsets) = (BTreeMap::<_, Sum>::new(), BTreeMap::<_, Sum>::new());
            for (row, variance) in rows.iter().zip(variances) {
                let offset = self.offsets.get(&(row.workload.clone(), row.setting.clone())).unwrap_or(&0.0);
                means.entry(row.workload.clone()).or_default().add(row.log_cost - offset, 1.0 / variance);
            }
            self.means = means.into_iter().map(|(key, sum)| (key, sum.mean(0.0))).collect();
            for (row, variance) in rows.iter().zip(variances) {
                let mean = self.means.get(&row.workload).unwrap_or(&0.0);
                let key = (row.workload.clone(), row.setting.clone());
                offsets.entry(key).or_default().add(row.log_cost - mean, 1.0 / variance);
            }
            let prior = 1.0 / (OFFSET * OFFSET);
            self.offsets = offsets.into_iter().map(|(key, sum)| (key, sum.mean(prior))).collect();
        }
    }
}

fn variance(row: &Told) -> f64 {
    let pauses = PAUSES / (1.0 - row.paused).max(PAUSES);
    ROW * ROW + pauses * pauses
}

/// A weighted mean under way.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    weighted: f64,
    weight: f64,
}

impl Sum {
    fn add(&mut self, value: f64, weight: f64) {
        self.weighted += value * weight;
        self.weight += weight;
    }

    /// The mean, drawn to 0 by `prior` more of weight.
    fn mean(self, prior: f64) -> f64 {
        self.weighted / (self.weight + prior)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(setting: &str, log_cost: f64, paused: f64) -> Told {
        Told { workload: "agg".into(), setting: setting.into(), log_cost, paused }
    }

    #[test]
    fn rows_that_agree_are_believed() {
        let rows = [told("g1", 6.7, 0.0), told("g1", 6.7, 0.1), told("serial", 6.7, 0.2)];
        let estimates = Estimates::from(&rows);
        for setting in ["g1", "serial", "parallel"] {
            assert!((estimates.of("agg", setting).expect("told") - 6.7).abs() < 1e-9);
        }
        assert_eq!(estimates.of("cache", "g1"), None);
        assert_eq!(Estimates::from(&[]).of("agg", "g1"), None);
    }

    #[test]
    fn an_offset_is_drawn_to_the_mean_and_a_thrashing_row_says_little() {
        let estimates = Estimates::from(&[told("g1", 7.0, 0.0), told("serial", 6.6, 0.0)]);
        let (one, two) = (estimates.of("agg", "g1").expect("told"), estimates.of("agg", "serial").expect("told"));
        assert!((one + two - 13.6).abs() < 1e-6 && one < 6.95 && two > 6.65, "{one} {two}");
        let estimates = Estimates::from(&[told("g1", 6.6, 0.0), told("g1", 8.0, 0.98)]);
        assert!(estimates.of("agg", "g1").expect("told") < 6.65);
    }
}
