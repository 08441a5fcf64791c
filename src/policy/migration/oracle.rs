//! Oracle: moves residents before the peak to come, from where it will not fit to where it will.
//!
//! Idea: the reference that knows the peaks of memory of every TaskManager (`Sample::peaks`). One whose peak will
//! exceed its memory sheds residents, the least state first, until the peak fits; a resident is taken to hold the
//! same part of the peak as of the memory now. Targets are where the peak leaves room. It is a bound on foresight of
//! demand, not on planning: peaks of single residents stay unknown. Without foresight it does nothing.

use super::{Action, MigrationPolicy, Need, Occasion, Room, held};
use crate::base::{Args, Build, Bytes, Entry, Trait};
use crate::cluster::view::{Resident, Sample, TaskManagerSample};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "oracle",
    summary: "bound: moves residents before a peak that will not fit",
    source: "bound",
    params: &[],
    traits: &[Trait::Bound, Trait::NeedsForesight, Trait::NeedsPeers],
    build: |_: &Args| Ok(Box::new(Oracle)),
};

struct Oracle;

/// What a resident will hold when its TaskManager is at its peak.
fn future(resident: &Resident, held: Bytes, peak: Bytes) -> Bytes {
    if held == Bytes::ZERO { resident.memory } else { resident.memory.scale(peak.as_f64() / held.as_f64()) }
}

/// Residents with what they take elsewhere, the one of least state first.
fn order(seen: &TaskManagerSample, peak: Bytes) -> Vec<(&Resident, Bytes)> {
    let mut order: Vec<&Resident> = seen.residents.iter().filter(|one| one.memory > Bytes::ZERO).collect();
    order.sort_by_key(|one| (one.state, one.handle));
    order.into_iter().map(|one| (one, future(one, held(&seen.face), peak).max(one.memory))).collect()
}

impl MigrationPolicy for Oracle {
    fn plan(&mut self, occasion: Occasion, sample: &Sample, out: &mut Vec<Action>) {
        if sample.peaks.len() != sample.task_managers.len() {
            return;
        }
        let mut room = Room::of(sample, |index, task_manager| sample.peaks[index].max(held(task_manager)));
        if let Occasion::Shortage(task_manager, bytes, moves) = occasion {
            let from = task_manager.index();
            if let (Some(seen), Some(peak)) = (sample.task_managers.get(from), sample.peaks.get(from)) {
                room.shed(Need { from, bytes, moves }, &order(seen, *peak), 1.0, out);
            }
            return;
        }
        for (from, seen) in sample.task_managers.iter().enumerate() {
            let excess = sample.peaks[from].saturating_sub(seen.face.memory);
            if excess > Bytes::ZERO && seen.face.open {
                let need = Need { from, bytes: excess, moves: u32::MAX };
                room.shed(need, &order(seen, sample.peaks[from]), 1.0, out);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{moves, resident, task_manager};
    use super::*;

    #[test]
    fn what_will_not_fit_leaves_before_the_peak() {
        // TaskManager 0 holds 60 of 100 and will need 120: 20 too many. Residents of 40 and 20 bytes will need 80 and
        // 40; the second has the least state. TaskManager 1 is empty but will need 70, TaskManager 2 will need 55.
        let full = task_manager(0.0, &[resident(1, 40, 40, 1.0), resident(2, 20, 20, 1.0)]);
        let task_managers = vec![full, task_manager(0.0, &[]), task_manager(0.0, &[resident(3, 50, 50, 1.0)])];
        let plan = |peaks: &[u64]| {
            let peaks = peaks.iter().map(|peak| Bytes(*peak)).collect();
            let mut out = Vec::new();
            Oracle.plan(
                Occasion::Tick,
                &Sample { task_managers: task_managers.clone(), peaks, ..Sample::default() },
                &mut out,
            );
            out
        };
        assert_eq!(plan(&[120, 70, 55]), moves(&[(2, 2)]));
        assert_eq!(plan(&[100, 70, 55]), []);
        assert_eq!(plan(&[]), []);
        // 180: residents will need 120 and 60. 60 fits nowhere beside 70 or 55, nor does 120.
        assert_eq!(plan(&[180, 70, 55]), []);
    }
}
