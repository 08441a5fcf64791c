//! Least squares without negative coefficients, for a few unknowns, on relative errors.
//!
//! Every subset of the unknowns is solved for and the best that is nowhere negative is kept: exact, and with at most
//! [`MOST`] unknowns no more than 15 small systems. Errors count relative to what is predicted, so that long pauses do
//! not drown short ones and no bias towards the short side comes in; large ones count less (Huber, Ann. Math. Stat. 1964).

/// Unknowns of a law, at most.
pub const MOST: usize = 4;

/// One equation: the sum of coefficient x feature should be `y`, above 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Features, 0 where there are fewer unknowns.
    pub x: [f64; MOST],
    /// What was measured.
    pub y: f64,
}

impl Row {
    /// What `coefficients` say.
    pub fn predict(&self, coefficients: &[f64; MOST]) -> f64 {
        self.x.iter().zip(coefficients).map(|(x, c)| x * c).sum()
    }
}

/// Rounds of weighing; weights settle within a few.
const ROUNDS: usize = 12;
/// Residuals beyond so many standard deviations count linearly.
const HUBER: f64 = 1.345;
/// Standard deviations in a median absolute deviation of normal errors.
const PER_MAD: f64 = 1.4826;

/// How much each row counts, row by row.
struct Weighing {
    /// What errors are relative to.
    expected: Vec<f64>,
    weights: Vec<f64>,
}

/// The coefficients of the `free` unknowns; the others stay at their values in `held`.
pub fn fit(rows: &[Row], free: &[usize], held: [f64; MOST]) -> [f64; MOST] {
    let middle = median(rows.iter().map(|row| row.y).collect()).unwrap_or(1.0).max(f64::MIN_POSITIVE);
    let expected = rows.iter().map(|row| row.y.max(0.05 * middle)).collect();
    let mut weighing = Weighing { expected, weights: vec![1.0; rows.len()] };
    let mut found = held;
    for _ in 0..ROUNDS {
        found = solve(rows, &weighing, free, held);
        weighing.expected = rows.iter().map(|row| row.predict(&found).max(0.02 * middle)).collect();
        weighing.weights = robust(rows, &found, &weighing.expected);
    }
    found
}

/// Huber's weights of the residuals relative to what is expected.
fn robust(rows: &[Row], found: &[f64; MOST], expected: &[f64]) -> Vec<f64> {
    let off: Vec<f64> = rows.iter().zip(expected).map(|(row, e)| ((row.y - row.predict(found)) / e).abs()).collect();
    let scale = PER_MAD * median(off.clone()).unwrap_or(0.0);
    let limit = HUBER * scale.max(1e-9);
    off.into_iter().map(|off| if off <= limit { 1.0 } else { limit / off }).collect()
}

/// The normal equations of all unknowns: matrix and right side.
type Normal = ([[f64; MOST]; MOST], [f64; MOST]);

fn normal(rows: &[Row], weighing: &Weighing, held: &[f64; MOST]) -> Normal {
    let (mut matrix, mut side) = ([[0.0; MOST]; MOST], [0.0; MOST]);
    for ((row, weight), expected) in rows.iter().zip(&weighing.weights).zip(&weighing.expected) {
        let weight = weight / (expected * expected);
        let rest = row.y - row.predict(held);
        for ((line, side), x) in matrix.iter_mut().zip(&mut side).zip(row.x) {
            line.iter_mut().zip(row.x).for_each(|(cell, other)| *cell += weight * x * other);
            *side += weight * x * rest;
        }
    }
    (matrix, side)
}

/// The best combination that is nowhere negative.
fn solve(rows: &[Row], weighing: &Weighing, free: &[usize], held: [f64; MOST]) -> [f64; MOST] {
    let mut base = held;
    free.iter().filter(|i| **i < MOST).for_each(|i| base[*i] = 0.0);
    let (matrix, side) = normal(rows, weighing, &base);
    let (mut best, mut least) = (base, 0.0);
    for subset in 1u32..1 << free.len().min(MOST) {
        let chosen: Vec<usize> =
            free.iter().enumerate().filter(|(bit, i)| subset >> bit & 1 == 1 && **i < MOST).map(|(_, i)| *i).collect();
        let Some(values) = system(&matrix, &side, &chosen) else { continue };
        if values.iter().any(|value| *value < 0.0) {
            continue;
        }
        // The sum of squares falls by side x values at the solution of the normal equations.
        let gain: f64 = -chosen.iter().zip(&values).map(|(i, value)| side[*i] * value).sum::<f64>();
        if gain < least {
            least = gain;
            best = base;
            chosen.iter().zip(&values).for_each(|(i, value)| best[*i] = *value);
        }
    }
    best
}

/// Solves for the chosen unknowns by elimination with pivots, in units that make the diagonal 1; `None` where they cannot be told apart.
fn system(matrix: &[[f64; MOST]; MOST], side: &[f64; MOST], chosen: &[usize]) -> Option<Vec<f64>> {
    let units: Vec<f64> = chosen.iter().map(|&i| matrix[i][i].sqrt()).collect();
    if units.iter().any(|unit| *unit <= 0.0 || !unit.is_finite()) {
        return None;
    }
    let mut lines: Vec<Vec<f64>> = Vec::new();
    for (&i, unit) in chosen.iter().zip(&units) {
        let mut line: Vec<f64> = chosen.iter().zip(&units).map(|(&j, other)| matrix[i][j] / (unit * other)).collect();
        line.push(side[i] / unit);
        lines.push(line);
    }
    let count = lines.len();
    for step in 0..count {
        let pivot = (step..count).max_by(|a, b| lines[*a][step].abs().total_cmp(&lines[*b][step].abs()))?;
        lines.swap(step, pivot);
        if lines[step][step].abs() < 1e-9 {
            return None;
        }
        let head = lines[step].clone();
        for line in lines.iter_mut().enumerate().filter(|(at, _)| *at != step).map(|(_, line)| line) {
            let factor = line[step] / head[step];
            line.iter_mut().zip(&head).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    Some((0..count).map(|at| lines[at][count] / lines[at][at] / units[at]).collect())
}

/// The middle value; `None` of nothing.
pub fn median(mut values: Vec<f64>) -> Option<f64> {
    quantile(&mut values, 0.5)
}

/// The value below which a share of them lies; `None` of nothing.
pub fn quantile(values: &mut [f64], share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(((values.len().saturating_sub(1)) as f64 * share).round() as usize).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(x: [f64; 3], y: f64) -> Row {
        Row { x: [x[0], x[1], x[2], 0.0], y }
    }

    fn exact(truth: [f64; 3]) -> Vec<Row> {
        let features = (0..20).map(|i| [1.0, f64::from(i), f64::from(i * i % 7)]);
        features.map(|x| row(x, x.iter().zip(truth).map(|(x, c)| x * c).sum())).collect()
    }

    #[test]
    fn exact_data_gives_back_its_coefficients() {
        let found = fit(&exact([3.0, 0.5, 2.0]), &[0, 1, 2], [0.0; MOST]);
        for (found, truth) in found.iter().zip([3.0, 0.5, 2.0, 0.0]) {
            assert!((found - truth).abs() < 1e-6, "{found} {truth}");
        }
    }

    #[test]
    fn one_outlier_in_twenty_does_not_matter() {
        let mut rows = exact([3.0, 0.5, 2.0]);
        rows[4].y *= 50.0;
        let found = fit(&rows, &[0, 1, 2], [0.0; MOST]);
        assert!(
            (found[0] - 3.0).abs() < 0.1 && (found[1] - 0.5).abs() < 0.05 && (found[2] - 2.0).abs() < 0.1,
            "{found:?}"
        );
    }

    #[test]
    fn what_is_held_stays_and_the_rest_follows() {
        let found = fit(&exact([3.0, 0.5, 2.0]), &[0, 2], [9.0, 0.5, 9.0, 0.0]);
        assert_eq!(found[1], 0.5);
        assert!((found[0] - 3.0).abs() < 1e-6 && (found[2] - 2.0).abs() < 1e-6);
    }

    #[test]
    fn features_that_are_the_same_share_what_they_explain() {
        let rows: Vec<Row> = (1..9).map(|i| row([f64::from(i), f64::from(i), 0.0], 6.0 * f64::from(i))).collect();
        let found = fit(&rows, &[0, 1, 2], [0.0; MOST]);
        assert!((found[0] + found[1] - 6.0).abs() < 1e-6 && found[2] == 0.0);
    }

    proptest! {
        #[test]
        fn nothing_is_ever_negative(values in prop::collection::vec((0.0f64..1e9, 0.0f64..1e9, 0.0f64..1e12), 0..30)) {
            let rows: Vec<Row> = values.iter().map(|(a, b, y)| row([1.0, *a, *b], *y)).collect();
            let found = fit(&rows, &[0, 1, 2], [0.0; MOST]);
            prop_assert!(found.iter().all(|value| value.is_finite() && *value >= 0.0), "{:?}", found);
        }
    }
}
