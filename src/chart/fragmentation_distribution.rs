//! How much of the time fragmentation is at or below x, for each kind, one line a policy.

use super::axes::{Axes, Axis, Panel, label_room};
use super::canvas::{Area, Canvas};
use super::design::Design;
use super::error::ChartError;
use super::number::Unit;
use super::page::{self, Heading};
use super::reference::Reference;
use super::scale::{Scale, range};
use super::spread::{Spread, draw_curve, spreads};
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "fragmentation-distribution",
    summary: "share of the time that fragmentation is at or below x, for each kind, by policy",
    source: "measures of fragmentation: Wilson et al., Dynamic Storage Allocation: A Survey (1995)",
    params: &[],
    traits: &[],
    build: || Box::new(FragmentationDistribution),
};

/// Metric, and what it is.
const KINDS: [(&str, &str); 3] = [
    ("external_fragmentation_share", "External fragmentation"),
    ("unusable_share", "Unusable for the request at hand"),
    ("internal_fragmentation_share", "Internal fragmentation"),
];

struct FragmentationDistribution;

impl Chart for FragmentationDistribution {
    fn needs(&self) -> &'static [&'static str] {
        &["histograms.metric", "histograms.lower", "histograms.upper", "histograms.count"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let (mut kinds, mut shown): (Vec<(&str, Vec<Spread>)>, Option<Reference>) = (Vec::new(), None);
        for (metric, title) in KINDS {
            let (spreads, reference) = spreads(tables, &design, metric)?;
            if spreads.iter().any(|spread| spread.bins.iter().any(|bin| bin.0 > 0.0)) {
                kinds.push((title, spreads));
                shown = Reference::wider(shown, reference);
            }
        }
        let Some(reference) = shown else {
            return Ok(Outcome::Skipped("no fragmentation above zero was recorded".to_string()));
        };
        let heading = Heading { title: "Distribution of fragmentation", notes: reference.notes(&design) };
        let body = page::heading(canvas, &tables.context, &heading);
        let body = page::legend(canvas, body, &reference.entries(&design));
        for (index, (title, spreads)) in kinds.iter().enumerate() {
            panel(canvas, body.cell(index, (kinds.len(), 1), 22.0), (title, spreads));
        }
        Ok(Outcome::Drawn)
    }
}

fn panel(canvas: &mut Canvas, area: Area, (title, spreads): (&str, &[Spread])) {
    let curves: Vec<(usize, Vec<(f64, f64)>)> = spreads.iter().map(|spread| (spread.line, spread.below())).collect();
    // The range ends where every line has reached all but a thousandth; beyond, nothing can be seen.
    let end = |pairs: &[(f64, f64)]| pairs.iter().find(|pair| pair.1 >= 0.999).map_or(f64::NAN, |pair| pair.0);
    let high = range(curves.iter().map(|curve| end(&curve.1))).map_or(1.0, |range| range.1);
    let x = Axis::new(Scale::linear(0.0, high, Unit::Share), title);
    let y = Axis::new(Scale::linear(0.0, 1.0, Unit::Share), "Share of time at or below");
    let panel = Panel::draw(canvas, area, Axes { x: &x, y: &y, left: label_room(&y, area.height()) });
    for (line, pairs) in &curves {
        let seen: Vec<(f64, f64)> = pairs.iter().copied().filter(|pair| pair.0 <= high).collect();
        draw_curve(canvas, &panel, (*line, &seen));
    }
}
