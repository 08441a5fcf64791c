//! Drain and pack: when the cluster would do with one TaskManager less, the least used one is emptied and ended.
//!
//! Idea: pay for no idle TaskManager. Where the busy cores would leave the others within `fill`, all residents of
//! the least used TaskManager move to the fullest ones that take them within `fill` of their memory, and it is
//! drained; if one of them finds no place, nothing is done. When tasks wait for slots, TaskManagers that were ended
//! are asked for again, one at a time, and never more. After the scale-down of the Kubernetes cluster autoscaler
//! (utilisation below a threshold, all pods movable, ten minutes without need) and the cell compaction of Borg
//! (Verma et al., EuroSys 2015). Departure: what is asked for again is like the first TaskManager of the cluster,
//! whatever was ended.

use super::{Action, MigrationPolicy, Occasion, Room, held};
use crate::base::{Args, Build, Entry, Kind, SimSpan, SimTime, TaskManagerId, Trait, param};
use crate::cluster::view::{Sample, TaskManagerSample};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "drain-and-pack",
    summary: "empties and ends the least used TaskManager when the others can take its residents",
    source: "Kubernetes cluster autoscaler (scale-down); Verma et al., EuroSys 2015",
    params: &[
        param(
            "fill",
            Kind::Number(0.0, 1.0),
            "0.8",
            "share of pool memory and cores to which the others may be filled",
        ),
        param("keep", Kind::Count(1, 100_000), "1", "TaskManagers that stay in any case"),
        param("cooldown", Kind::Span, "10 min", "least time from one drain to the next, or from one start to the next"),
    ],
    traits: &[Trait::NeedsPeers],
    build: |args: &Args| {
        Ok(Box::new(DrainAndPack {
            fill: args.number("fill"),
            keep: args.count("keep"),
            cooldown: args.span("cooldown"),
            acted: None,
            drained: 0,
        }))
    },
};

struct DrainAndPack {
    fill: f64,
    keep: u64,
    cooldown: SimSpan,
    acted: Option<SimTime>,
    /// Ended and not asked for again.
    drained: u32,
}

impl DrainAndPack {
    /// Moves all residents of `from` to the fullest TaskManagers that take them, or nothing.
    fn empty(&self, from: usize, sample: &Sample) -> Option<Vec<Action>> {
        let mut room = Room::of(sample, |_, task_manager| held(task_manager));
        let mut moves = Vec::new();
        let mut residents: Vec<_> = sample.task_managers[from].residents.iter().collect();
        residents.sort_by_key(|one| (std::cmp::Reverse(one.memory), one.handle));
        for one in residents {
            let fitting = (0..sample.task_managers.len()).filter(|task_manager| {
                *task_manager != from && room.fits(*task_manager, one.slots, one.memory, self.fill)
            });
            let to = fitting.max_by(|a, b| room.share(*a).total_cmp(&room.share(*b)).then(b.cmp(a)))?;
            room.book(to, one.slots, one.memory);
            moves.push(Action::Move { resident: one.handle, to: TaskManagerId(to as u32) });
        }
        Some(moves)
    }
}

impl DrainAndPack {
    /// The least used TaskManager, if the cluster could do without it.
    fn spare(&self, sample: &Sample) -> Option<usize> {
        let open =
            || (0..sample.task_managers.len()).filter(|task_manager| sample.task_managers[*task_manager].face.open);
        if open().count() as u64 <= self.keep || sample.task_managers.iter().any(|seen| seen.waiting > 0) {
            return None;
        }
        let room = Room::of(sample, |_, task_manager| held(task_manager));
        let from = open().min_by(|a, b| room.share(*a).total_cmp(&room.share(*b)))?;
        let busy: f64 = sample.task_managers.iter().map(|seen| seen.face.cores * seen.cpu_busy).sum();
        let cores: f64 = open()
            .filter(|task_manager| *task_manager != from)
            .map(|task_manager| sample.task_managers[task_manager].face.cores)
            .sum();
        let TaskManagerSample { face, residents, .. } = &sample.task_managers[from];
        // Slots in use by what cannot move would keep it alive for as long as they like.
        let is_movable = residents.iter().map(|one| one.slots).sum::<u32>() + face.free_slots >= face.slots;
        (is_movable && busy <= self.fill * cores).then_some(from)
    }
}

impl MigrationPolicy for DrainAndPack {
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>) {
        if occasion != Occasion::Tick || self.acted.is_some_and(|at| sample.taken.since(at) < self.cooldown) {
            return;
        }
        if sample.queue > 0 {
            if self.drained > 0 {
                self.drained -= 1;
                self.acted = Some(sample.taken);
                out.push(Action::Add(1));
            }
            return;
        }
        let Some(from) = self.spare(sample) else { return };
        if let Some(moves) = self.empty(from, sample) {
            out.extend(moves);
            out.push(Action::Drain(TaskManagerId(from as u32)));
            self.acted = Some(sample.taken);
            self.drained += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{moves, resident, task_manager, tick};
    use super::*;

    #[test]
    fn the_least_used_is_emptied_if_the_others_take_all() {
        let mut policy = DrainAndPack { fill: 0.8, keep: 1, cooldown: SimSpan::secs(600), acted: None, drained: 0 };
        // Shares 0.5, 0.3 and 0.6. TaskManager 1 is least used: 20 go to the fullest, 0.6 + 0.2 = 0.8; 10 would make
        // that 0.9 and go to TaskManager 0.
        let task_managers = [
            task_manager(0.0, &[resident(1, 50, 50, 1.0)]),
            task_manager(0.0, &[resident(2, 10, 10, 1.0), resident(3, 20, 20, 1.0)]),
            task_manager(0.0, &[resident(4, 60, 60, 1.0)]),
        ];
        let expected = [moves(&[(3, 2), (2, 0)]), vec![Action::Drain(TaskManagerId(1))]].concat();
        assert_eq!(tick(&mut policy, 0, 0, &task_managers), expected);
        // Within ten minutes nothing happens; then tasks wait, and what was ended comes back, once.
        assert_eq!(tick(&mut policy, 599, 9, &task_managers), []);
        assert_eq!(tick(&mut policy, 600, 9, &task_managers), [Action::Add(1)]);
        assert_eq!(tick(&mut policy, 1200, 9, &task_managers), []);
        // Cores: 3 * 2 * 0.6 = 3.6 busy are more than 0.8 * 4, so nothing is done.
        let busy = task_managers.each_ref().map(|seen| TaskManagerSample { cpu_busy: 0.6, ..seen.clone() });
        assert_eq!(tick(&mut policy, 1800, 0, &busy), []);
        // 50 bytes fit beside neither 50 nor 60: nothing is done.
        let tight = [task_manager(0.0, &[resident(1, 50, 50, 1.0)]), task_manager(0.0, &[resident(2, 60, 60, 1.0)])];
        assert_eq!(tick(&mut policy, 1800, 0, &tight), []);
    }
}
