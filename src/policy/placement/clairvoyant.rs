//! Clairvoyant: places by the peaks to come, so that no TaskManager ever runs short of memory.
//!
//! Idea: the reference that knows what each task will hold at its peak. An instance goes only where the peaks of all
//! residents and its own fit together, and there to the least utilised TaskManager, by CPU or by memory at the peaks.
//! It is a bound on memory pressure (none is left, but for demands that no TaskManager can hold), not on waiting:
//! peaks that do not coincide could share memory. Without foresight peaks are what is held and asked for now.

use super::{PlacementPolicy, Seat, by_memory, least_first, share};
use crate::base::{Args, Build, Entry, TaskManagerId, Trait};
use crate::cluster::view::{ClusterView, Demand};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn PlacementPolicy>> = Entry {
    name: "clairvoyant",
    summary: "bound: the least utilised TaskManager on which all peaks to come fit together",
    source: "bound",
    params: &[],
    traits: &[Trait::Bound, Trait::NeedsForesight],
    build: |_: &Args| Ok(Box::new(Clairvoyant)),
};

struct Clairvoyant;

impl PlacementPolicy for Clairvoyant {
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>) {
        let seats = by_memory(cluster, demand.peak, |face| face.memory.saturating_sub(face.peak_memory));
        let utilised = |seat: &Seat, placed: u32| {
            let (face, more) = (seat.face, f64::from(placed));
            let memory = face.peak_memory.as_f64() + more * demand.peak.as_f64();
            share(face.claimed_cores + more * demand.cores, face.cores).max(share(memory, face.memory.as_f64()))
        };
        least_first(demand.instances, &seats, &utilised, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{demand, face, placed};
    use super::*;

    #[test]
    fn peaks_not_present_use_decide_what_fits() {
        // 50 now and 100 at the peak each (the helper doubles): only the TaskManager without residents takes one.
        let task_managers = [face(8, 0.0, 90), face(8, 2.0, 100)];
        assert_eq!(placed(&mut Clairvoyant, &task_managers, demand(2, 1.0, 50)), [(1, 1)]);
        // 10 now, 20 at the peak: shares 0.1 and 0.5 (CPU); 0.3, 0.5: the lower id takes 0.1 and 0.3 (CPU 0.25).
        assert_eq!(placed(&mut Clairvoyant, &task_managers, demand(2, 1.0, 10)), [(0, 2)]);
        // Full by its peaks, though 90 bytes are free now.
        let full = [crate::cluster::view::TaskManagerFace { peak_memory: crate::base::Bytes(100), ..task_managers[0] }];
        assert_eq!(placed(&mut Clairvoyant, &full, demand(1, 1.0, 10)), []);
    }
}
