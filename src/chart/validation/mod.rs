//! Measured against predicted: one square panel a quantity, a dot a row, one look a group.
//!
//! Quantities judged by their relative error lie on logarithmic axes, so that a band of 10 % is as wide everywhere; others
//! on linear ones. A quantity that stands alone gets a second panel with its errors, where small ones can be told apart.

mod agreement;
mod errors;
mod scatter;
pub(super) mod throughput;

pub use throughput::draw_throughput;

use self::scatter::Scatter;
use super::canvas::{Area, Canvas};
use super::error::ChartError;
use super::page::{self, Entry, Heading, Key};
use super::process::save;
use super::style::{Color, LineLook, STYLE};
use super::tables::Context;
use crate::evidence::validation::{Judged, Prediction, Quantity, Validation};
use std::path::Path;

/// Errors within which bands are shaded, narrow before wide.
const BANDS: [f64; 2] = [0.10, 0.25];
/// Height of a row of panels in two columns, and in three.
const ROW: (f64, f64) = (580.0, 420.0);
const GAP: f64 = 26.0;

/// A row of the table in a panel.
struct Dot {
    measured: f64,
    predicted: f64,
    look: LineLook,
    fitted: bool,
}

/// Draws a validation into the file `path`, as SVG or PNG by its ending. The file appears whole or not at all.
///
/// # Errors
/// The ending is neither `.svg` nor `.png`, or the file cannot be written.
pub fn draw_validation(validation: &Validation, path: &Path) -> Result<(), ChartError> {
    let format = save::Format::of(path)?;
    save::write(&paint(validation), path, format)
}

/// Puts a validation on a canvas, which grows as high as it must.
pub(super) fn paint(validation: &Validation) -> Canvas {
    let mut canvas = Canvas::default();
    let file = Path::new(validation.table.file()).file_name().map(|name| name.to_string_lossy().into_owned());
    let context = Context { scenario: file.unwrap_or_default(), ..Context::default() };
    let title = format!("{}: measured and predicted", validation.dataset.name);
    let notes = vec![format!("rows: {}", validation.tally())];
    let area = page::heading(&mut canvas, &context, &Heading { title: &title, notes });
    let area = page::legend(&mut canvas, area, &legend(validation));
    let quantities = validation.dataset.build.quantities;
    let alone = quantities.len() == 1;
    let (columns, rows) = page::grid(if alone { 2 } else { quantities.len() });
    let height = if columns == 3 { ROW.1 } else { ROW.0 };
    let bottom = area.top + rows as f64 * height + (rows - 1) as f64 * GAP;
    let area = Area { bottom, ..area };
    canvas.height = bottom + STYLE.margin;
    for (place, quantity) in quantities.iter().enumerate() {
        let cell = area.cell(place, (columns, rows), GAP);
        match quantity.judged {
            Judged::Word => agreement::draw(&mut canvas, cell, (validation, place)),
            _ => {
                let (dots, told) = (dots(validation, place), told(validation, place));
                Scatter { quantity, dots: &dots, told: &told }.draw(&mut canvas, cell);
            }
        }
    }
    if let (true, Some(quantity)) = (alone, quantities.first().filter(|quantity| !quantity.is_word())) {
        errors::draw(&mut canvas, area.cell(1, (columns, rows), GAP), (quantity, &dots(validation, 0)));
    }
    canvas
}

/// Groups in the order of their names.
fn groups(validation: &Validation) -> Vec<&str> {
    let mut groups: Vec<&str> = (0..validation.table.len()).map(|row| validation.group(row)).collect();
    groups.sort_unstable();
    groups.dedup();
    groups
}

fn look(groups: &[&str], group: &str) -> LineLook {
    let place = groups.iter().position(|name| *name == group).unwrap_or(0);
    if groups.len() <= STYLE.lines.len() { STYLE.line(place) } else { STYLE.ablation(place) }
}

fn band(place: usize) -> Color {
    STYLE.muted.tint(if place == 0 { 0.68 } else { 0.86 })
}

fn legend(validation: &Validation) -> Vec<Entry> {
    let groups = groups(validation);
    let mut entries: Vec<Entry> =
        groups.iter().map(|group| (Key::Marker(look(&groups, group), false), group.to_string())).collect();
    if validation.rows.iter().any(|row| row.fitted) {
        let example = groups.first().map_or(STYLE.line(0), |group| look(&groups, group));
        entries.push((Key::Marker(example, true), "fitted".into()));
    }
    let relative = |quantity: &Quantity| matches!(quantity.judged, Judged::Relative | Judged::Count);
    if validation.dataset.build.quantities.iter().any(relative) {
        let bands = BANDS.iter().enumerate();
        entries.extend(bands.map(|(place, wide)| (Key::Fill(band(place)), format!("within {} %", 100.0 * wide))));
    }
    entries
}

/// Rows with a measured and a predicted number; fitted ones first, so that the others lie above them.
fn dots(validation: &Validation, quantity: usize) -> Vec<Dot> {
    let (groups, table) = (groups(validation), &validation.table);
    let Some(declared) = validation.dataset.build.quantities.get(quantity) else { return Vec::new() };
    let rows = validation.rows.iter().enumerate().filter_map(|(row, told)| {
        let Some(Some(Prediction::Number(predicted))) = told.values.get(quantity) else { return None };
        let (measured, look) = (table.number(row, declared.column)?, look(&groups, validation.group(row)));
        Some(Dot { measured, predicted: *predicted, look, fitted: told.fitted })
    });
    let mut dots: Vec<Dot> = rows.collect();
    dots.sort_by_key(|dot| !dot.fitted);
    dots
}

/// The errors of a quantity in one line: of the rows that were not fitted, or of all where every one was.
fn told(validation: &Validation, quantity: usize) -> String {
    let all = validation.verdicts().into_iter().filter(|one| one.quantity == quantity && one.part.group.is_none());
    let Some(verdict) = all.min_by_key(|one| one.part.fitted) else { return "nothing to compare".into() };
    let rows = if verdict.part.fitted { "fitted" } else { "not fitted" };
    let absolute = validation.dataset.build.quantities.get(quantity).filter(|one| one.judged == Judged::Absolute);
    let error = |value: f64| match absolute {
        Some(_) => format!("{value:.3}"),
        None => format!("{:.1} %", 100.0 * value),
    };
    let shaded = absolute.map_or(String::new(), |one| format!("; shaded: within {}", one.bound));
    format!("{rows}: median error {}, 90th percentile {}{shaded}", error(verdict.median), error(verdict.p90))
}
