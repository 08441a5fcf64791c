//! `heapwise chart`: the charts of a results folder, from its tables alone.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use crate::chart::draw_all;

const EXAMPLES: &str = "\
Examples:
  heapwise chart results/dc_curve
  heapwise chart results/dc_curve --only throughput_dc
  heapwise list charts                       names for --only";

/// What `chart` takes.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    /// Folder that `heapwise run` has written
    #[arg(value_name = "RESULTS_DIR")]
    results: PathBuf,
    /// Draw this chart only; may be given several times
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
}

/// Draws SVG and PNG files beside the tables.
pub fn chart(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    if !options.results.is_dir() {
        return Err(Failure::User(format!(
            "{}: error: is no folder: expected a results folder that `heapwise run` has written",
            options.results.display()
        )));
    }
    if !options.results.join("summary.csv").is_file() {
        return Err(Failure::User(format!(
            "{}: error: holds no summary.csv: expected a results folder whose sweep has ended (go on with --resume)",
            options.results.display()
        )));
    }
    let drawn = draw_all(&options.results, &options.only).map_err(|error| Failure::User(format!("error: {error}")))?;
    for chart in &drawn {
        match &chart.skipped {
            Some(reason) => writeln!(out, "{:<28} not drawn: {reason}", chart.chart)?,
            None => {
                let files: Vec<String> = chart.files.iter().map(|file| file.display().to_string()).collect();
                writeln!(out, "{:<28} {}", chart.chart, files.join(", "))?;
            }
        }
    }
    Ok(())
}
