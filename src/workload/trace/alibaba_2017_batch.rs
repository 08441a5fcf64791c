//! Batch tasks of the Alibaba cluster trace 2017 (table `batch_task`): requests, not usage.
//!
//! Each row is a task of up to 64,486 parallel instances with the CPU and memory planned for one instance.
//!
//! - Time: seconds from the start of the trace; a file that begins before it (`create_s` < 0) is shifted as a whole
//!   so that its first row is at 0. Rows are in the order of `create_s`.
//! - Memory: `plan_mem_norm` is a fraction of the largest machine, whose size is not published; the parameter
//!   `machine_memory` supplies it. Only ratios between tasks are real.
//! - CPU: no usage is given. The work of an instance is taken as (`end_s` - `create_s`) x planned cores. That is too
//!   much where the task waited for machines or ran its instances in waves, and where an instance used less than
//!   planned.
//! - Status: for Waiting and Running rows `end_s` is the last change of state, not an end. They are left out unless
//!   `keep` names them; they then stay for `open_duration`.
//! - A task that was never planned (empty CPU or memory) is left out unless `unplanned_memory` is given; it then
//!   counts as one core and that much memory.
//!
//! The source counts what it leaves out.

use super::demand::{constant, replayed};
use super::pull::{Met, Pull, Source};
use super::{Format, Opened, REPLAY};
use crate::base::{Args, Bytes, Entry, Kind, SimSpan, SimTime, Trait, Value, optional, param, required};
use crate::input::InputError;
use crate::input::{Columns, Input};
use crate::input::{Row, Table};
use crate::workload::task::{TaskArrival, TraceEvent};

/// The registry entry.
pub const ENTRY: Entry<Format> = Entry {
    name: "alibaba-2017-batch",
    summary: "batch tasks with up to 64,486 instances: planned CPU and memory",
    source: "Alibaba cluster-trace-v2017, table batch_task",
    params: &[
        required("path", Kind::Path, "the table, plain or gzip"),
        param("machine_memory", Kind::Bytes, "256 GiB", "memory of the largest machine (not published)"),
        param("keep", Kind::List(&STATUS), "[\"Terminated\", \"Failed\"]", "which tasks, by status"),
        param("open_duration", Kind::Span, "1 h", "stay of kept tasks that the trace does not see end"),
        optional("unplanned_memory", Kind::Bytes, "memory of kept tasks without a plan (they are left out otherwise)"),
        REPLAY,
    ],
    traits: &[Trait::OffersForesight],
    build: Format {
        tables: &[COLUMNS],
        where_to_get: "the trace is at https://github.com/alibaba/clusterdata (cluster-trace-v2017, table batch_task), \
                       free for research or study; put the column names above its rows and sort them by create_s",
        open,
    },
};

const STATUS: Kind = Kind::Choice(&["Terminated", "Failed", "Running", "Waiting"]);

const COLUMNS: Columns = Columns {
    of: "tasks",
    required: &["create_s", "end_s", "job_id", "instances", "status", "plan_cpu_centicores", "plan_mem_norm"],
    optional: &[],
};
static TASKS: Columns = COLUMNS;

const CREATE: usize = 0;
const END: usize = 1;
const JOB: usize = 2;
const INSTANCES: usize = 3;
const STATE: usize = 4;
const CPU: usize = 5;
const MEMORY: usize = 6;

fn open(args: &Args, input: Input) -> Opened {
    let words = args.list_opt("keep").unwrap_or_default();
    let keep = words.into_iter().filter_map(|word| if let Value::Text(text) = word { Some(text) } else { None });
    let reading = Reading {
        machine: args.bytes("machine_memory"),
        keep: keep.collect(),
        open_duration: args.span("open_duration"),
        unplanned: args.bytes_opt("unplanned_memory"),
        replay: args.text("replay"),
        first: None,
        last: SimTime::ZERO,
        met: Met::default(),
    };
    Ok(Source::boxed(Batch { table: super::table(&input, &TASKS)?, reading }))
}

struct Batch {
    table: Table,
    reading: Reading,
}

struct Reading {
    machine: Bytes,
    keep: Vec<String>,
    open_duration: SimSpan,
    unplanned: Option<Bytes>,
    replay: String,
    /// Nanoseconds that count as time 0.
    first: Option<i64>,
    last: SimTime,
    met: Met,
}

impl Pull for Batch {
    fn pull(&mut self) -> Result<Option<TraceEvent>, InputError> {
        while let Some(row) = self.table.next_row()? {
            match self.reading.task(row)? {
                Some(arrival) => return Ok(Some(TraceEvent::Arrival(arrival))),
                None => self.reading.met.left_out += 1,
            }
        }
        Ok(None)
    }

    fn met(&self) -> &Met {
        &self.reading.met
    }
}

impl Reading {
    /// The task of a row, or `None` where it is left out.
    fn task(&mut self, row: Row<'_>) -> Result<Option<TaskArrival>, InputError> {
        let create = row.signed_secs(CREATE)?;
        let first = *self.first.get_or_insert(create.min(0));
        // A row before the first one becomes 0 here, and a fault wherever the trace has moved on.
        let at = SimTime(create.saturating_sub(first).max(0).unsigned_abs());
        row.in_order(CREATE, self.last, at)?;
        self.last = at;
        let status = row.text(STATE);
        if !["Terminated", "Failed", "Running", "Waiting"].contains(&status.as_str()) {
            return Err(row.wrong(STATE, "Terminated, Failed, Running or Waiting"));
        }
        let plan = self.plan(row)?;
        let (Some((cores, memory)), true) = (plan, self.keep.contains(&status)) else {
            return Ok(None);
        };
        let duration = match status.as_str() {
            "Terminated" | "Failed" => self.duration(row, create)?,
            _ => self.open_duration,
        };
        let work = duration.scale(cores);
        let (stay, cores) = replayed(&self.replay, duration, work);
        Ok(Some(TaskArrival {
            at,
            task: self.met.task(),
            class: self.met.class(&status),
            job: row.count(JOB)?,
            instances: row.positive(INSTANCES)?,
            cpu_work: work,
            cores,
            stay,
            demand: constant(memory),
            priority: 0,
        }))
    }

    fn duration(&self, row: Row<'_>, create: i64) -> Result<SimSpan, InputError> {
        let span = row.signed_secs(END)?.checked_sub(create).and_then(|nanos| u64::try_from(nanos).ok());
        span.map(SimSpan).ok_or_else(|| row.wrong(END, "a time that is not before create_s"))
    }

    /// Cores and memory of one instance, or `None` for a task that was never planned.
    fn plan(&self, row: Row<'_>) -> Result<Option<(f64, Bytes)>, InputError> {
        if row.cell(CPU).is_empty() || row.cell(MEMORY).is_empty() {
            return Ok(self.unplanned.map(|memory| (1.0, memory)));
        }
        let share = row.number(MEMORY)?;
        if share > 1.0 {
            return Err(row.wrong(MEMORY, "a fraction of the largest machine, 0 to 1"));
        }
        Ok(Some((row.number(CPU)? / 100.0, self.machine.scale(share))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::task::Stay;

    const HEAD: &str = "create_s,end_s,job_id,task_id,instances,status,plan_cpu_centicores,plan_mem_norm\n";

    fn run(rows: &str, change: impl Fn(&mut Args)) -> (Vec<Result<TraceEvent, InputError>>, u64) {
        let keep = ["Terminated", "Failed"].map(|word| Value::Text(word.into()));
        let mut args = Args::new(vec![
            ("machine_memory", Value::Bytes(Bytes::gib(100))),
            ("keep", Value::List(keep.to_vec())),
            ("open_duration", Value::Span(SimSpan::secs(60))),
            ("replay", Value::Text("hold".into())),
        ]);
        change(&mut args);
        let text: &'static str = Box::leak(format!("{HEAD}{rows}").into_boxed_str());
        let mut source = open(&args, Input::from_bytes("b.csv", text.as_bytes())).unwrap();
        let events = std::iter::from_fn(|| source.next_event()).collect();
        (events, source.left_out())
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

    #[test]
    fn the_first_row_is_time_zero_and_work_is_planned_cores_times_duration() {
        let (events, left_out) =
            run("-10,30,5,1,7,Terminated,50,0.25\n5,,6,2,1,Waiting,,\n5,6,6,3,1,Failed,100,0.5\n", |_| {});
        let tasks = arrivals(events);
        assert_eq!((tasks.len(), left_out), (2, 1));
        let (first, second) = (&tasks[0], &tasks[1]);
        assert_eq!((first.at, first.instances, first.cores), (SimTime::ZERO, 7, 0.5));
        assert_eq!((first.stay, first.cpu_work), (Stay::For(SimSpan::secs(40)), SimSpan::secs(20)));
        assert_eq!(first.peak(), Bytes::gib(25));
        assert_eq!((second.at, second.task, second.class), (SimTime(15_000_000_000), 1, 1));
    }

    #[test]
    fn open_and_unplanned_tasks_are_kept_on_request() {
        let (events, left_out) = run("0,0,6,2,3,Waiting,,\n", |args| {
            args.set("keep", Value::List(vec![Value::Text("Waiting".into())]));
            args.set("unplanned_memory", Value::Bytes(Bytes::gib(1)));
            args.set("replay", Value::Text("work".into()));
        });
        let tasks = arrivals(events);
        assert_eq!(
            (tasks[0].stay, tasks[0].cpu_work, tasks[0].peak()),
            (Stay::UntilDone, SimSpan::secs(60), Bytes::gib(1))
        );
        assert_eq!(left_out, 0);
    }

    #[test]
    fn faults_name_row_and_column() {
        for (row, text) in [
            ("7,9,1,1,1,Terminated,50,1.5\n", "column plan_mem_norm"),
            ("7,6,1,1,1,Terminated,50,0.5\n", "column end_s"),
            ("7,9,1,1,1,Done,50,0.5\n", "column status"),
            ("4,9,1,1,1,Terminated,50,0.5\n", "column create_s: order runs backwards"),
            ("7,9,1,1,0,Terminated,50,0.5\n", "column instances"),
        ] {
            let (events, _) = run(&format!("5,6,1,1,1,Terminated,50,0.5\n{row}"), |_| {});
            assert!(events[0].is_ok());
            let error = events[1].as_ref().unwrap_err().to_string();
            assert!(error.contains("b.csv, line 3") && error.contains(text), "{error}");
        }
    }
}
