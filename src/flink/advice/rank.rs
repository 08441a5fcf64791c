//! Which of several changes an engineer would rather make.

use super::AdviceKind;
use crate::base::Bytes;
use crate::flink::layout::keys::{Key, KeyKind, job_manager as jm, task_manager as tm};
use crate::flink::layout::memory_size;
use crate::flink::layout::{LEAST_HEAP, TINY_TASK_HEAP};

/// Nobody raises a size beyond this many times the largest size that is set (or 1 GiB, if that is more).
const EXTRAVAGANT: i64 = 8;
/// Fractions, in thousandths, that nobody raises one to.
const LARGE_FRACTION: i64 = 900;

/// The rank of a change, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// A bound that is set and alone decides the error.
    Bound,
    /// More memory for the whole.
    RaisedTotal,
    /// Less of another option that is set and that the error names.
    Named,
    /// Less of another option that is set.
    Set,
    /// Less memory for the whole.
    LoweredTotal,
    /// Leaving out a total.
    RemovedTotal,
    /// A default.
    Preset,
    /// More of another option, to fill a total.
    Filler,
    /// Leaving out another option.
    Removed,
    /// What works, but nobody would do.
    Odd,
}

impl Rank {
    pub fn is_odd(self) -> bool {
        self == Rank::Odd
    }
}

/// Whether nobody would move `key` to `to` where there is another way; `largest` is the largest size that is set.
pub(super) fn is_odd(key: &Key, kind: AdviceKind, to: i64, largest: i64) -> bool {
    match (kind, key.kind) {
        (AdviceKind::Raise, KeyKind::Fraction) => to > LARGE_FRACTION,
        (AdviceKind::Raise, _) => to > largest.max(1 << 30).saturating_mul(EXTRAVAGANT),
        (AdviceKind::Lower, KeyKind::Size) => least(key).is_some_and(|least| to < least.0 as i64),
        _ => false,
    }
}

/// What a size should not be lowered below: its default, or for a maximum the default of its minimum.
fn least(key: &Key) -> Option<Bytes> {
    let floors = [
        (&tm::NETWORK_MAX, tm::NETWORK_MIN.preset),
        (&tm::OVERHEAD_MAX, tm::OVERHEAD_MIN.preset),
        (&jm::OVERHEAD_MAX, jm::OVERHEAD_MIN.preset),
    ];
    if *key == tm::TASK_HEAP {
        return Some(TINY_TASK_HEAP);
    }
    if *key == jm::HEAP {
        return Some(LEAST_HEAP);
    }
    let floor = floors.into_iter().find(|(max, _)| **max == *key).map_or(key.preset, |(_, floor)| floor);
    floor.and_then(|text| memory_size::parse(text).ok())
}
