//! `heapwise verify`: the simulator against exact theory.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::source::is_same_file;
use crate::chart::verification::draw_verification;
use crate::evidence::verification::{CASES, Plan, Table, Verification, family, verify as judge};
use crate::report::verification::{csv, failures, summary};

const EXAMPLES: &str = "\
Examples:
  heapwise verify                                     every family, to half-widths of 2 %
  heapwise verify --precision 0.005 --out rows.csv    as precisely as the table asks: hours
  heapwise verify --family mm1,binary_buddy           two families
  heapwise verify mine.csv --chart deviations.svg     cases of your own, with a picture
  heapwise verify --policy best-fit                   all layouts of a small memory, solved exactly
  heapwise verify --policy buddy --units 8 --classes 1@1.5,3@0.5

A simulated row holds if it lies within 3 standard errors of its exact value; one that does not is run again, twice as long
and with new seeds, before it counts. Exit code: 1 if a row fails.";

/// Half-widths that make sense: below, a family runs for days; above, standard errors mean nothing.
const PRECISIONS: (f64, f64) = (0.001, 0.1);

/// What `verify` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Table of cases; if not given, the one that travels with heapwise
    #[arg(value_name = "CASES.csv")]
    file: Option<PathBuf>,
    /// Only these families
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    family: Vec<String>,
    /// Relative half-width of 95 % confidence intervals, to which every simulated row is run (0.001 to 0.1)
    #[arg(long, value_name = "P", default_value = "0.02", allow_negative_numbers = true)]
    precision: f64,
    /// Seed of all simulations
    #[arg(long, value_name = "N", default_value = "1")]
    seed: u64,
    /// Threads that run at the same time; all cores if not given. The results do not depend on it
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// Show no progress
    #[arg(long, short)]
    quiet: bool,
    /// Write the input's columns with estimate, standard_error, replications and verdict into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw the deviations of simulated rows in standard errors
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    chart: Option<PathBuf>,
    #[command(flatten)]
    layouts: super::certify::Layouts,
}

/// Runs every case, writes and draws where asked to, and prints the verdicts.
pub fn verify(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let listing = |faults: Vec<String>| Failure::User(faults.join("\n"));
    if let Some(policy) = &options.layouts.policy {
        within_reach(options.precision).map_err(|fault| listing(vec![fault]))?;
        let plan = Plan { precision: options.precision, seed: options.seed, quiet: options.quiet };
        return options.layouts.certify(policy, (plan, pool(options.threads)?), out);
    }
    let table = table(options).map_err(listing)?;
    if let Some(path) = &options.out {
        // A run of half an hour must not end with nowhere to write.
        let opened = OpenOptions::new().append(true).create(true).open(path);
        opened.map_err(|error| Failure::User(fault(path, "cannot be written", &error)))?;
    }
    let plan = Plan { precision: options.precision, seed: options.seed, quiet: options.quiet };
    let verification = pool(options.threads)?.install(|| judge(table, plan)).map_err(listing)?;
    if let Some(path) = &options.out {
        fs::write(path, csv(&verification)).map_err(|error| Failure::User(fault(path, "cannot be written", &error)))?;
    }
    if let Some(path) = &options.chart {
        draw_verification(&verification, path).map_err(|error| Failure::User(format!("error: {error}")))?;
    }
    out.write_all(summary(&verification).as_bytes())?;
    verdict(&verification)
}

fn verdict(verification: &Verification) -> Result<(), Failure> {
    match failures(verification) {
        0 => Ok(()),
        failed => Err(Failure::Ours(format!("{failed} rows do not agree with their exact values").into())),
    }
}

fn pool(threads: Option<NonZeroUsize>) -> Result<rayon::ThreadPool, Failure> {
    let threads = threads.map_or(0, NonZeroUsize::get);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
    pool.map_err(|error| Failure::Ours(Box::new(error)))
}

fn fault(path: &Path, what: &str, error: &dyn std::fmt::Display) -> String {
    format!("{}: error: {what}: {error}", path.display())
}

/// Refuses half-widths that make no sense.
fn within_reach(precision: f64) -> Result<(), String> {
    let (least, most) = PRECISIONS;
    match (least..=most).contains(&precision) {
        true => Ok(()),
        false => Err(format!("--precision: error: {precision}, expected a number within {least} ..= {most}")),
    }
}

/// The table, or everything that is wrong with it and with the options.
fn table(options: &Options) -> Result<Table, Vec<String>> {
    let mut faults: Vec<String> = options
        .family
        .iter()
        .filter_map(|name| family(name).err())
        .map(|fault| format!("--family: error: {fault}"))
        .collect();
    faults.extend(within_reach(options.precision).err());
    let only = if faults.is_empty() { options.family.as_slice() } else { &[] };
    let table = match &options.file {
        None => Table::read(CASES.0, CASES.1.as_bytes(), only),
        Some(path) => {
            if let Some(fault) = options.out.as_deref().and_then(|out| overwrites(path, out)) {
                faults.push(fault);
            }
            open(path)
                .map_err(|fault| vec![fault])
                .and_then(|file| Table::read(&path.display().to_string(), file, only))
        }
    };
    match table {
        Ok(table) if faults.is_empty() => Ok(table),
        Ok(_) => Err(faults),
        Err(more) => Err([faults, more].concat()),
    }
}

fn open(path: &Path) -> Result<impl Read, String> {
    if path.is_dir() {
        return Err(fault(path, "cannot be read", &"is a directory, expected a CSV file"));
    }
    File::open(path).map_err(|error| fault(path, "cannot be read", &error))
}

/// Refuses to write verdicts over the cases.
fn overwrites(input: &Path, out: &Path) -> Option<String> {
    is_same_file(input, out).then(|| fault(out, "cannot be written", &"it holds the cases"))
}
