//! What relieves memory pressure: volumes spilled, moved and evicted, by policy, and when that happens.

use super::axes::Quantity;
use super::bars::{self, Bar};
use super::canvas::Canvas;
use super::curves::{Curve, curves};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading};
use super::reference::{self, Reference};
use super::series::{self, Pairs};
use super::table::FULL_MODEL;
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "spill-migration",
    summary: "bytes spilled, migrated and evicted, by policy, and their rates over time",
    source: "volumes per policy with intervals",
    params: &[],
    traits: &[],
    build: || Box::new(SpillMigration),
};

/// Metric, and what it is.
const VOLUMES: [(&str, &str); 3] = [
    ("spill_bytes_sum", "Spilled to disk"),
    ("migration_bytes_sum", "Migrated between TaskManagers"),
    ("evicted_bytes_sum", "Evicted from caches"),
];

/// Column, and what it is.
const RATES: [(&str, &str); 2] = [("spill_bytes_per_s", "Spilling"), ("migration_bytes_per_s", "Migration")];

struct SpillMigration;

type Volume = (&'static str, Vec<Bar>);
type Rate = (&'static str, Vec<(usize, Pairs)>);

impl Chart for SpillMigration {
    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let (rates, shown) = rates(tables, &design)?;
        let volumes = volumes(tables, &design, &shown)?;
        if volumes.is_empty() && rates.is_empty() {
            return Ok(Outcome::Skipped("nothing was spilled, migrated or evicted".to_string()));
        }
        let notes = if rates.is_empty() {
            let own = volumes.iter().any(|volume| volume.1.len() > 1 || varies(&volume.1));
            let note = own.then(|| "each line at the recorded D/C nearest to its optimum".to_string());
            design.notes().into_iter().chain(note).collect()
        } else {
            let longest = series::longest(rates.iter().flat_map(|rate| &rate.1));
            let thinned = series::thinned(longest, series::POINTS).map(|note| format!("lines: {note}"));
            shown.notes(&design).into_iter().chain(thinned).collect()
        };
        let mut body = page::heading(canvas, &tables.context, &Heading { title: "Spilling and migration", notes });
        let entries = if rates.is_empty() { Vec::new() } else { shown.entries(&design) };
        body = page::legend(canvas, body, &entries);
        let most = volumes.iter().map(|volume| volume.1.len()).max().unwrap_or(0) as f64;
        let share = match (volumes.is_empty(), rates.is_empty()) {
            (true, _) => 0.0,
            (_, true) => 1.0,
            _ => ((most * 44.0 + 40.0) / body.height()).clamp(0.2, 0.45),
        };
        let (upper, lower) = body.stack(share, 24.0);
        for (index, (title, bars)) in volumes.iter().enumerate() {
            bars::panel(
                canvas,
                upper.cell(index, (volumes.len(), 1), 36.0),
                Quantity { title, unit: Unit::Bytes },
                bars,
            );
        }
        for (index, (title, all)) in rates.iter().enumerate() {
            series::panel(
                canvas,
                lower.cell(index, (rates.len(), 1), 28.0),
                Quantity { title, unit: Unit::BytesRate },
                all,
            );
        }
        Ok(Outcome::Drawn)
    }
}

fn varies(bars: &[Bar]) -> bool {
    bars.windows(2).any(|pair| pair[0].2.x != pair[1].2.x)
}

/// The volumes at the cells shown, or at the optimum of a line that has none.
fn volumes(tables: &Tables, design: &Design, shown: &Reference) -> Result<Vec<Volume>, ChartError> {
    let mut wanted = reference::wanted(tables, design)?;
    for cell in shown.cells.iter().filter(|cell| cell.heap.is_finite()) {
        wanted[cell.line] = cell.heap;
    }
    let mut volumes = Vec::new();
    for (metric, title) in VOLUMES {
        let found = curves(tables, design, (metric, FULL_MODEL))?;
        let bar = |curve: &Curve| {
            let name = design.lines[curve.line].label.clone();
            curve.near(wanted[curve.line]).map(|level| (curve.line, name, *level))
        };
        let bars: Vec<Bar> = found.iter().filter_map(bar).collect();
        if bars.iter().any(|bar| bar.2.mean > 0.0) {
            volumes.push((title, bars));
        }
    }
    Ok(volumes)
}

fn rates(tables: &Tables, design: &Design) -> Result<(Vec<Rate>, Reference), ChartError> {
    let Some(table) = tables.get("timeseries") else { return Ok((Vec::new(), Reference::default())) };
    let reference = reference::choose(tables, design, table, |_| true)?;
    let time = table.numbers("time_s")?;
    let mut rates = Vec::new();
    for (column, title) in RATES {
        let values = table.numbers(column)?;
        let cells = reference.cells.iter();
        let all: Vec<(usize, Pairs)> = cells.map(|cell| (cell.line, series::pairs(&cell.rows, time, values))).collect();
        if all.iter().any(|(_, pairs)| series::tells(pairs)) {
            rates.push((title, all));
        }
    }
    Ok((rates, reference))
}
