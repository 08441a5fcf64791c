//! An independent judge: replays the decision log with its own arithmetic and names the rule that broke.
//!
//! It shares no state and no sums with the ledger; it knows only what the log says.

use std::collections::BTreeMap;

use super::log::{Entry, Observer, Place};
use crate::base::{Bytes, ConsumerId, SimSpan, SimTime, SubtaskId, TaskManagerId};

/// What the auditor found out about one region.
#[derive(Clone, Copy, Debug, Default)]
struct RegionBooks {
    capacity: u64,
    bounded: bool,
    /// By consumers, and leaked.
    held: u64,
    leaked: u64,
    used: u64,
}

/// What the auditor found out about one task.
#[derive(Clone, Copy, Debug, Default)]
struct TaskBooks {
    instances: u64,
    ended: u64,
}

/// Replays a log.
#[derive(Debug, Default)]
pub struct Auditor {
    last: SimTime,
    slots: BTreeMap<TaskManagerId, (u64, u64)>,
    regions: BTreeMap<Place, RegionBooks>,
    consumers: BTreeMap<ConsumerId, (Place, u64)>,
    tasks: BTreeMap<u64, TaskBooks>,
    /// When the last pause of each TaskManager ends.
    paused: BTreeMap<TaskManagerId, SimTime>,
    /// Heap bytes that each subtask keeps for windows.
    kept: BTreeMap<SubtaskId, u64>,
    entries: u64,
    broken: Vec<String>,
}

impl Auditor {
    /// A judge who has heard nothing.
    pub fn new() -> Auditor {
        Auditor::default()
    }

    /// Entries heard.
    pub fn entries(&self) -> u64 {
        self.entries
    }

    /// The rules that broke, in the order of the log; empty if none did.
    pub fn verdict(&self) -> &[String] {
        &self.broken
    }

    fn rule(&mut self, now: SimTime, holds: bool, text: impl FnOnce() -> String) {
        if !holds && self.broken.len() < 20 {
            self.broken.push(format!("at {now}: {}", text()));
        }
    }

    fn granted(&mut self, now: SimTime, place: Place, consumer: ConsumerId, bytes: Bytes) {
        let known = self.consumers.get_mut(&consumer).filter(|(home, _)| *home == place);
        let is_known = known.is_some();
        if let Some((_, held)) = known {
            *held += bytes.0;
        }
        self.rule(now, is_known, || format!("a grant goes to consumer {consumer}, who is not registered there"));
        let Some(region) = self.regions.get_mut(&place) else {
            return self.rule(now, false, || format!("a grant in {place:?}, which was never opened"));
        };
        region.held += bytes.0;
        let RegionBooks { capacity, bounded, held, .. } = *region;
        self.rule(now, !bounded || held <= capacity, || format!("{place:?} holds {held} of {capacity} bytes"));
    }

    fn returned(&mut self, now: SimTime, place: Place, consumer: ConsumerId, bytes: Bytes) {
        self.given_up(now, consumer, bytes);
        if let Some(region) = self.regions.get_mut(&place) {
            region.held = region.held.saturating_sub(bytes.0);
        }
    }

    fn leaked(&mut self, now: SimTime, place: Place, consumer: ConsumerId, bytes: Bytes) {
        self.given_up(now, consumer, bytes);
        if let Some(region) = self.regions.get_mut(&place) {
            region.leaked += bytes.0;
        }
    }

    fn reclaimed(&mut self, now: SimTime, place: Place, bytes: Bytes) {
        let Some(region) = self.regions.get_mut(&place) else { return };
        let leaked = std::mem::take(&mut region.leaked);
        region.held = region.held.saturating_sub(leaked);
        self.rule(now, leaked == bytes.0, || format!("{place:?} reclaims {} of {leaked} leaked bytes", bytes.0));
    }

    fn compacted(&mut self, now: SimTime, place: Place, bytes: Bytes) {
        let used = self.regions.get(&place).map_or(0, |region| region.used);
        self.rule(now, bytes.0 <= used, || format!("{place:?} moves {} bytes where blocks take {used}", bytes.0));
    }

    fn given_up(&mut self, now: SimTime, consumer: ConsumerId, bytes: Bytes) {
        let held = self.consumers.get_mut(&consumer).map(|(_, held)| held);
        let enough = held.as_ref().is_some_and(|held| **held >= bytes.0);
        if let Some(held) = held {
            *held = held.saturating_sub(bytes.0);
        }
        self.rule(now, enough, || format!("consumer {consumer} returns {} bytes that it does not hold", bytes.0));
    }

    fn placed(&mut self, now: SimTime, task_manager: TaskManagerId, slots: u32) {
        let (all, taken) = self.slots.entry(task_manager).or_default();
        *taken += u64::from(slots);
        let (all, taken) = (*all, *taken);
        self.rule(now, taken <= all, || format!("{task_manager:?} has {all} slots, {taken} are taken"));
    }

    fn vacated(&mut self, now: SimTime, task_manager: TaskManagerId, slots: u32) {
        let (_, taken) = self.slots.entry(task_manager).or_default();
        let enough = *taken >= u64::from(slots);
        *taken = taken.saturating_sub(u64::from(slots));
        self.rule(now, enough, || format!("{task_manager:?} frees {slots} slots, more than are taken"));
    }

    fn ended(&mut self, now: SimTime, task: u64, slots: u32) {
        let books = self.tasks.entry(task).or_default();
        books.ended += u64::from(slots);
        let TaskBooks { instances, ended } = *books;
        self.rule(now, ended <= instances, || format!("task {task} of {instances} instances has ended {ended} times"));
        if ended == instances {
            self.tasks.remove(&task);
        }
    }

    fn expired(&mut self, now: SimTime, subtask: SubtaskId, bytes: Bytes) {
        let kept = self.kept.entry(subtask).or_default();
        let held = *kept;
        *kept = held.saturating_sub(bytes.0);
        self.rule(now, bytes.0 <= held, || format!("subtask {subtask} drops {} of {held} bytes in windows", bytes.0));
    }

    fn left(&mut self, now: SimTime, consumer: ConsumerId) {
        let held = self.consumers.remove(&consumer).map(|(_, held)| held);
        self.rule(now, held == Some(0), || format!("consumer {consumer} leaves and holds {held:?} bytes"));
    }
}

impl Observer for Auditor {
    fn hear(&mut self, now: SimTime, entry: &Entry) {
        self.entries += 1;
        let earlier = self.last;
        self.rule(now, now >= earlier, || format!("time runs backwards from {earlier}"));
        self.last = now;
        match *entry {
            Entry::Joined(task_manager, slots) => _ = self.slots.insert(task_manager, (u64::from(slots), 0)),
            Entry::Opened { place, capacity, bounded } => {
                self.regions.insert(place, RegionBooks { capacity: capacity.0, bounded, ..RegionBooks::default() });
            }
            Entry::Ended(task_manager) => {
                let taken = self.slots.remove(&task_manager).map_or(0, |(_, taken)| taken);
                self.rule(now, taken == 0, || format!("{task_manager:?} ends with {taken} slots taken"));
            }
            Entry::Arrived { task, instances, .. } => {
                self.tasks.insert(task, TaskBooks { instances: u64::from(instances), ended: 0 });
            }
            Entry::Placed { task_manager, slots, .. } => self.placed(now, task_manager, slots),
            Entry::Vacated { task_manager, slots, .. } => self.vacated(now, task_manager, slots),
            Entry::Done { task, slots } | Entry::Lost { task, slots, .. } => self.ended(now, task, slots),
            Entry::Registered { place, consumer } => {
                let fresh = self.consumers.insert(consumer, (place, 0)).is_none();
                self.rule(now, fresh, || format!("consumer {consumer} is registered twice"));
            }
            Entry::Granted { place, consumer, bytes } => self.granted(now, place, consumer, bytes),
            Entry::Returned { place, consumer, bytes } => self.returned(now, place, consumer, bytes),
            Entry::Leaked { place, consumer, bytes } => self.leaked(now, place, consumer, bytes),
            Entry::Reclaimed { place, bytes } => self.reclaimed(now, place, bytes),
            Entry::Compacted { place, bytes } => self.compacted(now, place, bytes),
            Entry::Left { consumer, .. } => self.left(now, consumer),
            Entry::Layout { place, used, .. } => {
                let held = self.regions.get_mut(&place).map_or(0, |region| {
                    region.used = used.0;
                    region.held
                });
                self.rule(now, used.0 >= held, || format!("{place:?}: blocks take {} for {held} bytes held", used.0));
            }
            Entry::Kept { subtask, bytes } => *self.kept.entry(subtask).or_default() += bytes.0,
            Entry::Expired { subtask, bytes } => self.expired(now, subtask, bytes),
            Entry::Paused { task_manager, begin, each, count, .. } => {
                let end = begin + SimSpan(each.0.saturating_mul(count));
                let before = self.paused.insert(task_manager, end).unwrap_or_default();
                self.rule(now, begin >= before, || format!("{task_manager:?} pauses twice at a time"));
            }
            Entry::Worked { subtask, begin, .. } => {
                self.rule(now, begin <= now, || format!("subtask {subtask} ends a batch before it begins"));
            }
            Entry::Running { .. } | Entry::Spilled { .. } => {}
        }
    }
}
