//! Simulates a case until it is known well enough, and compares it with theory.

use super::Plan;
use super::rows::{Answer, Asked, Case};
use super::tolerance::MOST_ERRORS;
use super::trial::{BATCHES, Estimate, RUNS, Trial, mix};

/// Customers of the first attempt.
const FIRST: f64 = 20_000.0;
/// Most customers of an attempt.
const MOST: f64 = 4e9;
/// Standard errors in half a confidence interval of 95 %.
const HALF_WIDTH: f64 = 1.96;

/// What came of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What was found; `None` where nothing was.
    pub found: Option<Answer>,
    /// Standard error of a simulated value; 0 where there is no spread.
    pub error: f64,
    /// Batches of independent runs that the standard error rests on; 1 where there is no spread.
    pub replications: u64,
    /// Whether it is the second attempt, twice as long and with new seeds.
    pub rerun: bool,
    /// The verdict.
    pub verdict: Verdict,
}

/// The verdict on a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It agrees with theory.
    Holds,
    /// It does not.
    Fails,
    /// It got no answer, for this reason.
    NotRun(String),
}

impl Outcome {
    /// An answer without a spread.
    pub(super) fn exact(found: Answer, holds: bool) -> Outcome {
        let verdict = if holds { Verdict::Holds } else { Verdict::Fails };
        Outcome { found: Some(found), error: 0.0, replications: 1, rerun: false, verdict }
    }

    /// No answer.
    pub(super) fn none(reason: &str) -> Outcome {
        let verdict = Verdict::NotRun(reason.into());
        Outcome { found: None, error: 0.0, replications: 0, rerun: false, verdict }
    }

    /// Whether the row counts as failed.
    pub fn failed(&self) -> bool {
        self.verdict != Verdict::Holds
    }

    /// How many standard errors a simulated value lies above what theory says; `None` where there is no spread.
    pub fn deviation(&self, asked: &Asked) -> Option<f64> {
        let (Answer::Number(expected), Some(Answer::Number(found))) = (&asked.expected, &self.found) else {
            return None;
        };
        (self.error > 0.0).then(|| (found - expected) / self.error)
    }

    /// How far an answer without a spread is off, relative to what theory says.
    pub fn relative(&self, asked: &Asked) -> Option<f64> {
        let (Answer::Number(expected), Some(Answer::Number(found))) = (&asked.expected, &self.found) else {
            return None;
        };
        let off = (found - expected).abs();
        (self.error == 0.0).then(|| if off == 0.0 { 0.0 } else { off / expected.abs() })
    }
}

/// Simulates the rows `asked` of a case; one that fails is run again before it counts.
pub(super) fn simulate(case: &Case, trial: &dyn Trial, asked: &[&Asked], plan: &Plan) -> Vec<Outcome> {
    let quantities: Vec<&str> = asked.iter().map(|asked| asked.quantity.as_str()).collect();
    let error = plan.precision / HALF_WIDTH;
    let attempt = |customers: f64, attempt: u64| trial.run(&quantities, customers, seed(case, plan.seed, attempt));
    let (mut customers, mut number) = (FIRST, 1);
    let found = loop {
        let found = match attempt(customers, number) {
            Ok(found) => found,
            Err(reason) => return asked.iter().map(|_| Outcome::none(&reason)).collect(),
        };
        let excess = excess(asked, &found, (error, customers));
        if excess <= 1.0 || customers >= MOST {
            break found;
        }
        // What is too imprecise by so much needs the square of that in customers, and a little more.
        customers = (customers * excess.powi(2).clamp(1.2, 40.0) * 1.2).min(MOST);
        number += 1;
    };
    let mut outcomes: Vec<Outcome> = asked.iter().zip(&found).map(|(asked, found)| compare(asked, *found)).collect();
    if outcomes.iter().any(|outcome| outcome.verdict == Verdict::Fails) {
        let again = attempt(2.0 * customers, 1000).unwrap_or_default();
        for ((outcome, asked), found) in outcomes.iter_mut().zip(asked).zip(again) {
            if outcome.verdict == Verdict::Fails {
                *outcome = Outcome { rerun: true, ..compare(asked, found) };
            }
        }
    }
    outcomes
}

/// A seed that no other case and attempt shares, so that cases do not err together.
fn seed(case: &Case, seed: u64, attempt: u64) -> u64 {
    let words: Vec<u64> = std::iter::once(attempt).chain(case.name().bytes().map(u64::from)).collect();
    mix(seed, &words)
}

/// Customers after which a value that is no number will not become one.
const HOPELESS: f64 = 1e7;

/// Events that a rare one of its chance must have had before its absence means anything.
const EVENTS: f64 = 1000.0;

/// By how much the least precise value is too imprecise.
fn excess(asked: &[&Asked], found: &[Option<Estimate>], (error, customers): (f64, f64)) -> f64 {
    let one = |(asked, found): (&&Asked, &Option<Estimate>)| {
        let expected = asked.number().filter(|expected| *expected != 0.0)?.abs();
        let Estimate { value, error: found } = (*found)?;
        let rare = found == 0.0 && value == 0.0 && customers * expected < EVENTS;
        // A batch in which nothing happened gives no number at all.
        let none = !found.is_finite() && customers < HOPELESS;
        Some(if rare || none { f64::INFINITY } else { found / expected / error })
    };
    asked.iter().zip(found).filter_map(one).fold(0.0, f64::max)
}

fn compare(asked: &Asked, found: Option<Estimate>) -> Outcome {
    let Some(Estimate { value, error }) = found else {
        return Outcome::none(&format!("nothing measures `{}`", asked.quantity));
    };
    let expected = asked.number().unwrap_or(f64::NAN);
    // What has no spread, such as a chance of 0, must be exact but for the last digits of a sum.
    let holds = (value - expected).abs() <= MOST_ERRORS * error + 1e-9 * expected.abs();
    let replications = RUNS * BATCHES as u64;
    let error = if error.is_finite() { error } else { 0.0 };
    Outcome { error, replications, ..Outcome::exact(Answer::Number(value), holds) }
}

#[cfg(test)]
mod tests {
    use super::super::rows::Params;
    use super::super::tolerance::Tolerance;
    use super::*;

    /// Answers 1 with an error that falls as it must, wrong by `off` errors at first attempts.
    struct Toy {
        off: f64,
        again: f64,
    }

    impl Trial for Toy {
        fn run(&self, asked: &[&str], customers: f64, seed: u64) -> Result<Vec<Option<Estimate>>, String> {
            let error = 30.0 / customers.sqrt();
            let second = seed == super::seed(&case(), 1, 1000);
            let off = if second { self.again } else { self.off };
            Ok(asked
                .iter()
                .map(|name| (*name != "x").then_some(Estimate { value: 1.0 + off * error, error }))
                .collect())
        }
    }

    fn case() -> Case {
        let asked = |quantity: &str| Asked {
            row: 0,
            id: quantity.into(),
            quantity: quantity.into(),
            expected: Answer::Number(1.0),
            tolerance: Tolerance::Stochastic,
        };
        Case { model: "toy".into(), params: Params(Default::default()), asked: vec![asked("L"), asked("x")] }
    }

    fn outcomes(off: f64, again: f64) -> Vec<Outcome> {
        let case = case();
        let asked: Vec<&Asked> = case.asked.iter().collect();
        simulate(&case, &Toy { off, again }, &asked, &Plan { precision: 0.02, seed: 1, quiet: true })
    }

    #[test]
    fn a_case_runs_until_it_is_known_well_enough() {
        let found = outcomes(2.5, 0.0);
        assert!(found[0].error <= 0.02 / 1.96 && !found[0].rerun && !found[0].failed());
        assert!((found[0].deviation(&case().asked[0]).unwrap() - 2.5).abs() < 1e-9);
        assert_eq!(found[1].verdict, Verdict::NotRun("nothing measures `x`".into()));
    }

    #[test]
    fn a_failing_row_gets_one_more_chance_and_says_so() {
        let saved = &outcomes(3.5, -1.0)[0];
        assert!(saved.rerun && !saved.failed());
        let lost = &outcomes(3.5, 3.5)[0];
        assert!(lost.rerun && lost.verdict == Verdict::Fails);
    }
}
