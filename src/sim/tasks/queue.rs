//! The line of tasks that wait for slots: first come first served, no overtaking.

use super::Tasks;
use crate::base::{GroupId, TaskId, TaskManagerId};
use crate::cluster::view::Demand;
use crate::sim::books::Books;
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::world::World;

impl Tasks {
    /// Gives instances at the end of the line up where more than `limit` wait.
    pub(super) fn shed_line(&mut self, books: &mut Books<'_>, limit: u64) {
        while self.waiting > limit {
            let Some(&task) = self.line.back() else { return };
            let excess = self.waiting - limit;
            let entry = &mut self.tasks[task];
            let shed = u64::from(entry.waiting).min(excess) as u32;
            entry.waiting -= shed;
            let over = entry.waiting == 0;
            self.waiting -= u64::from(shed);
            books.shift(Level::Waiting, -f64::from(shed));
            if over {
                self.line.pop_back();
            }
            self.lose(books, task, shed, false);
            self.drop_task_if_over(task);
        }
    }

    /// Counts instances as lost.
    pub(super) fn lose(&mut self, books: &mut Books<'_>, task: TaskId, slots: u32, fragmented: bool) {
        let number = self.tasks[task].number;
        books.count(Count::TasksLost, f64::from(slots));
        books.tell(|| Entry::Lost { task: number, slots, fragmented });
    }

    /// Forgets a task of which nothing waits and nothing runs.
    pub(super) fn drop_task_if_over(&mut self, task: TaskId) {
        let entry = &self.tasks[task];
        if entry.waiting == 0 && entry.groups == 0 {
            // A later task may have taken the name over while this one was still reading back what it had spilled.
            let name = (entry.source, entry.name);
            if self.named.get(&name) == Some(&task) {
                self.named.remove(&name);
            }
            self.tasks.remove(task);
        }
    }
}

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
        if self.fleet.is_full() || self.tasks.sent_back || self.books.verdict.is_some() {
            return false;
        }
        let list = std::mem::take(&mut self.tasks.placed);
        let placed = self.ask_placement(task, list);
        let is_stuck = placed.is_empty();
        for (task_manager, count) in &placed {
            self.begin(task, *task_manager, *count);
        }
        self.tasks.placed = placed;
        // A task that lost all its instances on the way is gone by now.
        if self.tasks.tasks.get(task).is_none_or(|entry| entry.waiting == 0) {
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
    fn ask_placement(&mut self, task: TaskId, mut placed: Vec<(TaskManagerId, u32)>) -> Vec<(TaskManagerId, u32)> {
        placed.clear();
        let entry = &self.tasks.tasks[task];
        let first = entry.demand.first().map_or_else(Default::default, |step| step.bytes);
        let peak = match self.settings.foresight {
            true => entry.demand.iter().map(|step| step.bytes).max().unwrap_or(first),
            false => first,
        };
        let demand =
            Demand { instances: entry.waiting, cores: entry.cores, memory: first, peak, job: entry.number as u32 };
        let view = self.fleet.view(self.books.now);
        self.policies.placement.place(&demand, &view, &mut placed);
        match self.fleet.placement_fault(&demand, &placed) {
            None => placed,
            Some(rule) => {
                self.books.illegal("placement", &self.scenario.policies.placement.name.clone(), rule);
                Vec::new()
            }
        }
    }

    /// Sends a group that has not begun back to the head of the line.
    pub(in crate::sim) fn requeue_group(&mut self, group: GroupId) {
        let entry = self.tasks.groups[group];
        let count = entry.count;
        let task = entry.task;
        self.tasks.sent_back = true;
        self.tasks.tasks[task].waiting += count;
        self.tasks.waiting += u64::from(count);
        self.books.shift(Level::Waiting, f64::from(count));
        if !self.tasks.line.contains(&task) {
            self.tasks.line.push_front(task);
        }
        self.dismiss(group);
    }
}
