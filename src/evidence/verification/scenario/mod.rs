//! Cases as whole scenarios of the simulator: queues, shared cores, loss systems, allocators, a line with credit and windows.
//!
//! A run is watched from outside: every quantity comes from the decision log alone, and the auditor replays it all.

mod quantile;
mod quantity;
mod setup;
mod watch;

pub use quantile::Spread;
pub use quantity::quantity;
pub use setup::{
    Setup, Stations, contiguous, endless_room, exponential, kaufman_roberts, law, mmpp2, poisson, queue, renewal,
    service, shared, sliding_window, tandem,
};
pub use watch::{Class, Sums, Watch};

use super::rows::Refusal;
use super::trial::{BATCHES, Estimate, RUNS, Trial, in_runs, jackknife};
use crate::metrics::series;
use crate::scenario;
use crate::scenario::spec::Scenario;
use crate::sim::{self, Ending};

/// Simulates a scenario.
pub struct Watched(Setup);

impl Watched {
    /// Simulates `setup`.
    ///
    /// # Errors
    /// The parameters make no scenario.
    pub fn boxed(setup: Setup) -> Result<Box<dyn Trial>, Refusal> {
        load(&setup.scenario(1.0, 0.1)).map_err(Refusal::Parameters)?;
        Ok(Box::new(Watched(setup)))
    }
}

impl Trial for Watched {
    fn run(&self, asked: &[&str], customers: f64, seed: u64) -> Result<Vec<Option<Estimate>>, String> {
        let quantiles = asked.iter().any(|name| name.contains("_p9") || name.contains("_p5"));
        let batches = batches(&self.0, quantiles, customers, seed)?;
        Ok(asked.iter().map(|name| jackknife(&batches, |sums| quantity(name, &self.0, sums))).collect())
    }
}

/// All batches of all runs of a scenario, for about so many customers in all.
///
/// # Errors
/// The scenario has faults, or a run did not come to its end.
pub fn batches(setup: &Setup, quantiles: bool, customers: f64, seed: u64) -> Result<Vec<Sums>, String> {
    let length = ((customers / setup.rate / RUNS as f64 / BATCHES as f64) * 1e9).round() as u64;
    let length = length.next_multiple_of(setup.period);
    let seconds = (length * (BATCHES as u64 + 1)) as f64 / 1e9;
    let scenario = load(&setup.scenario(seconds, length as f64 / 1e9))?;
    in_runs(seed, |seed| {
        let watch = Watch::new(&setup.sizes, length, BATCHES).with_quantiles(quantiles);
        watched(&scenario, watch, seed)
    })
}

/// The scenario of a text.
///
/// # Errors
/// Its faults, in one line.
pub fn load(text: &str) -> Result<Scenario, String> {
    let told = |faults: Vec<scenario::Fault>| {
        let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        faults.join("; ")
    };
    let loaded = scenario::load(text, "verification.toml", &[]).map_err(told)?;
    loaded.cells.first().map(|cell| cell.scenario.clone()).ok_or("the scenario has no cell".into())
}

/// One audited run.
fn watched(scenario: &Scenario, mut watch: Watch, seed: u64) -> Result<Vec<Sums>, String> {
    let result = sim::run(scenario, seed, Some(&mut watch));
    match result.ending {
        Ending::Complete => {}
        Ending::OutOfMemory(text) | Ending::Failed(text) => return Err(format!("a run ended early: {text}")),
    }
    if let Some(fault) = watch.auditor.verdict().first() {
        return Err(format!("the auditor objects: {fault:?}"));
    }
    watch.advance(scenario.run.duration.0);
    // Records are no entries of the log: the time series tells of them, one sample a batch.
    for (sums, sample) in watch.batches.iter_mut().zip(result.series.iter().skip(1)) {
        if sums.classes.is_empty() {
            sums.records = sample.get(series::THROUGHPUT).unwrap_or(0.0) * sums.span;
        }
    }
    Ok(watch.batches)
}
