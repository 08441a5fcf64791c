//! Least fragmentation: the placement after which the least memory is of no use to the usual demands.
//!
//! Idea: fragmentation is relative to what is asked for. Memory of a TaskManager is fragmented for a size where no
//! number of instances of that size can use it; the expectation over the sizes seen so far is what a placement
//! should raise least. Fragmentation gradient descent (Weng et al., ATC 2023), there for shares of GPUs. Departures:
//! memory takes the place of the GPU and slots that of the CPU; what is left of a TaskManager filled with one size
//! counts as well, not only what is too small for one; sizes are learnt on the way, one mean size a power of two;
//! of many instances, a TaskManager takes all that it holds before the next, ranked by the mean rise an instance.

use super::{PlacementPolicy, Seat, by_memory, fill_by};
use crate::base::{Args, Build, Bytes, Entry, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "least-fragmentation",
    summary: "the least rise of memory that demands of the usual sizes cannot use",
    source: "Weng et al., ATC 2023 (fragmentation gradient descent)",
    params: &[],
    traits: &[],
    build: |_: &Args| Ok(Box::new(LeastFragmentation::default())),
};

/// Demands of one power of two: how many, and their bytes together.
#[derive(Clone, Copy, Default)]
struct Sizes {
    count: f64,
    bytes: f64,
}

#[derive(Default)]
struct LeastFragmentation {
    sizes: Vec<Sizes>,
    last_job: Option<u32>,
}

impl LeastFragmentation {
    /// Counts a demand; one that is asked again because part of it had to wait counts once.
    fn learn(&mut self, demand: &Demand) {
        if demand.memory == Bytes::ZERO || self.last_job.replace(demand.job) == Some(demand.job) {
            return;
        }
        let power = demand.memory.0.ilog2() as usize;
        if self.sizes.len() <= power {
            self.sizes.resize(power + 1, Sizes::default());
        }
        self.sizes[power].count += f64::from(demand.instances);
        self.sizes[power].bytes += f64::from(demand.instances) * demand.memory.as_f64();
    }

    /// Bytes of `free` that a demand of the usual sizes cannot use, summed over the demands seen.
    fn unusable(&self, free: f64, slots: u32) -> f64 {
        let seen = self.sizes.iter().filter(|sizes| sizes.count > 0.0);
        seen.map(|sizes| {
            let size = sizes.bytes / sizes.count;
            sizes.count * (free - size * (free / size).floor().min(f64::from(slots)))
        })
        .sum()
    }

    /// Mean rise of unusable memory for each of the instances that the seat would take.
    fn rise(&self, seat: &Seat, demand: &Demand) -> f64 {
        let count = seat.room.min(demand.instances).max(1);
        let before = seat.face.free_memory.as_f64();
        let after = (before - f64::from(count) * demand.memory.as_f64()).max(0.0);
        let slots = seat.face.free_slots;
        (self.unusable(after, slots - count) - self.unusable(before, slots)) / f64::from(count)
    }
}

impl PlacementPolicy for LeastFragmentation {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        self.learn(demand);
        let seats = by_memory(cluster, demand.memory, |face| face.free_memory);
        fill_by(demand.instances, &seats, |seat| self.rise(seat, demand), out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn a_small_demand_keeps_whole_what_large_demands_can_use() {
        // Seen before: three demands of 64. Now one of 30 on TaskManagers with 70, 94 and 35 bytes free.
        // Unusable for 64 before: 6, 30, 35; after 30 are gone: 40, 0 (64 are left), 5. Rises: +34, -30, -30.
        // Unusable for 30: 10, 4, 5, before and after alike. The tie of 1 and 2 goes to the lower id.
        let policy = || {
            let mut policy = LeastFragmentation::default();
            placed(&mut policy, &[face(8, 0.0, 0)], demand(3, 1.0, 64));
            policy.last_job = None;
            policy
        };
        let task_managers = [face(8, 0.0, 70), face(8, 0.0, 94), face(8, 0.0, 35)];
        assert_eq!(placed(&mut policy(), &task_managers, demand(1, 1.0, 30)), [(1, 1)]);
        // Best fit would take 70 before 94; here the 64 in 70 are kept.
        assert_eq!(placed(&mut policy(), &task_managers[..2], demand(1, 1.0, 30)), [(1, 1)]);
    }
}
