//! How long requests for memory wait: the share of requests that wait longer than x, one line a policy.
//!
//! Both axes are logarithmic, because a mean hides what a service level is about: the tail.

use super::canvas::Canvas;
use super::design::Design;
use super::error::ChartError;
use super::page::{self, Heading};
use super::spread::{spreads, tail_panel};
use super::tables::Tables;
use super::{Chart, Make, Outcome};
use crate::base::Entry;

/// Registers the chart.
pub const ENTRY: Entry<Make> = Entry {
    name: "waiting",
    summary: "share of requests for memory that wait longer than x, by policy",
    source: "complementary distribution function, as used for tail latency",
    params: &[],
    traits: &[],
    build: || Box::new(Waiting),
};

struct Waiting;

impl Chart for Waiting {
    fn needs(&self) -> &'static [&'static str] {
        &["histograms.metric", "histograms.lower", "histograms.upper", "histograms.count"]
    }

    fn draw(&self, tables: &Tables, canvas: &mut Canvas) -> Result<Outcome, ChartError> {
        let design = Design::of(tables)?;
        let (spreads, reference) = spreads(tables, &design, "waiting_s")?;
        if spreads.iter().all(|spread| spread.above().iter().all(|pair| pair.0 <= 0.0)) {
            return Ok(Outcome::Skipped("no waiting times were recorded".to_string()));
        }
        let heading = Heading { title: "Waiting time of requests for memory", notes: reference.notes(&design) };
        let body = page::heading(canvas, &tables.context, &heading);
        let body = page::legend(canvas, body, &page::entries(&design, &reference));
        tail_panel(canvas, body, ("Waiting time", "Share of requests that wait longer"), &spreads);
        Ok(Outcome::Drawn)
    }
}
