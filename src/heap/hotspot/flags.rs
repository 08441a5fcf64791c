//! The JVM flags that decide on the heap.

use super::CollectorKind;
use crate::base::Bytes;

/// Flags of a JVM; `None` is HotSpot's own default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-XX:+Use…GC`.
    pub collector: Option<CollectorKind>,
    /// `-Xmx`, at least 2 MiB.
    pub xmx: Option<Bytes>,
    /// `-Xms`, at least 1 MiB and at most `xmx`.
    pub xms: Option<Bytes>,
    /// `-XX:NewSize`, or `-Xmn` for both bounds.
    pub new_size: Option<Bytes>,
    /// `-XX:MaxNewSize`, or `-Xmn` for both bounds.
    pub max_new_size: Option<Bytes>,
    /// `-XX:NewRatio`: old generation per young one, at least 1.
    pub new_ratio: Option<u64>,
    /// `-XX:SurvivorRatio`: eden per survivor space, at least 1.
    pub survivor_ratio: Option<u64>,
    /// `-XX:InitialSurvivorRatio` of Parallel, at least 1.
    pub initial_survivor_ratio: Option<u64>,
    /// `-XX:MinSurvivorRatio` of Parallel, at least 1.
    pub min_survivor_ratio: Option<u64>,
    /// `-XX:[+-]UseAdaptiveSizePolicy` of Parallel.
    pub adaptive_sizes: Option<bool>,
    /// `-XX:G1HeapRegionSize`, before rounding.
    pub region_size: Option<Bytes>,
    /// `-XX:G1NewSizePercent`, 0 ..= 100.
    pub g1_new_size_percent: Option<u64>,
    /// `-XX:G1MaxNewSizePercent`, 0 ..= 100.
    pub g1_max_new_size_percent: Option<u64>,
    /// `-XX:ParallelGCThreads`, at least 1.
    pub parallel_threads: Option<u32>,
    /// `-XX:ConcGCThreads`, at least 1.
    pub concurrent_threads: Option<u32>,
    /// `-XX:ActiveProcessorCount`, at least 1.
    pub cpus: Option<u32>,
    /// `-XX:[+-]UseCompressedOops`.
    pub compressed_pointers: Option<bool>,
    /// `-XX:ObjectAlignmentInBytes`: a power of two, 8 ..= 256.
    pub object_alignment: Option<u64>,
    /// `-XX:[+-]ZGenerational`.
    pub z_generational: Option<bool>,
    /// Every other flag, as written.
    pub others: Vec<String>,
}

impl Flags {
    /// What is wrong with the numbers of collector threads on `cpus` processors, if anything: the JVM starts as many as it is
    /// told, and those above the processors only wait for one another.
    pub fn too_many_threads(&self, cpus: u32) -> Option<String> {
        let cpus = self.cpus.unwrap_or(cpus);
        let given = [("ParallelGCThreads", self.parallel_threads), ("ConcGCThreads", self.concurrent_threads)];
        let (name, threads) = given.into_iter().find_map(|(name, count)| Some((name, count.filter(|n| *n > cpus)?)))?;
        Some(format!("-XX:{name}={threads} is more than the CPUs: expected at most {cpus}"))
    }
}
