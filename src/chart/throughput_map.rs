//! Throughput over cores and heap: a map a policy, darker for more, the number in every cell.
//!
//! The scale of greys is even, so that it survives print; the numbers say what a shade only suggests.

use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::design::{Design, is_throughput, short};
use super::error::ChartError;
use super::fonts;
use super::number::{Unit, digits};
use super::page::{self, Heading, grid, tick_ink};
use super::scale::range;
use super::style::STYLE;
use super::table::{FULL_MODEL, Table};
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "throughput-map",
    summary: "throughput over cores and heap, a map a policy",
    source: "heat map on an even scale of lightness",
    params: &[],
    traits: &[],
    build: || Box::new(ThroughputMap),
};

struct ThroughputMap;

/// The rows of all maps: values in ascending order, what they are, and the value of each row of the table.
struct Rows {
    title: &'static str,
    values: Vec<f64>,
    of: Vec<f64>,
}

/// A map: its line, and mean throughput by (row of heap, column of cores).
struct Map {
    line: usize,
    cells: Vec<Vec<f64>>,
}

impl Chart for ThroughputMap {
    fn needs(&self) -> &'static [&'static str] {
        &["summary.metric", "summary.mean", "summary.heap_bytes", "summary.heap_per_core_bytes"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let (Some(table), Some((cores, _))) = (tables.get("summary"), &design.cores) else {
            return Ok(Outcome::Skipped("the sweep has no axis of cores".to_string()));
        };
        let (columns, rows) = (columns(table, cores), rows(table)?);
        if columns.len() < 2 || rows.values.len() < 2 {
            return Ok(Outcome::Skipped("the sweep has a single value of cores or heap".to_string()));
        }
        let maps = maps(table, &design, (&rows, &columns))?;
        let all = || maps.iter().flat_map(|map| map.cells.iter().flatten().copied());
        let Some((low, high)) = range(all()).filter(|range| range.1 > 0.0) else {
            return Ok(Outcome::Skipped("no throughput was recorded".to_string()));
        };
        let (size, unit) = Unit::RecordsRate.step(high);
        let mut notes = vec![format!("numbers: {unit}, frame: highest of the map")];
        notes.extend(design.notes().into_iter().filter(|note| !note.starts_with(short(cores))));
        let body = page::heading(canvas, &tables.context, &Heading { title: "Throughput over cores and heap", notes });
        let body = draw_ramp(canvas, body, (low, high));
        let names: Vec<String> = rows.values.iter().map(|value| Unit::Bytes.write(*value)).collect();
        let shades = Shades { size, low, high };
        for (index, map) in maps.iter().enumerate() {
            let area = body.cell(index, grid(maps.len()), 26.0);
            let line = &design.lines[map.line].label;
            let inner = Heads { line, title: rows.title, rows: &names, columns: &columns }.draw(canvas, area);
            fill(canvas, inner, map, shades);
        }
        Ok(Outcome::Drawn)
    }
}

/// The values of the axis of cores: numbers in ascending order, then words in the order of the file.
fn columns(table: &Table, axis: &str) -> Vec<String> {
    let mut values: Vec<String> = Vec::new();
    for row in table.with_ablation(FULL_MODEL) {
        let word = table.word(row, axis);
        if !values.iter().any(|known| known == word) {
            values.push(word.to_string());
        }
    }
    let number = |text: &String| text.parse::<f64>().unwrap_or(f64::INFINITY);
    values.sort_by(|a, b| number(a).total_cmp(&number(b)));
    values
}

/// Rows by heap, or by heap per core where that gives fewer of them: a sweep varies either of the two.
fn rows(table: &Table) -> Result<Rows, ChartError> {
    let read = |column: &str, title: &'static str| -> Result<Rows, ChartError> {
        let numbers = table.numbers(column)?;
        let of: Vec<f64> = (0..table.rows()).map(|row| numbers.at(row)).collect();
        let mut values: Vec<f64> =
            table.with_ablation(FULL_MODEL).map(|row| of[row]).filter(|x| x.is_finite()).collect();
        values.sort_by(f64::total_cmp);
        values.dedup();
        Ok(Rows { title, values, of })
    };
    let (heap, per_core) = (read("heap_bytes", "Heap")?, read("heap_per_core_bytes", "Heap per core (D/C)")?);
    Ok(if per_core.values.len() < heap.values.len() { per_core } else { heap })
}

fn maps(table: &Table, design: &Design, (rows, columns): (&Rows, &[String])) -> Result<Vec<Map>, ChartError> {
    let Some((cores, _)) = &design.cores else { return Ok(Vec::new()) };
    let mean = table.numbers("mean")?;
    let empty = || vec![vec![f64::NAN; columns.len()]; rows.values.len()];
    let mut maps: Vec<Map> = (0..design.lines.len()).map(|line| Map { line, cells: empty() }).collect();
    for row in table.with_ablation(FULL_MODEL).filter(|&row| is_throughput(table.word(row, "metric"))) {
        let x = columns.iter().position(|value| value == table.word(row, cores));
        let y = rows.values.iter().position(|value| *value == rows.of[row]);
        if let (Some(line), Some(y), Some(x)) = (design.line_of_any_cores(table, row), y, x) {
            maps[line].cells[y][x] = mean.at(row);
        }
    }
    maps.retain(|map| map.cells.iter().flatten().any(|value| value.is_finite()));
    Ok(maps)
}

/// Draws the scale of colours; returns the area below.
fn draw_ramp(canvas: &mut Canvas, area: Area, (low, high): (f64, f64)) -> Area {
    let (width, steps) = (240.0, 48);
    let y = area.top + 10.0;
    let ink = Ink::new(STYLE.label, STYLE.ink);
    let text = format!("Throughput from {}", Unit::RecordsRate.write(low));
    canvas.text((area.left, y), &text, ink);
    let left = area.left + fonts::room(&text, STYLE.label, false) + 8.0;
    for step in 0..steps {
        let at = |step: i32| left + width * f64::from(step) / f64::from(steps);
        let part = Area { left: at(step), top: y - 8.0, right: at(step + 1) + 0.4, bottom: y + 8.0 };
        canvas.rect(part, STYLE.ramp_at((f64::from(step) + 0.5) / f64::from(steps)), 1.0);
    }
    canvas.text((left + width + 12.0, y), &format!("to {}", Unit::RecordsRate.write(high)), ink);
    Area { top: y + 24.0, ..area }
}

/// What is written around a map.
struct Heads<'a> {
    line: &'a str,
    /// What the rows are.
    title: &'a str,
    rows: &'a [String],
    columns: &'a [String],
}

impl Heads<'_> {
    /// Writes all of it; returns the area of the cells. Rows run upwards.
    fn draw(&self, canvas: &mut Canvas, area: Area) -> Area {
        let Heads { line, title, rows, columns } = *self;
        let ink = Ink::new(STYLE.label, STYLE.ink);
        canvas.fitted((area.left, area.top + 8.0), line, area.width(), ink.bold());
        canvas.fitted((area.left, area.top + 30.0), title, area.width(), ink);
        let room = rows.iter().map(|name| fonts::room(name, STYLE.tick, false)).fold(0.0, f64::max) + 12.0;
        let inner =
            Area { left: area.left + room, top: area.top + 46.0, right: area.right, bottom: area.bottom - 44.0 };
        let each = (inner.width() / columns.len() as f64, inner.height() / rows.len() as f64);
        let every = (STYLE.tick * 1.3 / each.1).ceil().max(1.0) as usize;
        for (row, name) in rows.iter().enumerate().step_by(every) {
            canvas.text((inner.left - 8.0, inner.bottom - (row as f64 + 0.5) * each.1), name, tick_ink(Align::End));
        }
        for (column, name) in columns.iter().enumerate() {
            let at = (inner.left + (column as f64 + 0.5) * each.0, inner.bottom + 14.0);
            canvas.fitted(at, name, each.0 - 4.0, tick_ink(Align::Middle));
        }
        let foot = ((inner.left + inner.right) / 2.0, inner.bottom + 34.0);
        canvas.fitted(foot, "Cores", inner.width(), ink.align(Align::Middle));
        inner
    }
}

/// How values become numbers and shades, the same on all maps.
#[derive(Clone, Copy)]
struct Shades {
    /// What the unit of the numbers is worth.
    size: f64,
    low: f64,
    high: f64,
}

fn fill(canvas: &mut Canvas, inner: Area, map: &Map, shades: Shades) {
    let Shades { size, low, high } = shades;
    let best = range(map.cells.iter().flatten().copied()).map_or(f64::NAN, |range| range.1);
    let rows = map.cells.len();
    let mut framed = None;
    for (row, cells) in map.cells.iter().enumerate() {
        for (column, &value) in cells.iter().enumerate() {
            let area = inner.cell((rows - 1 - row) * cells.len() + column, (cells.len(), rows), 1.5);
            let middle = ((area.left + area.right) / 2.0, (area.top + area.bottom) / 2.0);
            let font = STYLE.tick.min(area.height() * 0.8);
            if !value.is_finite() {
                canvas.fitted(middle, "–", area.width(), tick_ink(Align::Middle));
                continue;
            }
            let shade = STYLE.ramp_at(if high > low { (value - low) / (high - low) } else { 0.5 });
            canvas.rect(area, shade, 1.0);
            let white = super::style::Color(255, 255, 255);
            let ink = Ink::new(font, if shade.lightness() < 0.45 { white } else { STYLE.ink });
            // A number too small to read is left out; the shade stays.
            if font >= 9.0 {
                canvas.fitted(middle, &digits(value / size, 3), area.width(), ink.align(Align::Middle));
            }
            framed = if value == best { Some(area) } else { framed };
        }
    }
    if let Some(area) = framed {
        canvas.frame(area, Stroke::solid(STYLE.lines[1].color, 3.0));
    }
}
