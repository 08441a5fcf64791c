//! The declared table of options: the only place where a key, its older spellings and its default are written.

/// What the text of an option means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A size in Flink's spelling (see [`super::memory_size`]).
    Size,
    /// A single precision fraction; at least 0 and below 1.
    Fraction,
    /// A whole number.
    Count,
    /// A number.
    Number,
    /// true or false.
    Flag,
    /// Any text.
    Text,
}

/// One declared option.
#[derive(Debug, PartialEq, Eq)]
pub struct Key {
    /// The key in a configuration.
    pub name: &'static str,
    /// Older spellings that still count, first match first.
    pub aliases: &'static [&'static str],
    /// How its text is read.
    pub kind: KeyKind,
    /// The default, if there is one.
    pub preset: Option<&'static str>,
    /// One line for people.
    pub about: &'static str,
}

impl Key {
    /// Whether `name` is its current spelling or an older one.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.aliases.contains(&name)
    }
}

/// The three options of a component that is a fraction of a total between two bounds.
#[derive(Debug, PartialEq, Eq)]
pub struct RangeKeys {
    /// The smallest size.
    pub min: &'static Key,
    /// The largest size.
    pub max: &'static Key,
    /// The fraction of the total.
    pub fraction: &'static Key,
}

/// The options that total process memory, metaspace and overhead of either process are read from.
#[derive(Debug, PartialEq, Eq)]
pub struct ProcessKeys {
    /// Options that, all set, make a total unnecessary.
    pub explicit: &'static [&'static Key],
    /// Total Flink memory.
    pub flink: &'static Key,
    /// Total process memory.
    pub process: &'static Key,
    /// JVM metaspace.
    pub metaspace: &'static Key,
    /// JVM overhead.
    pub overhead: RangeKeys,
}

/// The options of a state backend in native memory.
#[derive(Debug, PartialEq, Eq)]
pub struct StoreKeys {
    /// Whether it divides managed memory.
    pub managed: &'static Key,
    /// A size for each slot instead.
    pub fixed_per_slot: &'static Key,
    /// A size for the TaskManager instead.
    pub fixed_per_task_manager: &'static Key,
    /// The share of write buffers.
    pub write_buffer_ratio: &'static Key,
    /// The share of the cache for indexes and filters.
    pub high_priority_ratio: &'static Key,
    /// Whether indexes and filters are partitioned.
    pub partitioned: &'static Key,
    /// The size of a write buffer.
    pub write_buffer: &'static Key,
    /// The number of write buffers.
    pub write_buffers: &'static Key,
}

macro_rules! keys {
    ($($id:ident: $kind:ident $name:literal [$($alias:literal),*] $preset:expr, $about:literal;)*) => {
        $(
            #[doc = $about]
            pub static $id: Key =
                Key { name: $name, aliases: &[$($alias),*], kind: KeyKind::$kind, preset: $preset, about: $about };
        )*

        /// All options of this module, in the order of declaration.
        pub static ALL: &[&Key] = &[$(&$id,)*];
    };
}

/// Options of a TaskManager.
pub mod task_manager {
    use super::{Key, KeyKind, ProcessKeys, RangeKeys};

    keys! {
        PROCESS: Size "taskmanager.memory.process.size" [] None, "Total process memory: what a container is given.";
        FLINK: Size "taskmanager.memory.flink.size" [] None, "Total Flink memory: the process without metaspace and overhead.";
        FRAMEWORK_HEAP: Size "taskmanager.memory.framework.heap.size" [] Some("128m"), "Heap of Flink itself.";
        FRAMEWORK_OFF_HEAP: Size "taskmanager.memory.framework.off-heap.size" [] Some("128m"), "Direct memory of Flink itself.";
        TASK_HEAP: Size "taskmanager.memory.task.heap.size" [] None, "Heap of tasks.";
        TASK_OFF_HEAP: Size "taskmanager.memory.task.off-heap.size" [] Some("0 bytes"), "Direct memory of tasks.";
        MANAGED: Size "taskmanager.memory.managed.size" ["taskmanager.memory.size"] None, "Managed memory, native.";
        MANAGED_FRACTION: Fraction "taskmanager.memory.managed.fraction" [] Some("0.4"), "Managed memory as a share of total Flink memory, where its size is not set.";
        NETWORK_MIN: Size "taskmanager.memory.network.min" ["taskmanager.network.memory.min"] Some("64m"), "Least network memory.";
        NETWORK_MAX: Size "taskmanager.memory.network.max" ["taskmanager.network.memory.max"] Some("9223372036854775807 bytes"), "Most network memory.";
        NETWORK_FRACTION: Fraction "taskmanager.memory.network.fraction" ["taskmanager.network.memory.fraction"] Some("0.1"), "Network memory as a share of total Flink memory.";
        METASPACE: Size "taskmanager.memory.jvm-metaspace.size" [] Some("256m"), "Metaspace of the JVM.";
        OVERHEAD_MIN: Size "taskmanager.memory.jvm-overhead.min" [] Some("192m"), "Least overhead of the JVM.";
        OVERHEAD_MAX: Size "taskmanager.memory.jvm-overhead.max" [] Some("1g"), "Most overhead of the JVM.";
        OVERHEAD_FRACTION: Fraction "taskmanager.memory.jvm-overhead.fraction" [] Some("0.1"), "Overhead of the JVM as a share of total process memory.";
        SEGMENT: Size "taskmanager.memory.segment-size" [] Some("32kb"), "Page of network and managed memory: a power of two, at least 4096 bytes.";
        MIN_SEGMENT: Size "taskmanager.memory.min-segment-size" [] Some("256"), "Least bytes that debloating leaves in a buffer.";
        STARTING_SEGMENT: Size "taskmanager.memory.starting-segment-size" [] Some("1024"), "Bytes in a buffer before debloating has measured anything.";
        BATCH_SHUFFLE: Size "taskmanager.memory.framework.off-heap.batch-shuffle.size" [] Some("64m"), "Read buffers of batch shuffles, a part of framework off-heap memory.";
        SLOTS: Count "taskmanager.numberOfTaskSlots" [] Some("1"), "Slots of a TaskManager, at least 1.";
        CORES: Number "taskmanager.cpu.cores" [] None, "CPU cores, above 0; those of the container where it is not set, else the number of slots.";
        CONTAINER_CPU: Number "kubernetes.taskmanager.cpu.amount" ["kubernetes.taskmanager.cpu"] None, "CPU cores of the container.";
        CONSUMER_WEIGHTS: Text "taskmanager.memory.managed.consumer-weights" [] Some("OPERATOR:70,STATE_BACKEND:70,PYTHON:30"), "How kinds of consumers share a slot's managed memory.";
    }

    /// The range of network memory.
    pub static NETWORK: RangeKeys = RangeKeys { min: &NETWORK_MIN, max: &NETWORK_MAX, fraction: &NETWORK_FRACTION };

    /// Totals and the JVM's own parts.
    pub static TOTALS: ProcessKeys = ProcessKeys {
        explicit: &[&TASK_HEAP, &MANAGED],
        flink: &FLINK,
        process: &PROCESS,
        metaspace: &METASPACE,
        overhead: RangeKeys { min: &OVERHEAD_MIN, max: &OVERHEAD_MAX, fraction: &OVERHEAD_FRACTION },
    };
}

/// Options of network buffers; the first two are read by 1.x alone.
pub mod buffers {
    use super::{Key, KeyKind};

    keys! {
        EXCLUSIVE: Count "taskmanager.network.memory.buffers-per-channel" [] Some("2"), "Exclusive buffers of a remote channel.";
        FLOATING: Count "taskmanager.network.memory.floating-buffers-per-gate" [] Some("8"), "Buffers that the channels of a gate share.";
        REQUIRED_PER_GATE: Count "taskmanager.network.memory.read-buffer.required-per-gate.max" [] None, "Most buffers that a gate requires; without limit for pipelined exchanges, 1000 for blocking ones, where it is not set.";
        SORT_SHUFFLE: Count "taskmanager.network.sort-shuffle.min-buffers" [] Some("512"), "Least buffers of an output that sorts.";
    }
}

/// Options of a JobManager.
pub mod job_manager {
    use super::{Key, KeyKind, ProcessKeys, RangeKeys};

    keys! {
        PROCESS: Size "jobmanager.memory.process.size" [] None, "Total process memory: what a container is given.";
        FLINK: Size "jobmanager.memory.flink.size" [] None, "Total Flink memory: heap and off-heap.";
        HEAP: Size "jobmanager.memory.heap.size" [] None, "The JVM's heap.";
        OFF_HEAP: Size "jobmanager.memory.off-heap.size" [] Some("128m"), "Direct and native memory.";
        CONTAINER_CPU: Number "kubernetes.jobmanager.cpu.amount" ["kubernetes.jobmanager.cpu"] None, "CPU cores of the container.";
        DIRECT_LIMIT: Flag "jobmanager.memory.enable-jvm-direct-memory-limit" [] Some("false"), "Whether the JVM is told to limit direct memory to the off-heap size.";
        METASPACE: Size "jobmanager.memory.jvm-metaspace.size" [] Some("256m"), "Metaspace of the JVM.";
        OVERHEAD_MIN: Size "jobmanager.memory.jvm-overhead.min" [] Some("192m"), "Least overhead of the JVM.";
        OVERHEAD_MAX: Size "jobmanager.memory.jvm-overhead.max" [] Some("1g"), "Most overhead of the JVM.";
        OVERHEAD_FRACTION: Fraction "jobmanager.memory.jvm-overhead.fraction" [] Some("0.1"), "Overhead of the JVM as a share of total process memory.";
    }

    /// Totals and the JVM's own parts.
    pub static TOTALS: ProcessKeys = ProcessKeys {
        explicit: &[&HEAP],
        flink: &FLINK,
        process: &PROCESS,
        metaspace: &METASPACE,
        overhead: RangeKeys { min: &OVERHEAD_MIN, max: &OVERHEAD_MAX, fraction: &OVERHEAD_FRACTION },
    };
}

/// Options of the state backend.
pub mod state {
    use super::{Key, KeyKind, StoreKeys};

    keys! {
        BACKEND: Text "state.backend.type" ["state.backend"] Some("hashmap"), "Where keyed state lives: hashmap, rocksdb, forst, or the class of a factory.";
        ROCKSDB_MANAGED: Flag "state.backend.rocksdb.memory.managed" [] Some("true"), "Whether RocksDB divides the slot's managed memory.";
        ROCKSDB_PER_SLOT: Size "state.backend.rocksdb.memory.fixed-per-slot" [] None, "Memory of RocksDB in each slot, beside managed memory.";
        ROCKSDB_PER_TASK_MANAGER: Size "state.backend.rocksdb.memory.fixed-per-tm" [] None, "Memory of RocksDB that all slots share, beside managed memory; only where managed memory is not divided.";
        ROCKSDB_WRITE_BUFFER_RATIO: Number "state.backend.rocksdb.memory.write-buffer-ratio" [] Some("0.5"), "The share of RocksDB's write buffers, 0 to 1.";
        ROCKSDB_HIGH_PRIORITY_RATIO: Number "state.backend.rocksdb.memory.high-prio-pool-ratio" [] Some("0.1"), "The share of RocksDB's cache for indexes and filters, 0 to 1.";
        ROCKSDB_PARTITIONED: Flag "state.backend.rocksdb.memory.partitioned-index-filters" [] Some("false"), "Whether RocksDB reads indexes and filters by partitions.";
        ROCKSDB_WRITE_BUFFER: Size "state.backend.rocksdb.writebuffer.size" [] Some("64mb"), "A write buffer of RocksDB.";
        ROCKSDB_WRITE_BUFFERS: Count "state.backend.rocksdb.writebuffer.count" [] Some("2"), "Write buffers of a column family of RocksDB at most.";
        FORST_MANAGED: Flag "state.backend.forst.memory.managed" [] Some("true"), "Whether ForSt divides the slot's managed memory.";
        FORST_PER_SLOT: Size "state.backend.forst.memory.fixed-per-slot" [] None, "Memory of ForSt in each slot, beside managed memory.";
        FORST_PER_TASK_MANAGER: Size "state.backend.forst.memory.fixed-per-tm" [] None, "Memory of ForSt that all slots share, beside managed memory; only where managed memory is not divided.";
        FORST_WRITE_BUFFER_RATIO: Number "state.backend.forst.memory.write-buffer-ratio" [] Some("0.5"), "The share of ForSt's write buffers, 0 to 1.";
        FORST_HIGH_PRIORITY_RATIO: Number "state.backend.forst.memory.high-prio-pool-ratio" [] Some("0.1"), "The share of ForSt's cache for indexes and filters, 0 to 1.";
        FORST_PARTITIONED: Flag "state.backend.forst.memory.partitioned-index-filters" [] Some("true"), "Whether ForSt reads indexes and filters by partitions.";
        FORST_WRITE_BUFFER: Size "state.backend.forst.writebuffer.size" [] Some("64mb"), "A write buffer of ForSt.";
        FORST_WRITE_BUFFERS: Count "state.backend.forst.writebuffer.count" [] Some("2"), "Write buffers of a column family of ForSt at most.";
    }

    /// The options of RocksDB.
    pub static ROCKSDB: StoreKeys = StoreKeys {
        managed: &ROCKSDB_MANAGED,
        fixed_per_slot: &ROCKSDB_PER_SLOT,
        fixed_per_task_manager: &ROCKSDB_PER_TASK_MANAGER,
        write_buffer_ratio: &ROCKSDB_WRITE_BUFFER_RATIO,
        high_priority_ratio: &ROCKSDB_HIGH_PRIORITY_RATIO,
        partitioned: &ROCKSDB_PARTITIONED,
        write_buffer: &ROCKSDB_WRITE_BUFFER,
        write_buffers: &ROCKSDB_WRITE_BUFFERS,
    };

    /// The options of ForSt.
    pub static FORST: StoreKeys = StoreKeys {
        managed: &FORST_MANAGED,
        fixed_per_slot: &FORST_PER_SLOT,
        fixed_per_task_manager: &FORST_PER_TASK_MANAGER,
        write_buffer_ratio: &FORST_WRITE_BUFFER_RATIO,
        high_priority_ratio: &FORST_HIGH_PRIORITY_RATIO,
        partitioned: &FORST_PARTITIONED,
        write_buffer: &FORST_WRITE_BUFFER,
        write_buffers: &FORST_WRITE_BUFFERS,
    };
}

/// Options of Flink 1.9 and before that 1.20 still reads.
pub mod legacy {
    use super::{Key, KeyKind};

    keys! {
        TASK_MANAGER_HEAP: Size "taskmanager.heap.size" [] None, "Memory of a TaskManager.";
        TASK_MANAGER_HEAP_MB: Count "taskmanager.heap.mb" [] None, "Memory of a TaskManager in MiB.";
        JOB_MANAGER_HEAP: Size "jobmanager.heap.size" [] None, "Memory of a JobManager.";
        JOB_MANAGER_HEAP_MB: Count "jobmanager.heap.mb" [] None, "Memory of a JobManager in MiB.";
        BUFFERS: Count "taskmanager.network.numberOfBuffers" [] None, "Network buffers of a TaskManager.";
    }
}
