//! Independent tasks of several classes: each class has an arrival process and laws for size, CPU work, holding time
//! and instances.
//!
//! The workload of the loss and queueing models with exact answers (Erlang, M/M/c, Kaufman-Roberts), and the plainest
//! one for users. A class that holds its memory for a drawn time stays that long whatever the CPU does; one without a
//! holding time leaves when its CPU work is done. One stream for each (purpose, class): a class that is added, or a law
//! that draws more often, moves no other draw, and policies meet the same tasks.

use super::read::Reader;
use super::{BuildGenerator, Generated, GeneratorInput};
use crate::base::{Bytes, Entry, Kind, SimSpan, SimTime, optional, param, required};
use crate::input::InputError;
use crate::kernel::{Dist, Stream, Streams};
use crate::workload::arrival::Arrival;
use crate::workload::task::{DemandStep, Stay, TaskArrival, TaskSource, TraceEvent};

/// The registry entry.
pub const ENTRY: Entry<BuildGenerator> = Entry {
    name: "tasks",
    summary: "independent tasks: memory of random size for a random time",
    source: "loss and queueing models (Erlang; Kaufman, IEEE Trans. Comm. 1981)",
    params: &[
        optional("cpu", Kind::SpanLaw, "CPU time of one instance on one core; absent: none"),
        optional("hold", Kind::SpanLaw, "how long a task stays; absent: until its CPU work is done"),
        required("size", Kind::BytesLaw, "memory of one instance"),
        param("instances", Kind::NumberLaw, "1", "instances that arrive together; rounded, at least 1"),
        param("cores", Kind::Number(0.001, 4096.0), "1", "the most cores that one instance can use"),
    ],
    traits: &[],
    build,
};

/// One kind of task, but for when it arrives.
#[derive(Clone, Debug)]
pub struct TaskSpec {
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
}

fn build(input: &GeneratorInput) -> Result<Generated, Vec<String>> {
    let mut reader = Reader::new(input.args, String::new());
    let spec = TaskSpec {
        cpu: reader.law_opt("cpu"),
        hold: reader.law_opt("hold"),
        size: reader.law("size"),
        instances: reader.law("instances"),
        cores: input.args.number("cores"),
    };
    if ["cpu", "hold"].iter().all(|key| input.args.get(key).is_none()) {
        reader.fault("hold", "a law, since there is no cpu law: a task must leave some day");
    }
    if spec.instances.mean() > MOST_INSTANCES {
        reader.fault("instances", &format!("a mean of at most {MOST_INSTANCES}"));
    }
    if input.rate.is_none() {
        reader.fault("arrival", "an arrival process, such as { kind = \"poisson\", rate = \"10 /s\" }");
    }
    reader.finish(Generated::Tasks(Box::new(spec)))
}

/// More instances of one task would be a slip of the pen.
const MOST_INSTANCES: f64 = 1e6;

impl TaskSpec {
    /// The class called `name` whose tasks come by `arrival`.
    pub fn class(self, name: String, arrival: Box<dyn Arrival>, priority: u8) -> TaskClass {
        let TaskSpec { cpu, hold, size, instances, cores } = self;
        TaskClass { name, arrival, cpu, hold, size, instances, cores, priority }
    }
}

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
    /// Refuses an empty list, a class that could never leave (neither CPU work nor holding time), and senseless cores.
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
    fn next_event(&mut self) -> Option<Result<TraceEvent, InputError>> {
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
    use super::super::testing::{build_at, faults_of};
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
    fn a_declared_class_draws_what_it_declares() {
        let given = [("cpu", "3 s"), ("size", "5 MiB"), ("instances", "4"), ("cores", "2")];
        let Ok(Generated::Tasks(spec)) = build_at("tasks", &given, Some(3.0)) else { panic!("no tasks") };
        let tasks = first(vec![spec.class("a".into(), class("a", 3.0, 1).arrival, 7)], 1);
        let TaskArrival { instances, cpu_work, cores, stay, priority, .. } = tasks[0];
        assert_eq!((instances, cpu_work, cores, stay, priority), (4, SimSpan::secs(3), 2.0, Stay::UntilDone, 7));
        assert_eq!(tasks[0].peak(), Bytes::mib(5));
    }

    #[test]
    fn all_faults_of_a_declaration_come_at_once() {
        let faults = faults_of("tasks", &[("size", "1 MiB"), ("instances", "2000000")], None);
        for part in ["hold: expected a law", "instances = { law = \"constant\", value = 2000000 }", "arrival: expected"]
        {
            assert!(faults.contains(part), "{faults}");
        }
        assert_eq!(faults.lines().count(), 3, "{faults}");
    }

    #[test]
    fn a_class_that_never_leaves_is_refused() {
        let endless = TaskClass { hold: None, ..class("a", 1.0, 1) };
        let error = SyntheticTasks::new(vec![endless], &Streams::new(1)).err().unwrap();
        assert!(error.contains("\"a\"") && error.contains("holding time"), "{error}");
    }
}
