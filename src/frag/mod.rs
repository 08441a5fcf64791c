//! Allocators compared on a trace of allocations: what each refuses, wastes and moves, and how small a memory serves it.
//!
//! All allocators meet the same operations. A block that is refused does not live, so its free does nothing; a block
//! that cannot grow stays as it was. Runs and searches are independent of each other and are shared among threads; the
//! results do not depend on how many there are.

pub mod allocations;
mod capacity;
mod contender;
mod debt;
mod leak;
mod map;
mod measure;
mod player;
mod reclamation;
mod smallest;
#[cfg(test)]
mod tests;

pub use capacity::{Capacity, known_capacity};
pub use contender::{Contender, contenders};
pub use debt::MeanDebt;
pub use leak::{Leaked, Leaking, WATCHED, Watch, watch};
pub use map::{CLASSES, MemoryMap, Pixel};
pub use measure::{BUCKETS, Committed, Run, SAMPLES, Sample, bucket_floor};
pub use reclamation::{Reclamation, reclamation};
pub use smallest::{MOST, Smallest};

use crate::base::Bytes;
use crate::frag::allocations::Recording;
use crate::pool::Reservation;
use rayon::prelude::*;

/// What is compared, and how.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The allocators.
    pub contenders: Vec<Contender>,
    /// Sizes of memory; at least one.
    pub sizes: Vec<Bytes>,
    /// The request that free memory is judged by.
    pub probe: Bytes,
    /// What becomes of freed blocks, and of refusals.
    pub reclamation: Reclamation,
    /// When memory is taken from the system, where that is to be followed.
    pub reserve: Option<Reservation>,
    /// Whether to look for the smallest memory.
    pub search: bool,
    /// Whether looks at the holes are kept.
    pub holes: bool,
    /// Numbers of the contenders for which a memory map is kept, in the first size.
    pub maps: Vec<usize>,
    /// Threads; 0 for all cores.
    pub threads: usize,
}

/// All results, in the order of the settings.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// One for each contender in each size; sizes run slowest.
    pub runs: Vec<Run>,
    /// One for each contender; empty where none was asked for.
    pub smallest: Vec<Smallest>,
    /// Those asked for.
    pub maps: Vec<MemoryMap>,
}

/// Everything that there is to tell and to draw.
#[derive(Clone, Copy, Debug)]
pub struct Subject<'a> {
    /// Name of the trace.
    pub name: &'a str,
    /// The trace, with its leak.
    pub trace: &'a Recording,
    /// The leak that was asked for, and what it took.
    pub leak: Option<Leaked>,
    /// What the leak monitor said; `None` where the trace is too short for it.
    pub watch: Option<Watch>,
    /// What was compared.
    pub settings: &'a Settings,
    /// The reclamation as the user named it.
    pub reclamation: &'a str,
    /// A size of memory into which all blocks are known to fit, if it is known.
    pub capacity: Option<Capacity>,
    /// What came out.
    pub comparison: &'a Comparison,
}

impl Subject<'_> {
    /// What a contender is called.
    pub fn label(&self, contender: usize) -> &str {
        self.settings.contenders.get(contender).map_or("", |contender| contender.label.as_str())
    }
}

enum Job {
    Run(usize, Bytes),
    Search(usize),
}

enum Done {
    Run(Box<Run>, Option<MemoryMap>),
    Search(Smallest),
}

/// Compares.
///
/// # Errors
/// An allocator cannot be built with its parameters for one of the sizes, or threads cannot be started.
pub fn compare(trace: &Recording, settings: &Settings) -> Result<Comparison, Vec<String>> {
    let numbers = 0..settings.contenders.len();
    let mut faults = Vec::new();
    for contender in &settings.contenders {
        let built = settings.sizes.iter().filter_map(|size| contender.pool(*size).err());
        faults.extend(built.map(|text| format!("error: {}: {text}", contender.label)));
    }
    faults.dedup();
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut jobs: Vec<Job> = Vec::new();
    // Searches take longest, so they begin first.
    if settings.search {
        jobs.extend(numbers.clone().map(Job::Search));
    }
    jobs.extend(settings.sizes.iter().flat_map(|size| numbers.clone().map(|number| Job::Run(number, *size))));
    let pool = rayon::ThreadPoolBuilder::new().num_threads(settings.threads).build();
    let pool = pool.map_err(|error| vec![format!("error: cannot start threads: {error}")])?;
    let done: Vec<Result<Done, String>> =
        pool.install(|| jobs.par_iter().map(|job| carry_out(trace, settings, job)).collect());
    let mut comparison = Comparison { runs: vec![], smallest: vec![], maps: vec![] };
    for one in done {
        match one.map_err(|text| vec![format!("error: {text}")])? {
            Done::Run(run, map) => {
                comparison.runs.push(*run);
                comparison.maps.extend(map);
            }
            Done::Search(smallest) => comparison.smallest.push(smallest),
        }
    }
    comparison.maps.sort_by_key(|map| settings.maps.iter().position(|number| *number == map.contender));
    Ok(comparison)
}

fn carry_out(trace: &Recording, settings: &Settings, job: &Job) -> Result<Done, String> {
    match *job {
        Job::Search(number) => smallest::search(trace, settings, number).map(Done::Search),
        Job::Run(number, size) => {
            let run = measure::measure(trace, settings, (number, size))?;
            let wanted = settings.maps.contains(&number) && settings.sizes.first() == Some(&size);
            let map = wanted.then(|| map::draw(trace, settings, &run)).transpose()?;
            Ok(Done::Run(Box::new(run), map))
        }
    }
}
