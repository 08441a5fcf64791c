//! Keyed state of subtasks: heap state and caches, managed caches, records kept for windows.

use std::collections::BTreeMap;

use super::{Batch, Stage, Streaming, Subtask, keyed};
use crate::base::{Bytes, JobId, OperatorId, SimSpan, SubtaskId, TaskManagerId};
use crate::cache::hit_table;
use crate::cluster::view::{Consumer, Purpose};
use crate::jvm::Objects;
use crate::sim::books::Books;
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::meters::Level;
use crate::sim::tenancy::Tenancy;
use crate::sim::world::World;
use crate::workload::graph::{Fill, State, StatePlace};

impl Subtask {
    /// Keeps probe records for the time when their build side is back.
    pub(super) fn carry_deferred(&mut self, records: f64) {
        self.deferred += records;
    }
}

impl Streaming {
    /// Keys of one subtask: an equal part of the operator's.
    pub(super) fn keys_of(&self, number: SubtaskId, state: &State) -> u64 {
        let subtask = &self.subtasks[number];
        let (_, parallelism) = self.jobs[subtask.job].operators[subtask.operator];
        (state.keys / u64::from(parallelism)).max(1)
    }

    /// Keeps the records of a batch for the window; answers the heap bytes that it takes.
    pub(super) fn keep_records(&mut self, books: &mut Books<'_>, number: SubtaskId, batch: Batch) -> Bytes {
        let Some(window) = self.operator_of(number).window else { return Bytes::ZERO };
        let bytes = Bytes(window.retain.0.saturating_mul(batch.records));
        if bytes == Bytes::ZERO {
            return bytes;
        }
        let subtask = &mut self.subtasks[number];
        match subtask.panes.back_mut() {
            Some(pane) => *pane += bytes,
            None => subtask.panes.push_back(bytes),
        }
        books.tell(|| Entry::Kept { subtask: number, bytes });
        bytes
    }
}

impl World<'_> {
    /// Sets up the state of a subtask that has just got its slot; false where the heap is too small for it.
    pub(super) fn open_state(&mut self, number: SubtaskId) -> bool {
        let Some(state) = self.streaming.operator_of(number).state.clone() else {
            self.streaming.subtasks[number].opened = true;
            return true;
        };
        let keys = self.streaming.keys_of(number, &state);
        let all = Bytes(keys.saturating_mul(state.entry.0));
        if state.place == StatePlace::Managed {
            let facts =
                Consumer { evictable: true, wanted: all, peak: all, ..self.subtask_facts(number, Purpose::State) };
            let task_manager = self.streaming.task_manager_of(number);
            let seat = self.fleet.register(&mut self.books, task_manager, facts);
            self.streaming.subtasks[number].state = Some(seat);
            self.ask_cache(seat, all);
        }
        let most = match state.cache {
            Some(cache) => self.cache_size(number, cache).min(all),
            None if state.place == StatePlace::Heap => all,
            None => Bytes::ZERO,
        };
        let entries = (most.as_f64() / state.entry.as_f64().max(1.0)).min(keys as f64);
        let subtask = &mut self.streaming.subtasks[number];
        subtask.most = entries;
        // Keys that were met before a move are there again.
        subtask.held = if state.fill == Fill::Restored { entries } else { subtask.held.min(entries) };
        let heap = if state.fill == Fill::Restored { most } else { state.entry.scale(subtask.held) };
        subtask.pinned = state.fixed.scale(entries);
        let pinned = subtask.pinned;
        let task_manager = self.streaming.task_manager_of(number);
        // It counts as open before the heap is asked, since a heap that fails stops what is open.
        self.streaming.subtasks[number].opened = true;
        let pins = self.pin_heap(task_manager, pinned);
        let fits = pins && self.grow_heap_whole(task_manager, heap);
        if fits {
            let subtask = &mut self.streaming.subtasks[number];
            subtask.heap_state = heap;
            subtask.cache = if state.cache.is_some() { heap } else { Bytes::ZERO };
            self.books.shift(Level::Cache, self.streaming.subtasks[number].cache.as_f64());
        } else {
            self.forget_state(number, pins);
        }
        self.show_hit(number);
        fits
    }

    /// Nothing is left of a state that did not fit; the next restart tries again. `pinned`: whether its tables were there.
    fn forget_state(&mut self, number: SubtaskId, pinned: bool) {
        let task_manager = self.streaming.task_manager_of(number);
        let subtask = &mut self.streaming.subtasks[number];
        subtask.opened = false;
        let (tables, seat) = (std::mem::take(&mut subtask.pinned), subtask.state.take());
        if pinned {
            self.fleet[task_manager].jvm.heap.unpin(tables);
        }
        if let Some(seat) = seat {
            self.unregister(seat);
        }
    }

    /// Sets up the states of a job that did not fit before; false where one still does not.
    pub(super) fn open_missing_states(&mut self, job: JobId) -> bool {
        let closed = |number: &SubtaskId| {
            let subtask = &self.streaming.subtasks[*number];
            !subtask.opened && subtask.stage != Stage::Ended
        };
        let missing: Vec<SubtaskId> = self.streaming.subtasks_of(job).filter(closed).collect();
        if missing.is_empty() {
            return true;
        }
        let fits = missing.into_iter().all(|number| self.open_state(number));
        if fits {
            self.meet_all(job);
        }
        fits
    }

    /// Tells the subtasks of one process how many there are of their operator, and its collector what their state is
    /// made of.
    pub(super) fn meet_peers(&mut self, task_manager: TaskManagerId) {
        let groups = self.streaming.groups.iter().filter(|group| group.task_manager == task_manager);
        let all: Vec<SubtaskId> = groups.flat_map(|group| group.subtasks.iter().copied()).collect();
        let mut counts: BTreeMap<(JobId, OperatorId), u32> = BTreeMap::new();
        let (mut bytes, mut copying, mut marking) = (0.0, 0.0, 0.0);
        for number in &all {
            let subtask = &self.streaming.subtasks[*number];
            *counts.entry((subtask.job, subtask.operator)).or_default() += 1;
            let Some(state) = self.streaming.operator_of(*number).state.as_ref() else { continue };
            let size = subtask.most * (state.entry + state.fixed).as_f64();
            bytes += size;
            copying += size * state.copying;
            marking += size * state.marking;
        }
        for number in all {
            let subtask = &mut self.streaming.subtasks[number];
            subtask.peers = counts.get(&(subtask.job, subtask.operator)).copied().unwrap_or(1);
        }
        if bytes > 0.0 {
            let objects = Objects { copying: copying / bytes, marking: marking / bytes };
            self.fleet[task_manager].jvm.costs.set_objects(objects);
        }
    }

    /// Size of a heap cache: the scenario's, or with greedy retention (M1) an equal part of all heap but the headroom.
    fn cache_size(&self, number: SubtaskId, configured: Bytes) -> Bytes {
        let Some(headroom) = self.scenario.mechanisms.greedy_retention else { return configured };
        let task_manager = self.streaming.task_manager_of(number);
        let sharers = (self.streaming.subtasks.iter())
            .filter(|other| self.streaming.groups[other.group].task_manager == task_manager)
            .filter(|other| {
                let operator = &self.streaming.jobs[other.job].graph.operators[other.operator.index()];
                operator.state.as_ref().is_some_and(|state| state.cache.is_some())
            })
            .count();
        let member = &self.fleet[task_manager];
        let room = member.jvm.heap.capacity().saturating_sub(member.base_live + headroom);
        Bytes(room.0 / sharers.max(1) as u64)
    }

    /// Takes as much managed cache as the policy gives; a cache never presses for more.
    fn ask_cache(&mut self, seat: Tenancy, wanted: Bytes) {
        let page = self.fleet[seat.place.task_manager].segment;
        let missing = wanted.saturating_sub(self.fleet.held(seat));
        let missing = Bytes(missing.0 / page.0 * page.0);
        self.try_grant(seat, missing, page.min(missing));
        self.touch_aside(seat);
    }

    /// Brings the hit ratio in step with the cache.
    pub(super) fn show_hit(&mut self, number: SubtaskId) {
        let Some(state) = self.streaming.operator_of(number).state.clone() else { return };
        let keys = self.streaming.keys_of(number, &state);
        let subtask = &self.streaming.subtasks[number];
        let managed = subtask.state.map_or(Bytes::ZERO, |seat| self.fleet.held(seat));
        let cache = subtask.cache;
        let (near, all) = match (state.place, state.cache) {
            (StatePlace::Heap, None) => {
                let near = if state.fill == Fill::Restored { 1.0 } else { keyed::found(&state, keys, subtask.held) };
                (near, near)
            }
            // The managed cache sees what misses the heap cache. Both together are taken as one cache of their size,
            // which is exact for the hottest keys and close for recency (an exclusive hierarchy).
            _ => (cached_share(&state, keys, cache), cached_share(&state, keys, cache + managed)),
        };
        let subtask = &mut self.streaming.subtasks[number];
        subtask.cache_hit = near;
        subtask.hit = if near < 1.0 { ((all - near) / (1.0 - near)).clamp(0.0, 1.0) } else { 1.0 };
    }

    /// A managed cache has lost memory to somebody under pressure.
    pub(in crate::sim) fn cache_shrunk(&mut self, seat: Tenancy) {
        let owner = self.streaming.subtasks.entries().find(|(_, subtask)| subtask.state == Some(seat));
        if let Some((number, _)) = owner {
            self.show_hit(number);
        }
    }

    /// Moves managed caches towards what the allocation policy now thinks right.
    pub(in crate::sim) fn retarget_caches(&mut self) {
        for number in self.streaming.subtasks.ids() {
            let Some(seat) = self.streaming.subtasks[number].state else { continue };
            let Some(target) = self.feedback.targets.get(&seat.handle.consumer).copied() else { continue };
            let held = self.fleet.held(seat);
            if target < held {
                self.give_back(seat, held - target);
                self.fleet.facts_mut(seat).wanted = target;
            }
        }
        for number in self.streaming.subtasks.ids() {
            let Some(seat) = self.streaming.subtasks[number].state else { continue };
            let Some(target) = self.feedback.targets.get(&seat.handle.consumer).copied() else { continue };
            if target > self.fleet.held(seat) {
                self.ask_cache(seat, target);
            }
            self.show_hit(number);
        }
    }

    /// Starts the panes of a window.
    pub(super) fn open_window(&mut self, number: SubtaskId) {
        let Some(window) = self.streaming.operator_of(number).window else { return };
        self.streaming.subtasks[number].panes.push_back(Bytes::ZERO);
        self.books.after(window.slide.max(SimSpan(1)), Event::Slide(number));
    }

    /// A pane begins; the one that has left the window expires.
    pub(in crate::sim) fn on_slide(&mut self, number: SubtaskId) {
        let Some(window) = self.streaming.operator_of(number).window else { return };
        if self.streaming.subtasks[number].stage == Stage::Ended {
            return;
        }
        let panes = (window.length.0).div_ceil(window.slide.0.max(1)) as usize;
        let subtask = &mut self.streaming.subtasks[number];
        subtask.panes.push_back(Bytes::ZERO);
        let mut expired = Bytes::ZERO;
        while subtask.panes.len() > panes {
            expired += subtask.panes.pop_front().unwrap_or_default();
        }
        // A window that is no whole number of slides keeps part of its oldest pane.
        let rest = window.length.as_nanos() / window.slide.as_nanos() - (panes as f64 - 1.0);
        if subtask.panes.len() == panes
            && let Some(front) = subtask.panes.front_mut()
        {
            let kept = front.scale(rest);
            expired += *front - kept;
            *front = kept;
        }
        self.books.tell(|| Entry::Expired { subtask: number, bytes: expired });
        self.fleet.release_heap(&mut self.books, self.streaming.task_manager_of(number), expired);
        self.books.after(window.slide.max(SimSpan(1)), Event::Slide(number));
    }
}

/// Share of accesses to `keys` keys that a cache of this size serves.
fn cached_share(state: &State, keys: u64, cache: Bytes) -> f64 {
    let entries = cache.as_f64() / state.entry.as_f64().max(1.0);
    hit_table::hit_ratio((keys, state.skew), state.eviction, entries)
}
