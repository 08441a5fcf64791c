//! Which slot takes a subtask or a task.

use crate::base::{Build, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand};
use crate::registry;

/// Places identical instances.
pub trait PlacementPolicy {
    /// Pushes (TaskManager, instances) pairs, in total at most `demand.instances`; each TaskManager at most once,
    /// with at most its free slots. Instances that it leaves out wait in line. Memory is a hint for the choice:
    /// a task that finds too little free memory where it lands meets the pressure steps there.
    fn place(&mut self, demand: &Demand, cluster: &ClusterView, out: &mut Vec<(TaskManagerId, u32)>);
}

registry! {
    /// Placement policies; the first is the do-nothing member.
    pub static PLACEMENT: Build<dyn PlacementPolicy>;
    round_robin,
}

/// Deals `instances` round by round over `ring`, at most the free slots each, in the order of the ring.
///
/// Equal to dealing one by one, in time proportional to the ring times the distinct slot counts.
pub(crate) fn deal(instances: u32, ring: &[(TaskManagerId, u32)], out: &mut Vec<(TaskManagerId, u32)>) {
    if instances as usize <= ring.len() {
        out.extend(ring.iter().take(instances as usize).map(|(id, _)| (*id, 1)));
        return;
    }
    let (mut left, mut level) = (instances, 0u32);
    while left > 0 {
        let open = ring.iter().filter(|(_, slots)| *slots > level).count() as u32;
        let Some(next) = ring.iter().map(|(_, slots)| *slots).filter(|slots| *slots > level).min() else { break };
        let rounds = (next - level).min(left / open);
        if rounds == 0 {
            break;
        }
        level += rounds;
        left -= rounds * open;
    }
    for (id, slots) in ring {
        let extra = u32::from(left > 0 && *slots > level);
        left -= extra;
        if (*slots).min(level) + extra > 0 {
            out.push((*id, (*slots).min(level) + extra));
        }
    }
}
