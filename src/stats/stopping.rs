//! When to stop replicating: relative precision (Law & Kelton, Simulation Modeling and Analysis, 9.4).

use super::Estimate;

/// The rule is not asked before this many replications: early variances are too often too small.
pub const LEAST_REPLICATIONS: usize = 10;

/// Whether the half-width is at most `precision / (1 + precision)` of the mean, which keeps the true relative
/// error below `precision`. Never before [`LEAST_REPLICATIONS`] values.
pub fn precise_enough(values: &[f64], precision: f64, confidence: f64) -> bool {
    if values.len() < LEAST_REPLICATIONS {
        return false;
    }
    let Some(estimate) = Estimate::of(values, confidence) else { return false };
    estimate.half_width.is_some_and(|half| half <= precision / (1.0 + precision) * estimate.mean.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_values_at_least_and_a_narrow_interval() {
        assert!(!precise_enough(&[5.0; 9], 0.5, 0.95));
        assert!(precise_enough(&[5.0; 10], 0.01, 0.95));
        // 9, 11 five times: s = sqrt(10/9), half-width 2.262157 * s / sqrt(10) = 0.754052, 7.5 % of the mean of 10.
        let values = [9.0, 11.0].repeat(5);
        assert!(precise_enough(&values, 0.082, 0.95));
        assert!(!precise_enough(&values, 0.081, 0.95));
    }
}
