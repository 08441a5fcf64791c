//! How long requests for memory and tasks without a slot wait: the share that waits longer than x, one line a policy.
//!
//! Both axes are logarithmic, because a mean hides what a service level is about: the tail.

use super::canvas::Canvas;
use super::design::Design;
use super::error::ChartError;
use super::page::{self, Heading};
use super::reference::Reference;
use super::spread::{Titles, spreads, tail_panel};
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "waiting",
    summary: "share of requests for memory, and of tasks without a slot, that wait longer than x, by policy",
    source: "complementary distribution function, as used for tail latency",
    params: &[],
    traits: &[],
    build: || Box::new(Waiting),
};

/// Metric, what waits, and for what.
const KINDS: [(&str, &str, &str); 2] = [
    ("waiting_s", "Share of requests that wait longer", "Wait for memory"),
    ("slot_waiting_s", "Share of tasks that wait longer", "Wait for a slot"),
];

struct Waiting;

impl Chart for Waiting {
    fn needs(&self) -> &'static [&'static str] {
        &["histograms.metric", "histograms.lower", "histograms.upper", "histograms.count"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let (mut kinds, mut shown) = (Vec::new(), None);
        for (metric, share, title) in KINDS {
            let (spreads, reference) = spreads(tables, &design, metric)?;
            if spreads.iter().any(|spread| spread.above().iter().any(|pair| pair.0 > 0.0)) {
                kinds.push((title, share, spreads));
                shown = Reference::wider(shown, reference);
            }
        }
        let Some(reference) = shown else {
            return Ok(Outcome::Skipped("no waiting times were recorded".to_string()));
        };
        let heading = Heading { title: "Waiting times", notes: reference.notes(&design) };
        let body = page::heading(canvas, &tables.context, &heading);
        let body = page::legend(canvas, body, &reference.entries(&design));
        for (index, (title, share, spreads)) in kinds.iter().enumerate() {
            tail_panel(canvas, body.cell(index, (kinds.len(), 1), 28.0), Titles { x: title, y: share }, spreads);
        }
        Ok(Outcome::Drawn)
    }
}
