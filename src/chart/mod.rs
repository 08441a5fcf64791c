//! Charts: pictures from the CSV files of a results directory, and from nothing else; beside them, one of a process's
//! memory layout ([`process`]), one of predictions against measurements ([`validation`]), one of simulations against
//! exact theory ([`verification`]), and those of allocators on a trace ([`frag`]).
//!
//! A chart knows tables and a canvas; it knows neither the simulator nor file formats of pictures. What it cannot draw
//! honestly (no column, nothing recorded, all zero) it skips with a reason. To add one: a file with a `Chart` and its
//! `ENTRY`, and a line in the registry below.

mod axes;
mod bars;
pub mod calibration;
mod canvas;
mod curves;
mod design;
mod dots;
mod error;
mod fonts;
pub mod frag;
mod number;
mod optimum;
mod page;
pub mod process;
mod raster;
mod reference;
mod render;
mod scale;
mod series;
mod spread;
mod style;
mod table;
mod tables;
#[cfg(test)]
mod tests;
pub mod validation;
pub mod verification;
pub mod whatif;

pub use canvas::Canvas;
pub use error::ChartError;
pub use tables::{Context, Tables};

use crate::base::nearest;
use std::path::{Path, PathBuf};

/// A kind of chart.
pub trait Chart {
    /// The columns that it cannot do without, as "summary.mean": column `mean` of summary.csv.
    fn needs(&self) -> &'static [&'static str];

    /// Draws, or says why there is nothing to draw.
    ///
    /// # Errors
    /// A cell holds a text where a number is expected.
    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError>;
}

/// What came of drawing a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The canvas holds the chart.
    Drawn,
    /// There is nothing to draw, for this reason.
    Skipped(String),
}

impl Outcome {
    fn absent(file: &str) -> Outcome {
        Outcome::Skipped(format!("{file}.csv is absent"))
    }
}

/// Makes a chart.
pub type Make = fn() -> Box<dyn Chart>;

crate::registry! {
    /// Every kind of chart.
    pub static CHARTS: Make;
    throughput_dc,
    attribution,
    throughput_map,
    comparison,
    memory_over_time,
    fragmentation_over_time,
    fragmentation_distribution,
    gc,
    spill_migration,
    waiting,
}

/// What became of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The chart's name.
    pub chart: &'static str,
    /// The files written: SVG, PNG.
    pub files: Vec<PathBuf>,
    /// Why nothing was drawn, if so.
    pub skipped: Option<String>,
}

const FILES: [&str; 4] = ["summary", "optimum", "timeseries", "histograms"];

fn unknown(name: &str) -> ChartError {
    let known: Vec<&'static str> = CHARTS.iter().map(|entry| entry.name).collect();
    let nearest = nearest(name, known.iter().copied());
    ChartError::UnknownChart { name: name.to_string(), nearest, known }
}

fn save(canvas: &Canvas, dir: &Path, name: &str) -> Result<Vec<PathBuf>, ChartError> {
    let (svg, png) = (dir.join(format!("{name}.svg")), dir.join(format!("{name}.png")));
    let fault = |path: &Path| {
        let path = path.to_path_buf();
        move |problem: String| ChartError::File { path, problem }
    };
    let text = render::svg(canvas).map_err(fault(&svg))?;
    std::fs::write(&svg, text).map_err(|error| fault(&svg)(error.to_string()))?;
    render::png(canvas, &png).map_err(fault(&png))?;
    Ok(vec![svg, png])
}

/// Removes the pictures of an earlier sweep that this one has no data for, so that nobody takes them for its own.
fn remove(dir: &Path, name: &str) -> Result<(), ChartError> {
    for path in ["svg", "png"].map(|ending| dir.join(format!("{name}.{ending}"))) {
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(ChartError::File { path, problem: error.to_string() });
            }
            _ => {}
        }
    }
    Ok(())
}

fn draw_one(chart: &dyn Chart, tables: &Tables) -> Result<(Outcome, Canvas), ChartError> {
    let mut canvas = Canvas::default();
    let outcome = match tables.lacks(chart.needs()) {
        Some(reason) => Outcome::Skipped(reason),
        None => chart.draw(tables, &mut canvas)?,
    };
    Ok((outcome, canvas))
}

/// Draws the charts named in `only` (all if it is empty) from the CSV files in `results`, into the folder `charts`
/// there. The answer has one element for each chart, in the order of the registry.
///
/// # Errors
/// An unknown name, an absent or broken file, a text in a column of numbers, a picture that cannot be written.
pub fn draw_all(results: &Path, only: &[String]) -> Result<Vec<Drawn>, ChartError> {
    if let Some(name) = only.iter().find(|name| CHARTS.iter().all(|entry| entry.name != **name)) {
        return Err(unknown(name));
    }
    let tables = Tables::open(results, &FILES)?;
    let dir = results.join("charts");
    std::fs::create_dir_all(&dir)
        .map_err(|error| ChartError::File { path: dir.clone(), problem: error.to_string() })?;
    let wanted = |name: &str| only.is_empty() || only.iter().any(|wanted| wanted == name);
    let mut drawn = Vec::new();
    for entry in CHARTS.iter().filter(|entry| wanted(entry.name)) {
        let (outcome, canvas) = draw_one(&*(entry.build)(), &tables)?;
        drawn.push(match outcome {
            Outcome::Drawn => Drawn { chart: entry.name, files: save(&canvas, &dir, entry.name)?, skipped: None },
            Outcome::Skipped(reason) => {
                remove(&dir, entry.name)?;
                Drawn { chart: entry.name, files: Vec::new(), skipped: Some(reason) }
            }
        });
    }
    Ok(drawn)
}
