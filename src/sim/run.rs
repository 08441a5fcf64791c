//! One run: a scenario and a seed in, a record, a time series and distributions out.

use super::assemble::{assemble, start};
use super::books::Verdict;
use super::leaks::LeakWatch;
use super::log::Observer;
use super::meters::{Count, Level, Snapshot};
use super::recorder::Tally;
use super::world::World;
use crate::base::{SimSpan, SimTime, StationId};
use crate::kernel;
use crate::metrics::columns as c;
use crate::metrics::series as s;
use crate::metrics::{Record, SeriesRow};
use crate::scenario::sections::{Step, WarmUp};
use crate::scenario::spec::Scenario;
use crate::stats::Histogram;
use crate::stats::mser5;

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// By its time, or because everything was done.
    Complete,
    /// Given up after too many OutOfMemoryErrors.
    OutOfMemory(String),
    /// A policy, a job or a trace was at fault; the text says which.
    Failed(String),
}

/// What a run gives.
pub struct RunResult {
    /// How it ended.
    pub ending: Ending,
    /// One value a column.
    pub record: Record,
    /// One row a sample.
    pub series: Vec<SeriesRow>,
    /// Distributions by name: seconds, shares.
    pub histograms: Vec<(&'static str, Histogram)>,
}

/// Whether `scenario` can be put together at all: its traces can be opened and its plug-ins built. Runs nothing.
///
/// # Errors
/// A text for people that names the workload or plug-in at fault.
pub fn rehearse(scenario: &Scenario) -> Result<(), String> {
    assemble(scenario, 0, None).map(|_| ())
}

/// Runs `scenario` with the streams of `seed`; `observer` hears the decision log.
///
/// A scenario that cannot be assembled gives a failed result without values.
pub fn run(scenario: &Scenario, seed: u64, observer: Option<&mut dyn Observer>) -> RunResult {
    match assemble(scenario, seed, observer) {
        Ok(mut world) => {
            start(&mut world);
            kernel::drive(&mut world, SimTime::ZERO + scenario.run.duration);
            finish(world, scenario)
        }
        Err(text) => RunResult {
            ending: Ending::Failed(text),
            record: Record::default(),
            series: Vec::new(),
            histograms: Vec::new(),
        },
    }
}

fn finish(mut world: World<'_>, scenario: &Scenario) -> RunResult {
    let verdict = world.books.verdict.take();
    world.books.now = match verdict {
        // What was given up stays at zero for the rest of its time.
        Some(Verdict::Finished) | Some(Verdict::Trace(_)) => world.books.now,
        _ => SimTime::ZERO + scenario.run.duration,
    };
    if world.books.recorder.snapshots.last().is_none_or(|last| last.at < world.books.now) {
        world.snap();
    }
    if let Some(text) = world.prove() {
        return broken(text);
    }
    let (cut, reached) = warm_up(&world, scenario, verdict == Some(Verdict::Finished));
    let record = record(&mut world, scenario, cut, reached);
    let series = world.books.recorder.snapshots.windows(2).map(|pair| series_row(&pair[0], &pair[1])).collect();
    let from = world.books.recorder.snapshots[cut].at;
    let named = [
        ("gc_pause_s", Tally::Pause),
        ("waiting_s", Tally::MemoryWait),
        ("slot_waiting_s", Tally::SlotWait),
        ("latency_s", Tally::Latency),
        ("external_fragmentation_share", Tally::External),
    ];
    let histograms = named.iter().map(|(name, tally)| (*name, world.books.recorder.since(*tally, from))).collect();
    let ending = match verdict {
        None | Some(Verdict::Finished) => Ending::Complete,
        Some(Verdict::OutOfMemory(text)) => Ending::OutOfMemory(text),
        Some(Verdict::Illegal(text) | Verdict::Failed(text) | Verdict::Trace(text)) => Ending::Failed(text),
    };
    RunResult { ending, record, series, histograms }
}

fn broken(text: String) -> RunResult {
    let ending = Ending::Failed(format!("the run's own books do not agree: {text}"));
    RunResult { ending, record: Record::default(), series: Vec::new(), histograms: Vec::new() }
}

/// Index of the snapshot at which measuring begins, and whether a steady state was reached.
fn warm_up(world: &World<'_>, scenario: &Scenario, finished: bool) -> (usize, bool) {
    let snapshots = &world.books.recorder.snapshots;
    let last = snapshots.len() - 1;
    match *scenario.run.warm_up {
        WarmUp::Fixed(span) => {
            let at = SimTime::ZERO + span;
            (snapshots.iter().position(|snapshot| snapshot.at >= at).unwrap_or(last).min(last.saturating_sub(1)), true)
        }
        // A job that ends has no steady state to wait for: all of it counts.
        WarmUp::Auto if finished => (0, true),
        WarmUp::Auto => {
            let rates: Vec<f64> = snapshots.windows(2).map(|pair| pair[1].counted(&pair[0], Count::Records)).collect();
            mser5(&rates).map_or((0, false), |cut| (cut.truncate.min(last.saturating_sub(1)), !cut.too_short))
        }
    }
}

fn record(world: &mut World<'_>, scenario: &Scenario, cut: usize, reached: bool) -> Record {
    let mut record = Record::default();
    let snapshots = &world.books.recorder.snapshots;
    let (first, last) = (snapshots[cut], snapshots[snapshots.len() - 1]);
    let span = last.at.since(first.at);
    record.set(c::WARM_UP, first.at.as_secs());
    record.set(c::WARM_UP_REACHED, f64::from(u8::from(reached)));
    record.set(c::SIMULATED, last.at.as_secs());
    record.set(c::EVENTS, last.counts[Count::Events as usize]);
    throughput(&mut record, scenario, (&first, &last));
    counts(&mut record, &first, &last);
    heap_columns(&mut record, (&first, &last), span);
    pool_columns(&mut record, &first, &last);
    reclamation_columns(&mut record, world, (&first, &last));
    let external = snapshots[cut..].iter().map(|snapshot| region_mean(snapshot, Level::External)).fold(0.0, f64::max);
    record.set(c::FRAGMENTATION_EXTERNAL_MAX, external);
    let devices = device_capacity(world);
    let (disk, link) = (last.counted(&first, Count::DiskBytes), last.counted(&first, Count::LinkBytes));
    record.set(c::DISK_BUSY, (disk / devices.0 / span.as_secs()).min(1.0));
    record.set(c::LINK_BUSY, (link / devices.1 / span.as_secs()).min(1.0));
    distributions(&mut record, world, first.at);
    record
}

fn throughput(record: &mut Record, scenario: &Scenario, (first, last): (&Snapshot, &Snapshot)) {
    let span = last.at.since(first.at);
    let done = last.counted(first, Count::Records);
    let cores = last.mean(first, Level::Cores);
    let gib = last.mean(first, Level::HeapCapacity) / f64::from(1 << 30)
        + last.mean(first, Level::PoolCapacity) / f64::from(1 << 30);
    let raw = done / span.as_secs();
    // With M3 a cluster is as large as the budget buys, in proportion to this one.
    let scale =
        scenario.mechanisms.fixed_budget.map_or(1.0, |budget| budget.hourly / (budget.core * cores + budget.gib * gib));
    record.set(c::RECORDS_DONE, done);
    record.set(c::THROUGHPUT, raw * scale);
    record.set(c::THROUGHPUT_PER_CORE, raw / cores);
    if let Some(budget) = scenario.mechanisms.fixed_budget {
        record.set(c::THROUGHPUT_PER_PRICE, raw * 3600.0 / (budget.core * cores + budget.gib * gib));
    }
    record.set(c::CPU_BUSY, last.counted(first, Count::Busy) / span.as_nanos() / cores);
    record.set(c::TASK_MANAGERS, last.mean(first, Level::TaskManagers));
}

fn counts(record: &mut Record, first: &Snapshot, last: &Snapshot) {
    let columns = [
        (c::TASKS_COMPLETED, Count::TasksDone),
        (c::TASKS_LOST, Count::TasksLost),
        (c::GC_YOUNG, Count::Young),
        (c::GC_FULL, Count::Full),
        (c::GC_CONCURRENT, Count::Cycles),
        (c::HEAP_ALLOCATED, Count::Allocated),
        (c::HEAP_PROMOTED, Count::Promoted),
        (c::REQUESTS, Count::Requests),
        (c::BLOCKED_REQUESTS, Count::Blocked),
        (c::BLOCKED_BY_FRAGMENTATION, Count::Fragmented),
        (c::SPILL_BYTES, Count::SpillBytes),
        (c::SPILL_EVENTS, Count::Spills),
        (c::MIGRATION_BYTES, Count::MoveBytes),
        (c::MIGRATION_MOVES, Count::Moves),
        (c::EVICTED_BYTES, Count::Evicted),
        (c::OOM, Count::OutOfMemory),
        (c::RESTARTS, Count::Restarts),
    ];
    for (column, count) in columns {
        record.set(column, last.counted(first, count));
    }
    let (done, lost) = (last.counted(first, Count::TasksDone), last.counted(first, Count::TasksLost));
    record.set(c::TASKS_LOST_SHARE, lost / (done + lost));
    let (hits, accesses) = (last.counted(first, Count::Hits), last.counted(first, Count::Accesses));
    record.set(c::CACHE_HIT, hits / accesses);
}

fn heap_columns(record: &mut Record, (first, last): (&Snapshot, &Snapshot), span: SimSpan) {
    let mean = |level| last.mean(first, level);
    let managers = mean(Level::TaskManagers);
    record.set(c::GC_TIME, mean(Level::Paused) / managers);
    record.set(c::GC_LOST, mean(Level::Lost) / managers);
    record.set(c::STALLED, mean(Level::Stalled) / managers);
    let cpu = last.counted(first, Count::CollectorNanos);
    record.set(c::GC_CPU, (cpu / span.as_nanos() / mean(Level::Cores)).min(1.0));
    record.set(c::HEAP_LIVE, mean(Level::HeapLive));
    record.set(c::HEAP_USED, mean(Level::HeapUsed));
    record.set(c::HEAP_SIZE, mean(Level::HeapCapacity));
    record.set(c::HEAP_CAPACITY, last.levels[Level::HeapCapacity as usize]);
    record.set(c::BACKPRESSURE, mean(Level::Backpressured) / mean(Level::Subtasks));
    record.set(c::SPILL_TIME, mean(Level::Spilling) / (mean(Level::Subtasks) + mean(Level::Running)).max(1.0));
}

fn pool_columns(record: &mut Record, first: &Snapshot, last: &Snapshot) {
    let mean = |level| last.mean(first, level);
    let regions = mean(Level::PoolCapacity);
    record.set(c::MANAGED_USED, mean(Level::State) + mean(Level::Task));
    record.set(c::NETWORK_USED, mean(Level::Network));
    record.set(c::SORT_USED, mean(Level::Sort));
    record.set(c::HASH_USED, mean(Level::Hash));
    record.set(c::CACHE_USED, mean(Level::Cache) + mean(Level::State));
    record.set(c::POOL_USED, mean(Level::PoolUsed) / mean(Level::PoolCapacity));
    record.set(c::FRAGMENTATION_EXTERNAL_MEAN, mean(Level::External) / regions);
    record.set(c::FRAGMENTATION_UNUSABLE, mean(Level::Unusable) / regions);
    record.set(c::FRAGMENTATION_INTERNAL, mean(Level::Internal) / regions);
    record.set(c::LARGEST_HOLE, mean(Level::Largest) / regions);
    record.set(c::HOLES, mean(Level::Holes) / regions);
    record.set(c::STRANDED_CPU, mean(Level::StrandedCores) / mean(Level::Cores));
    record.set(c::STRANDED_MEMORY, mean(Level::StrandedMemory) / regions);
    record.set(c::SPILLED_MEAN, mean(Level::Spilled));
}

/// Columns that only scenarios with compaction, reservation or leaks have.
fn reclamation_columns(record: &mut Record, world: &World<'_>, (first, last): (&Snapshot, &Snapshot)) {
    if world.scenario.pressure.order.contains(&Step::Compact) {
        record.set(c::COMPACTION_BYTES, last.counted(first, Count::CompactedBytes));
        record.set(c::COMPACTION_EVENTS, last.counted(first, Count::Compactions));
    }
    if world.scenario.regions.reservation.is_some() {
        record.set(c::POOL_COMMITTED, last.mean(first, Level::Committed));
    }
    if world.settings.leak.is_some() || world.feedback.leak_watch.is_some() {
        record.set(c::LEAKED, last.levels[Level::Leaked as usize]);
    }
    let found = world.feedback.leak_watch.as_ref().and_then(LeakWatch::found);
    record.set_opt(c::LEAK_DETECTED, found.map(|at| at.as_secs()));
}

/// Disk and link bandwidth of the whole cluster, in bytes a second.
fn device_capacity(world: &World<'_>) -> (f64, f64) {
    let mut disks: Vec<StationId> = world.fleet.iter().map(|member| member.disk).collect();
    let mut links: Vec<StationId> = world.fleet.iter().map(|member| member.link).collect();
    disks.dedup();
    links.dedup();
    let sum = |stations: &[StationId]| -> f64 {
        stations.iter().map(|station| world.devices.share(*station).capacity() * 1e9).sum()
    };
    (sum(&disks), sum(&links))
}

fn distributions(record: &mut Record, world: &World<'_>, from: SimTime) {
    let pause = world.books.recorder.since(Tally::Pause, from);
    record.set_opt(c::GC_PAUSE_MEAN, mean_of(&pause).map(ms));
    record.set_opt(c::GC_PAUSE_P99, pause.quantile(0.99).map(ms));
    record.set_opt(c::GC_PAUSE_MAX, pause.max().map(ms));
    let latency = world.books.recorder.since(Tally::Latency, from);
    record.set_opt(c::LATENCY_MEAN, mean_of(&latency).map(ms));
    record.set_opt(c::LATENCY_P50, latency.quantile(0.5).map(ms));
    record.set_opt(c::LATENCY_P95, latency.quantile(0.95).map(ms));
    record.set_opt(c::LATENCY_P99, latency.quantile(0.99).map(ms));
    record.set_opt(c::LATENCY_MAX, latency.max().map(ms));
    let waiting = world.books.recorder.since(Tally::MemoryWait, from);
    record.set_opt(c::WAITING_MEAN, mean_of(&waiting).map(ms));
    record.set_opt(c::WAITING_P95, waiting.quantile(0.95).map(ms));
    record.set_opt(c::WAITING_P99, waiting.quantile(0.99).map(ms));
    record.set_opt(c::SLOT_WAITING_MEAN, mean_of(&world.books.recorder.since(Tally::SlotWait, from)).map(ms));
}

fn ms(seconds: f64) -> f64 {
    seconds * 1e3
}

fn mean_of(histogram: &Histogram) -> Option<f64> {
    (histogram.total() > 0.0).then(|| histogram.sum() / histogram.total())
}

fn region_mean(snapshot: &Snapshot, level: Level) -> f64 {
    snapshot.levels[level as usize] / snapshot.levels[Level::PoolCapacity as usize].max(1.0)
}

fn series_row(before: &Snapshot, after: &Snapshot) -> SeriesRow {
    let mut row = SeriesRow::at(after.at.as_secs());
    let level = |level: Level| after.levels[level as usize];
    let span = after.at.since(before.at).as_secs();
    let rate = |count: Count| after.counted(before, count) / span;
    row.set(s::HEAP_LIVE, level(Level::HeapLive));
    row.set(s::HEAP_GARBAGE, level(Level::HeapUsed) - level(Level::HeapLive));
    row.set(s::MANAGED_USED, level(Level::State) + level(Level::Task));
    row.set(s::NETWORK_USED, level(Level::Network));
    row.set(s::SORT_USED, level(Level::Sort));
    row.set(s::HASH_USED, level(Level::Hash));
    row.set(s::CACHE_USED, level(Level::Cache));
    row.set(s::SPILLED, level(Level::Spilled));
    row.set(s::CAPACITY, level(Level::HeapCapacity) + level(Level::PoolCapacity));
    row.set(s::EXTERNAL_FRAGMENTATION, region_mean(after, Level::External));
    row.set(s::UNUSABLE, region_mean(after, Level::Unusable));
    row.set(s::INTERNAL_FRAGMENTATION, region_mean(after, Level::Internal));
    row.set(s::LARGEST_HOLE, region_mean(after, Level::Largest));
    row.set(s::GC, after.mean(before, Level::Paused) / level(Level::TaskManagers));
    row.set(s::THROUGHPUT, rate(Count::Records));
    row.set(s::WAITING, level(Level::Waiting));
    row.set(s::RUNNING, level(Level::Running));
    row.set(s::SPILL_RATE, rate(Count::SpillBytes));
    row.set(s::MIGRATION_RATE, rate(Count::MoveBytes));
    row
}
