//! Which slot takes a subtask or a task.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::base::{Build, Bytes, TaskManagerId};
use crate::cluster::view::{ClusterView, Demand, TaskManagerFace};
use crate::policy::allocation::drf::dominant_share;
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
    spread,
    pack,
    best_fit,
    worst_fit,
    dot_product,
    least_fragmentation,
    clairvoyant,
}

/// A TaskManager that may take instances of a demand, and how many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seat<'a> {
    pub id: TaskManagerId,
    pub face: &'a TaskManagerFace,
    pub room: u32,
}

/// All TaskManagers with a free slot, whatever their memory.
pub(crate) fn by_slots<'a>(cluster: &'a ClusterView) -> Vec<Seat<'a>> {
    cluster.open_from(0).map(|(id, face)| Seat { id, face, room: face.free_slots }).collect()
}

/// TaskManagers with a free slot and `need` bytes of what `free` says is free; the room is what both hold.
///
/// A need that is 0, or above the whole memory of every open TaskManager, counts slots alone: waiting would never
/// help it, so it meets the pressure steps where it lands.
pub(crate) fn by_memory<'a>(
    cluster: &'a ClusterView,
    need: Bytes,
    free: fn(&TaskManagerFace) -> Bytes,
) -> Vec<Seat<'a>> {
    let largest = cluster.task_managers.iter().filter(|face| face.open).map(|face| face.memory).max();
    if need == Bytes::ZERO || largest < Some(need) {
        return by_slots(cluster);
    }
    let mut seats = by_slots(cluster);
    for seat in &mut seats {
        seat.room = u64::from(seat.room).min(free(seat.face).0 / need.0) as u32;
    }
    seats.retain(|seat| seat.room > 0);
    seats
}

/// Dominant share that is taken once `placed` more instances are there: the larger of those of cores and of memory.
pub(crate) fn utilisation(demand: &Demand, face: &TaskManagerFace, placed: u32) -> f64 {
    let more = f64::from(placed);
    let used = face.memory.saturating_sub(face.free_memory).as_f64();
    let taken = [face.claimed_cores + more * demand.cores, used + more * demand.memory.as_f64()];
    dominant_share(&taken, &[face.cores, face.memory.as_f64()])
}

/// `part` of `whole`, or 0 where there is no whole.
pub(crate) fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// Fills seat after seat, each to its room.
pub(crate) fn fill(instances: u32, seats: &[Seat], out: &mut Vec<(TaskManagerId, u32)>) {
    let mut left = instances;
    for seat in seats {
        let count = seat.room.min(left);
        if count == 0 {
            break;
        }
        out.push((seat.id, count));
        left -= count;
    }
}

/// Fills the seats in the order of their keys, least first; ties go to the earlier seat. A key must not be NaN.
pub(crate) fn fill_by(instances: u32, seats: &[Seat], key: impl Fn(&Seat) -> f64, out: &mut Vec<(TaskManagerId, u32)>) {
    // A heap, for mostly the first seat takes all.
    let ranked = seats.iter().enumerate().map(|(index, seat)| Reverse((ordered(key(seat)), index)));
    let mut heap: BinaryHeap<_> = ranked.collect();
    let mut left = instances;
    while left > 0 {
        let Some(Reverse((_, index))) = heap.pop() else { break };
        let count = seats[index].room.min(left);
        out.push((seats[index].id, count));
        left -= count;
    }
}

/// Places one instance after the other where `key(seat, instances placed there)` is least; ties go to the earlier
/// seat. `key` must not fall as instances are placed, and must not be NaN.
///
/// Costs a heap of the seats where instances are few, and a bisection over keys where they are many: the choice
/// one by one takes the smallest keys of all, so it is enough to find the last key taken.
pub(crate) fn least_first(
    instances: u32,
    seats: &[Seat],
    key: &dyn Fn(&Seat, u32) -> f64,
    out: &mut Vec<(TaskManagerId, u32)>,
) {
    let rank = |index: usize, placed: u32| ordered(key(&seats[index], placed));
    let rooms: u64 = seats.iter().map(|seat| u64::from(seat.room)).sum();
    let counts = if u64::from(instances) >= rooms {
        seats.iter().map(|seat| seat.room).collect()
    } else if instances as usize <= seats.len() {
        one_by_one(instances, seats, &rank)
    } else {
        by_bisection(instances, seats, &rank)
    };
    out.extend(seats.iter().zip(counts).filter(|(_, count)| *count > 0).map(|(seat, count)| (seat.id, count)));
}

/// Maps floats to integers of the same order.
fn ordered(key: f64) -> u64 {
    let bits = key.to_bits();
    if bits >> 63 == 1 { !bits } else { bits | 1 << 63 }
}

fn one_by_one(instances: u32, seats: &[Seat], rank: &dyn Fn(usize, u32) -> u64) -> Vec<u32> {
    let mut counts = vec![0; seats.len()];
    let mut heap: BinaryHeap<_> =
        (0..seats.len()).filter(|index| seats[*index].room > 0).map(|index| Reverse((rank(index, 0), index))).collect();
    for _ in 0..instances {
        let Some(Reverse((_, index))) = heap.pop() else { break };
        counts[index] += 1;
        if counts[index] < seats[index].room {
            heap.push(Reverse((rank(index, counts[index]), index)));
        }
    }
    counts
}

fn by_bisection(instances: u32, seats: &[Seat], rank: &dyn Fn(usize, u32) -> u64) -> Vec<u32> {
    // Instances that a seat takes while its key stays at or below a level, known to lie in a bracket.
    let up_to = |index: usize, level: u64, bracket: (u32, u32)| {
        let (mut taken, mut open) = bracket;
        while taken < open {
            let middle = taken + (open - taken) / 2;
            if rank(index, middle) <= level { taken = middle + 1 } else { open = middle }
        }
        taken
    };
    let open = || (0..seats.len()).filter(|index| seats[*index].room > 0);
    let mut low = open().map(|index| rank(index, 0)).min().unwrap_or(0);
    let mut high = open().map(|index| rank(index, seats[index].room - 1)).max().unwrap_or(0);
    // Brackets shrink with the levels, so that later levels look at few keys.
    let mut brackets: Vec<(u32, u32)> = seats.iter().map(|seat| (0, seat.room)).collect();
    let mut counts = vec![0; seats.len()];
    while low < high {
        let middle = low + (high - low) / 2;
        for (index, count) in counts.iter_mut().enumerate() {
            *count = up_to(index, middle, brackets[index]);
        }
        let taken: u64 = counts.iter().map(|count| u64::from(*count)).sum();
        if taken >= u64::from(instances) {
            high = middle;
            brackets.iter_mut().zip(&counts).for_each(|(bracket, count)| bracket.1 = *count);
        } else {
            low = middle + 1;
            brackets.iter_mut().zip(&counts).for_each(|(bracket, count)| bracket.0 = *count);
        }
    }
    // What is below the last level is taken; ties at it go to the earlier seats.
    let mut counts: Vec<u32> = brackets.iter().map(|bracket| bracket.0).collect();
    let mut left = instances - counts.iter().sum::<u32>();
    for (index, count) in counts.iter_mut().enumerate() {
        let ties = (up_to(index, low, brackets[index]) - *count).min(left);
        *count += ties;
        left -= ties;
    }
    counts
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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::SimTime;
    use proptest::prelude::*;

    /// A TaskManager of 4 cores and 100 bytes with so many slots, cores claimed and bytes free.
    pub(crate) fn face(free_slots: u32, claimed_cores: f64, free: u64) -> TaskManagerFace {
        TaskManagerFace {
            free_slots,
            slots: 8,
            cores: 4.0,
            claimed_cores,
            free_memory: Bytes(free),
            memory: Bytes(100),
            peak_memory: Bytes(100 - free),
            largest_hole: Bytes(free),
            open: true,
        }
    }

    /// Instances that need so many cores and bytes each.
    pub(crate) fn demand(instances: u32, cores: f64, memory: u64) -> Demand {
        Demand { instances, cores, memory: Bytes(memory), peak: Bytes(2 * memory), job: 0 }
    }

    /// What a policy places.
    pub(crate) fn placed(
        policy: &mut dyn PlacementPolicy,
        task_managers: &[TaskManagerFace],
        demand: Demand,
    ) -> Vec<(u32, u32)> {
        let mut candidates = vec![0; task_managers.len().div_ceil(64)];
        for (index, _) in task_managers.iter().enumerate().filter(|(_, face)| face.open && face.free_slots > 0) {
            candidates[index / 64] |= 1 << (index % 64);
        }
        let mut out = Vec::new();
        policy.place(&demand, &ClusterView { now: SimTime::ZERO, task_managers, candidates: &candidates }, &mut out);
        out.into_iter().map(|(id, count)| (id.0, count)).collect()
    }

    proptest! {
        #[test]
        fn bisection_places_as_one_by_one_does(
            rooms in prop::collection::vec((0u32..6, 0u8..4, 0u8..4), 1..8), instances in 0u32..40
        ) {
            let face = TaskManagerFace::default();
            let seats: Vec<Seat> = (rooms.iter().enumerate())
                .map(|(index, (room, ..))| Seat { id: TaskManagerId(index as u32), face: &face, room: *room })
                .collect();
            // Few distinct keys, some below 0, so that ties and signs matter.
            let rank = |index: usize, placed: u32| {
                ordered(f64::from(rooms[index].1) - 1.5 + f64::from(rooms[index].2) * f64::from(placed) / 2.0)
            };
            let instances = instances.min(rooms.iter().map(|room| room.0).sum());
            prop_assert_eq!(one_by_one(instances, &seats, &rank), by_bisection(instances, &seats, &rank));
        }
    }
}
