//! A collection of the older format while its brackets are open.

use crate::gc_log::event::{Change, CpuTimes, Event, Kind};
use crate::gc_log::text::{Scan, Sizes, contains, readable};
use crate::heap::hotspot::CollectorKind;

/// What an open bracket holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bracket {
    /// The collection itself: `[GC`, `[Full GC`.
    Pause,
    /// A part of the heap.
    Space(Space),
    /// A part that is not needed.
    Other,
}

/// A part of the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Space {
    Young,
    Old,
    Metaspace,
}

/// Names of parts of the heap, the longer before the shorter.
const SPACES: &[(&[u8], Space, Option<CollectorKind>)] = &[
    (b"PSYoungGen", Space::Young, Some(CollectorKind::Parallel)),
    (b"ParNew", Space::Young, Some(CollectorKind::Cms)),
    (b"ASParNew", Space::Young, Some(CollectorKind::Cms)),
    (b"DefNew", Space::Young, Some(CollectorKind::Serial)),
    (b"ParOldGen", Space::Old, Some(CollectorKind::Parallel)),
    (b"PSOldGen", Space::Old, Some(CollectorKind::Parallel)),
    (b"Tenured", Space::Old, Some(CollectorKind::Serial)),
    (b"ASCMS", Space::Old, Some(CollectorKind::Cms)),
    (b"CMS Perm ", Space::Metaspace, Some(CollectorKind::Cms)),
    (b"CMS", Space::Old, Some(CollectorKind::Cms)),
    (b"PSPermGen", Space::Metaspace, Some(CollectorKind::Parallel)),
    (b"Perm ", Space::Metaspace, None),
    (b"Perm", Space::Metaspace, None),
    (b"Metaspace", Space::Metaspace, None),
];

/// The part of the heap whose name stands here.
pub(super) fn space(scan: &mut Scan) -> Option<(Space, Option<CollectorKind>)> {
    let rest = scan.rest();
    let (name, space, collector) = SPACES.iter().find(|known| {
        let next = rest.strip_prefix(known.0).map(|rest| rest.first().copied());
        next.is_some_and(|next| !next.is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'-'))
    })?;
    scan.skip(name.len());
    scan.spaces();
    scan.eat(b":");
    Some((*space, *collector))
}

/// Puts sizes where they belong.
pub(super) fn set(event: &mut Event, space: Option<Space>, sizes: Sizes) {
    let change = Change { before: sizes.before, after: sizes.after, capacity: sizes.capacity };
    match space {
        None => event.heap = Some(change),
        Some(Space::Young) => event.spaces.young = Some(change),
        Some(Space::Old) => event.spaces.old = Some(change),
        Some(Space::Metaspace) => event.spaces.metaspace = Some(change),
    }
}

/// Sets kind and name together.
pub(super) fn rename(event: &mut Event, kind: Kind) {
    event.kind = kind;
    event.name = name(kind).to_string();
}

/// The names of unified logging, so that both formats read alike.
pub(super) fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Full => "Pause Full",
        Kind::Mixed => "Pause Mixed",
        Kind::ConcurrentStart => "Pause Young (Concurrent Start)",
        Kind::InitialMark => "Pause Initial Mark",
        Kind::Remark => "Pause Remark",
        Kind::Cleanup => "Pause Cleanup",
        _ => "Pause Young",
    }
}

/// Takes a remark in brackets: a cause, a sort of collection, or a failure.
pub(super) fn remark(event: &mut Event, remark: &[u8]) {
    match remark {
        b"young" => {}
        b"mixed" | b"partial" => rename(event, Kind::Mixed),
        b"initial-mark" => rename(event, Kind::ConcurrentStart),
        b"to-space exhausted" | b"to-space overflow" => event.failures.evacuation = true,
        b"promotion failed" => event.failures.promotion = true,
        b"concurrent mode failure" | b"concurrent mode interrupted" => event.failures.concurrent_mode = true,
        b"CMS Initial Mark" => rename(event, Kind::InitialMark),
        b"CMS Final Remark" => rename(event, Kind::Remark),
        b"parallel" | b"non-parallel" => {}
        // PrintPromotionFailure: the thread and the size for which there was no room.
        size if size.first().is_some_and(u8::is_ascii_digit) && contains(size, b"promotion failure") => {
            event.failures.promotion = true;
        }
        cause if event.cause.is_empty() => event.cause = readable(cause, 100),
        _ => {}
    }
}

/// "Times: user=0.14 sys=0.06, real=0.20 secs]", after the bracket.
pub(super) fn times(scan: &mut Scan) -> Option<CpuTimes> {
    let mut at = *scan;
    let user_s = at.eat(b"Times: user=").then(|| at.decimal())??;
    let system_s = at.eat(b" sys=").then(|| at.decimal())??;
    let real_s = at.eat(b", real=").then(|| at.span())??;
    at.eat(b"]");
    *scan = at;
    Some(CpuTimes { user_s, system_s, real_s })
}

/// "Eden: 110.0M(280.0M)->0.0B(280.0M) Survivors: 0.0B->0.0B Heap: 165.7M(5632.0M)->72.1M(5632.0M)]", after the bracket.
pub(super) fn eden(event: &mut Event, scan: &mut Scan) -> Option<()> {
    let mut at = *scan;
    let mut part = |name: &[u8]| -> Option<Change> {
        at.spaces();
        let sizes = at.eat(name).then(|| at.sizes())??;
        Some(Change { before: sizes.before, after: sizes.after, capacity: sizes.capacity })
    };
    let eden = part(b"Eden: ")?;
    let survivor = part(b"Survivors: ")?;
    let heap = part(b"Heap: ")?;
    at.eat(b"]");
    *scan = at;
    let sum = |a: crate::base::Bytes, b: crate::base::Bytes| crate::base::Bytes(a.0.saturating_add(b.0));
    let young = Change {
        before: sum(eden.before, survivor.before),
        after: sum(eden.after, survivor.after),
        capacity: eden.capacity.map(|capacity| sum(capacity, survivor.after)),
    };
    event.spaces.eden = Some(eden);
    event.spaces.survivor = Some(survivor);
    event.spaces.young = Some(young);
    event.heap = Some(heap);
    Some(())
}
