//! Policies, or other values of the sweep, against each other: the objective with its interval for each of them, and
//! below what else tells them apart.
//!
//! Dots and not bars above, because differences matter there and zero may be far away; bars from 0 below, because
//! there the sizes do. Each line stands at the heap where it is best.

use super::axes::{Axes, Axis, Panel, Quantity};
use super::bars::{self, Bar};
use super::canvas::{Align, Area, Canvas, Ink, Stroke};
use super::curves::{Curve, Level, curves};
use super::design::Design;
use super::error::ChartError;
use super::fonts;
use super::number::{Unit, digits};
use super::page::{self, Heading};
use super::reference;
use super::scale::{Scale, range};
use super::style::{LineLook, STYLE};
use super::table::FULL_MODEL;
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;
use crate::metrics::{Better, ColumnId};

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "comparison",
    summary: "the objective of each policy or other value with its interval, and waiting, spilling and losses beside it",
    source: "dot plot (Cleveland, The Elements of Graphing Data, 1985)",
    params: &[],
    traits: &[],
    build: || Box::new(Comparison),
};

const OBJECTIVE: &str = "throughput_records_per_s_mean";

/// Metrics of the small panels; those that are the same for all are left out.
const OTHERS: [&str; 8] = [
    OBJECTIVE,
    "latency_ms_mean",
    "waiting_ms_mean",
    "slot_waiting_ms_mean",
    "spill_bytes_sum",
    "migration_moves_count",
    "tasks_lost_share",
    "pool_used_share_mean",
];

const ROW: f64 = 34.0;
const BAR: f64 = 26.0;

struct Comparison;

impl Chart for Comparison {
    fn needs(&self) -> &'static [&'static str] {
        &["summary.metric", "summary.mean"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let objective = tables.context.objective.as_deref().unwrap_or(OBJECTIVE);
        let rows = levels(tables, &design, objective)?;
        if rows.len() < 2 {
            return Ok(Outcome::Skipped("there is nothing to compare".to_string()));
        }
        let mut others = Vec::new();
        for metric in OTHERS.iter().filter(|metric| **metric != objective) {
            let bars = levels(tables, &design, metric)?;
            if differ(&bars) {
                others.push((*metric, bars));
            }
        }
        let (top, below) = (rows.len() as f64 * ROW + 100.0, rows.len() as f64 * BAR + 44.0);
        canvas.height = top + others.len().div_ceil(2) as f64 * (below + 14.0) + 150.0;
        let known = rows.iter().any(|row| row.2.upper > row.2.lower);
        let mut notes: Vec<String> = known.then(|| "bars: 95 % intervals".to_string()).into_iter().collect();
        notes.extend(design.notes());
        notes.extend(design.heap.as_ref().map(|_| "each at the D/C nearest to its optimum".to_string()));
        let body = page::heading(canvas, &tables.context, &Heading { title: "Comparison", notes });
        let (upper, lower) = (Area { bottom: body.top + top, ..body }, Area { top: body.top + top + 22.0, ..body });
        dots(canvas, upper, objective, &rows);
        for (index, (metric, bars)) in others.iter().enumerate() {
            let area = lower.cell(index, (2, others.len().div_ceil(2)), 26.0);
            bars::panel(canvas, area, Quantity { title: &title(metric), unit: measure(metric).0 }, bars);
        }
        Ok(Outcome::Drawn)
    }
}

/// Whether a panel with these values would show a difference: more than half a per cent of the largest.
fn differ(bars: &[Bar]) -> bool {
    let ends = range(bars.iter().map(|bar| bar.2.mean));
    ends.is_some_and(|(low, high)| high - low > 0.005 * high.abs())
}

/// The unit of a metric, and what its numbers are multiplied by to be in that unit.
fn measure(metric: &str) -> (Unit, f64) {
    let unit = ColumnId::find(metric).map_or("", |id| id.column().unit);
    match unit {
        "bytes" => (Unit::Bytes, 1.0),
        "ms" => (Unit::Seconds, 1e-3),
        "s" => (Unit::Seconds, 1.0),
        "share" => (Unit::Share, 1.0),
        "records_per_s" => (Unit::RecordsRate, 1.0),
        _ => (Unit::Plain, 1.0),
    }
}

/// "Latency, mean": noun and statistic of a column.
fn title(metric: &str) -> String {
    let Some(id) = ColumnId::find(metric) else { return metric.replace('_', " ") };
    let column = id.column();
    let noun = column.noun.replace('_', " ");
    let mut letters = noun.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    let statistic = if column.statistic.is_empty() { String::new() } else { format!(", {}", column.statistic) };
    format!("{first}{}{statistic}", letters.as_str())
}

/// A metric of every line, at the heap where the line is best, in its unit.
fn levels(tables: &Tables, design: &Design, metric: &str) -> Result<Vec<Bar>, ChartError> {
    let wanted = reference::wanted(tables, design)?;
    let (_, factor) = measure(metric);
    let bar = |curve: &Curve| {
        let level = curve.near(wanted[curve.line])?;
        let (mean, lower, upper) = (level.mean * factor, level.lower * factor, level.upper * factor);
        Some((curve.line, design.lines[curve.line].label.clone(), Level { mean, lower, upper, ..*level }))
    };
    Ok(curves(tables, design, (metric, FULL_MODEL))?.iter().filter_map(bar).collect())
}

/// The objective: a row a line, with dot, interval and number.
fn dots(canvas: &mut Canvas, area: Area, metric: &str, rows: &[Bar]) {
    let (unit, _) = measure(metric);
    let better = match ColumnId::find(metric).map(|id| id.column().better) {
        Some(Better::More) => ": more is better",
        Some(Better::Less) => ": less is better",
        _ => "",
    };
    let ink = Ink::new(STYLE.label, STYLE.ink);
    canvas.fitted((area.left, area.top + 8.0), &format!("{}{better}", title(metric)), area.width(), ink.bold());
    let names = rows.iter().map(|row| fonts::room(&row.1, STYLE.label, false)).fold(0.0, f64::max);
    let numbers = rows.iter().map(|row| fonts::room(&number(unit, &row.2), STYLE.tick, false)).fold(0.0, f64::max);
    let left = area.left + names.min(area.width() * 0.35) + 20.0;
    let outer = Area { left, top: area.top + 22.0, right: area.right - numbers, ..area };
    let (low, high) = range(rows.iter().flat_map(|row| [row.2.lower, row.2.upper, row.2.mean])).unwrap_or((0.0, 1.0));
    let room = if high > low { (high - low) * 0.06 } else { low.abs().max(1e-9) * 0.05 };
    let least = if low >= 0.0 { (low - room).max(0.0) } else { low - room };
    let quantity = title(metric);
    let across = Axis::new(Scale::linear(least, high + room, unit), &quantity);
    let along = Axis {
        scale: Scale { levels: vec![f64::NAN], ..Scale::linear(0.0, 1.0, Unit::Plain) },
        title: "",
        labels: false,
    };
    let panel = Panel::draw(canvas, outer, Axes { x: &across, y: &along, left: 0.0 });
    let step = panel.area.height() / rows.len() as f64;
    for (index, (line, name, level)) in rows.iter().enumerate() {
        let y = panel.area.top + step * (index as f64 + 0.5);
        canvas.fitted((left - 12.0, y), name, left - area.left - 12.0, ink.align(Align::End));
        interval(canvas, [level.lower, level.mean, level.upper].map(|value| panel.x_at(value)), y, STYLE.line(*line));
        canvas.text((area.right - numbers, y), &number(unit, level), Ink::new(STYLE.tick, STYLE.ink));
    }
}

/// An interval from end to end with its mean between them, pixels.
fn interval(canvas: &mut Canvas, [low, mean, high]: [f64; 3], y: f64, look: LineLook) {
    canvas.line(vec![(low, y), (high, y)], Stroke::solid(look.color, 2.4));
    for x in [low, high] {
        canvas.line(vec![(x, y - 6.0), (x, y + 6.0)], Stroke::solid(look.color, 1.6));
    }
    canvas.marker((mean, y), look, (6.0, false));
}

/// The mean, and half the width of its interval where there is one.
fn number(unit: Unit, level: &Level) -> String {
    let half = (level.upper - level.lower) / 2.0;
    if half == 0.0 {
        return unit.write(level.mean);
    }
    let (size, name) = unit.step(level.mean);
    format!("{} ± {} {name}", digits(level.mean / size, 4), digits(half / size, 2)).trim_end().to_string()
}
