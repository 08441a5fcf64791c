//! What HotSpot makes of `-Xmx`: which collector runs, how it divides the heap, how many threads collect.
//!
//! Idea: the JVM settles all of this before the first object is made, from its release, the processors and the memory
//! that it sees, and its flags. Each collector (one file a family) rounds the heap to its own grain and divides it.
//! Source: HotSpot of JDK 8, 11, 17, 21 and 25 (`gcConfig.cpp`, `gcArguments.cpp`, `genArguments.cpp`, and the files
//! named by each family), checked against what those releases print from 11 on. Departures: 64-bit Linux without large
//! pages and without NUMA; the number of processors is taken as given, where HotSpot up to JDK 8 also asks how many
//! hardware threads share a package; only `-Xms` and `-Xmx` bound the heap, no percentage of the machine's memory.

mod cms;
mod concurrent;
mod divide;
mod flags;
mod g1;
mod parallel;
mod pointers;
mod serial;

pub use flags::Flags;

use crate::base::Bytes;

/// A collector of HotSpot. Its names are in [`super::collector::Identity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CollectorKind {
    /// One thread, two generations.
    Serial,
    /// Many threads, two generations, adaptive sizes.
    Parallel,
    /// Concurrent mark-sweep, JDK 8 to 13.
    Cms,
    /// Regions, young collections within a pause goal.
    G1,
    /// ZGC: concurrent, from JDK 11 on.
    Z,
    /// ZGC with two generations, from JDK 21 on. Only logs tell it apart: the flag is that of ZGC.
    GenerationalZ,
    /// Concurrent, in most builds from JDK 11 on.
    Shenandoah,
    /// Collects nothing.
    Epsilon,
}

/// What the JVM knows of its surroundings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Machine {
    /// Feature release: 8, 11, 17, 21, 25, …
    pub jdk: u32,
    /// Processors that the JVM may use: a container's limit, rounded up. At least 1.
    pub cpus: u32,
    /// Memory that the JVM sees: a container's limit, else the machine's.
    pub memory: Bytes,
}

/// A heap as the JVM sets it up at its start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapShape {
    /// The collector that divides it.
    pub collector: CollectorKind,
    /// Maximal size after alignment: `-Xmx` rounded up to the collector's grain.
    pub heap: Bytes,
    /// Size at the start, likewise from `-Xms`.
    pub initial: Bytes,
    /// What `Runtime.maxMemory` reports, and Flink as `Heap.Max`: Serial, Parallel and CMS leave out one survivor space.
    pub reported: Bytes,
    /// Least and most that the young generation may take; none without generations.
    pub young: Option<(Bytes, Bytes)>,
    /// Eden at the start. For G1 what is filled before the first young collection. 0 without a fixed eden.
    pub eden: Bytes,
    /// Each of two survivor spaces at the start. For G1 the most that survivors of the first young collection may take.
    pub survivor: Bytes,
    /// What is left of the initial heap: the old generation. All of it without generations.
    pub old: Bytes,
    /// Size and greatest number of regions, for G1 and Shenandoah.
    pub region: Option<(Bytes, u64)>,
    /// Threads of a pause; 0 for Epsilon.
    pub gc_threads: u32,
    /// Threads of concurrent work; 0 for collectors without.
    pub concurrent_threads: u32,
    /// Whether references take 4 bytes instead of 8.
    pub compressed_pointers: bool,
    /// Objects above this size get regions of their own.
    pub humongous: Option<Bytes>,
}

/// `-Xmx` and `-Xms` in bytes, before alignment.
#[derive(Clone, Copy, Debug)]
struct Limits {
    max: u64,
    initial: u64,
}

/// The grain of Serial, Parallel, CMS and G1 heaps at least: the bytes whose cards (512 B each) fill a page of 4 KiB.
const HEAP_GRAIN: u64 = 512 * 4096;

/// What 64-bit Linux can map with five levels of page tables; keeps sums and percentages within 64 bits.
const ADDRESSABLE: u64 = 1 << 56;

/// Memory from which on HotSpot takes a machine for a server: 2 GiB, of which 256 MiB may be hidden.
pub const SERVER_MEMORY: Bytes = Bytes::mib(1792);

/// The collector that runs: the one that is asked for, else the JVM's own choice.
///
/// A machine with at least two processors and [`SERVER_MEMORY`] gets Parallel up to JDK 8 and G1 since JDK 9 (JEP 248);
/// all others get Serial whatever the release, until JDK 27 makes G1 the default everywhere (JEP 523).
pub fn collector(machine: &Machine, flags: &Flags) -> CollectorKind {
    let server = cpus(machine, flags) >= 2 && machine.memory >= SERVER_MEMORY;
    match flags.collector {
        Some(asked) => asked,
        None if machine.jdk >= 27 => CollectorKind::G1,
        None if !server => CollectorKind::Serial,
        None if machine.jdk <= 8 => CollectorKind::Parallel,
        None => CollectorKind::G1,
    }
}

/// The heap that follows from `-Xmx` = `-Xms` = `xmx`, as Flink sets both, and the user's flags.
///
/// Flink puts its own flags first, so `-Xmx` and `-Xms` among the user's win. `xmx` is at most 2^56 bytes here.
pub fn shape(xmx: Bytes, flags: &Flags, machine: &Machine) -> HeapShape {
    let max = flags.xmx.unwrap_or(xmx).0.min(ADDRESSABLE);
    let initial = flags.xms.unwrap_or(xmx).0.min(max);
    let (limits, cpus) = (Limits { max, initial }, cpus(machine, flags));
    let kind = collector(machine, flags);
    let shape = match kind {
        CollectorKind::Serial => serial::shape(limits, flags, machine.jdk),
        CollectorKind::Parallel => parallel::shape(limits, flags, (machine.jdk, cpus)),
        CollectorKind::Cms => cms::shape(limits, flags, (machine.jdk, cpus)),
        CollectorKind::G1 => g1::shape(limits, flags, (machine.jdk, cpus)),
        CollectorKind::Z | CollectorKind::GenerationalZ => concurrent::z(limits, flags, (machine.jdk, cpus)),
        CollectorKind::Shenandoah => concurrent::shenandoah(limits, flags, cpus),
        CollectorKind::Epsilon => concurrent::epsilon(limits),
    };
    HeapShape { compressed_pointers: pointers::compressed(kind, Bytes(max), (machine.jdk, flags)), ..shape }
}

/// Bytes of a region of G1 where no flag sets them, for a heap of `xmx` = `-Xms`.
pub fn g1_region(xmx: Bytes, jdk: u32) -> Bytes {
    let max = xmx.0.min(ADDRESSABLE);
    Bytes(g1::region_size(Limits { max, initial: max }, &Flags::default(), jdk))
}

/// The greatest heap in which references of `kind` take 4 bytes, with objects aligned to 8; none for ZGC.
pub fn compressed_limit(kind: CollectorKind, jdk: u32) -> Option<Bytes> {
    pointers::limit(kind, jdk, 8).map(Bytes)
}

/// Processors by flag or machine, at least 1.
fn cpus(machine: &Machine, flags: &Flags) -> u32 {
    flags.cpus.unwrap_or(machine.cpus).max(1)
}

/// Threads of a pause by HotSpot's common rule: one a processor up to 8, then five for every eight more.
pub fn pause_threads(cpus: u32) -> u32 {
    if cpus <= 8 { cpus } else { 8 + (u64::from(cpus - 8) * 5 / 8) as u32 }
}

/// `bytes` rounded up to a multiple of `grain`.
fn up(bytes: u64, grain: u64) -> u64 {
    bytes.div_ceil(grain) * grain
}

/// `bytes` rounded down to a multiple of `grain`.
fn down(bytes: u64, grain: u64) -> u64 {
    bytes / grain * grain
}

#[cfg(test)]
mod tests;
