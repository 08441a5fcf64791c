//! Which tasks move where, and when TaskManagers are added or removed.

use crate::base::{Args, Build, Bytes, Kind, Param, TaskManagerId, param};
use crate::cluster::view::{Resident, ResidentId, Sample, TaskManagerFace, TaskManagerSample};
use crate::registry;

/// Why a migration policy is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Occasion {
    /// The monitor took a sample.
    Tick,
    /// A request on this TaskManager lacks that many bytes; at most so many tasks may move.
    Shortage(TaskManagerId, Bytes, u32),
}

/// One thing to do.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Action {
    /// Move a resident of the sample to another TaskManager with enough free slots.
    Move {
        /// [`crate::cluster::view::Resident::handle`].
        resident: ResidentId,
        /// Where it goes.
        to: TaskManagerId,
    },
    /// Start that many TaskManagers like the first one of the cluster.
    Add(u32),
    /// Let this one take no new work, and end it when it is empty.
    Drain(TaskManagerId),
}

/// Plans from what the monitor saw.
pub trait MigrationPolicy {
    /// Pushes actions; none is the usual answer. `sample` may be old: an action that no longer fits the present
    /// (the task has ended, the slot is taken) is dropped and counted, not an error.
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>);
}

registry! {
    /// Migration policies; the first is the do-nothing member.
    pub static MIGRATION: Build<dyn MigrationPolicy>;
    never,
    threshold,
    largest_first,
    hot_first,
    drain_and_pack,
    autoscaler,
    oracle,
}

/// What a TaskManager has to be rid of.
#[derive(Clone, Copy)]
pub(crate) struct Need {
    /// Index of the TaskManager.
    pub from: usize,
    /// Bytes that must leave it.
    pub bytes: Bytes,
    /// Most residents that may be moved for it.
    pub moves: u32,
}

/// Free slots and bytes of every TaskManager while a plan uses them up.
pub(crate) struct Room {
    slots: Vec<u32>,
    used: Vec<Bytes>,
    whole: Vec<Bytes>,
}

impl Room {
    /// What the sample shows; TaskManagers that take no work have no slots. `used` says what counts as taken.
    pub(crate) fn of(sample: &Sample, used: impl Fn(usize, &TaskManagerFace) -> Bytes) -> Room {
        let task_managers = || sample.task_managers.iter().map(|seen| &seen.face);
        Room {
            slots: task_managers()
                .map(|task_manager| if task_manager.open { task_manager.free_slots } else { 0 })
                .collect(),
            used: task_managers().enumerate().map(|(index, task_manager)| used(index, task_manager)).collect(),
            whole: task_managers().map(|task_manager| task_manager.memory).collect(),
        }
    }

    /// Share of memory that is taken on a TaskManager, 0 where it has none.
    pub(crate) fn share(&self, task_manager: usize) -> f64 {
        if self.whole[task_manager] == Bytes::ZERO {
            0.0
        } else {
            self.used[task_manager].as_f64() / self.whole[task_manager].as_f64()
        }
    }

    /// Whether a resident of another TaskManager fits without taking more than `most` of the memory.
    pub(crate) fn fits(&self, task_manager: usize, slots: u32, bytes: Bytes, most: f64) -> bool {
        self.slots[task_manager] >= slots.max(1)
            && (self.used[task_manager] + bytes).as_f64() <= self.whole[task_manager].as_f64() * most
    }

    /// The TaskManager with the least share taken among those where the resident fits; ties go to the lower id.
    pub(crate) fn least_used(&self, from: usize, slots: u32, bytes: Bytes, most: f64) -> Option<usize> {
        let fitting = (0..self.slots.len())
            .filter(|task_manager| *task_manager != from && self.fits(*task_manager, slots, bytes, most));
        fitting.min_by(|a, b| self.share(*a).total_cmp(&self.share(*b)))
    }

    /// Moves residents with the bytes that each takes, in their order, each to the least used TaskManager that stays
    /// within `most` of its memory, as far as `need` goes. Answers the number of moves.
    pub(crate) fn shed(&mut self, need: Need, order: &[(&Resident, Bytes)], most: f64, out: &mut Vec<Action>) -> u32 {
        let (mut left, mut done) = (need.bytes, 0);
        for (one, bytes) in order {
            if left == Bytes::ZERO || done == need.moves {
                break;
            }
            let Some(to) = self.least_used(need.from, one.slots, *bytes, most) else { continue };
            self.book(to, one.slots, *bytes);
            out.push(Action::Move { resident: one.handle, to: TaskManagerId(to as u32) });
            left = left.saturating_sub(*bytes);
            done += 1;
        }
        done
    }

    /// Books a move; the slots and bytes left behind are not given away again before it has ended.
    pub(crate) fn book(&mut self, to: usize, slots: u32, bytes: Bytes) {
        self.slots[to] -= slots.max(1).min(self.slots[to]);
        self.used[to] += bytes;
    }
}

/// Bytes held on a TaskManager.
pub(crate) fn held(task_manager: &TaskManagerFace) -> Bytes {
    task_manager.memory.saturating_sub(task_manager.free_memory)
}

/// How far residents are shed, and how many of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shedding {
    /// Share of memory above which a TaskManager sheds; no target is filled above it.
    pub high: f64,
    /// Share to which it sheds.
    pub low: f64,
    /// Most moves of one sample.
    pub moves: u32,
}

/// The parameters of those who shed.
pub(crate) const SHEDDING: &[Param] = &[
    param("high", Kind::Number(0.0, 1.0), "0.85", "share of pool memory above which a TaskManager sheds residents"),
    param("low", Kind::Number(0.0, 1.0), "0.75", "share of pool memory down to which it sheds"),
    param("moves", Kind::Count(1, 1000), "4", "most moves after one sample"),
];

impl Shedding {
    /// From the parameters of [`SHEDDING`].
    pub(crate) fn new(args: &Args) -> Result<Shedding, String> {
        let shedding = Shedding {
            high: args.number("high"),
            low: args.number("low"),
            moves: args.count("moves").min(1000) as u32,
        };
        match shedding.low <= shedding.high {
            true => Ok(shedding),
            false => Err(format!("low ({}) must not be above high ({})", shedding.low, shedding.high)),
        }
    }

    /// Sheds residents in the order of `rank` (least first, ties by handle), each to the least used TaskManager
    /// that stays within `high`: after a sample from every TaskManager above `high`, in a shortage from that one
    /// until the bytes are covered.
    pub(crate) fn plan(&self, occasion: Occasion, sample: &Sample, rank: fn(&Resident) -> f64, out: &mut Vec<Action>) {
        let mut room = Room::of(sample, |_, task_manager| held(task_manager));
        if let Occasion::Shortage(task_manager, bytes, moves) = occasion {
            if let Some(seen) = sample.task_managers.get(task_manager.index()) {
                let need = Need { from: task_manager.index(), bytes, moves };
                room.shed(need, &ranked(seen, rank), self.high, out);
            }
            return;
        }
        let mut left = self.moves;
        for (from, seen) in sample.task_managers.iter().enumerate() {
            if left > 0 && seen.face.open && room.share(from) > self.high {
                let excess = held(&seen.face).saturating_sub(seen.face.memory.scale(self.low));
                let need = Need { from, bytes: excess, moves: left };
                left -= room.shed(need, &ranked(seen, rank), self.high, out);
            }
        }
    }
}

/// Residents with memory, the one of least rank first, ties by handle.
fn ranked(seen: &TaskManagerSample, rank: fn(&Resident) -> f64) -> Vec<(&Resident, Bytes)> {
    let mut order: Vec<&Resident> = seen.residents.iter().filter(|one| one.memory > Bytes::ZERO).collect();
    order.sort_by(|a, b| rank(a).total_cmp(&rank(b)).then(a.handle.cmp(&b.handle)));
    order.into_iter().map(|one| (one, one.memory)).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::base::SimTime;
    use crate::cluster::view::TaskManagerSample;

    /// A resident of one slot: handle, bytes of pool memory, bytes of state, touches a second.
    pub(crate) fn resident(handle: u64, memory: u64, state: u64, rate: f64) -> Resident {
        Resident { handle: ResidentId(handle), slots: 1, memory: Bytes(memory), state: Bytes(state), rate }
    }

    /// An open TaskManager of 4 slots and 100 bytes with these residents, its cores busy by that share.
    pub(crate) fn task_manager(cpu_busy: f64, residents: &[Resident]) -> TaskManagerSample {
        let used: Bytes = residents.iter().map(|resident| resident.memory).sum();
        let face = TaskManagerFace {
            free_slots: 4 - residents.len() as u32,
            slots: 4,
            cores: 2.0,
            claimed_cores: 0.0,
            free_memory: Bytes(100) - used,
            memory: Bytes(100),
            peak_memory: used,
            largest_hole: Bytes(100) - used,
            open: true,
        };
        TaskManagerSample { face, cpu_busy, waiting: 0, residents: residents.to_vec() }
    }

    /// What a policy does after a sample taken at that many seconds, with so many tasks in line.
    pub(crate) fn tick(
        policy: &mut dyn MigrationPolicy,
        at: u64,
        queue: u64,
        task_managers: &[TaskManagerSample],
    ) -> Vec<Action> {
        let sample =
            Sample { taken: SimTime(at * 1_000_000_000), task_managers: task_managers.to_vec(), queue, peaks: vec![] };
        let mut out = Vec::new();
        policy.plan(Occasion::Tick, &sample, &mut out);
        out
    }

    /// What a policy does when TaskManager 0 lacks so many bytes and may move so many tasks.
    pub(crate) fn shortage(
        policy: &mut dyn MigrationPolicy,
        task_managers: &[TaskManagerSample],
        (bytes, moves): (u64, u32),
    ) -> Vec<Action> {
        let sample = Sample { task_managers: task_managers.to_vec(), ..Sample::default() };
        let mut out = Vec::new();
        policy.plan(Occasion::Shortage(TaskManagerId(0), Bytes(bytes), moves), &sample, &mut out);
        out
    }

    /// Moves as (resident, target).
    pub(crate) fn moves(pairs: &[(u64, u32)]) -> Vec<Action> {
        pairs
            .iter()
            .map(|(resident, to)| Action::Move { resident: ResidentId(*resident), to: TaskManagerId(*to) })
            .collect()
    }
}
