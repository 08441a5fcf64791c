//! Dot product: the TaskManager whose free cores and memory point the way of the demand.
//!
//! Idea: a task that needs much memory and little CPU belongs where memory is left over and CPU is not, so that
//! neither is stranded. Alignment score of Tetris: the sum over resources of demand times what is free, both as
//! shares of the TaskManager; the highest score takes the next instance. Departures: Tetris also weighs the work
//! left of a job, which is a matter of the line here; cores may be claimed beyond what there is, which counts as
//! less than nothing free. TaskManagers that do not hold one instance are skipped: what is left over waits.

use super::{PlacementPolicy, Seat, by_memory, least_first, share};
use crate::base::{Args, Build, Entry, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "dot-product",
    summary: "the best alignment of the demand with free cores and memory",
    source: "Grandl et al., SIGCOMM 2014 (Tetris)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(DotProduct)),
};

struct DotProduct;

impl PlacementPolicy for DotProduct {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let seats = by_memory(cluster, demand.memory, |face| face.free_memory);
        let misfit = |seat: &Seat, placed: u32| {
            let (face, more) = (seat.face, f64::from(placed));
            let cores = face.cores - face.claimed_cores - more * demand.cores;
            let memory = face.free_memory.as_f64() - more * demand.memory.as_f64();
            let whole = face.memory.as_f64();
            -(share(demand.cores, face.cores) * share(cores, face.cores)
                + share(demand.memory.as_f64(), whole) * share(memory, whole))
        };
        least_first(demand.instances, &seats, &misfit, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn a_demand_goes_where_what_it_needs_is_left_over() {
        // Free shares: TaskManager 0 has CPU 1.0 and memory 0.5, TaskManager 1 has CPU 0.25 and memory 1.0.
        let task_managers = [face(8, 0.0, 50), face(8, 3.0, 100)];
        // CPU 2 of 4, memory 10 of 100: 0.5 + 0.05 = 0.55 against 0.125 + 0.1 = 0.225.
        assert_eq!(placed(&mut DotProduct, &task_managers, demand(1, 2.0, 10)), [(0, 1)]);
        // CPU 0.4 of 4, memory 40 of 100: 0.1 + 0.2 = 0.3 against 0.025 + 0.4 = 0.425; then
        // 0.3 against 0.1 * 0.15 + 0.4 * 0.6 = 0.255.
        assert_eq!(placed(&mut DotProduct, &task_managers, demand(1, 0.4, 40)), [(1, 1)]);
        assert_eq!(placed(&mut DotProduct, &task_managers, demand(2, 0.4, 40)), [(0, 1), (1, 1)]);
    }
}
