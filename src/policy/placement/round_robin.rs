//! Round-robin: the next TaskManager with a free slot after the last one used.
//!
//! Idea: spread without looking. Textbook; the nearest thing in Flink is `taskmanager.load-balance.mode: SLOTS`,
//! which looks at utilisation (see `spread`).

use super::PlacementPolicy;
use crate::base::{Args, Build, Entry, TaskManagerId, Trait};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "round-robin",
    summary: "the next TaskManager with a free slot after the last one used",
    source: "textbook",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_: &Args| Ok(Box::new(RoundRobin { next: 0 })),
};

struct RoundRobin {
    next: usize,
}

impl PlacementPolicy for RoundRobin {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let after: Vec<_> = cluster.open_from(self.next).map(|(id, face)| (id, face.free_slots)).collect();
        let before = cluster.open_from(0).map(|(id, face)| (id, face.free_slots));
        let start = self.next;
        let mut ring = after;
        ring.extend(before.take_while(|(id, _)| id.index() < start));
        super::deal(demand.instances, &ring, out);
        if let Some((last, _)) = out.last() {
            self.next = (last.index() + 1) % cluster.task_managers.len();
        }
    }
}
