//! Independent tasks of several classes: each class has an arrival process and laws for size, CPU work, holding time
//! and instances.
//!
//! The workload of the loss and queueing models with exact answers (Erlang, M/M/c, Kaufman-Roberts), and the plainest
//! one for users. A class that holds its memory for a drawn time stays that long whatever the CPU does; one without a
//! holding time leaves when its CPU work is done. One stream for each (purpose, class): a class that is added, or a
//! law that draws more often, moves no other draw, and policies meet the same tasks.

use crate::base::{Bytes, SimSpan, SimTime};
use crate::kernel::{Dist, Stream, Streams};
use crate::workload::arrival::Arrival;
use crate::workload::error::TraceError;
use crate::workload::task::{DemandStep, Stay, TaskArrival, TaskSource, TraceEvent};

/// One kind of task.
pub struct TaskClass {
    /// For tables.
    pub name: String,
    /// When its tasks come.
    pub arrival: Box<dyn Arrival>,
    /// CPU time of one instance in nanoseconds on one core; none is no CPU work.
    pub cpu: Option<Dist>,
    /// How long a task stays, in nanoseconds; none is until its CPU work is done.
    pub hold: Option<Dist>,
    /// Memory of one instance in bytes.
    pub size: Dist,
    /// Instances that arrive together; draws are rounded, and at least 1.
    pub instances: Dist,
    /// The most cores that one instance can use, above 0.
    pub cores: f64,
    /// 0 is the lowest.
    pub priority: u8,
}

/// Tasks of several classes, merged in the order of time; equal times in the order of the classes. It never ends.
pub struct SyntheticTasks {
    classes: Vec<Drawn>,
    names: Vec<String>,
    tasks: u64,
}

/// A class with its streams and the time of its next task.
struct Drawn {
    class: TaskClass,
    next: SimTime,
    arrival: Stream,
    cpu: Stream,
    hold: Stream,
    size: Stream,
    instances: Stream,
}

impl SyntheticTasks {
    /// Refuses an empty list, a class that could never leave (neither CPU work nor holding time), and senseless
    /// cores.
    pub fn new(classes: Vec<TaskClass>, streams: &Streams) -> Result<SyntheticTasks, String> {
        if classes.is_empty() {
            return Err("no classes of tasks: expected at least one".into());
        }
        for class in &classes {
            if class.cpu.is_none() && class.hold.is_none() {
                return Err(format!("class \"{}\" has neither CPU work nor a holding time: expected one", class.name));
            }
            if !(class.cores > 0.0 && class.cores.is_finite()) {
                return Err(format!("class \"{}\": cores = {}, expected more than 0", class.name, class.cores));
            }
        }
        let names = classes.iter().map(|class| class.name.clone()).collect();
        let classes = (0u64..).zip(classes).map(|(number, class)| Drawn::new(class, number, streams)).collect();
        Ok(SyntheticTasks { classes, names, tasks: 0 })
    }
}

impl Drawn {
    fn new(mut class: TaskClass, number: u64, streams: &Streams) -> Drawn {
        let stream = |purpose| streams.stream(purpose, number);
        let mut arrival = stream("arrival");
        let next = SimTime::ZERO + class.arrival.next_gap(SimTime::ZERO, &mut arrival);
        let (cpu, hold, size, instances) = (stream("cpu"), stream("hold"), stream("size"), stream("instances"));
        Drawn { class, next, arrival, cpu, hold, size, instances }
    }

    fn draw(&mut self, task: u64, number: u32) -> TaskArrival {
        let at = self.next;
        self.next = at + self.class.arrival.next_gap(at, &mut self.arrival);
        let cpu = self.class.cpu.as_ref().map(|law| law.sample(&mut self.cpu));
        let hold = self.class.hold.as_ref().map(|law| law.sample(&mut self.hold));
        let bytes = Bytes::from_f64(self.class.size.sample(&mut self.size));
        TaskArrival {
            at,
            task,
            class: number,
            job: task,
            instances: (self.class.instances.sample(&mut self.instances).round() as u32).max(1),
            cpu_work: cpu.map_or(SimSpan::ZERO, SimSpan::from_nanos),
            cores: self.class.cores,
            stay: hold.map_or(Stay::UntilDone, |nanos| Stay::For(SimSpan::from_nanos(nanos))),
            demand: vec![DemandStep { offset: SimSpan::ZERO, bytes }],
            priority: self.class.priority,
        }
    }
}

impl TaskSource for SyntheticTasks {
    fn next_event(&mut self) -> Option<Result<TraceEvent, TraceError>> {
        let (number, class) = (0u32..).zip(&mut self.classes).min_by_key(|(number, class)| (class.next, *number))?;
        let arrival = class.draw(self.tasks, number);
        self.tasks += 1;
        Some(Ok(TraceEvent::Arrival(arrival)))
    }

    fn classes(&self) -> &[String] {
        &self.names
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Args, Law, Value};
    use crate::workload::arrival::ARRIVALS;

    fn class(name: &str, rate: f64, mib: u64) -> TaskClass {
        let poisson = ARRIVALS.iter().find(|entry| entry.name == "poisson").unwrap();
        let law = |law: &Law| Dist::new(law).unwrap();
        TaskClass {
            name: name.into(),
            arrival: (poisson.build)(&Args::new(vec![("rate", Value::Number(rate))])).unwrap(),
            cpu: None,
            hold: Some(law(&Law::with("exponential", &[("mean", 1e9)]))),
            size: law(&Law::constant(Bytes::mib(mib).as_f64())),
            instances: law(&Law::constant(1.0)),
            cores: 1.0,
            priority: 0,
        }
    }

    fn first(classes: Vec<TaskClass>, count: usize) -> Vec<TaskArrival> {
        let mut tasks = SyntheticTasks::new(classes, &Streams::new(5)).unwrap();
        let next = || match tasks.next_event() {
            Some(Ok(TraceEvent::Arrival(arrival))) => Some(arrival),
            _ => None,
        };
        std::iter::from_fn(next).take(count).collect()
    }

    #[test]
    fn classes_merge_in_time_at_their_rates() {
        let tasks = first(vec![class("a", 3.0, 1), class("b", 1.0, 7)], 40_000);
        assert!(tasks.is_sorted_by_key(|task| task.at));
        let share = tasks.iter().filter(|task| task.class == 1).count() as f64 / 40_000.0;
        // 3 standard errors of a share of 1/4 among 40,000.
        assert!((share - 0.25).abs() < 3.0 * (0.25f64 * 0.75 / 40_000.0).sqrt(), "{share}");
        assert!(tasks.iter().all(|task| task.peak() == Bytes::mib(if task.class == 0 { 1 } else { 7 })));
    }

    #[test]
    fn the_memory_held_by_endless_room_is_that_of_theory() {
        // M/G/infinity: by Little's law, rate x holding time = 3 tasks alive in the mean, 3 MiB held.
        let tasks = first(vec![class("a", 3.0, 1)], 90_000);
        let held: f64 =
            tasks.iter().map(|task| if let Stay::For(span) = task.stay { span.as_secs() } else { 0.0 }).sum();
        let alive = held / tasks[tasks.len() - 1].at.as_secs();
        assert!((alive - 3.0).abs() < 3.0 * 3.0 * (2.0f64 / 90_000.0).sqrt(), "{alive}");
    }

    #[test]
    fn another_class_moves_no_draw_of_the_first() {
        let alone = first(vec![class("a", 3.0, 1)], 1000);
        let both = first(vec![class("a", 3.0, 1), class("b", 5.0, 2)], 2000);
        let same = both.iter().filter(|task| task.class == 0).map(|task| (task.at, task.stay));
        assert!(same.zip(&alone).all(|(task, twin)| task == (twin.at, twin.stay)));
    }

    #[test]
    fn a_class_that_never_leaves_is_refused() {
        let endless = TaskClass { hold: None, ..class("a", 1.0, 1) };
        let error = SyntheticTasks::new(vec![endless], &Streams::new(1)).err().unwrap();
        assert!(error.contains("\"a\"") && error.contains("holding time"), "{error}");
    }
}
