//! The line of tasks that wait for slots: first come first served, no overtaking.

use crate::base::TaskManagerId;
use crate::cluster::view::{ClusterView, Demand};
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::world::World;

impl World<'_> {
    /// Places the head of the line as often as slots allow.
    ///
    /// Placing may free slots (a refused request, a move that takes no time) and so lead back here; the call under
    /// way then goes on with what is free. A group that goes back to the line ends the round, or it would be placed
    /// and sent back without end.
    pub(in crate::sim) fn serve_line(&mut self) {
        if std::mem::replace(&mut self.tasks.is_serving, true) {
            return;
        }
        self.tasks.sent_back = false;
        while self.place_head() {}
        self.tasks.is_serving = false;
    }

    /// Places instances of the task at the head; false where nothing more can be placed now.
    fn place_head(&mut self) -> bool {
        let Some(&task) = self.tasks.line.front() else { return false };
        let is_full = self.candidates.iter().all(|word| *word == 0);
        if is_full || self.tasks.sent_back || self.verdict.is_some() {
            return false;
        }
        let list = std::mem::take(&mut self.tasks.placed);
        let placed = self.ask_placement(task, list);
        let is_stuck = placed.is_empty();
        for (host, count) in &placed {
            self.begin(task, host.0, *count);
        }
        self.tasks.placed = placed;
        // A task that lost all its instances on the way is gone by now.
        if self.tasks.tasks.get(task as usize).is_none_or(|entry| entry.waiting == 0) {
            if self.tasks.line.front() == Some(&task) {
                self.tasks.line.pop_front();
            } else {
                self.tasks.line.retain(|other| *other != task);
            }
            return true;
        }
        !is_stuck
    }

    /// Asks where the instances of a task go; `placed` is a list to fill, so that none is made anew.
    fn ask_placement(&mut self, task: u32, mut placed: Vec<(TaskManagerId, u32)>) -> Vec<(TaskManagerId, u32)> {
        placed.clear();
        let entry = &self.tasks.tasks[task as usize];
        let first = entry.demand.first().map_or_else(Default::default, |step| step.bytes);
        let peak = match self.settings.foresight {
            true => entry.demand.iter().map(|step| step.bytes).max().unwrap_or(first),
            false => first,
        };
        let demand =
            Demand { instances: entry.waiting, cores: entry.cores, memory: first, peak, job: entry.number as u32 };
        let view = ClusterView { now: self.now, hosts: &self.hosts, candidates: &self.candidates };
        self.policies.placement.place(&demand, &view, &mut placed);
        match self.placement_fault(&demand, &placed) {
            None => placed,
            Some(rule) => {
                self.illegal("placement", &self.scenario.policies.placement.name.clone(), rule);
                Vec::new()
            }
        }
    }

    /// The rule that a placement breaks, if it breaks one.
    pub(in crate::sim) fn placement_fault(&self, demand: &Demand, placed: &[(TaskManagerId, u32)]) -> Option<String> {
        let total: u64 = placed.iter().map(|(_, count)| u64::from(*count)).sum();
        if total > u64::from(demand.instances) {
            return Some(format!("places {total} instances of {}", demand.instances));
        }
        for (host, count) in placed {
            let Some(face) = self.hosts.get(host.index()) else {
                return Some(format!("names TaskManager {}, which does not exist", host.0));
            };
            if !face.open || *count > face.free_slots || *count == 0 {
                let room = if face.open { face.free_slots } else { 0 };
                return Some(format!("places {count} instances on TaskManager {} with {room} free slots", host.0));
            }
        }
        if placed.len() < 2 {
            return None;
        }
        let mut seen: Vec<_> = placed.iter().map(|(host, _)| host).collect();
        seen.sort_unstable();
        seen.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| format!("names TaskManager {} twice", pair[0].0))
    }

    /// Gives instances at the end of the line up where the line is too long.
    pub(super) fn shed_line(&mut self) {
        while self.tasks.waiting > self.scenario.failures.queue_limit {
            let Some(&task) = self.tasks.line.back() else { return };
            let excess = self.tasks.waiting - self.scenario.failures.queue_limit;
            let entry = &mut self.tasks.tasks[task as usize];
            let shed = u64::from(entry.waiting).min(excess) as u32;
            entry.waiting -= shed;
            let over = entry.waiting == 0;
            self.tasks.waiting -= u64::from(shed);
            self.shift(Level::Waiting, -f64::from(shed));
            if over {
                self.tasks.line.pop_back();
            }
            self.lose(task, shed, false);
            self.drop_task_if_over(task);
        }
    }

    /// Counts instances as lost.
    pub(super) fn lose(&mut self, task: u32, slots: u32, fragmented: bool) {
        let number = self.tasks.tasks[task as usize].number;
        self.count(Count::TasksLost, f64::from(slots));
        self.tell(|| Entry::Lost { task: number, slots, fragmented });
    }

    /// Forgets a task of which nothing waits and nothing runs.
    pub(super) fn drop_task_if_over(&mut self, task: u32) {
        let entry = &self.tasks.tasks[task as usize];
        if entry.waiting == 0 && entry.groups == 0 {
            // A later task may have taken the name over while this one was still reading back what it had spilled.
            let name = (entry.source, entry.name);
            if self.tasks.named.get(&name) == Some(&task) {
                self.tasks.named.remove(&name);
            }
            self.tasks.tasks.remove(task as usize);
        }
    }

    /// Sends a group that has not begun back to the head of the line.
    pub(in crate::sim) fn requeue_group(&mut self, group: u32) {
        let entry = self.tasks.groups[group as usize];
        let count = entry.count;
        let task = entry.task;
        self.tasks.sent_back = true;
        self.tasks.tasks[task as usize].waiting += count;
        self.tasks.waiting += u64::from(count);
        self.shift(Level::Waiting, f64::from(count));
        if !self.tasks.line.contains(&task) {
            self.tasks.line.push_front(task);
        }
        self.dismiss(group);
    }
}
