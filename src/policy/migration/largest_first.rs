//! Largest first: the resident with the most memory moves first.
//!
//! Idea: the fewest moves for the bytes needed; each move costs a pause, whatever it carries. Textbook. When it is
//! done, and where to, is as in `threshold`.

use super::{Action, MigrationPolicy, Occasion, SHEDDING, Shedding};
use crate::base::{Args, Build, Entry, Trait};
use crate::cluster::view::{Resident, Sample};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "largest-first",
    summary: "as threshold, but the resident with the most memory first",
    source: "textbook",
    params: SHEDDING,
    traits: &[Trait::NeedsPeers],
    build: |args: &Args| Ok(Box::new(LargestFirst(Shedding::new(args)?))),
};

struct LargestFirst(Shedding);

fn memory(resident: &Resident) -> f64 {
    -resident.memory.as_f64()
}

impl MigrationPolicy for LargestFirst {
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>) {
        self.0.plan(occasion, sample, memory, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{moves, resident, shortage, task_manager, tick};
    use super::*;

    #[test]
    fn the_most_memory_moves_first() {
        // 90 of 100; 15 to shed. 50 bytes go to the empty TaskManager, and that is enough. A shortage of 60 takes the
        // next as well: both on TaskManager 1 make 0.8.
        let full = task_manager(0.0, &[resident(1, 50, 60, 1.0), resident(2, 30, 9, 1.0), resident(3, 10, 5, 1.0)]);
        let task_managers = [full, task_manager(0.0, &[])];
        let mut policy = LargestFirst(Shedding { high: 0.85, low: 0.75, moves: 4 });
        assert_eq!(tick(&mut policy, 0, 0, &task_managers), moves(&[(1, 1)]));
        assert_eq!(shortage(&mut policy, &task_managers, (60, 4)), moves(&[(1, 1), (2, 1)]));
    }
}
