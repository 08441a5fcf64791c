//! `heapwise run`: a scenario to its results.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::Args;

use crate::report::command_line;
use crate::scenario::Override;

use super::failure::Failure;
use super::{check, source, sweep};

const EXAMPLES: &str = "\
Examples:
  heapwise run gc_only
  heapwise run mine.toml --set run.duration=\"2 min\" --set policies.allocation=max-min
  heapwise run mine.toml --out results/tuned --replications 20
  heapwise run mine.toml --resume            go on where an interrupted sweep stopped";

/// What `run` takes.
#[derive(Args, Default)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// File of the scenario, or the name of one that is built in; dc_curve if not given
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<String>,
    /// Put a value in place of the scenario's; may be given several times
    ///
    /// KEY is dotted, as in groups.workers.task_heap. VALUE is written as in the scenario; texts such as `4 GiB` need
    /// no quotes of their own. `heapwise list keys` names all keys.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    pub set: Vec<String>,
    /// Folder of the results; results/<name of the scenario> if not given
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Threads that run at the same time; all cores if not given. The results do not depend on it
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,
    /// Seed of the first replication, as run.seed
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Runs of each cell, as run.replications
    #[arg(long, value_name = "N")]
    pub replications: Option<u64>,
    /// Keep the runs that an interrupted sweep has finished, and do only the rest
    #[arg(long)]
    pub resume: bool,
    /// Show neither progress nor warnings of the scenario
    #[arg(long, short)]
    pub quiet: bool,
}

/// Checks the scenario, runs it, and prints the summary.
pub fn run(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let name = options.scenario.as_deref().unwrap_or(source::DEFAULT);
    let loaded = source::open(name, &overrides(options))?;
    if !options.quiet {
        check::warnings(&loaded, &mut std::io::stderr())?;
    }
    source::rehearse(&loaded)?;
    let folder = PathBuf::from("results").join(check::name(&loaded));
    let plan = sweep::Plan {
        out: options.out.clone().unwrap_or(folder),
        threads: options.threads,
        resume: options.resume,
        quiet: options.quiet,
        command: command_line(std::env::args()),
        loaded,
    };
    sweep::carry_out(&plan, out)
}

/// The options that stand for keys of the scenario go last, since they are the more particular ones.
fn overrides(options: &Options) -> Vec<Override> {
    let mut all: Vec<Override> = options.set.iter().map(|set| Override::set(set)).collect();
    all.extend(options.seed.map(|seed| Override::option("--seed", "run.seed", seed)));
    all.extend(options.replications.map(|count| Override::option("--replications", "run.replications", count)));
    all
}
