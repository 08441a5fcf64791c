//! `[groups.NAME]`: TaskManagers that are alike.

/// Cores that a TaskManager may have.
pub const CORES: std::ops::RangeInclusive<f64> = 0.01..=4096.0;

/// Most slots of a TaskManager.
pub const MOST_SLOTS: u32 = 1_000_000;

crate::section! {
    /// `[groups.NAME]`: TaskManagers that are alike.
    pub struct GroupKeys {
        count: Count<u32>(1, 100_000) = "1", "TaskManagers in the group";
        cores: Number(*CORES.start(), *CORES.end()) = "2", "CPU cores of one TaskManager";
        slots: Count<u32>(1, MOST_SLOTS) = "2", "task slots of one TaskManager";
        process: Bytes = absent, "total process memory; Flink derives the rest (taskmanager.memory.process.size)";
        task_heap: Bytes = absent, "task heap, D (taskmanager.memory.task.heap.size)";
        managed: Bytes = absent, "managed memory (taskmanager.memory.managed.size)";
        network: Bytes = absent, "network memory (network.min = network.max)";
        flink_config: Path = absent, "memory options from a config.yaml, flink-conf.yaml or FlinkDeployment";
        jvm: Text = absent,
            "description of its JVM, whose prices hold: openjdk17-flink, openjdk17-arrays, or a file of `heapwise calibrate`";
        heap_budget: Bytes = absent,
            "heap that the TaskManagers of the group may take in all; policies.heap divides it, and each begins with an equal part";
        framework_live: Bytes = "40 MiB", "live heap of the framework itself";
        load_classes: Flag = "true",
            "with a jvm: whether loading Flink's classes collects a nearly empty heap twice, from which adaptive collectors learn";
        young: Bytes = absent, "fixed size of the young generation; absent: as HotSpot sizes it";
        object: Bytes = "200 B", "mean size of a heap object";
        container: Bytes = absent, "limit of resident memory, beyond which a TaskManager is killed; absent: none";
        native: Bytes = "0 B", "resident memory beside heap and pools: classes, threads, allocator arenas";
        disk: Bandwidth = "400 MiB/s", "bandwidth of the local disk, shared by all who use it";
        link: Bandwidth = "1.25 GB/s", "bandwidth of the network link, shared by all who use it";
        per_node: Count(1, 1_000_000) = "1", "TaskManagers on one node: they share its disk and link";
    }
}
