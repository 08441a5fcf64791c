//! Rules about network memory.

use super::super::component::{Component, Derivation};
use super::super::demand::{BufferNeed, JobDemand};
use super::super::keys::{Key, task_manager as tm};
use super::super::network::segment_size;
use super::{Case, Warning, show};
use crate::base::Bytes;

/// What the job needs, with the segments that there are and their size; `None` where nothing is known of the job.
fn need(case: &Case) -> Option<(JobDemand, BufferNeed, u64, Bytes)> {
    let configured = || case.raw("parallelism.default").and_then(|(text, _)| text.parse().ok());
    let streaming = || case.setting.parallelism.or_else(configured).map(JobDemand::streaming);
    let demand = case.setting.demand.or_else(streaming)?;
    let segment = segment_size(case.options).ok()?;
    Some((demand, demand.on(case.layout), case.layout.segments(segment), segment))
}

/// The option that keeps network memory as small as it is.
fn limit(case: &Case) -> &'static Key {
    let at_max = case.layout.derivation(Component::Network) == Derivation::AtMax;
    if at_max { &tm::NETWORK_MAX } else { &tm::NETWORK_MIN }
}

fn bytes(buffers: u64, segment: Bytes) -> String {
    show(Bytes(buffers.saturating_mul(segment.0)))
}

pub(super) fn too_small(case: &Case) -> Option<Warning> {
    let (demand, need, available, segment) = need(case)?;
    if need.required <= available {
        return None;
    }
    let text = format!(
        "parallelism {} needs {} network buffers on a TaskManager with {} slots in use, and there are {available}: the \
         job does not start (\"insufficient number of network buffers\"). Raise `{}` to {}, or stay at parallelism {}",
        demand.parallelism,
        need.required,
        need.slots_used,
        limit(case).name,
        bytes(need.required, segment),
        demand.highest_parallelism(case.layout, segment)
    );
    case.warn("network-too-small", limit(case), text)
}

pub(super) fn below_desired(case: &Case) -> Option<Warning> {
    let (demand, need, available, segment) = need(case)?;
    if need.required > available || need.desired <= available {
        return None;
    }
    let text = format!(
        "parallelism {} starts with the {available} network buffers of a TaskManager, but can make use of {}: exchanges \
         may run below full speed. Raise `{}` to {}",
        demand.parallelism,
        need.desired,
        limit(case).name,
        bytes(need.desired, segment)
    );
    case.warn("network-below-desired", limit(case), text)
}

pub(super) fn fraction_unused(case: &Case) -> Option<Warning> {
    let rest = case.layout.derivation(Component::Network) == Derivation::Rest;
    if !rest || !case.options.is_set(&tm::NETWORK_FRACTION) {
        return None;
    }
    let text = format!(
        "`{}` is not applied: `{}` is set, so network memory is what the others leave of total Flink memory, {}. Remove \
         one of the two",
        tm::NETWORK_FRACTION.name,
        tm::TASK_HEAP.name,
        show(case.layout.network)
    );
    case.warn("network-fraction-unused", &tm::NETWORK_FRACTION, text)
}
