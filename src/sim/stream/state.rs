//! Keyed state of subtasks: heap state and caches, managed caches, records kept for windows.

use super::{Batch, Subtask};
use crate::base::{Bytes, SimSpan};
use crate::cluster::view::{Consumer, Purpose};
use crate::memory::hit_table;
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::memory::Tenancy;
use crate::sim::meters::Level;
use crate::sim::world::World;
use crate::workload::graph::{State, StatePlace};

impl Subtask {
    /// Keeps probe records for the time when their build side is back.
    pub(super) fn carry_deferred(&mut self, records: f64) {
        self.deferred += records;
    }
}

impl World<'_> {
    /// Keys of one subtask: an equal part of the operator's.
    fn keys_of(&self, number: u32, state: &State) -> u64 {
        let subtask = &self.streaming.subtasks[number as usize];
        let (_, parallelism) = self.streaming.jobs[subtask.job as usize].operators[subtask.operator as usize];
        (state.keys / u64::from(parallelism)).max(1)
    }

    /// Sets up the state of a subtask that has just got its slot; false where the heap is too small for it.
    pub(super) fn open_state(&mut self, number: u32) -> bool {
        let Some(state) = self.operator_of(number).state.clone() else { return true };
        let all = Bytes(self.keys_of(number, &state).saturating_mul(state.entry.0));
        if state.place == StatePlace::Managed {
            let facts =
                Consumer { evictable: true, wanted: all, peak: all, ..self.subtask_facts(number, Purpose::State) };
            let seat = self.register(self.host_of(number), facts);
            self.streaming.subtasks[number as usize].state = Some(seat);
            self.ask_cache(seat, all);
        }
        let heap = match (state.place, state.cache) {
            (StatePlace::Heap, None) => all,
            (_, Some(cache)) => self.cache_size(number, cache).min(all),
            (StatePlace::Managed, None) => Bytes::ZERO,
        };
        let cached = if state.cache.is_some() { heap } else { Bytes::ZERO };
        let subtask = &mut self.streaming.subtasks[number as usize];
        subtask.heap_state = heap;
        subtask.cache = cached;
        self.shift(Level::Cache, cached.as_f64());
        let fits = self.grow_heap(self.host_of(number), heap);
        self.show_hit(number);
        fits
    }

    /// Size of a heap cache: the scenario's, or with greedy retention (M1) an equal part of all heap but the headroom.
    fn cache_size(&self, number: u32, configured: Bytes) -> Bytes {
        let Some(headroom) = self.settings.headroom else { return configured };
        let host = self.host_of(number);
        let sharers = (self.streaming.subtasks.iter())
            .filter(|other| self.streaming.groups[other.group as usize].host == host)
            .filter(|other| {
                let operator = &self.streaming.jobs[other.job as usize].graph.operators[other.operator as usize];
                operator.state.as_ref().is_some_and(|state| state.cache.is_some())
            })
            .count();
        let manager = &self.managers[host as usize];
        let room = manager.heap.capacity().saturating_sub(manager.base_live + headroom);
        Bytes(room.0 / sharers.max(1) as u64)
    }

    /// Takes as much managed cache as the policy gives; a cache never presses for more.
    fn ask_cache(&mut self, seat: Tenancy, wanted: Bytes) {
        let page = self.settings.page;
        let missing = wanted.saturating_sub(self.held(seat));
        let missing = Bytes(missing.0 / page.0 * page.0);
        self.try_grant(seat, missing, page.min(missing));
        self.touch_aside(seat);
    }

    /// Brings the hit ratio in step with the cache.
    pub(super) fn show_hit(&mut self, number: u32) {
        let Some(state) = self.operator_of(number).state.clone() else { return };
        let keys = self.keys_of(number, &state);
        let subtask = &self.streaming.subtasks[number as usize];
        let managed = subtask.state.map_or(Bytes::ZERO, |seat| self.held(seat));
        let cache = subtask.cache;
        let (near, all) = match (state.place, state.cache) {
            (StatePlace::Heap, None) => (1.0, 1.0),
            // The managed cache sees what misses the heap cache. Both together are taken as one cache of their size,
            // which is exact for the hottest keys and close for recency (an exclusive hierarchy).
            _ => (cached_share(&state, keys, cache), cached_share(&state, keys, cache + managed)),
        };
        let subtask = &mut self.streaming.subtasks[number as usize];
        subtask.cache_hit = near;
        subtask.hit = if near < 1.0 { ((all - near) / (1.0 - near)).clamp(0.0, 1.0) } else { 1.0 };
    }

    /// A managed cache has lost memory to somebody under pressure.
    pub(in crate::sim) fn cache_shrunk(&mut self, seat: Tenancy) {
        let owner = self.streaming.subtasks.iter().position(|subtask| subtask.state == Some(seat));
        if let Some(number) = owner {
            self.show_hit(number as u32);
        }
    }

    /// Moves managed caches towards what the allocation policy now thinks right.
    pub(in crate::sim) fn retarget_caches(&mut self) {
        for number in 0..self.streaming.subtasks.len() as u32 {
            let Some(seat) = self.streaming.subtasks[number as usize].state else { continue };
            let Some(target) = self.settings.targets.get(&seat.consumer).copied() else { continue };
            let held = self.held(seat);
            if target < held {
                self.give_back(seat, held - target);
                self.facts_mut(seat).wanted = target;
            }
        }
        for number in 0..self.streaming.subtasks.len() as u32 {
            let Some(seat) = self.streaming.subtasks[number as usize].state else { continue };
            let Some(target) = self.settings.targets.get(&seat.consumer).copied() else { continue };
            if target > self.held(seat) {
                self.ask_cache(seat, target);
            }
            self.show_hit(number);
        }
    }

    /// Keeps the records of a batch for the window.
    pub(super) fn keep_records(&mut self, number: u32, batch: Batch) {
        let Some(window) = self.operator_of(number).window else { return };
        let bytes = Bytes(window.retain.0.saturating_mul(batch.records));
        if bytes == Bytes::ZERO {
            return;
        }
        let subtask = &mut self.streaming.subtasks[number as usize];
        match subtask.panes.back_mut() {
            Some(pane) => *pane += bytes,
            None => subtask.panes.push_back(bytes),
        }
        self.tell(|| Entry::Kept { subtask: number, bytes });
        let host = self.host_of(number);
        self.grow_heap(host, bytes);
    }

    /// Starts the panes of a window.
    pub(super) fn open_window(&mut self, number: u32) {
        let Some(window) = self.operator_of(number).window else { return };
        self.streaming.subtasks[number as usize].panes.push_back(Bytes::ZERO);
        self.after(window.slide.max(SimSpan(1)), Event::Slide(number));
    }

    /// A pane begins; the one that has left the window expires.
    pub(in crate::sim) fn on_slide(&mut self, number: u32) {
        let Some(window) = self.operator_of(number).window else { return };
        if self.streaming.subtasks[number as usize].stage == super::Stage::Ended {
            return;
        }
        let panes = (window.length.0).div_ceil(window.slide.0.max(1)) as usize;
        let subtask = &mut self.streaming.subtasks[number as usize];
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
        self.tell(|| Entry::Expired { subtask: number, bytes: expired });
        self.release_heap(self.host_of(number), expired);
        self.after(window.slide.max(SimSpan(1)), Event::Slide(number));
    }
}

/// Share of accesses to `keys` keys that a cache of this size serves.
fn cached_share(state: &State, keys: u64, cache: Bytes) -> f64 {
    let entries = cache.as_f64() / state.entry.as_f64().max(1.0);
    hit_table::hit_ratio((keys, state.skew), state.eviction, entries)
}
