//! Which way an option has to move to take an error away.

use super::search::Verdict;
use crate::flink::layout::LayoutError;
use crate::flink::layout::Lead;
use crate::flink::layout::Options;
use crate::flink::layout::ProcessKind;
use crate::flink::layout::keys::{Key, ProcessKeys, RangeKeys, job_manager as jm, task_manager as tm};
use crate::flink::layout::memory_size;

static TASK_MANAGER: [&Key; 15] = [
    &tm::PROCESS,
    &tm::FLINK,
    &tm::TASK_HEAP,
    &tm::MANAGED,
    &tm::MANAGED_FRACTION,
    &tm::TASK_OFF_HEAP,
    &tm::FRAMEWORK_HEAP,
    &tm::FRAMEWORK_OFF_HEAP,
    &tm::NETWORK_MIN,
    &tm::NETWORK_MAX,
    &tm::NETWORK_FRACTION,
    &tm::METASPACE,
    &tm::OVERHEAD_MIN,
    &tm::OVERHEAD_MAX,
    &tm::OVERHEAD_FRACTION,
];

static JOB_MANAGER: [&Key; 8] = [
    &jm::PROCESS,
    &jm::FLINK,
    &jm::HEAP,
    &jm::OFF_HEAP,
    &jm::METASPACE,
    &jm::OVERHEAD_MIN,
    &jm::OVERHEAD_MAX,
    &jm::OVERHEAD_FRACTION,
];

/// The options that take part in the division of a process, totals first.
pub(super) fn keys(process: ProcessKind) -> &'static [&'static Key] {
    match process {
        ProcessKind::TaskManager => &TASK_MANAGER,
        ProcessKind::JobManager => &JOB_MANAGER,
    }
}

/// The totals of a process.
pub(super) fn totals(process: ProcessKind) -> &'static ProcessKeys {
    match process {
        ProcessKind::TaskManager => &tm::TOTALS,
        ProcessKind::JobManager => &jm::TOTALS,
    }
}

/// The total that an error is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Flink,
    Process,
}

/// Whether the components want more than the total has, or have to fill more than they may.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Short,
    Spare,
}

/// Which way `key` is wrong where the derivation ends in `error`. A guess that the search verifies: a key that has no
/// part in the error gets a verdict too, and the search then ends without a good value.
pub(super) fn verdict(error: &LayoutError, key: &Key, process: ProcessKind) -> Verdict {
    let totals = totals(process);
    let (level, room) = match error {
        LayoutError::Range { fraction, value, min, max, .. } => return range_verdict(key, fraction, *value, min > max),
        LayoutError::Overflow => return Verdict::High,
        LayoutError::Option(_) | LayoutError::Unspecified { .. } => return Verdict::Hopeless,
        LayoutError::PartsExceedFlink { .. }
        | LayoutError::HeapExceedsFlink { .. }
        | LayoutError::OffHeapFillsFlink { .. } => (Level::Flink, Room::Short),
        LayoutError::NetworkOutOfRange { network, min, .. } => (Level::Flink, room(network < min)),
        LayoutError::HeapOffHeapMismatch { heap, off_heap, flink } => {
            let parts = memory_size::sum([*heap, *off_heap]).unwrap_or(memory_size::MAX);
            (Level::Flink, room(parts > *flink))
        }
        LayoutError::JvmExceedsProcess { .. } | LayoutError::FlinkExceedsProcess { .. } => {
            (Level::Process, Room::Short)
        }
        LayoutError::OverheadOutOfRange { overhead, min, .. } => (Level::Process, room(overhead < min)),
    };
    let is_total = *key == *totals.process || (*key == *totals.flink && level == Level::Flink);
    if is_total == (room == Room::Short) { Verdict::Low } else { Verdict::High }
}

fn room(short: bool) -> Room {
    if short { Room::Short } else { Room::Spare }
}

/// A range that contradicts itself: its bounds, or a fraction outside 0 <= f < 1.
fn range_verdict(key: &Key, fraction: &Key, value: f64, crossed: bool) -> Verdict {
    let range =
        [&tm::NETWORK, &tm::TOTALS.overhead, &jm::TOTALS.overhead].into_iter().find(|r| *r.fraction == *fraction);
    match range {
        _ if *key == *fraction && value < 0.0 => Verdict::Low,
        _ if *key == *fraction && !crossed => Verdict::High,
        Some(range) if crossed && *key == *range.min => Verdict::High,
        Some(range) if crossed && *key == *range.max => Verdict::Low,
        _ => Verdict::Hopeless,
    }
}

/// The options besides the totals that `error` speaks of.
pub(super) fn named(error: &LayoutError, process: ProcessKind) -> Vec<&'static Key> {
    let overhead = &totals(process).overhead;
    let of_range = |range: &RangeKeys| vec![range.min, range.max, range.fraction];
    match error {
        LayoutError::Range { fraction, min, max, .. } => {
            let ranges = [&tm::NETWORK, overhead].into_iter().find(|range| *range.fraction == **fraction);
            ranges.filter(|_| min > max).map_or(vec![*fraction], |range| vec![range.min, range.max])
        }
        LayoutError::PartsExceedFlink { parts, .. } => {
            parts.iter().flat_map(|(component, _)| component.keys()).copied().collect()
        }
        LayoutError::NetworkOutOfRange { network, min, .. } => vec![bound(&tm::NETWORK, network < min)],
        LayoutError::OverheadOutOfRange { overhead: rest, min, .. } => vec![bound(overhead, rest < min)],
        LayoutError::JvmExceedsProcess { .. } => {
            let mut keys = of_range(overhead);
            keys.insert(0, totals(process).metaspace);
            keys
        }
        LayoutError::FlinkExceedsProcess { .. } => vec![totals(process).metaspace],
        LayoutError::HeapExceedsFlink { .. }
        | LayoutError::HeapOffHeapMismatch { .. }
        | LayoutError::OffHeapFillsFlink { .. } => vec![&jm::HEAP, &jm::OFF_HEAP],
        LayoutError::Option(_) | LayoutError::Unspecified { .. } | LayoutError::Overflow => vec![],
    }
}

fn bound(range: &RangeKeys, below: bool) -> &'static Key {
    if below { range.min } else { range.max }
}

/// Whether `key` alone decides an error about a range: it is then worth naming even at its default.
pub(super) fn is_bound_of(error: &LayoutError, key: &Key, process: ProcessKind) -> bool {
    let about_bounds = matches!(
        error,
        LayoutError::Range { .. } | LayoutError::NetworkOutOfRange { .. } | LayoutError::OverheadOutOfRange { .. }
    );
    about_bounds && named(error, process).iter().any(|named| **named == *key)
}

/// Where in the derivation of `options` an error comes up: later ones show only when earlier ones are gone.
pub(super) fn place(error: &LayoutError, options: &Options, process: ProcessKind) -> u32 {
    let by_process = matches!(Lead::of(options, totals(process)), Ok(Lead::Process));
    let (jvm, flink) = if by_process { (10, 20) } else { (20, 10) };
    let heap_is_set = options.is_set(&tm::TASK_HEAP);
    let overhead = totals(process).overhead.fraction;
    match error {
        LayoutError::Option(_) | LayoutError::Unspecified { .. } | LayoutError::Overflow => 0,
        LayoutError::FlinkExceedsProcess { .. } => jvm,
        LayoutError::Range { fraction, min, max, .. } => {
            // Bounds and fraction may both be wrong: the bounds count first.
            let sound_bounds = u32::from(min <= max);
            let start = match **fraction {
                ref key if *key == *overhead => jvm + 1,
                ref key if *key == tm::MANAGED_FRACTION => flink,
                _ if heap_is_set => flink + 5,
                _ => flink + 2,
            };
            start + sound_bounds
        }
        LayoutError::JvmExceedsProcess { .. } | LayoutError::OverheadOutOfRange { .. } => jvm + 3,
        LayoutError::PartsExceedFlink { .. } => flink + 4,
        LayoutError::NetworkOutOfRange { .. } => flink + 7,
        LayoutError::HeapExceedsFlink { .. }
        | LayoutError::HeapOffHeapMismatch { .. }
        | LayoutError::OffHeapFillsFlink { .. } => flink,
    }
}

/// The names of `key`, the current one first.
pub(super) fn spellings(key: &'static Key) -> impl Iterator<Item = &'static str> {
    std::iter::once(key.name).chain(key.aliases.iter().copied())
}
