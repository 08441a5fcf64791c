//! `heapwise calibrate`: what collections cost on a JVM, from its logs.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use crate::chart::calibration::draw_calibration;
use crate::gc_study::calibrate::{calibrate as fit, describe, read};
use crate::gc_study::replay::judge;
use crate::report::calibration::{json, table};

const EXAMPLES: &str = "\
Examples:
  heapwise calibrate gc.log
  heapwise calibrate gc.log gc.log.0 gc.log.1 --out my-jvm.toml
  heapwise calibrate one-core.log.gz two-cores.log.gz --chart fit.svg
  heapwise calibrate gc.log --holdout 0.3 --format json

Logs are those of JDK 9 and later (-Xlog:gc*) or of JDK 8 (-XX:+PrintGCDetails), plain or gzip. The parts of a rotated log
are one log. Several logs of one collector are fitted together; only logs with different numbers of GC threads tell what a
further thread adds.";

/// Seed of the draws that give standard errors.
const SEED: u64 = 1;

/// What `calibrate` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Garbage-collection logs
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,
    /// Write the description of the JVM into this file, for `jvm = "FILE.toml"` in scenarios and `heapwise validate --calibration`
    #[arg(long, value_name = "FILE.toml")]
    out: Option<PathBuf>,
    /// Share of each log's time, at its end, by which the fit to the rest is judged
    #[arg(long, value_name = "SHARE", default_value_t = 0.5, allow_negative_numbers = true)]
    holdout: f64,
    /// Draw predicted against observed pauses, and the heap over time
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    chart: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How the answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
}

/// Reads, fits, writes, draws and prints.
pub fn calibrate(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let mut faults = wrong(options);
    let logs = match read(&options.logs) {
        Ok(logs) if faults.is_empty() => logs,
        read => {
            faults.extend(read.err().into_iter().flatten().map(|fault| format!("error: {fault}")));
            return Err(Failure::User(faults.join("\n")));
        }
    };
    let judged = judge(fit(logs, SEED), options.holdout, SEED);
    if let Some(path) = &options.out {
        write(path, describe(&judged.calibrated))?;
    }
    if let Some(path) = &options.chart {
        draw_calibration(&judged, path).map_err(|error| Failure::User(format!("error: {error}")))?;
    }
    let text = match options.format {
        Format::Table => table(&judged),
        Format::Json => json(&judged),
    };
    Ok(out.write_all(text.as_bytes())?)
}

/// What is wrong with the options themselves.
fn wrong(options: &Options) -> Vec<String> {
    let mut faults = Vec::new();
    if !(options.holdout > 0.0 && options.holdout < 1.0) {
        faults.push(format!(
            "--holdout: error: {} is out of range: expected a share above 0 and below 1",
            options.holdout
        ));
    }
    let same = |path: &Path| options.out.as_deref().is_some_and(|out| is_same(out, path));
    if let Some(log) = options.logs.iter().find(|log| same(log)) {
        faults.push(format!("{}: error: cannot be written: it is one of the logs", log.display()));
    }
    faults
}

fn is_same(a: &Path, b: &Path) -> bool {
    a == b || a.canonicalize().ok().zip(b.canonicalize().ok()).is_some_and(|(a, b)| a == b)
}

fn write(path: &Path, description: Option<String>) -> Result<(), Failure> {
    let fault = |why: String| Failure::User(format!("{}: error: cannot be written: {why}", path.display()));
    let text = description.ok_or_else(|| {
        fault("a description has no section for the collectors of these logs, expected Serial, Parallel, G1, ZGC or Shenandoah".into())
    })?;
    fs::write(path, text).map_err(|error| fault(error.to_string()))
}
