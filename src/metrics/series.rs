//! The columns of `timeseries.csv`: what a run looks like on each tick of the sampling interval.

/// The place of a column in [`SERIES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeriesId(usize);

columns! {
    SeriesId,
    /// Every sampled column, in the order of `timeseries.csv`.
    SERIES;

    HEAP_LIVE = "heap_live" "bytes" "" Neither "live set of all heaps";
    HEAP_GARBAGE = "heap_garbage" "bytes" "" Neither "garbage of all heaps";
    MANAGED_USED = "managed_used" "bytes" "" Neither "managed memory held, sorts and hash tables apart";
    NETWORK_USED = "network_used" "bytes" "" Neither "network memory held";
    SORT_USED = "sort_used" "bytes" "" Neither "memory held by sorts";
    HASH_USED = "hash_used" "bytes" "" Neither "memory held by hash tables";
    CACHE_USED = "cache_used" "bytes" "" Neither "bytes held by caches";
    SPILLED = "spilled" "bytes" "" Less "bytes that lie on disk";
    CAPACITY = "capacity" "bytes" "" Neither "heap and pools of all TaskManagers that are up";
    EXTERNAL_FRAGMENTATION = "external_fragmentation" "share" "" Less "free bytes outside the largest hole";
    UNUSABLE = "unusable" "share" "" Less "free bytes in holes too small for the request at hand";
    INTERNAL_FRAGMENTATION = "internal_fragmentation" "share" "" Less "granted bytes beyond those requested";
    LARGEST_HOLE = "largest_hole" "bytes" "" More "largest free block";
    GC = "gc" "share" "" Less "time in pauses since the last tick";
    THROUGHPUT = "throughput" "records_per_s" "" More "records finished a second since the last tick";
    WAITING = "waiting" "count" "" Less "requests and tasks that wait";
    RUNNING = "running" "count" "" Neither "subtasks and tasks at work";
    SPILL_RATE = "spill" "bytes_per_s" "" Less "bytes spilled a second since the last tick";
    MIGRATION_RATE = "migration" "bytes_per_s" "" Less "bytes moved a second since the last tick";
}

/// One tick: a time and one value a column, absent where it is not known.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesRow {
    /// Simulated seconds since the start of the run.
    pub time_s: f64,
    values: [Option<f64>; SERIES.len()],
}

impl SeriesRow {
    /// A tick of which nothing is known yet.
    pub fn at(time_s: f64) -> SeriesRow {
        SeriesRow { time_s, values: [None; SERIES.len()] }
    }

    /// Puts a value under a column; NaN and infinities leave it absent.
    pub fn set(&mut self, id: SeriesId, value: f64) {
        self.values[id.0] = value.is_finite().then_some(value);
    }

    /// The value under a column.
    pub fn get(&self, id: SeriesId) -> Option<f64> {
        self.values[id.0]
    }

    /// All values, in the order of [`SERIES`].
    pub fn values(&self) -> &[Option<f64>] {
        &self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Column;

    #[test]
    fn the_columns_are_those_that_charts_read() {
        let names = SERIES.iter().map(Column::name).collect::<Vec<_>>().join(", ");
        assert_eq!(
            names,
            "heap_live_bytes, heap_garbage_bytes, managed_used_bytes, network_used_bytes, sort_used_bytes, \
             hash_used_bytes, cache_used_bytes, spilled_bytes, capacity_bytes, external_fragmentation_share, \
             unusable_share, internal_fragmentation_share, largest_hole_bytes, gc_share, throughput_records_per_s, \
             waiting_count, running_count, spill_bytes_per_s, migration_bytes_per_s"
        );
    }
}
