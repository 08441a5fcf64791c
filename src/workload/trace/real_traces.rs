//! Streams the whole public traces and counts what comes out.

use super::{TRACES, open};
use crate::base::testing::data;
use crate::base::{Args, Bytes, SimSpan, SimTime, Value};
use crate::workload::task::{Stay, TaskSource, TraceEvent};
use std::path::PathBuf;

/// What a whole stream amounts to.
#[derive(Debug, Default)]
struct Total {
    tasks: u64,
    instances: u64,
    steps: u64,
    most_steps: usize,
    work: SimSpan,
    peak: Bytes,
    end: SimTime,
}

fn traces() -> PathBuf {
    data("../shared/traces")
}

fn args(path: &str) -> Args {
    Args::new(vec![("path", Value::Text(path.into())), ("replay", Value::Text("hold".into()))])
}

fn alibaba() -> Args {
    let mut args = args("alibaba-2017-batch/batch_task.csv.gz");
    args.set("machine_memory", Value::Bytes(Bytes::gib(256)));
    args.set("keep", Value::List(["Terminated", "Failed"].map(|word| Value::Text(word.into())).to_vec()));
    args.set("open_duration", Value::Span(SimSpan::secs(3600)));
    args
}

fn google() -> Args {
    let mut args = args("google-2011-jobs/usage.csv.gz");
    args.set("memory", Value::Bytes(Bytes::gib(1)));
    args.set("cores", Value::Number(1.0));
    args
}

fn nextflow(workflow: &str) -> Args {
    let mut args = args("nextflow-task-memory/tasks.csv.gz");
    args.set("series", Value::Text("nextflow-task-memory/series.csv.gz".into()));
    args.set("workflow", Value::Text(workflow.into()));
    args.set("memory", Value::Text("peak".into()));
    args
}

fn drain(source: &mut dyn TaskSource) -> Total {
    let mut total = Total::default();
    while let Some(event) = source.next_event() {
        let event = event.unwrap();
        assert!(event.at() >= total.end, "{event:?}");
        total.end = event.at();
        let TraceEvent::Arrival(task) = event else { continue };
        assert!(task.demand[0].offset == SimSpan::ZERO && task.demand.is_sorted_by(|a, b| a.offset < b.offset));
        assert!(task.cores > 0.0 && task.cores.is_finite() && task.instances > 0);
        assert!(matches!(task.stay, Stay::For(_)));
        assert_eq!(task.task, total.tasks);
        total.tasks += 1;
        total.instances += u64::from(task.instances);
        total.steps += task.demand.len() as u64;
        total.most_steps = total.most_steps.max(task.demand.len());
        total.work += task.cpu_work;
        total.peak = total.peak.max(task.peak());
    }
    total
}

#[test]
#[ignore = "needs the shared data: traces/alibaba-2017-batch"]
fn shared_data_alibaba_2017_has_every_ended_task() {
    let folder = traces();
    let mut source = open("alibaba-2017-batch", &alibaba(), &folder).unwrap();
    let total = drain(&mut *source);
    // 49,500 Terminated and 745 Failed of 58,117 rows; created from -1078 s to 47,499 s at most.
    assert_eq!((total.tasks, source.left_out()), (50_245, 58_117 - 50_245));
    assert!(total.end <= SimTime(48_577_000_000_000) && total.peak < Bytes::gib(24), "{total:?}");
    assert_eq!(source.classes(), ["Terminated", "Failed"]);
}

#[test]
#[ignore = "needs the shared data: traces/google-2011-jobs"]
fn shared_data_google_2011_has_every_job_day() {
    let folder = traces();
    let mut source = open("google-2011-jobs", &google(), &folder).unwrap();
    let total = drain(&mut *source);
    assert_eq!((total.tasks, total.end), (1_121, SimTime(9 * 86_400_000_000_000)));
    // The highest sample is 127.6 %; 288 samples a day.
    assert_eq!(total.peak, Bytes::gib(1).scale(1.276));
    assert!(total.most_steps <= 288 && total.steps > 250_000, "{total:?}");
}

#[test]
#[ignore = "needs the shared data: traces/nextflow-task-memory"]
fn shared_data_nextflow_has_every_task_with_its_series() {
    let folder = traces();
    let one: Vec<u64> = ["eager", "sarek", "both"]
        .iter()
        .map(|workflow| {
            let mut source = open("nextflow-task-memory", &nextflow(workflow), &folder).unwrap();
            let total = drain(&mut *source);
            assert_eq!(source.left_out(), 0);
            // The longest series has 19,240 samples, and memory follows one series.
            assert!(total.most_steps <= 19_240 && total.steps <= 856_725 + 1, "{total:?}");
            total.tasks
        })
        .collect();
    assert_eq!(one, [1_197, 3_975, 5_172]);
}

#[test]
fn a_missing_file_says_where_to_get_it() {
    for entry in TRACES {
        let mut args = google();
        for param in entry.params {
            if let crate::base::Preset::Is(text) = param.preset {
                if param.kind == crate::base::Kind::Bytes {
                    args.set(param.name, Value::Bytes(text.parse().unwrap()));
                } else if args.get(param.name).is_none() {
                    args.set(param.name, Value::Text(text.into()));
                }
            }
        }
        args.set("open_duration", Value::Span(SimSpan::secs(1)));
        args.set("path", Value::Text("nowhere.csv".into()));
        let error = open(entry.name, &args, &PathBuf::from("/tmp")).err().unwrap().to_string();
        assert!(error.contains("nowhere.csv: no such file") && error.contains(entry.build.where_to_get), "{error}");
    }
}

#[test]
fn a_gzip_cut_short_tells_its_line_and_keeps_what_came_before() {
    let whole = std::fs::read(data("scenarios/traces/google_2011_sample.csv.gz")).unwrap();
    let cut = tempfile::tempdir().unwrap();
    std::fs::write(cut.path().join("cut.csv.gz"), &whole[..whole.len() / 2]).unwrap();
    let mut args = google();
    args.set("path", Value::Text("cut.csv.gz".into()));
    let mut source = open("google-2011-jobs", &args, cut.path()).unwrap();
    let all: Vec<_> = std::iter::from_fn(|| source.next_event()).collect();
    let error = all.last().unwrap().as_ref().unwrap_err();
    assert_eq!(error.fault, crate::input::Fault::CutShort);
    // Half of 6,913 rows, a day of a job each 288 of them at most.
    assert!((2_500..4_500).contains(&error.line), "{error}");
    assert!(all[..all.len() - 1].iter().all(Result::is_ok) && all.len() > 5, "{} events", all.len());
}
