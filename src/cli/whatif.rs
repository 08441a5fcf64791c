//! `heapwise whatif`: a JVM's log under other heaps, cores and collectors.

mod read;

use std::fs;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::layout::TaskManager;
use crate::chart::whatif::draw_whatif;
use crate::gc_study::calibrate::{self, Logs};
use crate::gc_study::whatif::{Reply, Wishes, whatif as answer};
use crate::jvm::description::Calibration;
use crate::report::whatif::{csv, json, table};
use crate::scenario;

const EXAMPLES: &str = "\
Examples:
  heapwise whatif gc.log
  heapwise whatif gc.log --heap 2g,4g,8g --cores 1,2,4 --collector g1,parallel,zgc
  heapwise whatif gc.log --live-growth 20% --max-loss 3% --chart whatif.svg
  heapwise whatif gc.log --flink config.yaml -D taskmanager.memory.process.size=4g
  heapwise whatif gc.log --calibration my-jvm.toml --format csv --out rows.csv

Logs are those that heapwise calibrate reads. Of several logs all serve to learn what collections cost; the program is that
of the longest one. Where nothing is said, collector and cores are those of the log, and heaps go from half of its heap to
four times it.";

/// What `whatif` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Garbage-collection logs
    #[arg(value_name = "LOG", required = true)]
    logs: Vec<PathBuf>,
    /// Heaps, as in 2g, 4096m or "4 GiB"
    #[arg(long, value_name = "SIZE,…", value_delimiter = ',', allow_hyphen_values = true)]
    heap: Vec<String>,
    /// Cores that the JVM sees
    #[arg(long, value_name = "N,…", value_delimiter = ',', allow_hyphen_values = true)]
    cores: Vec<String>,
    /// Collectors: serial, parallel, g1, zgc, shenandoah
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    collector: Vec<String>,
    /// By how much the live set grows
    #[arg(long, value_name = "SHARE", default_value = "0%", allow_hyphen_values = true)]
    live_growth: String,
    /// Loss of throughput that the smallest heap must stay under
    #[arg(long, value_name = "SHARE", default_value = "5%", allow_hyphen_values = true)]
    max_loss: String,
    /// Share of the draws that intervals hold
    #[arg(long, value_name = "SHARE", default_value = "90%", allow_hyphen_values = true)]
    interval: String,
    /// Flags of the JVM over those of the log, such as "-XX:NewRatio=1"
    #[arg(long, value_name = "FLAGS", default_value = "", allow_hyphen_values = true, hide_default_value = true)]
    flags: String,
    /// Costs of collections in place of those fitted to the logs, as heapwise calibrate --out writes them
    #[arg(long, value_name = "FILE.toml")]
    calibration: Option<PathBuf>,
    /// Flink's configuration: say which of its lines to change, and print the layout that results
    #[arg(long, value_name = "CONFIG")]
    flink: Vec<PathBuf>,
    /// Set an option of Flink over those of --flink
    #[arg(short = 'D', value_name = "KEY=VALUE")]
    define: Vec<String>,
    /// Seed of the draws that intervals rest on
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Threads to work on; the answer does not depend on them
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// Print into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw throughput lost and long pauses against the heap
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    chart: Option<PathBuf>,
}

/// How the answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// Rows for spreadsheets
    Csv,
}

/// Reads, asks, draws and prints.
pub fn whatif(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let listing = |faults: Vec<String>| Failure::User(faults.join("\n"));
    let (logs, wishes, flink) = all(options).map_err(listing)?;
    let reply = answer(logs, &wishes).map_err(listing)?;
    let text = match options.format {
        Format::Table => table(&reply) + &resulting(&reply, flink.as_ref()).map_err(listing)?,
        Format::Json => json(&reply),
        Format::Csv => csv(&reply),
    };
    if let Some(path) = &options.chart {
        draw_whatif(&reply, path).map_err(|error| Failure::User(format!("error: {error}")))?;
    }
    match &options.out {
        Some(path) => fs::write(path, text)
            .map_err(|error| Failure::User(format!("{}: error: cannot be written: {error}", path.display()))),
        None => Ok(out.write_all(text.as_bytes())?),
    }
}

/// Everything that is read, or everything that is wrong with it.
fn all(options: &Options) -> Result<(Logs, Wishes, Option<TaskManager>), Vec<String>> {
    let mut faults = spared(options);
    let mut wishes = read::wishes(options, &mut faults);
    let flink = (!options.flink.is_empty() || !options.define.is_empty())
        .then(|| TaskManager::read(&options.flink, &options.define).map_err(|found| faults.extend(found)).ok())
        .flatten();
    wishes.flink = flink.as_ref().map(|flink| flink.options.clone());
    flink.iter().for_each(|flink| read::flink_flags(&flink.options, &wishes.cores, &mut faults));
    wishes.calibration = options.calibration.as_deref().and_then(|path| calibration(path, &mut faults));
    match calibrate::read(&options.logs) {
        Ok(logs) if faults.is_empty() => Ok((logs, wishes, flink)),
        read => {
            faults.extend(read.err().into_iter().flatten().map(|fault| format!("error: {fault}")));
            Err(faults)
        }
    }
}

/// Refuses to write over what is read.
fn spared(options: &Options) -> Vec<String> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let inputs = || options.logs.iter().chain(&options.flink).chain(&options.calibration);
    let written = [("--out", &options.out), ("--chart", &options.chart)];
    let named = written.into_iter().filter_map(|(name, path)| Some((name, path.as_ref()?)));
    let clash = named.filter(|(_, path)| inputs().any(|input| real(input) == real(path)));
    clash
        .map(|(name, path)| {
            format!("{name} {}: error: is read by the same command: expected another file", path.display())
        })
        .collect()
}

fn calibration(path: &Path, faults: &mut Vec<String>) -> Option<Calibration> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) => {
            faults.push(format!("{}: error: cannot be read: {error}", path.display()));
            return None;
        }
    };
    match scenario::jvm(&text, &path.display().to_string()) {
        Ok(calibration) => Some(calibration),
        Err(found) => {
            faults.extend(found.iter().map(|fault| fault.to_string()));
            None
        }
    }
}

/// The layout after the change.
fn resulting(reply: &Reply, flink: Option<&TaskManager>) -> Result<String, Vec<String>> {
    let (Some(flink), Some(change)) = (flink, &reply.flink) else { return Ok(String::new()) };
    let cores = reply.question.choices.first().map_or(reply.question.logged.cores, |choice| choice.cores);
    flink.layout(&change.options, (reply.source.jdk.unwrap_or(17), cores)).map(|text| format!("\n{text}"))
}
