//! Flink's weights: every slot owns an equal part, divided among the use cases that are present in the slot.
//!
//! Idea: Flink gives each slot a memory manager of `managed div slots` bytes and divides it by
//! `taskmanager.memory.managed.consumer-weights` among the use cases that the slot's operators declare; absent ones
//! take nothing, and nothing is borrowed over a border. Operators divide their use case by declared weight; a state
//! backend and Python share theirs within the slot, first come first served. Here sorting and hashing are OPERATOR,
//! state is STATE_BACKEND, and a task of a trace, a process of its own, stands for PYTHON. Network memory belongs to
//! no slot in Flink: it is first come first served. Departures: a use case is present while a consumer of it is
//! registered in the region; parts are cut to bytes, where Flink cuts those of operators to pages.

use super::{AllocationPolicy, at_least, placeable};
use crate::base::{Args, Build, Bytes, Entry, Kind, param};
use crate::cluster::view::{Consumer, Purpose, RegionView, Request};

const WEIGHT: Kind = Kind::Number(0.0, 1e6);

/// Registry entry.
pub const ENTRY: Entry<Build<dyn AllocationPolicy>> = Entry {
    name: "flink-weights",
    summary: "equal fixed parts a slot, inside a slot by weight among the use cases that are present",
    source: "Flink taskmanager.memory.managed.consumer-weights (ManagedMemoryUtils)",
    params: &[
        param("operator", WEIGHT, "70", "weight of sorting and hashing (OPERATOR)"),
        param("state_backend", WEIGHT, "70", "weight of state (STATE_BACKEND)"),
        param("python", WEIGHT, "30", "weight of trace tasks, as processes of their own (PYTHON)"),
    ],
    traits: &[],
    build: |args: &Args| {
        let weights = [args.number("operator"), args.number("state_backend"), args.number("python")];
        match weights.iter().sum::<f64>() > 0.0 {
            true => Ok(Box::new(FlinkWeights { weights })),
            false => Err("one of operator, state_backend and python must be above 0".into()),
        }
    },
};

struct FlinkWeights {
    weights: [f64; 3],
}

/// Index into the weights; none for network memory.
fn use_case(purpose: Purpose) -> Option<usize> {
    match purpose {
        Purpose::Network => None,
        Purpose::Sort | Purpose::Hash => Some(0),
        Purpose::State => Some(1),
        Purpose::Task => Some(2),
    }
}

impl AllocationPolicy for FlinkWeights {
    fn grant(&mut self, request: &Request, region: &RegionView) -> Bytes {
        let asker = &region.consumers[request.consumer];
        let Some(case) = use_case(asker.purpose) else { return at_least(request, placeable(region)) };
        let neighbours = || region.consumers.iter().filter(|other| other.slot == asker.slot);
        let peers = || neighbours().filter(|other| use_case(other.purpose) == Some(case));
        let mut is_present = [false; 3];
        neighbours().filter_map(|other| use_case(other.purpose)).for_each(|case| is_present[case] = true);
        let present: f64 = (0..3).filter(|case| is_present[*case]).map(|case| self.weights[case]).sum();
        if present <= 0.0 {
            return Bytes::ZERO;
        }
        let slot = Bytes(region.capacity.0 / u64::from(region.slots.max(1)) * u64::from(asker.slots));
        let mut share = self.weights[case] / present;
        let mut held = asker.held;
        if case == 0 {
            share *= asker.weight / peers().map(|peer| peer.weight).sum::<f64>();
        } else {
            held = peers().map(|peer: &Consumer| peer.held).sum();
        }
        let part = Bytes((slot.as_f64() * share) as u64);
        at_least(request, part.saturating_sub(held).min(placeable(region)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{consumer, granted, region};
    use super::*;

    const DEFAULT: FlinkWeights = FlinkWeights { weights: [70.0, 70.0, 30.0] };

    fn at(slot: u32, id: u32, purpose: Purpose) -> Consumer {
        Consumer { slot, ..consumer(id, purpose, 0) }
    }

    #[test]
    fn only_use_cases_that_are_present_share_a_slot() {
        // 4 slots of 1000. Slot 0 has all three: 70/170, 70/170, 30/170 of 1000, cut to bytes: 411, 411, 176.
        // Slot 1 has state alone: 1000. Slot 2 has state and Python: 700 and 300.
        let all = [at(0, 0, Purpose::Sort), at(0, 1, Purpose::State), at(0, 2, Purpose::Task)];
        let rest = [at(1, 3, Purpose::State), at(2, 4, Purpose::State), at(2, 5, Purpose::Task)];
        let consumers = [all, rest].concat();
        let view = region(4000, &consumers);
        let grants: Vec<u64> = (0..6).map(|index| granted(&mut { DEFAULT }, &view, index, 4000)).collect();
        assert_eq!(grants, [411, 411, 176, 1000, 700, 300]);
    }

    #[test]
    fn operators_share_by_declared_weight_and_state_by_arrival() {
        // Operators of 128 and 10 MiB: 1000 * 128/138 and 1000 * 10/138. Two state consumers share one part of 1000.
        let weighted = |id, weight| Consumer { weight, ..at(0, id, Purpose::Sort) };
        let state = [Consumer { held: Bytes(600), ..at(1, 2, Purpose::State) }, at(1, 3, Purpose::State)];
        let consumers = [[weighted(0, 128.0), weighted(1, 10.0)], state].concat();
        let view = region(4000, &consumers);
        assert_eq!(granted(&mut { DEFAULT }, &view, 0, 4000), 927);
        assert_eq!(granted(&mut { DEFAULT }, &view, 1, 4000), 72);
        assert_eq!(granted(&mut { DEFAULT }, &view, 3, 4000), 400);
    }
}
