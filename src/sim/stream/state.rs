//! Keyed state of subtasks: heap state and caches, managed caches, records kept for windows.

use std::collections::BTreeMap;

use super::{Batch, Stage, Subtask, keyed};
use crate::base::{Bytes, SimSpan};
use crate::cache::hit_table;
use crate::cluster::view::{Consumer, Purpose};
use crate::jvm::Objects;
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::memory::Tenancy;
use crate::sim::meters::Level;
use crate::sim::world::World;
use crate::workload::graph::{Fill, State, StatePlace};

impl Subtask {
    /// Keeps probe records for the time when their build side is back.
    pub(super) fn carry_deferred(&mut self, records: f64) {
        self.deferred += records;
    }
}

impl World<'_> {
    /// Keys of one subtask: an equal part of the operator's.
    pub(super) fn keys_of(&self, number: u32, state: &State) -> u64 {
        let subtask = &self.streaming.subtasks[number as usize];
        let (_, parallelism) = self.streaming.jobs[subtask.job as usize].operators[subtask.operator as usize];
        (state.keys / u64::from(parallelism)).max(1)
    }

    /// Sets up the state of a subtask that has just got its slot; false where the heap is too small for it.
    pub(super) fn open_state(&mut self, number: u32) -> bool {
        let Some(state) = self.operator_of(number).state.clone() else { return true };
        let keys = self.keys_of(number, &state);
        let all = Bytes(keys.saturating_mul(state.entry.0));
        if state.place == StatePlace::Managed {
            let facts =
                Consumer { evictable: true, wanted: all, peak: all, ..self.subtask_facts(number, Purpose::State) };
            let seat = self.register(self.host_of(number), facts);
            self.streaming.subtasks[number as usize].state = Some(seat);
            self.ask_cache(seat, all);
        }
        let most = match state.cache {
            Some(cache) => self.cache_size(number, cache).min(all),
            None if state.place == StatePlace::Heap => all,
            None => Bytes::ZERO,
        };
        let entries = (most.as_f64() / state.entry.as_f64().max(1.0)).min(keys as f64);
        let subtask = &mut self.streaming.subtasks[number as usize];
        subtask.most = entries;
        // Keys that were met before a move are there again.
        subtask.held = if state.fill == Fill::Restored { entries } else { subtask.held.min(entries) };
        let heap = if state.fill == Fill::Restored { most } else { state.entry.scale(subtask.held) };
        subtask.heap_state = heap;
        subtask.cache = if state.cache.is_some() { heap } else { Bytes::ZERO };
        subtask.pinned = state.fixed.scale(entries);
        let (cached, pinned) = (subtask.cache, subtask.pinned);
        self.shift(Level::Cache, cached.as_f64());
        let host = self.host_of(number);
        let fits = self.pin_heap(host, pinned) && self.grow_heap(host, heap);
        self.show_hit(number);
        fits
    }

    /// Tells the subtasks of one process how many there are of their operator, and its collector what their state is
    /// made of.
    pub(super) fn meet_peers(&mut self, host: u32) {
        let groups = self.streaming.groups.iter().filter(|group| group.host == host);
        let all: Vec<u32> = groups.flat_map(|group| group.subtasks.iter().copied()).collect();
        let mut counts: BTreeMap<(u32, u32), u32> = BTreeMap::new();
        let (mut bytes, mut copying, mut marking) = (0.0, 0.0, 0.0);
        for number in &all {
            let subtask = &self.streaming.subtasks[*number as usize];
            *counts.entry((subtask.job, subtask.operator)).or_default() += 1;
            let Some(state) = self.operator_of(*number).state.as_ref() else { continue };
            let size = subtask.most * (state.entry + state.fixed).as_f64();
            bytes += size;
            copying += size * state.copying;
            marking += size * state.marking;
        }
        for number in all {
            let subtask = &mut self.streaming.subtasks[number as usize];
            subtask.peers = counts.get(&(subtask.job, subtask.operator)).copied().unwrap_or(1);
        }
        if bytes > 0.0 {
            let objects = Objects { copying: copying / bytes, marking: marking / bytes };
            self.managers[host as usize].jvm.costs.set_objects(objects);
        }
    }

    /// Size of a heap cache: the scenario's, or with greedy retention (M1) an equal part of all heap but the headroom.
    fn cache_size(&self, number: u32, configured: Bytes) -> Bytes {
        let Some(headroom) = self.scenario.mechanisms.greedy_retention else { return configured };
        let host = self.host_of(number);
        let sharers = (self.streaming.subtasks.iter())
            .filter(|other| self.streaming.groups[other.group as usize].host == host)
            .filter(|other| {
                let operator = &self.streaming.jobs[other.job as usize].graph.operators[other.operator as usize];
                operator.state.as_ref().is_some_and(|state| state.cache.is_some())
            })
            .count();
        let manager = &self.managers[host as usize];
        let room = manager.jvm.heap.capacity().saturating_sub(manager.base_live + headroom);
        Bytes(room.0 / sharers.max(1) as u64)
    }

    /// Takes as much managed cache as the policy gives; a cache never presses for more.
    fn ask_cache(&mut self, seat: Tenancy, wanted: Bytes) {
        let page = self.managers[seat.host as usize].segment;
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
            (StatePlace::Heap, None) => {
                let near = if state.fill == Fill::Restored { 1.0 } else { keyed::found(&state, keys, subtask.held) };
                (near, near)
            }
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

    /// Keeps the records of a batch for the window; answers the heap bytes that it takes.
    pub(super) fn keep_records(&mut self, number: u32, batch: Batch) -> Bytes {
        let Some(window) = self.operator_of(number).window else { return Bytes::ZERO };
        let bytes = Bytes(window.retain.0.saturating_mul(batch.records));
        if bytes == Bytes::ZERO {
            return bytes;
        }
        let subtask = &mut self.streaming.subtasks[number as usize];
        match subtask.panes.back_mut() {
            Some(pane) => *pane += bytes,
            None => subtask.panes.push_back(bytes),
        }
        self.tell(|| Entry::Kept { subtask: number, bytes });
        bytes
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
        if self.streaming.subtasks[number as usize].stage == Stage::Ended {
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
