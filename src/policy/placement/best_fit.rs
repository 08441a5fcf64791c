//! Best-fit: the TaskManager with the least free memory that still holds the instance.
//!
//! Idea: use up small remains, keep large ones whole. Textbook bin packing (Johnson 1973), on memory alone; the
//! same TaskManager stays the best fit until it is full, so instances fill it. A demand without memory goes where the
//! fewest slots are free. TaskManagers that do not hold one instance are skipped: what is left over waits.

use super::{PlacementPolicy, Seat, by_memory, fill_by};
use crate::base::{Args, Build, Bytes, Entry, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "best-fit",
    summary: "the least free memory that still holds the instance; without memory, the fewest free slots",
    source: "Johnson 1973 (bin packing)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(BestFit)),
};

struct BestFit;

impl PlacementPolicy for BestFit {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let seats = by_memory(cluster, demand.memory, |face| face.free_memory);
        let rest = |seat: &Seat| match demand.memory {
            Bytes::ZERO => f64::from(seat.room),
            _ => seat.face.free_memory.as_f64(),
        };
        fill_by(demand.instances, &seats, rest, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn the_smallest_sufficient_remainder_is_used_up_first() {
        // 20 bytes do not hold 25; 60 hold two of them, 100 hold four; one of seven has no memory and waits.
        let task_managers = [face(8, 0.0, 100), face(8, 0.0, 20), face(8, 0.0, 60)];
        assert_eq!(placed(&mut BestFit, &task_managers, demand(1, 1.0, 25)), [(2, 1)]);
        assert_eq!(placed(&mut BestFit, &task_managers, demand(7, 1.0, 25)), [(2, 2), (0, 4)]);
    }

    #[test]
    fn slots_decide_where_memory_does_not() {
        let task_managers = [face(5, 0.0, 100), face(2, 0.0, 100)];
        assert_eq!(placed(&mut BestFit, &task_managers, demand(3, 1.0, 0)), [(1, 2), (0, 1)]);
        // 101 bytes fit nowhere, ever: placed all the same, so that the pressure steps meet it.
        assert_eq!(placed(&mut BestFit, &task_managers, demand(1, 1.0, 101)), [(0, 1)]);
        // 100 bytes fit once somebody leaves: they wait.
        assert_eq!(placed(&mut BestFit, &[face(5, 0.0, 99)], demand(1, 1.0, 100)), []);
    }
}
