//! Logs of real applications: every line is explained, and the events are those found by other means.

use super::*;
use crate::base::testing::data;
use crate::heap::hotspot::CollectorKind;
use crate::input::Fault;
use std::collections::BTreeMap;
use std::path::Path;

/// The logs of a folder, one at least.
fn logs_in(folder: &str) -> Vec<PathBuf> {
    let folder = data(folder);
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let mut logs: Vec<PathBuf> = entries.filter(|path| path.to_string_lossy().ends_with(".log.gz")).collect();
    logs.sort();
    assert!(!logs.is_empty(), "{} has no logs", folder.display());
    logs
}

/// One log of a Flink TaskManager for each collector.
const SAMPLE: &str = "tests/data/gc_logs/flink";

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().trim_end_matches(".log.gz").to_string()
}

fn traces() -> Vec<PathBuf> {
    let mut logs = logs_in("../shared/traces/gc-logs/unified");
    logs.extend(logs_in("../shared/traces/gc-logs/jdk8"));
    logs
}

fn assert_explained(paths: &[PathBuf]) {
    for path in paths {
        let (reading, events) = read_all(std::slice::from_ref(path)).unwrap();
        println!(
            "{:<28} {:>6} lines, {:>6} understood, {:>6} passed over, {} cut, {:>6} events, {} torn, {} runs {:?}",
            name(path),
            reading.lines,
            reading.understood,
            reading.passed_over,
            reading.cut,
            events.len(),
            reading.runs.iter().map(|run| run.torn).sum::<u64>(),
            reading.runs.len(),
            reading.runs[0].facts.contradictions,
        );
        assert_eq!(reading.unexplained, 0, "{}: {:#?}", name(path), reading.first_unexplained);
        assert!(reading.cut <= 2, "{}", name(path));
        assert_eq!(reading.lines, reading.understood + reading.passed_over + reading.cut + reading.unexplained);
        assert!(reading.runs.iter().all(|run| run.facts.collector.is_some()));
    }
}

#[test]
fn every_line_of_a_log_of_each_collector_is_explained() {
    assert_explained(&logs_in(SAMPLE));
}

#[test]
#[ignore = "needs the shared data: traces/gc-logs"]
fn shared_data_every_line_of_the_traces_is_explained() {
    assert_explained(&traces());
}

#[test]
#[ignore = "needs the shared data: measurements/flink_gc_logs"]
fn shared_data_every_line_of_the_measurements_is_explained() {
    assert_explained(&logs_in("../shared/measurements/flink_gc_logs"));
}

/// Cuts 39 pieces out of each log and reads them.
fn assert_pieces_explained(paths: &[PathBuf]) {
    use std::io::Read;
    let mut read = 0;
    for path in paths {
        let mut bytes = Vec::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(path).unwrap()).read_to_end(&mut bytes).unwrap();
        for cut in 1..40 {
            let from = bytes.len() * cut / 53 + cut * 7;
            let to = bytes.len().min(from + 20_000);
            let Some(part) = bytes.get(from..to) else { continue };
            let reading = match read_bytes("part", part, |_| {}) {
                Ok(reading) => reading,
                Err(faults) => {
                    assert_eq!(faults[0].fault, Fault::NoCollections, "{} from {from}: {}", name(path), faults[0]);
                    continue;
                }
            };
            assert_eq!(reading.unexplained, 0, "{} from {from}: {:#?}", name(path), reading.first_unexplained);
            assert!(reading.cut <= 2, "{} from {from}", name(path));
            read += 1;
        }
    }
    assert!(read >= 20 * paths.len(), "only {read} pieces of {} logs hold collections", paths.len());
}

#[test]
fn logs_cut_anywhere_are_explained() {
    assert_pieces_explained(&logs_in(SAMPLE));
}

#[test]
#[ignore = "needs the shared data: traces/gc-logs"]
fn shared_data_traces_cut_anywhere_are_explained() {
    assert_pieces_explained(&traces());
}

/// One row of the events that were found by patterns.
#[derive(Debug)]
struct Row {
    time_s: f64,
    kind: String,
    cause: String,
    megabytes: [Option<f64>; 3],
    duration_ms: Option<f64>,
}

fn rows() -> BTreeMap<String, Vec<Row>> {
    let mut all: BTreeMap<String, Vec<Row>> = BTreeMap::new();
    let file = std::fs::File::open(data("../shared/traces/gc-logs/events.csv.gz")).unwrap();
    let mut reader = csv::Reader::from_reader(flate2::read::MultiGzDecoder::new(file));
    for row in reader.records() {
        let row = row.unwrap();
        let number = |index: usize| row[index].parse::<f64>().ok();
        all.entry(row[0].to_string()).or_default().push(Row {
            time_s: number(1).unwrap(),
            kind: row[2].to_string(),
            cause: row[3].to_string(),
            megabytes: [number(4), number(5), number(6)],
            duration_ms: number(7),
        });
    }
    all
}

/// The name that the rows use for an event; `None` for events that are not among them.
fn row_kind(event: &Event, collector: CollectorKind) -> Option<String> {
    let is_young = event.kind.is_young();
    Some(match (event.kind, collector) {
        (Kind::Mixed, _) if event.name == "Pause Mixed" => event.name.clone(),
        _ if is_young => "Pause Young".to_string(),
        (Kind::ConcurrentPhase | Kind::OtherPause | Kind::InitialMark, CollectorKind::Shenandoah) => event.name.clone(),
        (Kind::Cycle, CollectorKind::Shenandoah | CollectorKind::Cms) => return None,
        (Kind::Remark, CollectorKind::Shenandoah) => event.name.clone(),
        (Kind::Cycle, _) => event.name.clone(),
        (Kind::Full | Kind::Degenerated | Kind::Remark | Kind::Cleanup, _) => event.name.clone(),
        _ => return None,
    })
}

/// The rows leave out, for the older format, all that is no young, mixed or full collection; and for CMS all but the
/// young ones, so that its two full collections are known here alone.
fn is_in_rows(event: &Event, format: Format, collector: CollectorKind) -> bool {
    match format {
        Format::Unified => true,
        Format::Jdk8 => event.kind.is_young() || (event.kind == Kind::Full && collector != CollectorKind::Cms),
    }
}

/// Rows give whole megabytes of either rounding, and times to the millisecond.
fn assert_same(row: &Row, event: &Event, time_s: f64) {
    let heap = event.heap.map(|heap| [Some(heap.before), Some(heap.after), heap.capacity]).unwrap_or_default();
    for (expected, found) in row.megabytes.iter().zip(heap) {
        let found = found.map(|bytes| bytes.0 as f64 / 1048576.0);
        if let Some(expected) = expected {
            assert!((found.unwrap() - expected).abs() <= 1.0, "{row:?} {event:?}");
        }
    }
    if let Some(duration_ms) = row.duration_ms {
        assert!((event.duration_s.unwrap() * 1e3 - duration_ms).abs() < 2e-3, "{row:?} {event:?}");
    }
    assert!((time_s - row.time_s).abs() < 0.05, "{time_s} {row:?} {event:?}");
    assert!(event.cause.is_empty() || row.cause.is_empty() || row.cause.contains(&event.cause), "{row:?} {event:?}");
}

#[test]
#[ignore = "needs the shared data: traces/gc-logs"]
fn shared_data_events_are_those_found_by_patterns() {
    let rows = rows();
    let (mut logs, mut compared) = (0, 0);
    for path in traces() {
        let Some(rows) = rows.get(&name(&path)) else { continue };
        logs += 1;
        let (reading, events) = read_all(std::slice::from_ref(&path)).unwrap();
        let collector = reading.runs[0].facts.collector.unwrap();
        let is_row = |event: &&Event| is_in_rows(event, reading.format, collector);
        let mut kinds: BTreeMap<&str, [Vec<usize>; 2]> = BTreeMap::new();
        let names: Vec<Option<String>> = events
            .iter()
            .map(|event| Some(event).filter(is_row).and_then(|event| row_kind(event, collector)))
            .collect();
        for (index, row) in rows.iter().enumerate() {
            kinds.entry(&row.kind).or_default()[0].push(index);
        }
        for (index, kind) in names.iter().enumerate() {
            if let Some(kind) = kind {
                kinds.entry(kind).or_default()[1].push(index);
            }
        }
        // Where the log has dates alone, the rows count from the end of the first collection.
        let time = |event: &Event| match reading.format {
            Format::Unified => event.end_s().unwrap(),
            Format::Jdk8 => event.start_s.unwrap(),
        };
        let first_s = if reading.runs[0].clock == Clock::Date { time(&events[0]) } else { 0.0 };
        for (kind, [expected, found]) in kinds {
            assert_eq!(expected.len(), found.len(), "{} {kind}", name(&path));
            for (row, event) in expected.into_iter().zip(found) {
                assert_same(&rows[row], &events[event], time(&events[event]) - first_s);
                compared += 1;
            }
        }
    }
    println!("{compared} events of {logs} logs are the same");
    let all: usize = rows.values().map(Vec::len).sum();
    assert!(logs == rows.len() && compared == all, "{compared} of {all} rows, {logs} of {} logs", rows.len());
}

/// Sums over the window of a run, in which the rows count every pause but the full ones as young or other. The window is the last `window_s` before the log ends, less the time that the
/// shutdown took, so it is looked for: the end that fits the counts best.
/// Runs of which there is a log in the folder, and those of them whose window is found.
fn windows_found(folder: &str) -> (u32, u32) {
    let (logs, mut reader) =
        (data(folder), csv::Reader::from_path(data("scenarios/measurements/flink_runs.csv")).unwrap());
    let (mut compared, mut same) = (0, 0);
    for row in reader.deserialize::<BTreeMap<String, String>>() {
        let row = row.unwrap();
        let number = |column: &str| row[column].parse::<f64>().unwrap_or(0.0);
        let path = logs.join(format!("{}.log.gz", row["id"]));
        if !path.exists() || row["workload"] == "sort" || number("window_s") <= 0.0 {
            continue;
        }
        let (reading, events) = read_all(&[path]).unwrap();
        compared += 1;
        let last_s = reading.runs[0].last_s.unwrap();
        let fits = |back: f64| {
            let (to, from) = (last_s - back, last_s - back - number("window_s"));
            let inside = |event: &&Event| event.end_s().is_some_and(|end| from <= end && end <= to);
            let sum = |kinds: fn(Kind) -> bool| {
                let chosen = || events.iter().filter(inside).filter(move |event| kinds(event.kind));
                (chosen().count() as f64, chosen().map(|event| event.duration_s.unwrap() * 1e3).sum::<f64>())
            };
            let short = sum(|kind| kind.is_pause() && kind != Kind::Full);
            let full = sum(|kind| kind == Kind::Full);
            short.0 == number("gc_young") + number("gc_other")
                && full.0 == number("gc_full")
                && (short.1 - number("young_pause_ms")).abs() < 0.2
                && (full.1 - number("full_pause_ms")).abs() < 0.2
        };
        let found = (0..400).any(|step| fits(f64::from(step) * 0.05));
        same += u32::from(found);
        if !found {
            println!("{}: no window fits", row["id"]);
        }
    }
    println!("{same} of {compared} windows");
    (compared, same)
}

#[test]
fn collections_of_the_windows_of_the_sample_are_counted_alike() {
    assert_eq!(windows_found(SAMPLE), (5, 5));
}

#[test]
#[ignore = "needs the shared data: measurements/flink_gc_logs"]
fn shared_data_collections_of_measured_windows_are_counted_alike() {
    let (compared, same) = windows_found("../shared/measurements/flink_gc_logs");
    assert!(compared >= 55 && same * 10 >= compared * 9, "{same} of {compared}");
}
