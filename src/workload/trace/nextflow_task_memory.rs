//! Memory and CPU over time of containerised tasks of two workflows (nf-core eager and sarek), a sample about every 2
//! s.
//!
//! From the traces of "Predicting Dynamic Memory Requirements for Scientific Workflow Tasks" (IEEE Big Data 2023).
//! Two files, tasks and series, both in the order of task ids; read side by side, so that memory grows with one
//! task's series.
//!
//! - Time: `start_s` counts from the start of a workflow. With `workflow = "both"` the two are laid over each other,
//!   both from 0: the file is then read by two readers, one a workflow.
//! - Memory: the MB of the files are MiB: the highest peaks equal the request exactly so, and only so. Equal
//!   neighbours are one step. Without `series`, a task holds its peak (or, with `memory = "request"`, what it asked
//!   for) all its life.
//! - CPU: the work is the integral of `cpu_pct`, spread evenly, so that on an idle machine it ends with the task.
//!   Without `series` it is duration x `cpus`, the cores asked for, which is an upper bound.
//! - Gaps: a task without series holds its peak, else its request. A task without `duration_s` lasts to the sample
//!   after its last one; a task with neither duration nor samples is left out, and counted.
//! - Class: workflow and process, as in `eager/bwa`. Job: 0 for the first workflow met, 1 for the second.

use super::demand::{Samples, constant, replayed};
use super::pull::{Met, Pull, Source};
use super::{Format, Opened, REPLAY};
use crate::base::{Args, Bytes, Entry, Kind, SimSpan, SimTime, Trait, optional, param, required};
use crate::input::{Columns, Input};
use crate::input::{Fault, InputError};
use crate::input::{Row, Table};
use crate::workload::task::{TaskArrival, TraceEvent};

/// The registry entry.
pub const ENTRY: Entry<Format> = Entry {
    name: "nextflow-task-memory",
    summary: "workflow tasks with memory and CPU about every 2 s",
    source: "k-Segments traces, IEEE Big Data 2023 (Bader et al.)",
    params: &[
        required("path", Kind::Path, "the tasks, plain or gzip"),
        optional("series", Kind::Path, "their series; without it a task's memory is constant"),
        param("workflow", Kind::Choice(&["both", "eager", "sarek"]), "both", "which workflow; both start at 0"),
        param("memory", Kind::Choice(&["peak", "request"]), "peak", "what a task without series holds"),
        REPLAY,
    ],
    traits: &[Trait::OffersForesight],
    build: Format {
        tables: &[TASK_COLUMNS, SERIES_COLUMNS],
        where_to_get: "the trace is at https://github.com/long2mao1/k-segments-traces (no licence stated: for \
                       reading and measuring only); join its exports into one file of tasks and one of series, both by \
                       task id",
        open,
    },
};

const TASK_COLUMNS: Columns = Columns {
    of: "tasks",
    required: &[
        "task",
        "workflow",
        "process",
        "start_s",
        "duration_s",
        "samples",
        "peak_mem_mb",
        "mem_limit_bytes",
        "cpus",
    ],
    optional: &[],
};
const SERIES_COLUMNS: Columns =
    Columns { of: "series", required: &["task", "t_s", "mem_mb", "cpu_pct"], optional: &[] };
static TASKS: Columns = TASK_COLUMNS;
static SERIES: Columns = SERIES_COLUMNS;

const TASK: usize = 0;
const WORKFLOW: usize = 1;
const PROCESS: usize = 2;
const START: usize = 3;
const DURATION: usize = 4;
const SAMPLES: usize = 5;
const PEAK: usize = 6;
const LIMIT: usize = 7;
const CPUS: usize = 8;
const OFFSET: usize = 1;
const MEMORY: usize = 2;
const CPU: usize = 3;

/// The usual distance of two samples.
const STEP: SimSpan = SimSpan::secs(2);
const WORKFLOWS: [&str; 2] = ["eager", "sarek"];

fn open(args: &Args, input: Input) -> Opened {
    let (chosen, series) = (args.text("workflow"), args.text_opt("series"));
    let mut readers = Vec::with_capacity(2);
    for workflow in WORKFLOWS.into_iter().filter(|name| chosen == "both" || chosen == *name) {
        let series = series.as_ref().map(|path| super::table(&input.beside(path)?, &SERIES)).transpose()?;
        let (tasks, ids) = (super::table(&input, &TASKS)?, Ids::default());
        readers.push(Reader { workflow, tasks, series, ids, last: SimTime::ZERO, next: None });
    }
    let options = Options { request: args.text("memory") == "request", replay: args.text("replay") };
    Ok(Source::boxed(Workflows { readers, options, met: Met::default() }))
}

struct Options {
    request: bool,
    replay: String,
}

struct Workflows {
    readers: Vec<Reader>,
    options: Options,
    met: Met,
}

/// Reads the tasks of one workflow.
struct Reader {
    workflow: &'static str,
    tasks: Table,
    series: Option<Table>,
    ids: Ids,
    last: SimTime,
    next: Option<Read>,
}

/// The last ids met: both files must be in their order, or a series would be missed in silence.
#[derive(Default)]
struct Ids {
    task: Option<u64>,
    series: Option<u64>,
}

/// A task without its number and class, and the name of its class.
struct Read {
    class: String,
    arrival: TaskArrival,
}

/// A row of the tasks.
struct Described {
    id: u64,
    at: SimTime,
    class: String,
    duration: Option<SimSpan>,
    samples: u64,
    memory: Bytes,
    cpus: f64,
}

impl Pull for Workflows {
    fn pull(&mut self) -> Result<Option<TraceEvent>, InputError> {
        for reader in &mut self.readers {
            if reader.next.is_none() {
                reader.next = reader.read(&self.options, &mut self.met.left_out)?;
            }
        }
        let waiting = |reader: &Reader| reader.next.as_ref().map(|read| read.arrival.at);
        let times = self.readers.iter().enumerate().filter_map(|(index, reader)| Some((waiting(reader)?, index)));
        let Some((_, index)) = times.min() else { return Ok(None) };
        let Some(read) = self.readers[index].next.take() else { return Ok(None) };
        let (task, class) = (self.met.task(), self.met.class(&read.class));
        Ok(Some(TraceEvent::Arrival(TaskArrival { task, class, job: index as u64, ..read.arrival })))
    }

    fn met(&self) -> &Met {
        &self.met
    }
}

impl Reader {
    /// The next task of this workflow.
    fn read(&mut self, options: &Options, left_out: &mut u64) -> Result<Option<Read>, InputError> {
        while let Some(row) = self.tasks.next_row()? {
            self.ids.task = Some(ascending(row, self.ids.task)?);
            match row.cell(WORKFLOW) {
                name if name == self.workflow.as_bytes() => {}
                b"eager" | b"sarek" => continue,
                _ => return Err(row.wrong(WORKFLOW, "eager or sarek")),
            }
            let task = Described::read(row, options)?;
            row.in_order(START, self.last, task.at)?;
            self.last = task.at;
            let samples = match &mut self.series {
                Some(series) => series_of(series, &mut self.ids.series, task.id)?,
                None => Samples::default(),
            };
            match task.finish(samples, options) {
                Some(read) => return Ok(Some(read)),
                None => *left_out += 1,
            }
        }
        Ok(None)
    }
}

impl Described {
    fn read(row: Row<'_>, options: &Options) -> Result<Described, InputError> {
        let request = Bytes(row.count(LIMIT)?);
        let peak = if row.cell(PEAK).is_empty() { request } else { mib(row.number(PEAK)?) };
        let empty = row.cell(DURATION).is_empty();
        Ok(Described {
            id: row.count(TASK)?,
            at: SimTime::ZERO + row.secs(START)?,
            class: format!("{}/{}", row.text(WORKFLOW), row.text(PROCESS)),
            duration: if empty { None } else { Some(row.secs(DURATION)?) },
            samples: row.count(SAMPLES)?,
            memory: if options.request { request } else { peak },
            cpus: row.number(CPUS)?,
        })
    }

    /// The task with its demand, or `None` where nothing says how long it lived.
    fn finish(self, samples: Samples, options: &Options) -> Option<Read> {
        let sampled =
            if samples.is_empty() { SimSpan(self.samples.saturating_mul(STEP.0)) } else { samples.last() + STEP };
        let duration = self.duration.map_or(sampled, |duration| duration.max(samples.last()));
        if duration == SimSpan::ZERO {
            return None;
        }
        let (demand, cpu_work) = match samples.is_empty() {
            true => (constant(self.memory), duration.scale(self.cpus)),
            false => samples.finish(duration),
        };
        let (stay, cores) = replayed(&options.replay, duration, cpu_work);
        let (at, class) = (self.at, self.class);
        let arrival =
            TaskArrival { at, task: 0, class: 0, job: 0, instances: 1, cpu_work, cores, stay, demand, priority: 0 };
        Some(Read { class, arrival })
    }
}

/// Collects the samples of task `id`, and skips those of tasks before it.
fn series_of(table: &mut Table, last: &mut Option<u64>, id: u64) -> Result<Samples, InputError> {
    let mut samples = Samples::default();
    while let Some(row) = table.next_row()? {
        let task = row.count(TASK)?;
        if last.is_some_and(|last| task < last) {
            return Err(row.fault(Fault::Backwards, TASK, "task ids that never fall, as in the tasks"));
        }
        *last = Some(task);
        if task < id {
            continue;
        }
        if task > id {
            table.hold();
            break;
        }
        let offset = row.secs(OFFSET)?;
        row.in_order(OFFSET, SimTime(samples.last().0), SimTime(offset.0))?;
        samples.push(offset, mib(row.number(MEMORY)?), row.number(CPU)? / 100.0);
    }
    Ok(samples)
}

fn ascending(row: Row<'_>, last: Option<u64>) -> Result<u64, InputError> {
    let id = row.count(TASK)?;
    match last.is_some_and(|last| id <= last) {
        true => Err(row.fault(Fault::Backwards, TASK, "task ids that grow")),
        false => Ok(id),
    }
}

fn mib(number: f64) -> Bytes {
    Bytes::from_f64(number * 1_048_576.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;
    use crate::workload::task::Stay;

    const TASKS_HEAD: &str = "task,workflow,process,start_s,duration_s,samples,peak_mem_mb,mem_limit_bytes,cpus\n";
    const SERIES_HEAD: &str = "task,t_s,mem_mb,cpu_pct\n";

    fn run(
        tasks: &str,
        series: Option<&str>,
        workflow: &str,
    ) -> (Vec<Result<TraceEvent, InputError>>, Vec<String>, u64) {
        let folder = tempfile::tempdir().unwrap();
        let mut args = Args::new(vec![
            ("workflow", Value::Text(workflow.into())),
            ("memory", Value::Text("peak".into())),
            ("replay", Value::Text("hold".into())),
        ]);
        std::fs::write(folder.path().join("t.csv"), format!("{TASKS_HEAD}{tasks}")).unwrap();
        if let Some(series) = series {
            std::fs::write(folder.path().join("s.csv"), format!("{SERIES_HEAD}{series}")).unwrap();
            args.set("series", Value::Text("s.csv".into()));
        }
        let input = Input::resolve(folder.path(), "t.csv").unwrap();
        let mut source = open(&args, input).unwrap();
        let events = std::iter::from_fn(|| source.next_event()).collect();
        (events, source.classes().to_vec(), source.left_out())
    }

    fn arrivals(events: Vec<Result<TraceEvent, InputError>>) -> Vec<TaskArrival> {
        events
            .into_iter()
            .map(|event| match event {
                Ok(TraceEvent::Arrival(arrival)) => arrival,
                other => panic!("{other:?}"),
            })
            .collect()
    }

    const BOTH: &str = "2,eager,bwa,5,6,3,3,4194304,2\n4,eager,bwa,9,4,0,,4194304,2\n5,eager,qc,9,,0,,4194304,2\n\
                        6,sarek,fastqc,7,,2,9,9437184,1\n";

    #[test]
    fn series_join_their_tasks_and_workflows_are_laid_over_each_other() {
        let (events, classes, left_out) =
            run(BOTH, Some("2,0,1,100\n2,2,1,50\n2,4,3,0\n3,0,1,1\n6,0,9,100\n6,2,8,100\n"), "both");
        let tasks = arrivals(events);
        let starts: Vec<u64> = tasks.iter().map(|task| task.at.0 / 1_000_000_000).collect();
        assert_eq!((starts, left_out), (vec![5, 7, 9], 1));
        assert_eq!(classes, ["eager/bwa", "sarek/fastqc"]);
        let first = &tasks[0];
        assert_eq!((first.demand.len(), first.peak(), first.cpu_work), (2, Bytes::mib(3), SimSpan::secs(3)));
        assert_eq!(first.stay, Stay::For(SimSpan::secs(6)));
        // Task 6 has no duration: two samples, the last at 2 s, so 4 s. Task 4 has no series: its request.
        assert_eq!((tasks[1].stay, tasks[1].cpu_work), (Stay::For(SimSpan::secs(4)), SimSpan::secs(4)));
        assert_eq!((tasks[2].peak(), tasks[2].cpu_work), (Bytes::mib(4), SimSpan::secs(8)));
    }

    #[test]
    fn tasks_alone_hold_their_peak() {
        let (events, ..) = run(BOTH, None, "eager");
        let tasks = arrivals(events);
        assert_eq!(tasks.len(), 2);
        assert_eq!((tasks[0].demand.clone(), tasks[0].cpu_work), (constant(Bytes::mib(3)), SimSpan::secs(12)));
    }

    #[test]
    fn a_series_out_of_order_is_a_fault() {
        let (events, ..) = run(BOTH, Some("2,0,1,100\n6,0,9,1\n4,0,1,1\n"), "eager");
        let (events, error) = (&events[..events.len() - 1], events.last().unwrap());
        assert!(events.iter().all(Result::is_ok), "{events:?}");
        assert!(error.is_ok(), "rows behind the last task of the workflow are never read");
        let (events, ..) = run(BOTH, Some("2,0,1,100\n2,2,1,1\n1,0,1,1\n"), "eager");
        let error = events[0].as_ref().unwrap_err().to_string();
        assert!(error.contains("s.csv, line 4, column task"), "{error}");
    }
}
