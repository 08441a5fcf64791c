//! What garbage collection costs: share of time in pauses and share of core time, against heap per core (over time
//! where the sweep has one heap), and how long pauses are.

use super::axes::Quantity;
use super::canvas::{Area, Canvas};
use super::curves::{self, Curve, curves};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading};
use super::reference::{self, Reference};
use super::series::{self, Pairs};
use super::spread::{Titles, spreads, tail_panel};
use super::table::FULL_MODEL;
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "gc",
    summary: "time and core share of garbage collection against heap per core, and the distribution of pauses",
    source: "time-memory curves as in Blackburn, Cheng and McKinley, Myths and Realities (2004)",
    params: &[],
    traits: &[],
    build: || Box::new(Gc),
};

/// Metric, and what it is.
const COSTS: [(&str, &str); 2] =
    [("gc_time_share_mean", "Time in stop-the-world pauses"), ("gc_cpu_share_mean", "Core time taken by collection")];

/// Pauses come singly, so that their share of a short sample is all or nothing: the line is over this many longer ones.
const STEPS: usize = 24;

struct Gc;

/// What one panel on the left shows.
enum Cost {
    Curves(&'static str, Vec<Curve>),
    Series(Vec<(usize, Pairs)>),
}

impl Chart for Gc {
    fn needs(&self) -> &'static [&'static str] {
        &[]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let (mut costs, mut shown) = (curve_costs(tables, &design)?, Reference::default());
        if costs.is_empty() {
            (costs, shown) = series_costs(tables, &design)?;
        }
        let (pauses, chosen) = spreads(tables, &design, "gc_pause_s")?;
        let pauses: Vec<_> =
            pauses.into_iter().filter(|spread| spread.above().iter().any(|pair| pair.0 > 0.0)).collect();
        if costs.is_empty() && pauses.is_empty() {
            return Ok(Outcome::Skipped("no garbage collection was recorded".to_string()));
        }
        shown = if pauses.is_empty() { shown } else { chosen };
        let mut notes = shown.notes(&design);
        if let (Some(note), false, false) = (notes.last_mut(), shown.note.is_empty(), costs.is_empty()) {
            *note = format!("distribution of pauses {note}");
        }
        let body = page::heading(canvas, &tables.context, &Heading { title: "Cost of garbage collection", notes });
        let named = if pauses.is_empty() { page::all_entries(&design) } else { shown.entries(&design) };
        let body = page::legend(canvas, body, &named);
        let (left, right) = match (costs.is_empty(), pauses.is_empty()) {
            (false, false) => body.split(0.5, 28.0),
            _ => (body, body),
        };
        for (index, cost) in costs.iter().enumerate() {
            cost.draw(canvas, left.cell(index, (1, costs.len()), 16.0));
        }
        if !pauses.is_empty() {
            tail_panel(canvas, right, Titles { x: "Length of a pause", y: "Share of pauses that are longer" }, &pauses);
        }
        Ok(Outcome::Drawn)
    }
}

fn curve_costs(tables: &Tables, design: &Design) -> Result<Vec<Cost>, ChartError> {
    let mut costs = Vec::new();
    for (metric, title) in COSTS {
        let found = curves(tables, design, (metric, FULL_MODEL))?;
        if curves::varies(&found) && found.iter().any(|curve| curve.points.iter().any(|point| point.mean > 0.0)) {
            costs.push(Cost::Curves(title, found));
        }
    }
    Ok(costs)
}

fn series_costs(tables: &Tables, design: &Design) -> Result<(Vec<Cost>, Reference), ChartError> {
    let Some(table) = tables.get("timeseries") else { return Ok((Vec::new(), Reference::default())) };
    let reference = reference::choose(tables, design, table, |_| true)?;
    let (time, share) = (table.numbers("time_s")?, table.numbers("gc_share")?);
    let cells = reference.cells.iter();
    let pairs = |cell: &reference::Cell| series::thin(&series::pairs(&cell.rows, time, share), STEPS);
    let all: Vec<(usize, Pairs)> = cells.map(|cell| (cell.line, pairs(cell))).collect();
    let tells = all.iter().any(|(_, pairs)| series::tells(pairs));
    Ok((if tells { vec![Cost::Series(all)] } else { Vec::new() }, reference))
}

impl Cost {
    fn draw(&self, canvas: &mut Canvas, area: Area) {
        match self {
            Cost::Curves(title, found) => curves::panel(canvas, area, Quantity { title, unit: Unit::Share }, found),
            Cost::Series(all) => {
                series::panel(canvas, area, Quantity { title: "Time in stop-the-world pauses", unit: Unit::Share }, all)
            }
        }
    }
}
