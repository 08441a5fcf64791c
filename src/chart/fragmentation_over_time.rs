//! Fragmentation over time, four measures, one line a policy.

use super::axes::Quantity;
use super::canvas::Canvas;
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading, grid};
use super::reference;
use super::series::{self, Pairs};
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "fragmentation-over-time",
    summary: "external, unusable and internal fragmentation and the largest hole over time, by policy",
    source: "measures of fragmentation: Wilson et al., Dynamic Storage Allocation: A Survey (1995)",
    params: &[],
    traits: &[],
    build: || Box::new(FragmentationOverTime),
};

/// Column, what it is, unit.
const MEASURES: [(&str, &str, Unit); 4] = [
    ("external_fragmentation_share", "External: free bytes outside the largest hole", Unit::Share),
    ("unusable_share", "Free bytes in holes too small for the request at hand", Unit::Share),
    ("internal_fragmentation_share", "Internal: granted beyond what was asked", Unit::Share),
    ("largest_hole_bytes", "Largest hole", Unit::Bytes),
];

/// Title, unit, and the series of each line.
type Measure = (&'static str, Unit, Vec<(usize, Pairs)>);

struct FragmentationOverTime;

impl Chart for FragmentationOverTime {
    fn needs(&self) -> &'static [&'static str] {
        &["timeseries.time_s", "timeseries.external_fragmentation_share"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let Some(table) = tables.get("timeseries") else { return Ok(Outcome::absent("timeseries")) };
        let reference = reference::choose(tables, &design, table, |_| true)?;
        let time = table.numbers("time_s")?;
        let mut panels: Vec<Measure> = Vec::new();
        for (column, title, unit) in MEASURES {
            let values = table.numbers(column)?;
            let cells = reference.cells.iter();
            let all: Vec<(usize, Pairs)> =
                cells.map(|cell| (cell.line, series::pairs(&cell.rows, time, values))).collect();
            if all.iter().any(|(_, pairs)| series::tells(pairs)) {
                panels.push((title, unit, all));
            }
        }
        // A hole alone says nothing of fragmentation: a pool in one piece has one too.
        if panels.iter().all(|panel| panel.1 != Unit::Share) {
            return Ok(Outcome::Skipped("no fragmentation above zero was recorded".to_string()));
        }
        let longest = series::longest(panels.iter().flat_map(|panel| &panel.2));
        let notes = reference.notes(&design).into_iter().chain(series::thinned(longest, series::POINTS)).collect();
        let heading = Heading { title: "Fragmentation over time", notes };
        let body = page::heading(canvas, &tables.context, &heading);
        let body = page::legend(canvas, body, &reference.entries(&design));
        for (index, (title, unit, all)) in panels.iter().enumerate() {
            series::panel(canvas, body.cell(index, grid(panels.len()), 24.0), Quantity { title, unit: *unit }, all);
        }
        Ok(Outcome::Drawn)
    }
}
