//! `heapwise validate`: predictions beside what was measured.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use crate::base::Entry;
use crate::base::nearest;
use crate::chart::validation::{draw_throughput, draw_validation};
use crate::evidence::validation::{
    Calibration, DATASETS, Dataset, Fit, Panel, Table, Validation, sample, validate as predict, validate_logs,
};
use crate::report::validation::{csv, summary};

const EXAMPLES: &str = "\
Examples:
  heapwise validate heap-curves                       on the measurements that travel with heapwise
  heapwise validate heap-curves mine.csv --out predicted.csv --chart curves.svg
  heapwise validate heap-curves mine.csv --fit-heaps 2,3,6
  heapwise validate heap-curves mine.csv --fit-share 0.3
  heapwise validate flink-runs --curves throughput.svg
  heapwise validate flink-runs --scenarios rows/      each row as a scenario that `heapwise run` takes
  heapwise validate gc-logs gc.log.gz logs/ --out halves.csv --chart halves.svg

Without --fit-share a dataset follows its own rule: heap-curves fits the two smallest and the largest heap of each
program and collector. Rows whose measurement is blank are predicted, and never fitted.";

/// The dataset whose input is logs.
const LOGS: &str = "gc-logs";

/// What `validate` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// What was measured: gc-churn, heap-curves, flink-runs, gc-logs
    #[arg(value_name = "DATASET")]
    dataset: String,
    /// The measurements; if not given, those that travel with heapwise. For gc-logs any number of logs, folders of logs,
    /// and tables that name logs or hold their events
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Coefficients of collectors; if not given, those that travel with heapwise
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Take rows to fit from this share of them only (0 to 1), chosen by a hash of what names a row
    #[arg(long, value_name = "S", conflicts_with = "fit_heaps", allow_negative_numbers = true)]
    fit_share: Option<f64>,
    /// Fit the rows of these heap sizes over the minimum heap (heap-curves)
    #[arg(long, value_name = "H,…", value_delimiter = ',')]
    fit_heaps: Vec<f64>,
    /// Write the input's columns and the predictions into this file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw measured against predicted
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    chart: Option<PathBuf>,
    /// Draw measured and predicted throughput over heap per core (flink-runs)
    #[arg(long, value_name = "FILE.svg|FILE.png")]
    curves: Option<PathBuf>,
    /// Write the scenario of each predicted row into this folder, for `heapwise run` (flink-runs)
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

/// Predicts every row, writes and draws where asked to, and prints the errors.
pub fn validate(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let (dataset, fit) = match (dataset(&options.dataset), fit(options)) {
        (Ok(dataset), Ok(fit)) if fit.share.is_some() && !dataset.build.fits.rows => {
            let fits = DATASETS.iter().filter(|other| other.build.fits.rows).map(|other| other.name);
            let fits = fits.collect::<Vec<_>>().join(", ");
            return Err(Failure::User(format!(
                "--fit-share: error: {} fits no row; those that do: {fits}",
                dataset.name
            )));
        }
        (Ok(dataset), Ok(fit)) => (dataset, fit),
        (dataset, fit) => {
            let faults = [dataset.err().into_iter().collect(), fit.err().unwrap_or_default()].concat();
            return Err(Failure::User(faults.join("\n")));
        }
    };
    let listing = |faults: Vec<String>| Failure::User(faults.join("\n"));
    let (validation, panels) = judged(options, dataset, &fit).map_err(listing)?;
    if let Some(folder) = &options.scenarios {
        write_scenarios(folder, &validation.table, (dataset, &fit))?;
    }
    if let Some(path) = &options.out {
        for input in &options.files {
            keep_input(Some(input), path)?;
        }
        fs::write(path, csv(&validation)).map_err(|error| fault(path, "cannot be written", &error))?;
    }
    if let Some(path) = &options.chart {
        draw_validation(&validation, path).map_err(|error| Failure::User(format!("error: {error}")))?;
    }
    if let (Some(path), Some(panels)) = (&options.curves, panels) {
        draw_throughput(&panels, validation.table.file(), path)
            .map_err(|error| Failure::User(format!("error: {error}")))?;
    }
    Ok(out.write_all(summary(&validation).as_bytes())?)
}

/// The predictions, and the curves where they are asked for; or everything that is wrong.
fn judged(
    options: &Options,
    dataset: &'static Entry<Dataset>,
    fit: &Fit,
) -> Result<(Validation, Option<Vec<Panel>>), Vec<String>> {
    if dataset.name == LOGS {
        let mut faults = Vec::new();
        if options.files.is_empty() {
            faults.push("error: no logs travel with heapwise: name logs, or a folder of them".into());
        }
        faults.extend(options.curves.as_ref().map(|_| no_curves(dataset)));
        let validation = if faults.is_empty() { validate_logs(&options.files, fit) } else { Err(faults) };
        return Ok((validation?, None));
    }
    let (name, input) = open(options, dataset)?;
    let table = Table::read(&name, input, dataset)?;
    let panels = options.curves.as_ref().map(|_| panels(dataset, &table, fit)).transpose()?;
    Ok((predict(dataset, table, fit)?, panels))
}

/// The curves of the dataset, at least one.
fn panels(dataset: &Entry<Dataset>, table: &Table, fit: &Fit) -> Result<Vec<Panel>, Vec<String>> {
    let curves = dataset.build.curves.ok_or_else(|| vec![no_curves(dataset)])?;
    let panels = curves(table, fit)?;
    let none = || format!("{}: error: no two rows differ in their heap alone: there is no curve", table.file());
    if panels.is_empty() { Err(vec![none()]) } else { Ok(panels) }
}

/// Writes the scenario of each row under the row's name.
fn write_scenarios(folder: &Path, table: &Table, (dataset, fit): (&Entry<Dataset>, &Fit)) -> Result<(), Failure> {
    let scenarios = dataset.build.scenarios.ok_or_else(|| {
        let known = DATASETS.iter().filter(|other| other.build.scenarios.is_some()).map(|other| other.name);
        let known = known.collect::<Vec<_>>().join(", ");
        Failure::User(format!("--scenarios: error: {} has none; known: {known}", dataset.name))
    })?;
    let scenarios = scenarios(table, fit).map_err(|faults| Failure::User(faults.join("\n")))?;
    fs::create_dir_all(folder).map_err(|error| fault(folder, "cannot be written", &error))?;
    for (name, text) in scenarios {
        let plain: String =
            name.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' }).collect();
        let path = folder.join(format!("{plain}.toml"));
        fs::write(&path, text).map_err(|error| fault(&path, "cannot be written", &error))?;
    }
    Ok(())
}

fn no_curves(dataset: &Entry<Dataset>) -> String {
    let drawn = DATASETS.iter().filter(|other| other.build.curves.is_some()).map(|other| other.name);
    format!("--curves: error: {} has none; known: {}", dataset.name, drawn.collect::<Vec<_>>().join(", "))
}

fn told(path: &Path, what: &str, error: &dyn std::fmt::Display) -> String {
    format!("{}: error: {what}: {error}", path.display())
}

fn fault(path: &Path, what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::User(told(path, what, error))
}

fn dataset(name: &str) -> Result<&'static Entry<Dataset>, String> {
    let known: Vec<&str> = DATASETS.iter().map(|dataset| dataset.name).collect();
    let found = DATASETS.iter().find(|dataset| dataset.name == name).copied();
    let near = nearest(name, known.iter().copied()).map_or(String::new(), |near| format!(", did you mean `{near}`?"));
    found.ok_or_else(|| format!("error: there is no dataset `{name}`{near} Known: {}", known.join(", ")))
}

/// What the options say of fitting, or everything that is wrong with them.
fn fit(options: &Options) -> Result<Fit, Vec<String>> {
    let mut faults = Vec::new();
    if let Some(share) = options.fit_share.filter(|share| !(0.0..=1.0).contains(share)) {
        faults.push(format!("--fit-share: error: {share} is no share, expected a number within 0 ..= 1"));
    }
    let bad = options.fit_heaps.iter().filter(|size| !(**size > 0.0 && size.is_finite()));
    faults.extend(bad.map(|size| format!("--fit-heaps: error: {size} is no heap size, expected a number above 0")));
    let mut fit = Fit { share: options.fit_share, heaps: options.fit_heaps.clone(), calibration: None };
    if let Some(path) = &options.calibration {
        match fs::read_to_string(path) {
            Ok(text) => fit.calibration = Some(Calibration { file: path.display().to_string(), text }),
            Err(error) => faults.push(format!("{}: error: cannot be read: {error}", path.display())),
        }
    }
    if faults.is_empty() { Ok(fit) } else { Err(faults) }
}

/// The measurements under their name: the file's, else those that are part of the program.
fn open(options: &Options, dataset: &Entry<Dataset>) -> Result<(String, Box<dyn Read>), Vec<String>> {
    if let [_, second, ..] = options.files.as_slice() {
        return Err(vec![told(second, "is a second file", &"only gc-logs takes several")]);
    }
    let Some(path) = options.files.first() else {
        let (name, bytes) = sample(dataset.name).ok_or_else(|| {
            vec![format!("error: no measurements of {} travel with heapwise: name a file", dataset.name)]
        })?;
        return Ok((name.into(), Box::new(Cursor::new(bytes))));
    };
    if path.is_dir() {
        return Err(vec![told(path, "cannot be read", &"is a directory, expected a CSV file")]);
    }
    let file = File::open(path).map_err(|error| vec![told(path, "cannot be read", &error)])?;
    Ok((path.display().to_string(), Box::new(file)))
}

/// Refuses to write predictions over the measurements.
fn keep_input(input: Option<&Path>, out: &Path) -> Result<(), Failure> {
    let whole = |path: &Path| path.canonicalize().ok();
    let input = input.and_then(whole);
    if input.is_some() && input == whole(out) {
        return Err(fault(out, "cannot be written", &"it holds the measurements"));
    }
    Ok(())
}
