//! A measured program as a scenario on the cluster engine, and what a run of it shows.
//!
//! The text that is run here is one that `heapwise run` takes as it stands: what is validated is what users run.

use crate::base::{SimSpan, SimTime};
use crate::jvm::{Log, Pause, Window};
use crate::scenario;
use crate::sim::log::{Entry, Observer};
use crate::sim::{self, Ending};

/// What a run of one TaskManager shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observed {
    /// All pauses.
    pub log: Log,
    /// Batches that were worked on: begin and end in seconds, records; by their ends.
    batches: Vec<(f64, f64, f64)>,
    /// Why the JVM ended early, if it did: java.lang.OutOfMemoryError, in words.
    pub out_of_memory: Option<String>,
}

impl Observer for Observed {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        match *entry {
            Entry::Paused { kind, count, begin, each, .. } => {
                for place in 1..=count {
                    let end = begin + SimSpan(each.0.saturating_mul(place));
                    self.log.add(Pause { end: end.as_secs(), length: each.as_secs(), ..Pause::of(kind) });
                }
            }
            Entry::Worked { begin, records, .. } => {
                self.batches.push((begin.as_secs(), now.as_secs(), records as f64));
            }
            _ => {}
        }
    }
}

impl Observed {
    /// Records worked on within `window`; a batch on its border counts in part.
    pub fn records(&self, window: Window) -> f64 {
        let part = |(begin, end, records): &(f64, f64, f64)| match end > begin {
            true => records * window.overlap(*begin, *end) / (end - begin),
            false => 0.0,
        };
        self.batches.iter().map(part).sum()
    }

    /// When so many records were done, seconds since the start; `None` where the run ended before.
    pub fn reached(&self, records: f64) -> Option<f64> {
        let mut done = 0.0;
        let reaches = |(_, _, more): &&(f64, f64, f64)| {
            done += more;
            done >= records
        };
        self.batches.iter().find(reaches).map(|(_, end, _)| *end)
    }
}

/// Runs `text`, a scenario of one cell, once.
///
/// # Errors
/// Faults of the scenario, or of the run, in words.
pub fn observe(text: &str) -> Result<Observed, String> {
    let loaded = scenario::load(text, "row.toml", &[]).map_err(|faults| scenario::listing(&faults))?;
    let cell = loaded.cells.first().ok_or("the scenario has no cell")?;
    let mut observed = Observed::default();
    match sim::run(&cell.scenario, 1, Some(&mut observed)).ending {
        Ending::Complete => {}
        Ending::OutOfMemory(text) => observed.out_of_memory = Some(text),
        Ending::Failed(text) => return Err(text),
    }
    Ok(observed)
}
