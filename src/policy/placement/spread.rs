//! Spread: the least utilised TaskManager takes the next instance.
//!
//! Idea: keep all TaskManagers equally busy, so that none becomes the bottleneck. It is Flink's
//! `taskmanager.load-balance.mode: SLOTS` (`DefaultResourceAllocationStrategy`): a queue by utilisation, the larger
//! of the shares of CPU and of memory in use, one slot at a time. Departures: ties go to the lower id, where Flink
//! follows the order of a binary heap; a demand that needs neither cores nor memory is spread by free slots, since
//! it would not change the utilisation. As in Flink, memory ranks and does not exclude.

use super::{PlacementPolicy, by_slots, least_first, share, utilisation};
use crate::base::{Args, Build, Bytes, Entry, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "spread",
    summary: "the least utilised TaskManager first (larger of CPU and memory share)",
    source: "Flink taskmanager.load-balance.mode SLOTS (DefaultResourceAllocationStrategy)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(Spread)),
};

struct Spread;

impl PlacementPolicy for Spread {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let seats = by_slots(cluster);
        if demand.cores == 0.0 && demand.memory == Bytes::ZERO {
            let taken = |slots: u32, free: u32, placed: u32| f64::from(slots.saturating_sub(free) + placed);
            let key = |seat: &super::Seat, placed: u32| {
                share(taken(seat.face.slots, seat.face.free_slots, placed), f64::from(seat.face.slots))
            };
            return least_first(demand.instances, &seats, &key, out);
        }
        least_first(demand.instances, &seats, &|seat, placed| utilisation(demand, seat.face, placed), out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn each_instance_goes_where_the_larger_share_is_least() {
        // CPU shares 0.25 and 0.5, memory shares 0.4 and 0: utilisations 0.4 and 0.5. An instance adds 0.25 of CPU.
        // TaskManager 0 goes 0.4, 0.5, so the second instance is a tie that the lower id wins (0.5 to 0.75);
        // the third goes to 1 (0.5 to 0.75), the fourth is a tie again.
        let task_managers = [face(4, 1.0, 60), face(4, 2.0, 100)];
        assert_eq!(placed(&mut Spread, &task_managers, demand(1, 1.0, 0)), [(0, 1)]);
        assert_eq!(placed(&mut Spread, &task_managers, demand(2, 1.0, 0)), [(0, 2)]);
        assert_eq!(placed(&mut Spread, &task_managers, demand(3, 1.0, 0)), [(0, 2), (1, 1)]);
        assert_eq!(placed(&mut Spread, &task_managers, demand(4, 1.0, 0)), [(0, 3), (1, 1)]);
    }

    #[test]
    fn what_needs_nothing_is_spread_by_slots() {
        // 4 and 6 of 8 slots free: two go to the emptier one, then they alternate.
        let task_managers = [face(4, 0.0, 100), face(6, 0.0, 100)];
        assert_eq!(placed(&mut Spread, &task_managers, demand(4, 0.0, 0)), [(0, 1), (1, 3)]);
    }
}
