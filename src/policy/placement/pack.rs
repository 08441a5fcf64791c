//! Pack: fill one TaskManager before the next is touched.
//!
//! Idea: leave whole TaskManagers idle, for large demands to come or to be released. Two orders, both of Flink's
//! `DefaultResourceAllocationStrategy`: `most-utilised` is `taskmanager.load-balance.mode: MIN_RESOURCES` (2.1 on),
//! `first` is first-fit, the mode NONE and Flink's default. One slot at a time to the most utilised is the same as
//! filling it, for it only becomes more utilised. Departure: first-fit walks by id and ties go to the lower id, where
//! Flink follows the order of a hash map. As in Flink, memory ranks and does not exclude.

use super::{PlacementPolicy, by_slots, fill, fill_by, utilisation};
use crate::base::{Args, Build, Entry, Kind, TaskManagerId, param};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "pack",
    summary: "fill the most utilised TaskManager, or the first one, before the next",
    source: "Flink taskmanager.load-balance.mode MIN_RESOURCES and NONE (DefaultResourceAllocationStrategy)",
    params: &[param(
        "order",
        Kind::Choice(&["most-utilised", "first"]),
        "most-utilised",
        "most-utilised: Flink's MIN_RESOURCES; first: by id, Flink's NONE",
    )],
    traits: &[],
    build: |args: &Args| Ok(Box::new(Pack { is_ranked: args.text("order") == "most-utilised" })),
};

struct Pack {
    is_ranked: bool,
}

impl PlacementPolicy for Pack {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let seats = by_slots(cluster);
        match self.is_ranked {
            true => fill_by(demand.instances, &seats, |seat| -utilisation(demand, seat.face, 0), out),
            false => fill(demand.instances, &seats, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn the_most_utilised_is_full_before_the_next_is_touched() {
        // Utilisations: 0.25 (CPU 1 of 4), 0.6 (memory 60 of 100), 0.5 (CPU 2 of 4).
        let task_managers = [face(2, 1.0, 100), face(3, 0.0, 40), face(2, 2.0, 100)];
        assert_eq!(placed(&mut Pack { is_ranked: true }, &task_managers, demand(4, 1.0, 0)), [(1, 3), (2, 1)]);
        assert_eq!(placed(&mut Pack { is_ranked: false }, &task_managers, demand(4, 1.0, 0)), [(0, 2), (1, 2)]);
    }
}
