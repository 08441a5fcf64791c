//! What leaves memory under pressure, and how much.

use crate::base::{Build, Bytes};
use crate::cluster::view::{Consumer, RegionView, Request};
use crate::registry;

/// One victim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Victim {
    /// Index into [`RegionView::consumers`].
    pub consumer: usize,
    /// Bytes of it to write to disk, above 0: at most what it holds, or at most what is asked for if it is the
    /// requester.
    pub bytes: Bytes,
}

/// Orders victims for a shortage.
pub trait SpillPolicy {
    /// Pushes victims whose bytes together cover `shortage` where that is possible; each consumer at most once,
    /// only spillable ones that hold memory. Nothing pushed means that it cannot help. The requester itself may be
    /// a victim, whatever it holds: then that much of its request goes to disk at once instead of into memory.
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>);
}

registry! {
    /// Spill policies; the first is the do-nothing member.
    pub static SPILL: Build<dyn SpillPolicy>;
    never,
    requester,
    largest,
    lru,
    lfu,
    cost_benefit,
    belady,
}

/// One that may become a victim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate<'a> {
    pub index: usize,
    pub consumer: &'a Consumer,
    /// Most bytes of it that may go to disk.
    pub most: Bytes,
}

/// All that may become victims, the requester with what it asks for.
pub(crate) fn candidates<'a>(request: &Request, region: &RegionView<'a>) -> Vec<Candidate<'a>> {
    let most = |index: usize, held: Bytes| if index == request.consumer { request.bytes } else { held };
    (region.consumers.iter().enumerate())
        .map(|(index, consumer)| Candidate { index, consumer, most: most(index, consumer.held) })
        .filter(|candidate| candidate.consumer.spillable && candidate.most > Bytes::ZERO)
        .collect()
}

/// Takes candidates in the order given until the shortage is covered.
pub(crate) fn take(order: &[Candidate], shortage: Bytes, out: &mut Vec<Victim>) {
    let mut left = shortage;
    for candidate in order {
        if left == Bytes::ZERO {
            return;
        }
        let bytes = candidate.most.min(left);
        out.push(Victim { consumer: candidate.index, bytes });
        left -= bytes;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::{ConsumerId, SimTime, TaskManagerId};
    use crate::cluster::view::Purpose;

    /// A consumer last used at that many seconds, used so often so far.
    pub(crate) fn consumer(id: u32, held: u64, last_used: u64, uses: u64) -> Consumer {
        Consumer {
            id: ConsumerId(id),
            purpose: Purpose::Sort,
            slot: id,
            slots: 1,
            weight: 1.0,
            priority: 0,
            held: Bytes(held),
            wanted: Bytes(held),
            spilled: Bytes::ZERO,
            peak: Bytes(held),
            spillable: true,
            evictable: false,
            last_used: SimTime(last_used * 1_000_000_000),
            uses,
            next_use: SimTime::NEVER,
        }
    }

    /// Victims (index, bytes) at 100 s, of a full region, where the last consumer asks for `bytes`.
    pub(crate) fn victims(policy: &mut dyn SpillPolicy, consumers: &[Consumer], bytes: u64) -> Vec<(usize, u64)> {
        let region = RegionView {
            now: SimTime(100_000_000_000),
            task_manager: TaskManagerId(0),
            capacity: consumers.iter().map(|consumer| consumer.held).sum(),
            free: Bytes::ZERO,
            largest_hole: Bytes::ZERO,
            slots: 4,
            consumers,
        };
        let request = Request { consumer: consumers.len() - 1, bytes: Bytes(bytes), least: Bytes(1) };
        let mut out = Vec::new();
        policy.victims(&request, Bytes(bytes), &region, &mut out);
        out.into_iter().map(|victim| (victim.consumer, victim.bytes.0)).collect()
    }
}
