//! Pulling events from task sources, one ahead.

use super::{Task, Tasks};
use crate::base::{SimSpan, SourceId};
use crate::sim::books::Verdict;
use crate::sim::event::Event;
use crate::sim::log::Entry;
use crate::sim::meters::{Count, Level};
use crate::sim::world::World;
use crate::workload::task::{Stay, TaskArrival, TaskSource, TraceEvent};

/// A task source with the event that it tells next.
pub struct Source {
    /// Where events come from; gone when it has ended.
    pub events: Option<Box<dyn TaskSource>>,
    /// The next event.
    pub next: Option<TraceEvent>,
    /// Its workload.
    pub workload: u32,
    /// Tasks that it has told of.
    pub arrived: u64,
    /// Added to every time of the source.
    pub start: SimSpan,
    /// Priority of tasks that have none of their own.
    pub priority: u8,
    /// Share in weighted policies.
    pub weight: f64,
}

impl Tasks {
    /// Whether any source has more to tell.
    pub(in crate::sim) fn sources_left(&self) -> bool {
        self.sources.iter().any(|source| source.events.is_some() || source.next.is_some())
    }
}

impl World<'_> {
    /// Reads the first event of every source.
    pub(in crate::sim) fn open_sources(&mut self) {
        for source in self.tasks.sources.ids() {
            self.pull(source);
        }
    }

    /// Reads one event ahead and schedules it.
    fn pull(&mut self, number: SourceId) {
        let source = &mut self.tasks.sources[number];
        let next = match source.events.as_mut().and_then(|events| events.next_event()) {
            Some(Ok(event)) => event,
            Some(Err(error)) => {
                self.books.end(Verdict::Trace(error.to_string()));
                return;
            }
            None => {
                source.events = None;
                return self.end_if_done();
            }
        };
        let at = next.at() + source.start;
        source.next = Some(next);
        self.books.at(at.max(self.books.now), Event::Source(number));
    }

    /// Carries the due event out, and all others of the same instant.
    pub(in crate::sim) fn on_source(&mut self, number: SourceId) {
        match self.tasks.sources[number].next.take() {
            Some(TraceEvent::Arrival(arrival)) => self.arrive(number, arrival),
            Some(TraceEvent::Demand { task, bytes, .. }) => self.named_demand(number, task, bytes),
            Some(TraceEvent::Departure { task, .. }) => self.named_departure(number, task),
            None => {}
        }
        self.pull(number);
    }

    fn arrive(&mut self, number: SourceId, arrival: TaskArrival) {
        let source = &mut self.tasks.sources[number];
        source.arrived += 1;
        let order = source.arrived;
        let (workload, weight) = (source.workload, source.weight);
        let priority = arrival.priority.max(source.priority);
        let instances = arrival.instances;
        let task = Task {
            number: self.tasks.arrived,
            source: number,
            order,
            name: arrival.task,
            class: arrival.class,
            arrived: self.books.now,
            waiting: instances,
            groups: 0,
            work: arrival.cpu_work,
            cores: arrival.cores,
            stay: arrival.stay,
            demand: arrival.demand,
            priority,
            weight,
            members: Vec::new(),
        };
        self.tasks.arrived += 1;
        self.books.count(Count::TasksArrived, f64::from(instances));
        let (task_number, class) = (task.number, task.class);
        self.books.tell(|| Entry::Arrived { task: task_number, workload, class, instances });
        let is_named = task.stay == Stay::UntilDeparture;
        let index = self.tasks.tasks.insert(task);
        if is_named {
            self.tasks.named.insert((number, arrival.task), index);
        }
        self.tasks.line.push_back(index);
        self.tasks.waiting += u64::from(instances);
        self.books.shift(Level::Waiting, f64::from(instances));
        self.serve_line();
        self.tasks.shed_line(&mut self.books, self.scenario.failures.queue_limit);
    }

    fn named_demand(&mut self, source: SourceId, name: u64, bytes: crate::base::Bytes) {
        let Some(&task) = self.tasks.named.get(&(source, name)) else { return };
        for group in self.tasks.tasks[task].members.clone() {
            // An earlier member's request may have cost a later one its place.
            if self.tasks.groups.get(group).is_some_and(|entry| entry.task == task) {
                self.set_demand(group, bytes);
            }
        }
    }

    fn named_departure(&mut self, source: SourceId, name: u64) {
        let Some(task) = self.tasks.named.remove(&(source, name)) else { return };
        let waiting = std::mem::take(&mut self.tasks.tasks[task].waiting);
        if waiting > 0 {
            self.tasks.line.retain(|other| *other != task);
            self.tasks.lose(&mut self.books, task, waiting, false);
            self.tasks.waiting -= u64::from(waiting);
            self.books.shift(Level::Waiting, -f64::from(waiting));
        }
        let members = self.tasks.tasks[task].members.clone();
        if members.is_empty() {
            self.tasks.drop_task_if_over(task);
        }
        for group in members {
            self.on_leave(group);
        }
    }
}
