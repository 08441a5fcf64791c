//! Blocks that are never returned, and the monitor that looks for them.
//!
//! A task that ends, or that needs less, returns its blocks; each is lost with the probability of the scenario, by a
//! draw that belongs to the task, the instance and the number of the block, so the same ones are lost whatever policies
//! do. Memory that leaves by spilling or moving is not the program's to lose. What is lost stays taken until the process
//! ends.
//!
//! The monitor sees one TaskManager at a time, at the end of each window: the live bytes of its pools, and how many of
//! them were touched, as access bits of pages would tell. Memory of subtasks counts as touched; that of a task does if
//! the task runs or has asked for memory in the window.

use super::event::Event;
use super::fleet::level_of;
use super::log::{Entry, Place};
use super::meters::Level;
use super::tasks::Stage;
use super::tenancy::{Owner, Tenancy};
use super::world::World;
use crate::base::{ById, Bytes, RegionId, SimSpan, SimTime, TaskManagerId};
use crate::cluster::region::Region;
use crate::cluster::view::Purpose;
use crate::pool::LeakMonitor;
use crate::scenario::sections::Monitor;

/// Looks for leaks, TaskManager by TaskManager.
pub struct LeakWatch {
    every: SimSpan,
    began: SimTime,
    blank: LeakMonitor,
    monitors: Vec<LeakMonitor>,
    found: Option<SimTime>,
}

impl LeakWatch {
    /// As `[monitor]` says; `None` where nobody looks.
    pub fn of(monitor: &Monitor) -> Option<LeakWatch> {
        let every = monitor.leak_window?.max(SimSpan(1));
        let blank = LeakMonitor::new(monitor.leak_windows as usize, monitor.leak_tolerance);
        Some(LeakWatch { every, began: SimTime::ZERO, blank, monitors: Vec::new(), found: None })
    }

    /// When a leak was first called one.
    pub fn found(&self) -> Option<SimTime> {
        self.found
    }
}

impl World<'_> {
    /// Loses some of the blocks with which a task gives `bytes` back; returns their bytes, which it holds no longer.
    pub(super) fn leak_blocks(&mut self, owner: Owner, tenancy: Tenancy, bytes: Bytes) -> Bytes {
        let (Some(leak), Owner::Group(group)) = (self.settings.leak, owner) else { return Bytes::ZERO };
        let entry = &mut self.tasks.groups[group];
        let task = &self.tasks.tasks[entry.task];
        let streams = self.streams.substreams(u64::from(task.source.0)).substreams(task.order);
        let region = self.fleet.region_mut(tenancy.place);
        let lost = region.lose(tenancy.handle, bytes, || {
            let block = u64::from(entry.instance) << 32 | u64::from(entry.returned);
            entry.returned += 1;
            leak.keeps(streams.stream("leak", block).uniform())
        });
        if lost > Bytes::ZERO {
            self.books.shift(level_of(tenancy.purpose), -lost.as_f64());
            self.books.shift(Level::Leaked, lost.as_f64());
            let place = tenancy.place;
            self.books.tell(|| Entry::Leaked { place, consumer: tenancy.handle.consumer, bytes: lost });
        }
        lost
    }

    /// The process of a TaskManager ends: what it has lost is free again.
    pub(super) fn reclaim_leaks(&mut self, task_manager: TaskManagerId) {
        if self.settings.leak.is_none() {
            return;
        }
        for region in self.fleet[task_manager].regions.ids() {
            let bytes = self.fleet[task_manager].regions[region].reclaim();
            if bytes > Bytes::ZERO {
                self.books.shift(Level::Leaked, -bytes.as_f64());
                let place = Place { task_manager, region };
                self.books.tell(|| Entry::Reclaimed { place, bytes });
                self.fleet.show_region(&mut self.books, place);
                self.serve_waiters(place);
            }
        }
    }

    /// Begins the first window of the monitor, if there is one.
    pub(super) fn open_leak_window(&mut self) {
        if let Some(every) = self.feedback.leak_watch.as_ref().map(|watch| watch.every) {
            self.books.after(every, Event::LeakWindow);
        }
    }

    /// A window of the monitor ends.
    pub(super) fn on_leak_window(&mut self) {
        let Some(mut watch) = self.feedback.leak_watch.take() else { return };
        watch.monitors.resize(self.fleet.len(), watch.blank.clone());
        let touched = self.touched_since(watch.began);
        for ((member, monitor), touched) in self.fleet.iter().zip(&mut watch.monitors).zip(touched.iter()) {
            monitor.live(member.regions.iter().map(Region::live).sum());
            monitor.touch(*touched);
            if monitor.close_window().is_some_and(|growth| growth.leaks) {
                watch.found.get_or_insert(self.books.now);
            }
        }
        watch.began = self.books.now;
        self.feedback.leak_watch = Some(watch);
        self.open_leak_window();
    }

    /// Bytes that are held now and were touched since `began`, by TaskManager.
    fn touched_since(&self, began: SimTime) -> ById<TaskManagerId, Bytes> {
        let of_subtasks = |region: &Region| -> Bytes {
            let consumers = region.consumers().iter().filter(|consumer| consumer.purpose != Purpose::Task);
            consumers.map(|consumer| consumer.held).sum()
        };
        let all = |regions: &ById<RegionId, Region>| -> Bytes { regions.iter().map(of_subtasks).sum() };
        let touched: Vec<Bytes> = self.fleet.iter().map(|member| all(&member.regions)).collect();
        let mut touched: ById<TaskManagerId, Bytes> = ById::from(touched);
        for (_, group) in self.tasks.groups.iter() {
            let facts = self.fleet.facts(group.seat);
            if group.stage == Stage::Running || facts.last_used > began {
                touched[group.task_manager] += facts.held;
            }
        }
        touched
    }
}
