//! What a run measures: levels, integrated over time, and counts. Both only ever grow, so the value over any window
//! is a difference of two snapshots, and the warm-up can be chosen after the run.

use crate::base::SimTime;

macro_rules! indexed {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            /// How many there are.
            pub const COUNT: usize = [$($name::$variant,)*].len();
        }
    };
}

indexed! {
    /// Quantities that hold between events; sums over the cluster.
    Level {
        /// Live heap bytes.
        HeapLive,
        /// Heap bytes in use, garbage included.
        HeapUsed,
        /// Heap bytes there are.
        HeapCapacity,
        /// Network memory held.
        Network,
        /// Managed memory held by sorts.
        Sort,
        /// Managed memory held by hash tables.
        Hash,
        /// Managed memory held by state backends.
        State,
        /// Pool memory held by tasks.
        Task,
        /// Heap bytes of caches.
        Cache,
        /// Bytes that lie on disk because of spilling.
        Spilled,
        /// Pool memory that blocks take.
        PoolUsed,
        /// Pool memory there is.
        PoolCapacity,
        /// Pool memory taken from the system, where that is followed.
        Committed,
        /// Pool memory that was never returned.
        Leaked,
        /// External fragmentation times the size of the region, summed over regions.
        External,
        /// Unusable share times the size of the region, summed over regions.
        Unusable,
        /// Internal fragmentation times the size of the region, summed over regions.
        Internal,
        /// Largest hole in bytes times the size of the region, summed over regions.
        Largest,
        /// Holes times the size of the region, summed over regions.
        Holes,
        /// Cores of free slots where memory has no room for a request like the last.
        StrandedCores,
        /// Free pool memory where no slot is free.
        StrandedMemory,
        /// TaskManagers.
        TaskManagers,
        /// Cores.
        Cores,
        /// TaskManagers paused by their collector.
        Paused,
        /// TaskManagers whose mutators lose time to the collector beside its pauses.
        Lost,
        /// TaskManagers that stand because another one pauses.
        Stalled,
        /// Subtasks that have input but no credit.
        Backpressured,
        /// Subtasks.
        Subtasks,
        /// Task instances that wait for a slot.
        Waiting,
        /// Task instances and busy subtasks.
        Running,
        /// Operations that spill.
        Spilling,
    }
}

indexed! {
    /// Things that are counted, and amounts that add up.
    Count {
        /// Events handled.
        Events,
        /// Records that left the last operator of a job, or finished task instances.
        Records,
        /// Task instances done.
        TasksDone,
        /// Task instances lost.
        TasksLost,
        /// Task instances that arrived.
        TasksArrived,
        /// Requests for pool memory.
        Requests,
        /// Heap bytes allocated.
        Allocated,
        /// Heap bytes promoted to the old generation.
        Promoted,
        /// Requests not granted at once.
        Blocked,
        /// Requests refused though the free bytes would have sufficed.
        Fragmented,
        /// Bytes spilled, before compression.
        SpillBytes,
        /// Spills.
        Spills,
        /// Bytes moved between TaskManagers.
        MoveBytes,
        /// Moves.
        Moves,
        /// Actions of the feedback loop that no longer fitted the present.
        StaleActions,
        /// Cache bytes evicted.
        Evicted,
        /// Bytes moved by compaction.
        CompactedBytes,
        /// Compactions that moved something.
        Compactions,
        /// State accesses.
        Accesses,
        /// State accesses that found their entry cached.
        Hits,
        /// Young and mixed collections.
        Young,
        /// Full collections.
        Full,
        /// Concurrent cycles.
        Cycles,
        /// Nanoseconds paused, summed over TaskManagers.
        PauseNanos,
        /// CPU nanoseconds of collectors.
        CollectorNanos,
        /// OutOfMemoryErrors.
        OutOfMemory,
        /// Restarts.
        Restarts,
        /// Core-nanoseconds served.
        Busy,
        /// Bytes written to and read from disks.
        DiskBytes,
        /// Bytes sent over links.
        LinkBytes,
    }
}

/// All levels and counts at one instant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Snapshot {
    /// When.
    pub at: SimTime,
    /// Levels.
    pub levels: [f64; Level::COUNT],
    /// Integrals of the levels over time, in units x nanoseconds.
    pub integrals: [f64; Level::COUNT],
    /// Counts.
    pub counts: [f64; Count::COUNT],
}

impl Snapshot {
    /// Time average of a level between `earlier` and this snapshot; its present value where no time has passed.
    pub fn mean(&self, earlier: &Snapshot, level: Level) -> f64 {
        let span = self.at.since(earlier.at).as_nanos();
        if span <= 0.0 {
            return self.levels[level as usize];
        }
        (self.integrals[level as usize] - earlier.integrals[level as usize]) / span
    }

    /// What was counted between `earlier` and this snapshot.
    pub fn counted(&self, earlier: &Snapshot, count: Count) -> f64 {
        self.counts[count as usize] - earlier.counts[count as usize]
    }
}

/// The running state of all levels and counts.
pub struct Meters(Snapshot);

impl Meters {
    /// All zero at time 0.
    pub fn new() -> Meters {
        Meters(Snapshot {
            at: SimTime::ZERO,
            levels: [0.0; Level::COUNT],
            integrals: [0.0; Level::COUNT],
            counts: [0.0; Count::COUNT],
        })
    }

    fn advance(&mut self, now: SimTime) {
        if now == self.0.at {
            return;
        }
        let span = now.since(self.0.at).as_nanos();
        self.0.at = now;
        for (integral, level) in self.0.integrals.iter_mut().zip(&self.0.levels) {
            *integral += level * span;
        }
    }

    /// Moves a level by `change`.
    pub fn shift(&mut self, now: SimTime, level: Level, change: f64) {
        self.advance(now);
        self.0.levels[level as usize] += change;
    }

    /// Adds to a count.
    pub fn count(&mut self, count: Count, amount: f64) {
        self.0.counts[count as usize] += amount;
    }

    /// Sets a count that is kept elsewhere.
    pub fn set_count(&mut self, count: Count, amount: f64) {
        self.0.counts[count as usize] = amount;
    }

    /// The present value of a level.
    pub fn level(&self, level: Level) -> f64 {
        self.0.levels[level as usize]
    }

    /// Everything, as of `now`.
    pub fn snapshot(&mut self, now: SimTime) -> Snapshot {
        self.advance(now);
        self.0
    }
}
