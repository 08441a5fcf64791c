//! Worst-fit: the TaskManager with the most free memory.
//!
//! Idea: leave every TaskManager the largest possible remainder, so that tasks that grow find room where they are.
//! Textbook bin packing (Johnson 1973), on memory alone, one instance at a time. A demand without memory goes where
//! the most slots are free. TaskManagers that do not hold one instance are skipped: what is left over waits.

use super::{PlacementPolicy, by_memory, least_first};
use crate::base::{Args, Build, Bytes, Entry, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "worst-fit",
    summary: "the most free memory first; without memory, the most free slots",
    source: "Johnson 1973 (bin packing)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(WorstFit)),
};

struct WorstFit;

impl PlacementPolicy for WorstFit {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let seats = by_memory(cluster, demand.memory, |face| face.free_memory);
        if demand.memory == Bytes::ZERO {
            let taken = |seat: &super::Seat, placed: u32| f64::from(placed) - f64::from(seat.room);
            return least_first(demand.instances, &seats, &taken, out);
        }
        let need = demand.memory.as_f64();
        let taken = |seat: &super::Seat, placed: u32| f64::from(placed) * need - seat.face.free_memory.as_f64();
        least_first(demand.instances, &seats, &taken, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn the_largest_remainder_takes_the_next_instance() {
        // Free 90 and 50, 20 an instance: 90 -> 70 -> 50, a tie that the lower id wins -> 30, then 50 -> 30, and so on
        // down to 10 and 10: four and two. A seventh finds no memory and waits.
        let task_managers = [face(8, 0.0, 90), face(8, 0.0, 50)];
        assert_eq!(placed(&mut WorstFit, &task_managers, demand(2, 1.0, 20)), [(0, 2)]);
        assert_eq!(placed(&mut WorstFit, &task_managers, demand(4, 1.0, 20)), [(0, 3), (1, 1)]);
        assert_eq!(placed(&mut WorstFit, &task_managers, demand(7, 1.0, 20)), [(0, 4), (1, 2)]);
    }

    #[test]
    fn slots_decide_where_memory_does_not() {
        let task_managers = [face(2, 0.0, 100), face(4, 0.0, 100)];
        assert_eq!(placed(&mut WorstFit, &task_managers, demand(3, 1.0, 0)), [(0, 1), (1, 2)]);
    }
}
