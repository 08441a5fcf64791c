//! What a log tells of a JVM, and how that JVM is to run.

use super::run::rates;
use super::{Demand, Prices};
use crate::base::Bytes;
use crate::gc_log::JvmFacts;
use crate::gc_study::calibrate::{Calibrated, Observed, Spread};
use crate::heap::Identity;
use crate::heap::hotspot::{Flags, pause_threads};
use crate::kernel::Streams;

/// A JVM as one run of a log shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// The log's name.
    pub name: String,
    /// Feature release of the JDK; 17 where the log does not say.
    pub jdk: u32,
    /// The JVM as it ran.
    pub logged: Setting,
    /// The program, as it ran.
    pub demand: Demand,
    /// What collections cost.
    pub prices: Prices,
    /// Core-seconds that the program takes to allocate a byte, collections and barriers apart; above 0.
    pub cost: f64,
    /// Share of the bytes allocated that outlives one young collection and no more, 0 ..= 1.
    pub survival: f64,
    /// Copies before promotion at the latest, 1 ..= 15, by which as much is copied as in the log.
    pub tenuring: u64,
    /// What a reader must know. One sentence each.
    pub notes: Vec<String>,
}

/// How a JVM is to run.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Largest heap, and the one at the start.
    pub heap: Bytes,
    /// Cores that the JVM may use, more than 0.
    pub cores: f64,
    /// The collector, by its name in the registry ([`crate::heap::COLLECTORS`]).
    pub collector: &'static str,
    /// The live set over that of the log, at least 0; 1 keeps it.
    pub live_growth: f64,
    /// Flags of the command line that bear on the heap. Sizes of heap and collector in them are not used.
    pub flags: Flags,
}

impl Source {
    /// What `run`, one of those in `calibrated`, tells; then tunes what no log shows until the replay as logged allocates
    /// and copies as much as the log says.
    ///
    /// # Errors
    /// A log that does not tell enough: no times, nothing allocated, no size of the heap.
    pub fn of(calibrated: &Calibrated, run: &Observed) -> Result<Source, String> {
        let mut source = Source::untuned(calibrated, run)?;
        source.tune();
        Ok(source)
    }

    /// As [`Source::of`], without tuning.
    pub(super) fn untuned(calibrated: &Calibrated, run: &Observed) -> Result<Source, String> {
        let demand = Demand::of(run)?;
        let mut notes = Vec::new();
        let logged = logged(run, &demand, &mut notes)?;
        let Spread { mean: copied, .. } = demand.copied;
        let promoted = demand.promoted.mean;
        let tenuring = if promoted > 0.0 { (copied / promoted).floor().clamp(1.0, 15.0) } else { 15.0 };
        Ok(Source {
            name: run.name.clone(),
            jdk: run.facts.major().map_or(17, |major| major.clamp(8, 99) as u32),
            cost: logged.cores / demand.rate.mean,
            survival: (copied - promoted * tenuring).clamp(0.0, 1.0),
            tenuring: tenuring as u64,
            prices: Prices::of(calibrated)?,
            logged,
            demand,
            notes,
        })
    }

    /// The JVM as it was logged.
    pub fn as_logged(&self) -> Setting {
        self.logged.clone()
    }

    /// A JVM and a program that the log allows as well: draw number `draw` of `streams`.
    pub fn drawn(&self, streams: &Streams, draw: u64) -> Source {
        let mut stream = streams.stream("replay", draw);
        let mut source =
            Source { prices: self.prices.drawn(&mut stream), demand: self.demand.drawn(&mut stream), ..self.clone() };
        source.cost *= self.demand.rate.mean / source.demand.rate.mean;
        source.survival = (source.survival * source.demand.copied.mean / self.demand.copied.mean.max(1e-12)).min(1.0);
        source
    }
}

/// Rounds of tuning.
const ROUNDS: usize = 4;
/// Young collections that a round should see.
const ENOUGH: f64 = 30.0;

impl Source {
    /// Finds the cost of a byte and the share that outlives one collection by which the replay allocates and copies as
    /// the log says.
    fn tune(&mut self) {
        let Demand { copied, rate, .. } = self.demand;
        let until = (ENOUGH * self.logged.heap.as_f64() / rate.mean).min(3600.0);
        for _ in 0..ROUNDS {
            let Ok(seen) = rates(self, until) else { return };
            if seen.running > 0.0 && seen.allocated > 0.0 {
                let change = (seen.allocated / seen.running / rate.mean).clamp(0.5, 2.0);
                self.cost *= change;
            }
            if let Some(share) = seen.copied {
                self.survival = (self.survival + copied.mean - share).clamp(0.0, 1.0);
            }
        }
    }
}

fn logged(run: &Observed, demand: &Demand, notes: &mut Vec<String>) -> Result<Setting, String> {
    let facts = &run.facts;
    let sizes = run.samples.iter().filter_map(|sample| sample.capacity);
    let committed = facts.committed().or(sizes.max_by(f64::total_cmp).map(Bytes::from_f64));
    let heap = facts.heap_max.or(committed);
    let heap = match heap {
        Some(heap) => heap,
        None => {
            let most = run.heap.iter().map(|point| point.after).fold(demand.live.mean, f64::max);
            notes.push(
                "the log does not say how large the heap is; taken as twice the most that a collection left".into(),
            );
            Bytes::from_f64(2.0 * most)
        }
    };
    if facts.heap_max.is_none() && committed.is_some() {
        notes.push(format!("the log does not say how large the heap may grow; taken as the {heap} that it reached"));
    }
    Ok(Setting {
        heap,
        cores: cores(run, notes),
        collector: Identity::of(run.collector).name,
        live_growth: 1.0,
        flags: flags(facts),
    })
}

/// Cores that the JVM had. GC threads follow from them, and back.
fn cores(run: &Observed, notes: &mut Vec<String>) -> f64 {
    if let Some(cores) = run.facts.cpus.filter(|cores| *cores > 0) {
        return cores as f64;
    }
    let seen = run.samples.iter().map(|sample| sample.threads).fold(1.0, f64::max) as u64;
    let threads = run.facts.parallel_workers.unwrap_or(seen).max(1);
    let cores = (1..=1024).find(|cores| u64::from(pause_threads(*cores)) >= threads).unwrap_or(1024);
    notes.push(format!("the log does not say how many cores there are; taken as {cores}, by its GC threads"));
    f64::from(cores)
}

/// Flags that HotSpot would accept; what the start of the log says of the young generation where there are none.
fn flags(facts: &JvmFacts) -> Flags {
    let mut flags = Flags::parse(&facts.flags.join(" ")).unwrap_or_default();
    if facts.flags.is_empty() && facts.young_initial.is_some() && facts.young_initial == facts.young_max {
        flags.new_size = facts.young_initial;
        flags.max_new_size = facts.young_max;
    }
    flags
}
