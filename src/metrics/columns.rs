//! Every output column of a run, declared once: noun, unit, statistic, direction, meaning.
//!
//! The set is the same for all policies and scenarios. What a run cannot know stays empty; nothing gets a column
//! that only one policy can fill. Shares lie in 0 ..= 1. "Measured" means from the end of warm-up to the end.

use crate::base::{Misread, Readable};

/// Which way a column improves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Larger values are better.
    More,
    /// Smaller values are better.
    Less,
    /// Neither: the column describes.
    Neither,
}

/// One declared column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// What is measured, most significant word first.
    pub noun: &'static str,
    /// Its unit; empty for a plain number.
    pub unit: &'static str,
    /// How values of one run become one; empty for a value that a run has once.
    pub statistic: &'static str,
    /// Which way is better.
    pub better: Better,
    /// One line for people.
    pub about: &'static str,
}

impl Column {
    /// The name in files: noun, unit and statistic joined by underscores.
    pub fn name(&self) -> String {
        let parts = [self.noun, self.unit, self.statistic];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("_")
    }
}

/// The place of a column in [`COLUMNS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnId(usize);

/// The first column.
impl Default for ColumnId {
    fn default() -> ColumnId {
        ColumnId(0)
    }
}

impl Readable for ColumnId {
    fn read(text: &str) -> Result<ColumnId, Misread> {
        ColumnId::find(text).ok_or_else(|| Misread {
            message: "is not a column of the results: expected one that `heapwise list columns` names".into(),
            known: COLUMNS.iter().map(Column::name).collect(),
        })
    }
}

impl ColumnId {
    /// The column called `name`, if there is one.
    pub fn find(name: &str) -> Option<ColumnId> {
        COLUMNS.iter().position(|column| column.name() == name).map(ColumnId)
    }

    /// All columns, in the order of files.
    pub fn all() -> impl Iterator<Item = ColumnId> {
        (0..COLUMNS.len()).map(ColumnId)
    }

    /// The declaration.
    pub fn column(self) -> &'static Column {
        &COLUMNS[self.0]
    }

    /// The place in [`COLUMNS`].
    pub fn index(self) -> usize {
        self.0
    }
}

columns! {
    ColumnId,
    /// Every column of `runs.csv`, in order.
    COLUMNS;

    THROUGHPUT = "throughput" "records_per_s" "mean" More "records (or work units of tasks) finished a second, measured";
    THROUGHPUT_PER_CORE = "throughput_per_core" "records_per_s" "mean" More "throughput divided by the cores of the cluster";
    THROUGHPUT_PER_PRICE = "throughput_per_price" "records" "mean" More "records finished per unit of money, at the prices of mechanism M3";
    TASKS_COMPLETED = "tasks_completed" "" "count" More "tasks of a trace or generator that finished, measured";
    TASKS_LOST = "tasks_lost" "" "count" Less "tasks refused, failed or given up, measured";
    TASKS_LOST_SHARE = "tasks_lost" "share" "" Less "tasks lost divided by tasks that ended";
    RECORDS_DONE = "records_done" "" "count" More "records finished, measured";
    LATENCY_MEAN = "latency" "ms" "mean" Less "time from the arrival of a batch or task to its end";
    LATENCY_P50 = "latency" "ms" "p50" Less "median of that time";
    LATENCY_P95 = "latency" "ms" "p95" Less "95th percentile of that time";
    LATENCY_P99 = "latency" "ms" "p99" Less "99th percentile of that time";
    LATENCY_MAX = "latency" "ms" "max" Less "longest such time";
    WAITING_MEAN = "waiting" "ms" "mean" Less "time that a request for memory waited, those granted at once included";
    WAITING_P95 = "waiting" "ms" "p95" Less "95th percentile of that wait";
    WAITING_P99 = "waiting" "ms" "p99" Less "99th percentile of that wait";
    SLOT_WAITING_MEAN = "slot_waiting" "ms" "mean" Less "time that a task waited for a slot";
    CPU_BUSY = "cpu_busy" "share" "mean" Neither "share of all cores busy with records, collection apart";
    SLOTS_USED = "slots_used" "share" "mean" Neither "share of all slots that hold a subtask or task";
    GC_TIME = "gc_time" "share" "mean" Less "share of the time of a TaskManager spent in stop-the-world pauses";
    GC_LOST = "gc_lost" "share" "mean" Less "share of that time that its mutators lose to the collector beside pauses: cards that G1 refines, cold caches";
    GC_PAUSE_MEAN = "gc_pause" "ms" "mean" Less "length of a stop-the-world pause";
    GC_PAUSE_P99 = "gc_pause" "ms" "p99" Less "99th percentile of pauses";
    GC_PAUSE_MAX = "gc_pause" "ms" "max" Less "longest pause";
    GC_YOUNG = "gc_young" "" "count" Neither "young collections, measured";
    GC_FULL = "gc_full" "" "count" Less "full collections, measured";
    GC_CONCURRENT = "gc_concurrent" "" "count" Neither "concurrent cycles, measured";
    GC_CPU = "gc_cpu" "share" "mean" Less "share of all core time taken by collection, pauses and concurrent work";
    HEAP_ALLOCATED = "heap_allocated" "bytes" "sum" Neither "bytes allocated on all heaps, measured";
    HEAP_PROMOTED = "heap_promoted" "bytes" "sum" Less "bytes promoted to the old generation, measured";
    HEAP_LIVE = "heap_live" "bytes" "mean" Neither "live set over all TaskManagers";
    HEAP_USED = "heap_used" "bytes" "mean" Neither "live set and garbage over all TaskManagers";
    HEAP_SIZE = "heap_size" "bytes" "mean" Less "heap of all TaskManagers, which rules of heap sizes change";
    HEAP_CAPACITY = "heap_capacity" "bytes" "" Neither "heap of all TaskManagers at the end";
    MANAGED_USED = "managed_used" "bytes" "mean" Neither "managed memory held";
    NETWORK_USED = "network_used" "bytes" "mean" Neither "network memory held";
    SORT_USED = "sort_used" "bytes" "mean" Neither "pool memory held by sorts";
    HASH_USED = "hash_used" "bytes" "mean" Neither "pool memory held by hash tables";
    CACHE_USED = "cache_used" "bytes" "mean" Neither "bytes held by caches, heap and managed";
    POOL_USED = "pool_used" "share" "mean" Neither "share of all pool memory that is held";
    FRAGMENTATION_EXTERNAL_MEAN = "fragmentation_external" "share" "mean" Less "free bytes outside the largest hole, as a share of free bytes";
    FRAGMENTATION_EXTERNAL_MAX = "fragmentation_external" "share" "max" Less "largest value of that share";
    FRAGMENTATION_UNUSABLE = "fragmentation_unusable" "share" "mean" Less "free bytes in holes too small for the request at hand, as a share of free bytes";
    FRAGMENTATION_INTERNAL = "fragmentation_internal" "share" "mean" Less "granted bytes beyond those requested, as a share of granted bytes";
    LARGEST_HOLE = "largest_hole" "bytes" "mean" More "largest free block of a pool";
    HOLES = "holes" "count" "mean" Less "free blocks of a pool";
    STRANDED_CPU = "stranded_cpu" "share" "mean" Less "cores of free slots where memory has no room for a request like the last, as a share of all cores";
    STRANDED_MEMORY = "stranded_memory" "share" "mean" Less "free pool memory where no slot is free, as a share of all pool memory";
    REQUESTS = "requests" "" "count" Neither "requests for pool memory, measured";
    BLOCKED_REQUESTS = "blocked_requests" "" "count" Less "requests that could not be granted at once";
    BLOCKED_BY_FRAGMENTATION = "blocked_by_fragmentation" "" "count" Less "of these, requests for which enough bytes were free, but not in one block";
    SPILL_BYTES = "spill" "bytes" "sum" Less "bytes written by spilling, before compression";
    SPILL_EVENTS = "spill_events" "" "count" Less "spill orders carried out";
    SPILL_TIME = "spill_time" "share" "" Less "share of subtask time spent writing or reading spilled bytes";
    SPILLED_MEAN = "spilled" "bytes" "mean" Less "bytes that lie on disk";
    MIGRATION_BYTES = "migration" "bytes" "sum" Less "bytes of state moved between TaskManagers";
    MIGRATION_MOVES = "migration_moves" "" "count" Neither "tasks moved";
    EVICTED_BYTES = "evicted" "bytes" "sum" Less "bytes of caches given up under pressure";
    COMPACTION_BYTES = "compaction" "bytes" "sum" Less "bytes moved by compact steps; empty where pressure.order has none";
    COMPACTION_EVENTS = "compactions" "" "count" Less "compact steps that moved something";
    POOL_COMMITTED = "pool_committed" "bytes" "mean" Less "pool memory taken from the system; empty without regions.reservation";
    LEAKED = "leaked" "bytes" "" Less "pool memory that was never returned, at the end; empty where nothing leaks and nobody looks";
    LEAK_DETECTED = "leak_detected" "s" "" Neither "when the leak monitor first called a leak; empty where it never did";
    CACHE_HIT = "cache_hit" "share" "mean" More "state accesses served by a cache";
    DISK_BUSY = "disk_busy" "share" "mean" Neither "share of time that a disk is at work";
    LINK_BUSY = "link_busy" "share" "mean" Neither "share of time that a network link is at work";
    BACKPRESSURE = "backpressure" "share" "mean" Less "share of subtask time without credit downstream";
    STALLED = "stalled" "share" "mean" Less "share of time lost to the pauses of other TaskManagers (mechanism M5)";
    OOM = "oom" "" "count" Less "OutOfMemoryErrors";
    RESTARTS = "restarts" "" "count" Less "restarts after a failure or a missed heartbeat";
    TASK_MANAGERS = "task_managers" "count" "mean" Neither "TaskManagers that are up";
    EVENTS = "events" "" "count" Neither "events that the kernel dispatched, warm-up included";
    WARM_UP = "warm_up" "s" "" Neither "length of the warm-up that was cut off";
    WARM_UP_REACHED = "warm_up_reached" "flag" "" Neither "1 if the warm-up ended within the first half of the run, else 0";
    SIMULATED = "simulated" "s" "" Neither "simulated time of the run, warm-up included";
}

/// One value a column; what was never set is absent.
#[derive(Clone, Debug, PartialEq)]
pub struct Record(Vec<Option<f64>>);

impl Default for Record {
    fn default() -> Record {
        Record(vec![None; COLUMNS.len()])
    }
}

impl Record {
    /// Puts a value under a column; NaN and infinities (a mean of nothing, say) leave it absent.
    pub fn set(&mut self, id: ColumnId, value: f64) {
        self.0[id.0] = value.is_finite().then_some(value);
    }

    /// Puts a value where there is one.
    pub fn set_opt(&mut self, id: ColumnId, value: Option<f64>) {
        self.0[id.0] = value.filter(|v| v.is_finite());
    }

    /// The value under a column.
    pub fn get(&self, id: ColumnId) -> Option<f64> {
        self.0[id.0]
    }

    /// All values, in the order of [`COLUMNS`].
    pub fn values(&self) -> &[Option<f64>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_are_noun_unit_statistic_and_unique() {
        assert_eq!(GC_PAUSE_P99.column().name(), "gc_pause_ms_p99");
        assert_eq!(TASKS_LOST.column().name(), "tasks_lost_count");
        assert_eq!(TASKS_LOST_SHARE.column().name(), "tasks_lost_share");
        assert_eq!(HEAP_CAPACITY.column().name(), "heap_capacity_bytes");
        let names: BTreeSet<String> = COLUMNS.iter().map(Column::name).collect();
        assert_eq!(names.len(), COLUMNS.len());
        assert!(COLUMNS.iter().all(|column| !column.about.is_empty()));
    }

    #[test]
    fn a_name_finds_its_constant_and_only_its_own() {
        for id in ColumnId::all() {
            assert_eq!(ColumnId::find(&id.column().name()), Some(id));
        }
        assert_eq!(ColumnId::find("throughput"), None);
    }

    #[test]
    fn a_record_keeps_what_is_finite() {
        let mut record = Record::default();
        record.set(THROUGHPUT, 12.5);
        record.set(LATENCY_MEAN, f64::NAN);
        assert_eq!(record.get(THROUGHPUT), Some(12.5));
        assert_eq!(record.get(LATENCY_MEAN), None);
        assert_eq!(record.values().len(), COLUMNS.len());
    }
}
