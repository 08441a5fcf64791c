//! Why a configuration has no layout: the errors of Flink's derivation, with the components and sizes that they name.

use std::fmt;

use super::component::Component;
use super::keys::{Key, ProcessKeys, RangeKeys};
use super::memory_size::print_readable;
use super::options::Fault;
use crate::base::Bytes;

/// The first error of a derivation, in Flink's order.
///
/// Flink also has an error for a sum that differs from the configured total Flink memory; by construction no
/// derivation here can end in it.
#[derive(Clone, Debug, PartialEq)]
pub enum LayoutError {
    /// One option cannot be read or is out of range.
    Option(Fault),
    /// Neither the explicit components nor one of the two totals is set.
    Unspecified {
        /// The options of the process.
        keys: &'static ProcessKeys,
    },
    /// A fraction outside 0 <= f < 1, or a minimum above its maximum.
    Range {
        /// The option of the fraction.
        fraction: &'static Key,
        /// The fraction, widened from single precision.
        value: f64,
        /// The configured minimum.
        min: Bytes,
        /// The configured maximum.
        max: Bytes,
        /// What was left for network memory, where the range was to bound that rest; `None` where the fraction counts.
        rest: Option<Bytes>,
    },
    /// Components that are given or derived exceed total Flink memory.
    PartsExceedFlink {
        /// The components that were added up.
        parts: Vec<(Component, Bytes)>,
        /// Total Flink memory.
        flink: Bytes,
    },
    /// Network memory is the rest, and the rest is outside the range of network memory.
    NetworkOutOfRange {
        /// What was left.
        network: Bytes,
        /// The configured minimum.
        min: Bytes,
        /// The configured maximum.
        max: Bytes,
    },
    /// Metaspace and overhead exceed total process memory.
    JvmExceedsProcess {
        /// JVM metaspace.
        metaspace: Bytes,
        /// JVM overhead.
        overhead: Bytes,
        /// Total process memory.
        process: Bytes,
    },
    /// Total Flink memory and metaspace exceed total process memory.
    FlinkExceedsProcess {
        /// Total process memory.
        process: Bytes,
        /// Total Flink memory.
        flink: Bytes,
        /// JVM metaspace.
        metaspace: Bytes,
    },
    /// JVM overhead is the rest, and the rest is outside its range.
    OverheadOutOfRange {
        /// What was left.
        overhead: Bytes,
        /// The configured minimum.
        min: Bytes,
        /// The configured maximum.
        max: Bytes,
        /// The options of the range.
        keys: &'static RangeKeys,
    },
    /// JobManager: the heap alone exceeds total Flink memory.
    HeapExceedsFlink {
        /// The JVM's heap.
        heap: Bytes,
        /// Total Flink memory.
        flink: Bytes,
    },
    /// JobManager: heap and off-heap are set and differ from total Flink memory.
    HeapOffHeapMismatch {
        /// The JVM's heap.
        heap: Bytes,
        /// Off-heap memory.
        off_heap: Bytes,
        /// Total Flink memory.
        flink: Bytes,
    },
    /// JobManager: total Flink memory leaves nothing beside off-heap memory.
    OffHeapFillsFlink {
        /// Total Flink memory.
        flink: Bytes,
        /// Off-heap memory.
        off_heap: Bytes,
    },
    /// A sum or product exceeds 2^63-1 bytes.
    Overflow,
}

impl From<Fault> for LayoutError {
    fn from(fault: Fault) -> LayoutError {
        LayoutError::Option(fault)
    }
}

impl std::error::Error for LayoutError {}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |size: &Bytes| print_readable(*size);
        match self {
            LayoutError::Option(fault) => fault.fmt(f),
            LayoutError::Unspecified { keys } => write_unspecified(f, keys),
            LayoutError::Range { fraction, value, min, max, rest } => {
                if let Some(network) = rest {
                    write_network_rest(f, *network)?;
                    f.write_str("but its range contradicts itself: ")?;
                }
                let name = fraction.name;
                let (min, max) = (show(min), show(max));
                write!(f, "`{name}` ({value}) does not go with its min ({min}) and max ({max}): ")?;
                write!(f, "expected 0 <= fraction < 1 and min <= max")
            }
            LayoutError::PartsExceedFlink { parts, flink } => {
                let parts: Vec<String> =
                    parts.iter().map(|(part, size)| format!("{} ({})", part.name(), show(size))).collect();
                write!(f, "{} together exceed Total Flink Memory ({})", parts.join(", "), show(flink))
            }
            LayoutError::NetworkOutOfRange { network, min, max } => {
                write_network_rest(f, *network)?;
                write!(f, "which is outside its configured range [{}, {}]", show(min), show(max))
            }
            LayoutError::OverheadOutOfRange { overhead, min, max, .. } => {
                write!(f, "JVM Overhead ({}), what the others leave of Total Process Memory, ", show(overhead))?;
                write!(f, "is outside its configured range [{}, {}]", show(min), show(max))
            }
            _ => self.fmt_totals(f),
        }
    }
}

fn write_network_rest(f: &mut fmt::Formatter<'_>, network: Bytes) -> fmt::Result {
    let network = print_readable(network);
    write!(f, "Network Memory is what Task Heap Memory, Managed Memory and the others leave of ")?;
    write!(f, "Total Flink Memory: {network}, ")
}

fn write_unspecified(f: &mut fmt::Formatter<'_>, keys: &ProcessKeys) -> fmt::Result {
    let explicit: Vec<String> = keys.explicit.iter().map(|key| format!("`{}`", key.name)).collect();
    let (flink, process) = (keys.flink.name, keys.process.name);
    write!(f, "nothing says how large the process is: set {}, ", explicit.join(" and "))?;
    write!(f, "or Total Flink Memory (`{flink}`), or Total Process Memory (`{process}`)")
}

impl LayoutError {
    /// The errors that compare totals.
    fn fmt_totals(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let show = |size: &Bytes| print_readable(*size);
        match self {
            LayoutError::JvmExceedsProcess { metaspace, overhead, process } => {
                write!(f, "JVM Metaspace ({}) and JVM Overhead ({}) ", show(metaspace), show(overhead))?;
                write!(f, "together exceed Total Process Memory ({})", show(process))
            }
            LayoutError::FlinkExceedsProcess { process, flink, metaspace } => {
                write!(f, "Total Process Memory ({}) is too small for ", show(process))?;
                write!(f, "Total Flink Memory ({}) and JVM Metaspace ({})", show(flink), show(metaspace))
            }
            LayoutError::HeapExceedsFlink { heap, flink } => {
                write!(f, "JVM Heap Memory ({}) exceeds Total Flink Memory ({})", show(heap), show(flink))
            }
            LayoutError::HeapOffHeapMismatch { heap, off_heap, flink } => {
                write!(f, "JVM Heap Memory ({}) and Off-heap Memory ({}) ", show(heap), show(off_heap))?;
                write!(f, "do not add up to Total Flink Memory ({}): leave one of the three out", show(flink))
            }
            LayoutError::OffHeapFillsFlink { flink, off_heap } => {
                write!(f, "Total Flink Memory ({}) leaves no heap beside ", show(flink))?;
                write!(f, "Off-heap Memory ({})", show(off_heap))
            }
            _ => f.write_str("a sum or product of sizes exceeds 9223372036854775807 bytes"),
        }
    }
}
