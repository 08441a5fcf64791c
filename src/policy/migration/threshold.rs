//! Threshold: a TaskManager above a share of its memory sheds what is cheapest to move to the least used one.
//!
//! Idea: act before requests fail, and pay as little as possible: the residents with the fewest bytes to carry go
//! first, until the share is back at a lower mark; the gap between the marks keeps tasks from moving to and fro.
//! Textbook watermarks. A shortage is answered in the same way. A target is never filled above the upper mark.

use super::{Action, MigrationPolicy, Occasion, SHEDDING, Shedding};
use crate::base::{Args, Build, Entry, Trait};
use crate::cluster::view::{Resident, Sample};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "threshold",
    summary: "a TaskManager above a memory share sheds the least state first, to the least used",
    source: "textbook watermarks",
    params: SHEDDING,
    traits: &[Trait::NeedsPeers],
    build: |args: &Args| Ok(Box::new(Threshold(Shedding::new(args)?))),
};

struct Threshold(Shedding);

fn state(resident: &Resident) -> f64 {
    resident.state.as_f64()
}

impl MigrationPolicy for Threshold {
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>) {
        self.0.plan(occasion, sample, state, out);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{moves, resident, shortage, task_manager, tick};
    use super::*;

    #[test]
    fn what_is_cheapest_to_carry_goes_until_the_lower_mark() {
        // 90 of 100 are above 0.85; down to 0.75 is 15. State 5 goes first (10 bytes of memory), to the empty
        // TaskManager 2; then state 9 (30 bytes), to TaskManager 2 again: share 0.1 against 0.5. 50 are left.
        let full = task_manager(0.0, &[resident(1, 50, 60, 1.0), resident(2, 30, 9, 1.0), resident(3, 10, 5, 1.0)]);
        let task_managers = [full, task_manager(0.0, &[resident(4, 50, 50, 1.0)]), task_manager(0.0, &[])];
        let mut policy = Threshold(Shedding { high: 0.85, low: 0.75, moves: 4 });
        assert_eq!(tick(&mut policy, 0, 0, &task_managers), moves(&[(3, 2), (2, 2)]));
        // One move a sample; and 60 bytes short with two moves: 10 + 30 are the cheapest two.
        assert_eq!(tick(&mut Threshold(Shedding { moves: 1, ..policy.0 }), 0, 0, &task_managers), moves(&[(3, 2)]));
        assert_eq!(shortage(&mut policy, &task_managers, (60, 2)), moves(&[(3, 2), (2, 2)]));
        // 40 more on 50 would be 0.9: no target, nothing moves.
        let crowded = [task_manager(0.0, &[resident(1, 90, 9, 1.0)]), task_manager(0.0, &[resident(4, 50, 50, 1.0)])];
        assert_eq!(tick(&mut policy, 0, 0, &crowded), []);
    }
}
