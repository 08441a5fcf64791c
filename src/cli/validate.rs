//! `heapwise validate`: predictions beside what was measured.

use std::fs::{self, File};
use std::io::{Cursor, Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use crate::base::Entry;
use crate::chart::validation::{draw_throughput, draw_validation};
use crate::experiment::validate::{Calibration, DATASETS, Dataset, Fit, Panel, Table, sample, validate as predict};
use crate::report::validation::{csv, summary};
use crate::scenario::nearest;

const EXAMPLES: &str = "\
Examples:
  heapwise validate heap-curves                       on the measurements that travel with heapwise
  heapwise validate heap-curves mine.csv --out predicted.csv --chart curves.svg
  heapwise validate heap-curves mine.csv --fit-heaps 2,3,6
  heapwise validate heap-curves mine.csv --fit-share 0.3
  heapwise validate flink-runs --curves throughput.svg

Without --fit-share a dataset follows its own rule: heap-curves fits the two smallest and the largest heap of each
program and collector. Rows whose measurement is blank are predicted, and never fitted.";

/// What `validate` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// What was measured: heap-curves
    #[arg(value_name = "DATASET")]
    dataset: String,
    /// The measurements; if not given, those that travel with heapwise
    #[arg(value_name = "FILE.csv")]
    file: Option<PathBuf>,
    /// Coefficients of collectors; if not given, those that travel with heapwise
    #[arg(long, value_name = "FILE")]
    calibration: Option<PathBuf>,
    /// Fit this share of the rows (0 to 1), chosen by a hash of what names a row, and hold the rest out
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
}

/// Predicts every row, writes and draws where asked to, and prints the errors.
pub fn validate(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let (dataset, fit) = match (dataset(&options.dataset), fit(options)) {
        (Ok(dataset), Ok(fit)) => (dataset, fit),
        (dataset, fit) => {
            let faults = [dataset.err().into_iter().collect(), fit.err().unwrap_or_default()].concat();
            return Err(Failure::User(faults.join("\n")));
        }
    };
    let listing = |faults: Vec<String>| Failure::User(faults.join("\n"));
    let (name, input) = open(options, dataset)?;
    let table = Table::read(&name, input, dataset).map_err(listing)?;
    let panels = options.curves.as_ref().map(|_| panels(dataset, &table, &fit).map_err(listing)).transpose()?;
    let validation = predict(dataset, table, &fit).map_err(listing)?;
    if let Some(path) = &options.out {
        keep_input(options.file.as_deref(), path)?;
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

/// The curves of the dataset, at least one.
fn panels(dataset: &Entry<Dataset>, table: &Table, fit: &Fit) -> Result<Vec<Panel>, Vec<String>> {
    let drawn = DATASETS.iter().filter(|other| other.build.curves.is_some()).map(|other| other.name);
    let known = drawn.collect::<Vec<_>>().join(", ");
    let curves = dataset.build.curves;
    let curves = curves.ok_or_else(|| vec![format!("--curves: error: {} has none; known: {known}", dataset.name)])?;
    let panels = curves(table, fit)?;
    let none = || format!("{}: error: no two rows differ in their heap alone: there is no curve", table.file());
    if panels.is_empty() { Err(vec![none()]) } else { Ok(panels) }
}

fn fault(path: &Path, what: &str, error: &dyn std::fmt::Display) -> Failure {
    Failure::User(format!("{}: error: {what}: {error}", path.display()))
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
fn open(options: &Options, dataset: &Entry<Dataset>) -> Result<(String, Box<dyn Read>), Failure> {
    let Some(path) = &options.file else {
        let (name, bytes) = sample(dataset.name).ok_or_else(|| {
            Failure::User(format!("error: no measurements of {} travel with heapwise: name a file", dataset.name))
        })?;
        return Ok((name.into(), Box::new(Cursor::new(bytes))));
    };
    if path.is_dir() {
        return Err(fault(path, "cannot be read", &"is a directory, expected a CSV file"));
    }
    let file = File::open(path).map_err(|error| fault(path, "cannot be read", &error))?;
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
