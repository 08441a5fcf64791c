//! Runs a case until it is known well enough, and compares it with theory.

use heapwise::metrics::series;
use heapwise::scenario;
use heapwise::scenario::spec::Scenario;
use heapwise::sim::{self, Ending};
use rayon::prelude::*;

use super::estimate::{Estimate, estimate};
use super::rows::{Asked, Case};
use super::scenario::Setup;
use super::watch::{Sums, Watch};

/// Runs of a case, and batches of a run: so many that 3 standard errors mean what they do for the normal law.
const RUNS: u64 = 4;
const BATCHES: usize = 16;

/// How long a case is run.
#[derive(Clone, Copy, Debug)]
pub struct Length {
    /// Customers of the first attempt.
    pub first: f64,
    /// Most customers.
    pub most: f64,
    /// Largest standard error, relative to the exact value.
    pub error: f64,
}

/// `cargo test`: seconds in all.
pub const SHORT: Length = Length { first: 20_000.0, most: 4e6, error: 0.03 };
/// A night: intervals of 95 % with a half-width of 0.5 %, the narrower of the two that the table states.
pub const FULL: Length = Length { first: 500_000.0, most: 2e9, error: 0.005 / 1.96 };

/// What came out of a case.
pub struct Verdict {
    /// A line for each quantity.
    pub lines: Vec<String>,
    /// Rows that do not hold.
    pub failed: Vec<String>,
    /// Customers of the last attempt.
    pub customers: f64,
}

/// Judges a case; a row that fails is run again, twice as long and with new seeds, before it counts.
pub fn judge(case: &Case, setup: &Setup, length: Length) -> Verdict {
    let (first, customers) = precise(case, setup, length, 1);
    let mut verdict = compare(case, setup, &first, customers);
    if !verdict.failed.is_empty() {
        let second = run_case(case, setup, 2.0 * customers, 77);
        let again = compare(case, setup, &second, 2.0 * customers);
        verdict.lines.extend(again.lines.into_iter().map(|line| format!("again {line}")));
        verdict.failed.retain(|id| again.failed.contains(id));
        verdict.customers = again.customers;
    }
    verdict
}

/// Runs until every standard error is small enough.
fn precise(case: &Case, setup: &Setup, length: Length, seed: u64) -> (Vec<Sums>, f64) {
    let mut customers = length.first;
    for attempt in 0.. {
        let batches = run_case(case, setup, customers, seed + attempt);
        let excess = case.asked.iter().filter(|asked| asked.expected != 0.0).filter_map(|asked| {
            let Estimate { error, .. } = estimate(&asked.quantity, setup, &batches)?;
            Some(error / asked.expected.abs() / length.error)
        });
        let excess = excess.fold(0.0, f64::max);
        if excess <= 1.0 || customers >= length.most {
            return (batches, customers);
        }
        customers = (customers * excess.powi(2).clamp(1.2, 40.0) * 1.2).min(length.most);
    }
    unreachable!("the loop has no end of its own")
}

/// All batches of all runs of a case with so many customers in all.
pub fn run_case(case: &Case, setup: &Setup, customers: f64, seed: u64) -> Vec<Sums> {
    let quantiles = case.asked.iter().any(|asked| asked.quantity.contains("_p9") || asked.quantity.contains("_p5"));
    let length = ((customers / setup.rate / RUNS as f64 / BATCHES as f64) * 1e9).round() as u64;
    let seconds = (length * (BATCHES as u64 + 1)) as f64 / 1e9;
    let scenario = load(&setup.scenario(seconds, length as f64 / 1e9));
    let runs: Vec<Vec<Sums>> = (0..RUNS)
        .into_par_iter()
        .map(|run| {
            let watch = Watch::new(&setup.sizes, length, BATCHES).with_quantiles(quantiles);
            run_once(&scenario, watch, seed_of(case, seed, run))
        })
        .collect();
    runs.into_iter().flatten().collect()
}

/// A seed that no other run shares, so that cases do not err together.
fn seed_of(case: &Case, attempt: u64, run: u64) -> u64 {
    let text = format!("{} {:?} {attempt} {run}", case.model, case.params);
    // Fowler, Noll and Vo's hash.
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The scenario of a text; panics with its faults, since these texts are ours.
pub fn load(text: &str) -> Scenario {
    match scenario::load(text, "verification.toml", &[]) {
        Ok(loaded) => loaded.cells[0].scenario.clone(),
        Err(faults) => {
            let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
            panic!("{}\n{text}", faults.join("\n"))
        }
    }
}

/// One audited run.
fn run_once(scenario: &Scenario, mut watch: Watch, seed: u64) -> Vec<Sums> {
    let result = sim::run(scenario, seed, Some(&mut watch));
    assert_eq!(result.ending, Ending::Complete);
    assert!(watch.auditor.verdict().is_empty(), "{:?}", watch.auditor.verdict());
    assert!(watch.auditor.entries() > 0);
    watch.advance(scenario.run.span("duration").0);
    // Records are no entries of the log: the time series tells of them, one sample a batch.
    for (sums, sample) in watch.batches.iter_mut().zip(result.series.iter().skip(1)) {
        if sums.classes.is_empty() {
            sums.records = sample.get(series::THROUGHPUT).unwrap_or(0.0) * sums.span;
        }
    }
    watch.batches
}

fn compare(case: &Case, setup: &Setup, batches: &[Sums], customers: f64) -> Verdict {
    let mut verdict = Verdict { lines: Vec::new(), failed: Vec::new(), customers };
    for Asked { id, quantity, expected, .. } in &case.asked {
        let Some(Estimate { value, error }) = estimate(quantity, setup, batches) else {
            verdict.lines.push(format!("{id}: nobody measures \"{quantity}\""));
            verdict.failed.push(id.clone());
            continue;
        };
        // What has no spread, such as a chance of 0, must be exact but for the last digits of a sum.
        let holds = (value - expected).abs() <= 3.0 * error + 1e-9 * expected.abs();
        let off = if error > 0.0 { (value - expected) / error } else { 0.0 };
        verdict.lines.push(format!(
            "{id}: {value:.6} for {expected:.6}, {off:+.2} standard errors of {:.3} %, {customers:.0} customers{}",
            100.0 * error / expected.abs().max(1e-300),
            if holds { "" } else { " FAILS" }
        ));
        if !holds {
            verdict.failed.push(id.clone());
        }
    }
    verdict
}
