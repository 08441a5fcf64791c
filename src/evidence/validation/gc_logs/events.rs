//! Runs from a table of events.
//!
//! Such a table has the whole heap and no parts of it, so that copying is untold; the collector follows from the words.

use std::io::Read;

use csv::StringRecord;

use crate::base::Bytes;
use crate::gc_log::{Change, Clock, Event, Failures, JvmFacts, Kind, Spaces};
use crate::gc_study::calibrate::{Logs, Observed};
use crate::heap::hotspot::CollectorKind;

/// Faults told at most.
const MOST_FAULTS: usize = 20;

struct Places {
    log: usize,
    time: usize,
    kind: usize,
    cause: Option<usize>,
    before: usize,
    after: usize,
    committed: Option<usize>,
    duration: usize,
}

/// The runs in a table, in the order in which they begin.
///
/// # Errors
/// Missing columns, and cells that are no numbers, each with its line.
pub fn read(name: &str, reader: &mut csv::Reader<impl Read>, header: &StringRecord) -> Result<Logs, Vec<String>> {
    let places = places(name, header)?;
    let (mut runs, mut faults): (Vec<(String, Vec<Event>)>, Vec<String>) = (Vec::new(), Vec::new());
    for record in reader.records() {
        if faults.len() >= MOST_FAULTS {
            break;
        }
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(format!("{name}: error: {error}"));
                continue;
            }
        };
        let line = record.position().map_or(0, |place| place.line());
        match event(&record, &places) {
            Err(what) => faults.push(format!("{name}:{line}: error: {what}")),
            Ok(event) => {
                let log = record.get(places.log).unwrap_or_default().trim();
                // Rows of one log follow each other; where its times start anew, so did the JVM.
                let goes_on = |run: &(String, Vec<Event>)| {
                    run.0 == log && run.1.last().is_none_or(|last| last.start_s <= event.start_s)
                };
                match runs.last_mut().filter(|run| goes_on(run)) {
                    Some(run) => run.1.push(event),
                    None => runs.push((log.to_string(), vec![event])),
                }
            }
        }
    }
    if runs.is_empty() && faults.is_empty() {
        faults.push(format!("{name}: error: has no row below its header"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let made = runs.into_iter().map(|(name, events)| {
        let facts = JvmFacts::of(collector(&events));
        Observed::of(name, (facts, Clock::Uptime), &events)
    });
    Ok(Logs { runs: made.filter(|run| !run.samples.is_empty()).collect(), ..Logs::default() })
}

fn places(name: &str, header: &StringRecord) -> Result<Places, Vec<String>> {
    let place = |column: &str| header.iter().position(|name| name.trim().trim_start_matches('\u{feff}') == column);
    let mut missing = Vec::new();
    let mut needed = |column: &str| {
        place(column).unwrap_or_else(|| {
            missing.push(format!("{name}:1: error: has no column `{column}`, which events of logs have"));
            0
        })
    };
    let (log, time, kind) = (needed("log"), needed("time_s"), needed("kind"));
    let (before, after, duration) = (needed("heap_before_mb"), needed("heap_after_mb"), needed("duration_ms"));
    let (cause, committed) = (place("cause"), place("heap_committed_mb"));
    if missing.is_empty() {
        Ok(Places { log, time, kind, cause, before, after, committed, duration })
    } else {
        Err(missing)
    }
}

fn event(record: &StringRecord, places: &Places) -> Result<Event, String> {
    let text = |place: usize| record.get(place).unwrap_or_default().trim();
    let number = |place: usize, column: &str| match text(place) {
        "" => Ok(None),
        found => match found.parse::<f64>() {
            Ok(number) if (0.0..1e15).contains(&number) => Ok(Some(number)),
            _ => Err(format!("column `{column}` holds `{found}`, expected a number of at least 0")),
        },
    };
    let mib = |value: Option<f64>| value.map(|mib| Bytes::from_f64(mib * 1048576.0));
    let before = mib(number(places.before, "heap_before_mb")?);
    let after = mib(number(places.after, "heap_after_mb")?);
    let capacity = mib(places.committed.map_or(Ok(None), |place| number(place, "heap_committed_mb"))?);
    let cause = places.cause.map_or("", text);
    let start_s =
        number(places.time, "time_s")?.ok_or("column `time_s` holds nothing, expected a number of at least 0")?;
    Ok(Event {
        file: 0,
        line: 0,
        run: 0,
        id: None,
        start_s: Some(start_s),
        duration_s: number(places.duration, "duration_ms")?.map(|ms| 1e-3 * ms),
        kind: kind(text(places.kind), cause),
        name: String::new(),
        cause: cause.to_string(),
        heap: before.zip(after).map(|(before, after)| Change { before, after, capacity }),
        live: None,
        spaces: Spaces::default(),
        promoted: None,
        cpu: None,
        workers: None,
        tenuring: None,
        failures: Failures::default(),
    })
}

fn kind(kind: &str, cause: &str) -> Kind {
    match kind {
        "Pause Young" if cause.contains("Concurrent Start") || cause.contains("Initial Mark") => Kind::ConcurrentStart,
        "Pause Young" if cause.contains("Prepare Mixed") => Kind::PrepareMixed,
        "Pause Young" if cause.contains("Mixed") => Kind::Mixed,
        "Pause Young" => Kind::Young,
        "Pause Mixed" => Kind::Mixed,
        "Pause Full" => Kind::Full,
        "Pause Degenerated GC" => Kind::Degenerated,
        "Pause Remark" | "Pause Final Mark" | "Pause Mark End" => Kind::Remark,
        "Pause Cleanup" => Kind::Cleanup,
        "Pause Init Mark" | "Pause Initial Mark" | "Pause Mark Start" => Kind::InitialMark,
        "Concurrent Cycle" | "Concurrent Mark Cycle" | "Garbage Collection" => Kind::Cycle,
        _ if kind.starts_with("Concurrent") => Kind::ConcurrentPhase,
        _ => Kind::OtherPause,
    }
}

/// The collector by the words that only it uses. Serial and Parallel do not differ in these words.
fn collector(events: &[Event]) -> CollectorKind {
    let any = |test: &dyn Fn(&Event) -> bool| events.iter().any(test);
    if any(&|event| {
        matches!(event.kind, Kind::Mixed | Kind::ConcurrentStart | Kind::Cleanup) || event.cause.contains("G1")
    }) {
        CollectorKind::G1
    } else if any(&|event| event.kind == Kind::Degenerated)
        || (any(&|event| event.kind == Kind::InitialMark) && !any(&|event| event.kind.is_young()))
    {
        CollectorKind::Shenandoah
    } else {
        CollectorKind::Parallel
    }
}
