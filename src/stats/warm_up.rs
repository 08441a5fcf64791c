//! MSER-5 (White, Simulation 69(6), 1997): how many of the first observations to cut off.
//!
//! Observations are averaged in batches of five. Among all cuts within the first half, the one is taken that
//! minimises the squared deviations of what is left over the square of its length: the estimated error of the mean
//! of the rest. A cut at the very end of the allowed half says that the run is too short to tell.

/// Observations in a batch.
pub const BATCH: usize = 5;

/// Where the warm-up ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WarmUp {
    /// Observations to cut off; a multiple of [`BATCH`].
    pub truncate: usize,
    /// Mean of the batches that are left.
    pub mean: f64,
    /// The minimised statistic.
    pub statistic: f64,
    /// The best cut lies at the end of the first half: the run is too short, and its mean not to be trusted.
    pub too_short: bool,
}

/// Finds the cut for a series of equally spaced observations. `None` for fewer than four batches.
pub fn mser5(series: &[f64]) -> Option<WarmUp> {
    let batches: Vec<f64> = series.chunks_exact(BATCH).map(|b| b.iter().sum::<f64>() / BATCH as f64).collect();
    let half = batches.len() / 2;
    if half < 2 {
        return None;
    }
    let rest = suffix_moments(&batches);
    let statistic = |cut: usize| rest[cut].1 / ((batches.len() - cut) as f64).powi(2);
    let best = (0..=half).fold(0, |best, cut| if statistic(cut) < statistic(best) { cut } else { best });
    Some(WarmUp {
        truncate: best * BATCH,
        mean: rest[best].0,
        statistic: statistic(best),
        too_short: best == half && statistic(best) < statistic(0),
    })
}

/// For each start: mean and sum of squared deviations of the batches from there on (Welford, from the end).
fn suffix_moments(batches: &[f64]) -> Vec<(f64, f64)> {
    let mut moments = vec![(0.0, 0.0); batches.len()];
    let (mut mean, mut squares) = (0.0, 0.0);
    for (start, value) in batches.iter().enumerate().rev() {
        let off = value - mean;
        mean += off / (batches.len() - start) as f64;
        squares += off * (value - mean);
        moments[start] = (mean, squares);
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::super::oracle;
    use super::*;

    /// `y_t = 10 + height * decay^t + ((7t mod 11) - 5) / 5`, the series of the published cases.
    fn series(height: f64, decay: f64, length: usize) -> Vec<f64> {
        (0..length).map(|t| 10.0 + height * decay.powi(t as i32) + ((7 * t % 11) as f64 - 5.0) / 5.0).collect()
    }

    #[test]
    fn published_cuts() {
        oracle::each("mser5", |case, quantity| {
            let text = case.whole();
            let found = if text.contains("20*0.9^t") { series(20.0, 0.9, 200) } else { series(50.0, 0.97, 400) };
            let cut = mser5(&found).unwrap();
            match quantity {
                "truncate_observations" => cut.truncate as f64,
                "truncated_mean" => cut.mean,
                "mser_statistic" => cut.statistic,
                other => panic!("unknown quantity {other}"),
            }
        });
    }

    #[test]
    fn a_series_that_never_settles_is_too_short() {
        let climbing: Vec<f64> = (0..100).map(f64::from).collect();
        assert!(mser5(&climbing).unwrap().too_short);
        assert!(!mser5(&series(20.0, 0.9, 200)).unwrap().too_short);
        assert_eq!(mser5(&[1.0; 200]).map(|w| (w.truncate, w.too_short)), Some((0, false)));
        assert_eq!(mser5(&[1.0; 19]), None);
    }
}
