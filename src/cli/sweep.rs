//! `heapwise run`'s sweep: its tables, its charts, its summary.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use crate::chart;
use crate::report::{Manifest, Results, summary};
use crate::scenario::Loaded;
use crate::sweep::{Simulations, Stop, Sweep, findings, sweep};

use super::failure::Failure;

/// Everything that a sweep needs to know.
pub struct Plan {
    /// The checked scenario, with all its cells.
    pub loaded: Loaded,
    /// Folder of the results.
    pub out: PathBuf,
    /// Threads; `None` for all cores.
    pub threads: Option<NonZeroUsize>,
    /// Whether finished runs are kept.
    pub resume: bool,
    /// Whether progress is silent.
    pub quiet: bool,
    /// The command line, for the manifest.
    pub command: String,
}

/// Runs the sweep, writes tables and charts, prints the summary.
pub fn carry_out(plan: &Plan, out: &mut dyn Write) -> Result<(), Failure> {
    let meta = crate::sweep::meta_of(&plan.loaded).map_err(Failure::User)?;
    let manifest = Manifest::new(&meta, &plan.loaded.resolved, &plan.command);
    let (mut results, done) = match plan.resume {
        true => Results::resume(&plan.out, &meta, &manifest).map_err(user)?,
        false => (Results::create(&plan.out, &meta, &manifest).map_err(user)?, Vec::new()),
    };
    let stop = Stop::on_ctrl_c().map_err(|text| Failure::Ours(text.into()))?;
    let threads = plan.threads.or_else(|| std::thread::available_parallelism().ok()).map_or(1, |count| count.get());
    let runs = Simulations::of(&plan.loaded.cells);
    let order = Default::default();
    let sweeping = Sweep { meta: &meta, threads, order, stop: &stop, quiet: plan.quiet };
    let outcome = sweep(&runs, &sweeping, done, &mut results).map_err(|error| Failure::User(error.to_string()))?;
    if outcome.is_interrupted() {
        return Err(Failure::User(crate::report::stopped(&outcome, &plan.out)));
    }
    let found = findings(&meta, &outcome.rows);
    results.finish(&found).map_err(user)?;
    write!(out, "{}", summary(&meta, &found, &outcome, &plan.out))?;
    let drawn = chart::draw_all(&plan.out, &[]).map_err(|error| Failure::Ours(Box::new(error)))?;
    let count = drawn.iter().filter(|drawn| drawn.skipped.is_none()).count();
    writeln!(out, "Charts:  {count} in {}", plan.out.join("charts").display())?;
    failed(&outcome.rows, outcome.has_panics())
}

/// A run that failed is told again at the end, with the exit code of whoever is at fault.
fn failed(rows: &[crate::sweep::Row], ours: bool) -> Result<(), Failure> {
    let faults = rows.iter().filter(|row| !row.status.is_measured()).map(|row| row.status.to_string());
    let mut faults: Vec<String> = faults.collect();
    let runs = faults.len();
    faults.sort();
    faults.dedup();
    match faults.first() {
        None => Ok(()),
        Some(first) => {
            let text = format!("{runs} of {} runs have no result; the first reason: {first}", rows.len());
            Err(if ours { Failure::Ours(text.into()) } else { Failure::User(format!("error: {text}")) })
        }
    }
}

fn user(error: impl std::fmt::Display) -> Failure {
    Failure::User(error.to_string())
}
