//! CPU and memory of jobs of a Google cluster in May 2011, a sample every five minutes, one day of a job at a time.
//!
//! Made from ClusterData 2011 (task usage) by the authors of "Virtual Machine Consolidation with Multiple Usage
//! Prediction", who chose job-days with a utilisation between 5 and 90 %. Each job-day is a task: it arrives with its
//! first sample, holds each sample's memory until the next, and leaves five minutes after the last.
//!
//! - Units: `cpu_pct` and `mem_pct` are percent of units that are not given; the parameters `cores` and `memory`
//!   supply what 100 % is. A few values are above 100.
//! - CPU: the work is the integral of `cpu_pct`, spread evenly: `cores` of the task is its mean, so that on an idle
//!   machine the work ends with the day. The memory steps keep their time of day whatever the CPU does.
//! - Order: the file is ordered by job, then day. To deliver it by time, one pass over the file collects the tasks of
//!   one day; so memory grows with a day, and a file of n days is read n times. The first day of the file is time 0.
//! - Classes: one, since nothing is known of the kind of a job; `job` is the job's id, so days of one job can be
//!   matched.

use super::demand::{Samples, replayed};
use super::pull::{Met, Pull, Source};
use super::{Format, Opened, REPLAY};
use crate::base::{Args, Bytes, Entry, Kind, SimSpan, SimTime, Trait, param, required};
use crate::input::Row;
use crate::input::{Columns, Input};
use crate::input::{Fault, InputError};
use crate::workload::task::{TaskArrival, TraceEvent};
use std::collections::{BTreeSet, VecDeque};

/// The registry entry.
pub const ENTRY: Entry<Format> = Entry {
    name: "google-2011-jobs",
    summary: "job-days with CPU and memory every five minutes",
    source: "Google ClusterData 2011 (Reiss, Wilkes, Hellerstein), aggregated by job",
    params: &[
        required("path", Kind::Path, "the series, plain or gzip, or embedded:google_2011_sample"),
        param("memory", Kind::Bytes, "1 GiB", "memory that 100 % stands for (not published)"),
        param("cores", Kind::Number(0.001, 1e6), "1", "cores that 100 % stands for (not published)"),
        REPLAY,
    ],
    traits: &[Trait::OffersForesight],
    build: Format {
        tables: &[COLUMNS],
        where_to_get: "the trace is at https://github.com/google/cluster-data (ClusterData2011_2), CC BY 4.0; by \
                       job at https://github.com/dnhua/CPU-and-Memory-resource-usage-from-Google-Cluster-Data; \
                       a sample is part of the program: embedded:google_2011_sample",
        open,
    },
};

const COLUMNS: Columns =
    Columns { of: "job-days", required: &["job_id", "day", "time_s", "cpu_pct", "mem_pct"], optional: &[] };
static USAGE: Columns = COLUMNS;

const JOB: usize = 0;
const DAY: usize = 1;
const TIME: usize = 2;
const CPU: usize = 3;
const MEMORY: usize = 4;

/// Between two samples, and from the last one to the end.
const STEP: SimSpan = SimSpan::secs(300);
const DAY_LENGTH: SimSpan = SimSpan::secs(86_400);

fn open(args: &Args, input: Input) -> Opened {
    let scale = Scale { memory: args.bytes("memory"), cores: args.number("cores"), replay: args.text("replay") };
    super::table(&input, &USAGE)?;
    let mut met = Met::default();
    met.class("job-day");
    let ready = VecDeque::new();
    Ok(Source::boxed(JobDays { input, scale, first: None, last: None, ready, fault: None, met }))
}

struct JobDays {
    input: Input,
    scale: Scale,
    first: Option<u64>,
    /// The day collected last.
    last: Option<u64>,
    ready: VecDeque<TaskArrival>,
    /// A fault of the pass that filled `ready`; told after what came before it.
    fault: Option<InputError>,
    met: Met,
}

struct Scale {
    memory: Bytes,
    cores: f64,
    replay: String,
}

/// The tasks of the earliest day after `after`, as far as a pass has seen.
struct Day {
    after: Option<u64>,
    day: Option<u64>,
    tasks: Vec<JobDay>,
    jobs: BTreeSet<u64>,
}

struct JobDay {
    job: u64,
    start: SimSpan,
    samples: Samples,
}

impl Pull for JobDays {
    fn pull(&mut self) -> Result<Option<TraceEvent>, InputError> {
        if self.ready.is_empty() {
            if let Some(fault) = self.fault.take() {
                return Err(fault);
            }
            self.collect();
        }
        match (self.ready.pop_front(), self.fault.take()) {
            (Some(mut arrival), fault) => {
                self.fault = fault;
                arrival.task = self.met.task();
                Ok(Some(TraceEvent::Arrival(arrival)))
            }
            (None, Some(fault)) => Err(fault),
            (None, None) => Ok(None),
        }
    }

    fn met(&self) -> &Met {
        &self.met
    }
}

impl JobDays {
    /// One pass over the file: fills `ready` with the next day.
    fn collect(&mut self) {
        let mut day = Day { after: self.last, day: None, tasks: vec![], jobs: BTreeSet::new() };
        let pass = super::table(&self.input, &USAGE).and_then(|mut table| {
            while let Some(row) = table.next_row()? {
                day.row(row, &self.scale)?;
            }
            Ok(())
        });
        self.fault = pass.err();
        let Some(number) = day.day else { return };
        let first = *self.first.get_or_insert(number);
        self.last = Some(number);
        let midnight = SimTime((number - first).saturating_mul(DAY_LENGTH.0));
        day.tasks.sort_by_key(|task| task.start);
        self.ready = day.tasks.into_iter().map(|task| task.arrival(midnight, &self.scale)).collect();
    }
}

impl Day {
    fn row(&mut self, row: Row<'_>, scale: &Scale) -> Result<(), InputError> {
        let number = row.count(DAY)?;
        if self.after.is_some_and(|after| number <= after) || self.day.is_some_and(|day| number > day) {
            return Ok(());
        }
        if self.day != Some(number) {
            (self.day, self.tasks) = (Some(number), vec![]);
            self.jobs.clear();
        }
        let (job, time) = (row.count(JOB)?, row.secs(TIME)?);
        if time >= DAY_LENGTH {
            return Err(row.wrong(TIME, "seconds within the day, below 86400"));
        }
        if self.tasks.last().is_none_or(|task| task.job != job) {
            if !self.jobs.insert(job) {
                return Err(row.fault(Fault::Order, JOB, "the rows of a job-day to be together"));
            }
            self.tasks.push(JobDay { job, start: time, samples: Samples::default() });
        }
        let Some(task) = self.tasks.last_mut() else { return Ok(()) };
        let last = task.start + task.samples.last();
        row.in_order(TIME, SimTime(last.0), SimTime(time.0))?;
        let bytes = scale.memory.scale(row.number(MEMORY)? / 100.0);
        task.samples.push(SimSpan(time.0 - task.start.0), bytes, scale.cores * row.number(CPU)? / 100.0);
        Ok(())
    }
}

impl JobDay {
    fn arrival(self, midnight: SimTime, scale: &Scale) -> TaskArrival {
        let duration = self.samples.last() + STEP;
        let (demand, cpu_work) = self.samples.finish(duration);
        let (stay, cores) = replayed(&scale.replay, duration, cpu_work);
        let at = midnight + self.start;
        TaskArrival { at, task: 0, class: 0, job: self.job, instances: 1, cpu_work, cores, stay, demand, priority: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Value;
    use crate::workload::task::{DemandStep, Stay};

    fn source(input: Input, memory: Bytes) -> Opened {
        let args = Args::new(vec![
            ("memory", Value::Bytes(memory)),
            ("cores", Value::Number(2.0)),
            ("replay", Value::Text("hold".into())),
        ]);
        open(&args, input)
    }

    fn run(text: &'static str) -> Vec<Result<TraceEvent, InputError>> {
        let mut source = source(Input::from_bytes("u.csv", text.as_bytes()), Bytes(1000)).unwrap();
        std::iter::from_fn(|| source.next_event()).collect()
    }

    #[test]
    fn days_come_in_order_whatever_the_order_of_the_file() {
        let all = run("job_id,day,time_s,cpu_pct,mem_pct\n\
             8,4,0,50,10\n8,4,300,100,10\n8,4,600,0,30\n8,3,300,1,1\n9,3,0,1,1\n9,4,0,1,1\n");
        let tasks: Vec<TaskArrival> = all
            .into_iter()
            .map(|event| match event.unwrap() {
                TraceEvent::Arrival(arrival) => arrival,
                other => panic!("{other:?}"),
            })
            .collect();
        let order: Vec<(u64, u64, u64)> =
            tasks.iter().map(|task| (task.at.0 / 1_000_000_000, task.job, task.task)).collect();
        assert_eq!(order, [(0, 9, 0), (300, 8, 1), (86_400, 8, 2), (86_400, 9, 3)]);
        let steps =
            [(0, 100), (600, 300)].map(|(at, bytes)| DemandStep { offset: SimSpan::secs(at), bytes: Bytes(bytes) });
        assert_eq!(tasks[2].demand, steps);
        // 300 s at 1 core and 300 s at 2 cores.
        assert_eq!((tasks[2].cpu_work, tasks[2].stay), (SimSpan::secs(900), Stay::For(SimSpan::secs(900))));
    }

    #[test]
    fn faults_come_after_what_was_read_before_them() {
        let all = run("job_id,day,time_s,cpu_pct,mem_pct\n8,1,0,50,10\n9,1,0,50,10\n9,1,300,50,ten\n");
        assert_eq!(all.len(), 3);
        let error = all[2].as_ref().unwrap_err().to_string();
        assert!(error.contains("line 4, column mem_pct") && error.contains("\"ten\""), "{error}");
    }

    #[test]
    fn the_embedded_sample_is_one_day_of_whole_series() {
        let input = Input::resolve(std::path::Path::new(""), "embedded:google_2011_sample").unwrap();
        let mut source = source(input, Bytes::gib(1)).unwrap();
        let mut jobs = 0;
        while let Some(event) = source.next_event() {
            let Ok(TraceEvent::Arrival(task)) = event else { panic!("{event:?}") };
            assert_eq!((task.at, task.stay), (SimTime::ZERO, Stay::For(DAY_LENGTH)));
            assert!(task.demand.len() >= 100 && task.demand.windows(2).all(|pair| pair[0].bytes != pair[1].bytes));
            jobs += 1;
        }
        assert_eq!(jobs, 24);
    }
}
