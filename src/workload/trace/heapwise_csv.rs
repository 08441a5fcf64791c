//! The format of our own: one row an event, in the order of time, so that anything can be exported to it.
//!
//! | column | holds |
//! |---|---|
//! | `time_s` | seconds since the start, decimal; never falls from row to row |
//! | `event` | `arrival`, `demand` (each instance now holds `memory_bytes`) or `departure` |
//! | `task` | a whole number that names the task until it departs |
//! | `memory_bytes` | memory of one instance; an arrival may add later steps, as in `1048576;30:2097152;60:0` |
//! | `class` | arrival only: kind of task; empty is `task` |
//! | `job` | arrival only: whole number; empty is 0 |
//! | `instances` | arrival only: empty is 1 |
//! | `cpu_s` | arrival only: CPU seconds of one instance on one core; empty is 0 |
//! | `cores` | arrival only: the most cores an instance can use; empty is 1 |
//! | `stay` | arrival only: empty: until its departure row; `work`: until its work is done; a number: so many seconds |
//! | `priority` | arrival only: 0 (lowest, and empty) to 255 |
//!
//! The first four columns must be there. Rows `demand` and `departure` belong to tasks that stay until their
//! departure row: when another task leaves is decided in the run, where such a row could come too late. A task
//! without a departure row stays to the end. A later row is not known before its time, so the format as a whole
//! offers no foresight, though steps written into an arrival row are known from the arrival on.

use super::pull::{Met, Pull, Source};
use super::{Format, Opened};
use crate::base::{Args, Bytes, Entry, Kind, SimSpan, SimTime, Trait, required};
use crate::input::{Columns, Input};
use crate::input::{Fault, InputError};
use crate::input::{Row, Table, parse_secs};
use crate::workload::task::{DemandStep, Stay, TaskArrival, TraceEvent};
use std::collections::BTreeMap;

/// The registry entry.
pub const ENTRY: Entry<Format> = Entry {
    name: "heapwise-csv",
    summary: "events in the order of time: arrival, demand, departure",
    source: "heapwise (docs/traces.md)",
    params: &[required("path", Kind::Path, "the trace, plain or gzip, or embedded:heapwise_sample")],
    traits: &[Trait::OffersPriority],
    build: Format {
        tables: &[COLUMNS],
        where_to_get: "docs/traces.md describes the format; scenarios/traces/heapwise_sample.csv is an example",
        open,
    },
};

const COLUMNS: Columns = Columns {
    of: "events",
    required: &["time_s", "event", "task", "memory_bytes"],
    optional: &["class", "job", "instances", "cpu_s", "cores", "stay", "priority"],
};
static EVENTS: Columns = COLUMNS;

const TIME: usize = 0;
const EVENT: usize = 1;
const TASK: usize = 2;
const MEMORY: usize = 3;
const CLASS: usize = 4;
const JOB: usize = 5;
const INSTANCES: usize = 6;
const CPU: usize = 7;
const CORES: usize = 8;
const STAY: usize = 9;
const PRIORITY: usize = 10;

fn open(_args: &Args, input: Input) -> Opened {
    let table = super::table(&input, &EVENTS)?;
    Ok(Source::boxed(Events { table, log: Log::default() }))
}

struct Events {
    table: Table,
    log: Log,
}

/// What must be remembered between rows: the time, and our numbers of the tasks that wait for their departure row.
#[derive(Default)]
struct Log {
    last: SimTime,
    alive: BTreeMap<u64, u64>,
    met: Met,
}

impl Pull for Events {
    fn pull(&mut self) -> Result<Option<TraceEvent>, InputError> {
        let row = self.table.next_row()?;
        row.map(|row| self.log.event(row)).transpose()
    }

    fn met(&self) -> &Met {
        &self.log.met
    }
}

impl Log {
    fn event(&mut self, row: Row<'_>) -> Result<TraceEvent, InputError> {
        let at = SimTime::ZERO + row.secs(TIME)?;
        row.in_order(TIME, self.last, at)?;
        self.last = at;
        let name = row.count(TASK)?;
        match row.cell(EVENT) {
            b"arrival" => self.arrival(row, name).map(TraceEvent::Arrival),
            b"demand" => {
                let task = self.alive.get(&name).copied().ok_or_else(|| unknown(row))?;
                Ok(TraceEvent::Demand { task, at, bytes: Bytes(row.count(MEMORY)?) })
            }
            b"departure" => {
                let task = self.alive.remove(&name).ok_or_else(|| unknown(row))?;
                Ok(TraceEvent::Departure { task, at })
            }
            _ => Err(row.wrong(EVENT, "arrival, demand or departure")),
        }
    }

    fn arrival(&mut self, row: Row<'_>, name: u64) -> Result<TaskArrival, InputError> {
        if self.alive.contains_key(&name) {
            return Err(row.fault(Fault::Order, TASK, "a task that is not alive: this one has not departed"));
        }
        let arrival = TaskArrival {
            at: self.last,
            task: self.met.tasks,
            class: match row.cell(CLASS) {
                b"" => self.met.class("task"),
                _ => self.met.class(&row.text(CLASS)),
            },
            job: or(row, JOB, 0, Row::count)?,
            instances: or(row, INSTANCES, 1, Row::positive)?,
            cpu_work: or(row, CPU, SimSpan::ZERO, Row::secs)?,
            cores: or(row, CORES, 1.0, Row::number)?,
            stay: stay(row)?,
            demand: demand(row)?,
            priority: or(row, PRIORITY, 0, priority)?,
        };
        if arrival.cores <= 0.0 {
            return Err(row.wrong(CORES, "a number above 0"));
        }
        if arrival.stay == Stay::UntilDeparture {
            self.alive.insert(name, arrival.task);
        }
        self.met.tasks += 1;
        Ok(arrival)
    }
}

fn unknown(row: Row<'_>) -> InputError {
    row.fault(Fault::Order, TASK, "a task that arrived before with an empty `stay` and has not departed")
}

/// The value of a cell, or `preset` where the cell is empty.
fn or<'a, T>(
    row: Row<'a>,
    column: usize,
    preset: T,
    read: impl Fn(&Row<'a>, usize) -> Result<T, InputError>,
) -> Result<T, InputError> {
    if row.cell(column).is_empty() { Ok(preset) } else { read(&row, column) }
}

fn priority(row: &Row<'_>, column: usize) -> Result<u8, InputError> {
    u8::try_from(row.count(column)?).map_err(|_| row.wrong(column, "a whole number of at most 255"))
}

fn stay(row: Row<'_>) -> Result<Stay, InputError> {
    match row.cell(STAY) {
        b"" => Ok(Stay::UntilDeparture),
        b"work" => Ok(Stay::UntilDone),
        _ => row.secs(STAY).map(Stay::For).map_err(|_| row.wrong(STAY, "nothing, \"work\" or seconds")),
    }
}

/// Reads `bytes;offset:bytes;...`, with growing offsets in seconds.
fn demand(row: Row<'_>) -> Result<Vec<DemandStep>, InputError> {
    let text = row.text(MEMORY);
    let mut steps: Vec<DemandStep> = Vec::with_capacity(1);
    for part in text.split(';') {
        let (offset, bytes) = part.split_once(':').unwrap_or(("0", part));
        let offset = parse_secs(offset.as_bytes()).and_then(|nanos| u64::try_from(nanos).ok()).map(SimSpan);
        let bytes = bytes.parse().ok().map(Bytes);
        let step = offset.zip(bytes).map(|(offset, bytes)| DemandStep { offset, bytes });
        let later = |step: &DemandStep| match steps.last() {
            Some(last) => step.offset > last.offset,
            None => step.offset == SimSpan::ZERO,
        };
        let step = step.filter(later).ok_or_else(|| {
            row.wrong(MEMORY, "bytes as a whole number, then steps with growing offsets as in 1048576;30:2097152")
        })?;
        if steps.last().is_none_or(|last| last.bytes != step.bytes) {
            steps.push(step);
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn events(text: &'static str) -> Vec<Result<TraceEvent, InputError>> {
        let input = Input::from_bytes("t.csv", text.as_bytes());
        match open(&Args::default(), input) {
            Ok(mut source) => std::iter::from_fn(|| source.next_event()).collect(),
            Err(error) => vec![Err(error)],
        }
    }

    fn last_error(text: &'static str) -> String {
        let all = events(text);
        assert!(all[..all.len() - 1].iter().all(Result::is_ok));
        all.last().unwrap().as_ref().unwrap_err().to_string()
    }

    #[test]
    fn arrivals_demands_and_departures_come_as_written() {
        let all = events(
            "time_s,event,task,memory_bytes,stay,cpu_s,class\n\
             0.5,arrival,7,100,,2,sort\n1,demand,7,300,,,\n2,departure,7,,,,\n\
             2,arrival,7,5;30:6;40:6;50:0,work,1.25,join\n",
        );
        let all: Vec<TraceEvent> = all.into_iter().map(Result::unwrap).collect();
        let TraceEvent::Arrival(first) = &all[0] else { panic!("{:?}", all[0]) };
        assert_eq!((first.at.0, first.task, first.class, first.stay), (500_000_000, 0, 0, Stay::UntilDeparture));
        assert_eq!(all[1], TraceEvent::Demand { task: 0, at: SimTime(1_000_000_000), bytes: Bytes(300) });
        assert_eq!(all[2], TraceEvent::Departure { task: 0, at: SimTime(2_000_000_000) });
        let TraceEvent::Arrival(last) = &all[3] else { panic!("{:?}", all[3]) };
        assert_eq!((last.task, last.class, last.cpu_work, last.peak()), (1, 1, SimSpan::millis(1250), Bytes(6)));
        let offsets: Vec<u64> = last.demand.iter().map(|step| step.offset.0 / 1_000_000_000).collect();
        assert_eq!(offsets, [0, 30, 50]);
    }

    #[test]
    fn faults_name_their_place_and_keep_what_came_before() {
        let head = "time_s,event,task,memory_bytes\n0,arrival,1,10\n";
        for (row, texts) in [
            ("0,arrival,2\n", ["line 3", "torn line", "4 cells"]),
            ("x,arrival,2,5\n", ["line 3, column time_s", "\"x\"", "seconds"]),
            ("1,arrives,2,5\n", ["column event", "\"arrives\"", "departure"]),
            ("1,arrival,1,5\n", ["column task", "not alive", "contradict"]),
            ("1,departure,9,\n", ["column task", "\"9\"", "arrived before"]),
            ("1,arrival,2,5;0:7\n", ["column memory_bytes", "5;0:7", "growing"]),
            ("1,arrival,2,-5\n", ["column memory_bytes", "\"-5\"", "whole number"]),
        ] {
            let text: &'static str = Box::leak(format!("{head}{row}").into_boxed_str());
            let all = events(text);
            assert_eq!(all.len(), 2, "{row}");
            let error = all[1].as_ref().unwrap_err().to_string();
            texts.iter().for_each(|part| assert!(error.contains(part), "{error} lacks {part}"));
        }
        let back = last_error("time_s,event,task,memory_bytes\n5,arrival,1,10\n4,arrival,2,10\n");
        assert!(
            back.contains("line 3, column time_s: order runs backwards") && back.contains("at least 5 s"),
            "{back}"
        );
    }

    #[test]
    fn only_the_living_are_remembered() {
        let mut text = String::from("time_s,event,task,memory_bytes,stay\n");
        for task in 0..1000 {
            text += &format!(
                "{task},arrival,{},10,\n{task},arrival,9999,10,work\n{task}.5,departure,{},,\n",
                task % 3,
                task % 3
            );
        }
        let input = Input::from_bytes("t.csv", Box::leak(text.into_boxed_str()).as_bytes());
        let mut events = Events { table: super::super::table(&input, &EVENTS).unwrap(), log: Log::default() };
        while let Some(event) = events.pull().unwrap() {
            assert!(events.log.alive.len() <= 1, "{event:?}");
        }
        assert_eq!(events.met().tasks, 2000);
    }

    #[test]
    fn wrong_and_empty_files_are_told_apart() {
        assert!(last_error("").contains("no rows"));
        assert!(last_error("time_s,event,task,memory_bytes\n").contains("below the header"));
        assert!(last_error("1,2,3\n4,5,6\n").contains("looks like data"));
        let other = last_error("job_id,day,time_s,cpu_pct,mem_pct\n1,1,0,5,5\n");
        assert!(
            other.contains("expected time_s,event,task,memory_bytes") && other.contains("google-2011-jobs"),
            "{other}"
        );
    }
}
