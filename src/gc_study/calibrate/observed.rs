//! What logs tell, run by run of a JVM: samples for the fit, and the heap over time.

use std::path::{Path, PathBuf};

use super::least::median;
use super::sample::{Class, Sample, Sampler, heap_of};
use super::settings::shares;
use crate::gc_log::{self, Clock, Event, JvmFacts, Kind, Reading};
use crate::heap::hotspot::CollectorKind;
use crate::heap::{Cycles, Identity};
use crate::input::{Fault, InputError};

/// The heap at one event.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeapPoint {
    /// Begin of the event, seconds of the run.
    pub time_s: f64,
    /// Bytes in use after it.
    pub after: f64,
    /// Bytes allocated since the event before, at least 0.
    pub allocated: f64,
    /// The class of the event; `None` for a concurrent phase.
    pub class: Option<Class>,
    /// Place of the event's sample among those of the run; `None` where it has none.
    pub sample: Option<usize>,
}

/// One run of a JVM.
#[derive(Clone, Debug)]
pub struct Observed {
    /// The log's name, with the number of the run where there are several.
    pub name: String,
    /// What the log says of the JVM.
    pub facts: JvmFacts,
    /// Its collector.
    pub collector: CollectorKind,
    /// What its times are.
    pub clock: Clock,
    /// Collections, cycles and short pauses in order.
    pub samples: Vec<Sample>,
    /// The heap over time; empty in logs without times.
    pub heap: Vec<HeapPoint>,
}

/// Logs as they are read.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    /// Runs of all logs that have a collection, in the order given.
    pub runs: Vec<Observed>,
    /// What a reader must know: restarts, lines that are not understood, what was left out.
    pub remarks: Vec<String>,
    /// Lines that were read, and those among them of no known sort.
    pub lines: Lines,
}

/// Lines of logs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// All of them.
    pub all: u64,
    /// Those of no known sort.
    pub unexplained: u64,
}

/// Reads logs. The parts of a rotated log, known by their common name, are one log.
///
/// # Errors
/// Every fault of every log: no such file, a folder, damaged, a format that changes, no collections.
pub fn read(paths: &[PathBuf]) -> Result<Logs, Vec<InputError>> {
    let (mut logs, mut faults) = (Logs::default(), Vec::new());
    for (name, parts) in together(paths) {
        let folders = parts.iter().filter(|path| path.is_dir());
        let found: Vec<InputError> = folders.map(|path| folder(path)).collect();
        if !found.is_empty() {
            faults.extend(found);
            continue;
        }
        match read_one(&name, &parts) {
            Ok(log) => {
                logs.runs.extend(log.runs);
                logs.remarks.extend(log.remarks);
                logs.lines.all += log.lines.all;
                logs.lines.unexplained += log.lines.unexplained;
            }
            Err(found) => faults.extend(found),
        }
    }
    if faults.is_empty() { Ok(logs) } else { Err(faults) }
}

fn folder(path: &Path) -> InputError {
    InputError::of_file(
        &path.display().to_string(),
        Fault::Unreadable,
        "a garbage-collection log, but this is a folder",
    )
}

/// Paths by the log to which they belong: `gc.log`, `gc.log.0` and `gc.log.1.current` are one.
fn together(paths: &[PathBuf]) -> Vec<(String, Vec<PathBuf>)> {
    let mut groups: Vec<(PathBuf, Vec<PathBuf>)> = Vec::new();
    for path in paths {
        let whole = without_rotation(path);
        match groups.iter_mut().find(|group| group.0 == whole) {
            Some(group) if group.1.contains(path) => {}
            Some(group) => group.1.push(path.clone()),
            None => groups.push((whole, vec![path.clone()])),
        }
    }
    let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    groups.into_iter().map(|(whole, parts)| (name(if parts.len() == 1 { &parts[0] } else { &whole }), parts)).collect()
}

fn without_rotation(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let name = name.strip_suffix(".gz").unwrap_or(&name);
    let name = name.strip_suffix(".current").unwrap_or(name);
    let whole = match name.rsplit_once('.') {
        Some((whole, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => whole,
        _ => name,
    };
    path.with_file_name(whole)
}

/// A run that is being read.
struct Open {
    sampler: Sampler,
    run: Observed,
    /// GC threads that the log does not name, as far as they follow from processor times.
    guessed: Option<Option<u64>>,
    /// Bytes in use after the event before.
    last: Option<f64>,
    /// Whether phases of the cycle under way told the heap.
    told: bool,
}

/// Samples are made when all is read, since only then collector and threads are known for certain.
fn read_one(name: &str, parts: &[PathBuf]) -> Result<Logs, Vec<InputError>> {
    let mut events: Vec<Event> = Vec::new();
    let reading = gc_log::read(parts, |event| {
        if event.kind != Kind::ConcurrentPhase || event.heap.is_some() {
            // Names and ages are not needed; without them a long log stays small.
            events.push(Event { name: String::new(), tenuring: None, ..event });
        }
    })?;
    let mut open = opened(name, &reading, &events);
    for event in &events {
        if let Some(open) = open.get_mut(event.run) {
            open.take(event);
        }
    }
    let mut remarks: Vec<String> = reading.remarks().into_iter().map(|remark| format!("{name}: {remark}")).collect();
    let (kept, empty): (Vec<Open>, Vec<Open>) = open.into_iter().partition(|open| !open.run.samples.is_empty());
    remarks.extend(empty.iter().map(|open| format!("{}: no collection in this run; left out", open.run.name)));
    remarks.extend(kept.iter().filter_map(without_threads));
    let lines = Lines { all: reading.lines, unexplained: reading.unexplained };
    Ok(Logs { runs: kept.into_iter().map(|open| open.run).collect(), remarks, lines })
}

/// What is said where a log tells nothing of GC threads: prices of a byte hang on their number.
fn without_threads(open: &Open) -> Option<String> {
    let stops = open.run.samples.iter().any(|sample| matches!(sample.class, Class::Young | Class::Full));
    let said = open.run.samples.iter().all(|sample| sample.said_threads || !sample.class.is_pause());
    let taken = match open.guessed.filter(|_| stops && !said)? {
        Some(threads) => format!("taken as {threads}, by the processor times of pauses"),
        None => "taken as one".to_string(),
    };
    Some(format!("{}: the log does not say how many GC threads there are; {taken}", open.run.name))
}

fn opened(name: &str, reading: &Reading, events: &[Event]) -> Vec<Open> {
    let several = reading.runs.len() > 1;
    let open = |(index, run): (usize, &gc_log::Run)| {
        let name = if several { format!("{name} (run {})", index + 1) } else { name.to_string() };
        let own = events.iter().filter(|event| event.run == index);
        Open::new(name, (&run.facts, run.clock), own)
    };
    reading.runs.iter().enumerate().map(open).collect()
}

/// GC threads by the processor times of pauses: how many threads worked at a time. Times come in hundredths of a second,
/// so that only longer pauses tell.
fn threads<'a>(events: impl Iterator<Item = &'a Event>) -> Option<u64> {
    let pauses = events.filter(|event| event.kind.is_pause()).filter_map(|event| event.cpu);
    let busy = pauses.filter(|cpu| cpu.real_s >= 0.03).map(|cpu| (cpu.user_s + cpu.system_s) / cpu.real_s);
    let busy: Vec<f64> = busy.filter(|busy| busy.is_finite()).collect();
    median(busy).map(|busy| (busy.round() as u64).max(1))
}

impl Open {
    fn new<'a>(name: String, (told, clock): (&JvmFacts, Clock), events: impl Iterator<Item = &'a Event>) -> Open {
        let collector = told.collector.unwrap_or(CollectorKind::Serial);
        let (mut facts, samples, heap) = (told.clone(), Vec::new(), Vec::new());
        let guessed =
            facts.parallel_workers.is_none() && !matches!(collector, CollectorKind::Serial | CollectorKind::Epsilon);
        if guessed {
            facts.parallel_workers = threads(events);
        }
        let sampler = Sampler::new(Some(collector), &facts, shares(Identity::of(collector).own_section()));
        let run = Observed { name, facts: told.clone(), collector, clock, samples, heap };
        Open { sampler, run, guessed: guessed.then_some(facts.parallel_workers), last: None, told: false }
    }

    fn take(&mut self, event: &Event) {
        let sample = self.sampler.sample(event);
        self.heap(event, sample.is_some());
        self.run.samples.extend(sample);
    }

    /// Cycles whose phases tell the heap would count it twice; those of G1 and CMS free nothing themselves.
    fn heap(&mut self, event: &Event, has_sample: bool) {
        let is_cycle = event.kind.is_cycle();
        let phases = self.told;
        self.told = (phases && !is_cycle) || event.kind == Kind::ConcurrentPhase;
        let doubled = is_cycle && (phases || Identity::of(self.run.collector).cycles == Cycles::Beside);
        if doubled {
            // The last phase told what the cycle left.
            let last = self.run.heap.last_mut().filter(|last| phases && last.class.is_none());
            last.into_iter().for_each(|last| last.class = Some(Class::Cycle));
            return;
        }
        let (Some((before, after)), Some(time_s)) = (heap_of(event), event.start_s) else { return };
        let allocated = self.last.map_or(0.0, |last| (before - last).max(0.0));
        self.last = Some(after);
        self.run.heap.push(HeapPoint {
            time_s,
            after,
            allocated,
            class: Class::of(event.kind),
            sample: has_sample.then_some(self.run.samples.len()),
        });
    }
}

impl Observed {
    /// A run of events that come from elsewhere than a log.
    pub fn of(name: String, (facts, clock): (JvmFacts, Clock), events: &[Event]) -> Observed {
        let mut open = Open::new(name, (&facts, clock), events.iter());
        events.iter().for_each(|event| open.take(event));
        open.run
    }

    /// From the begin of the first collection to the end of the last, seconds; `None` without times.
    pub fn span(&self) -> Option<(f64, f64)> {
        let timed = || self.samples.iter().filter_map(|sample| Some((sample.start_s?, sample.duration_s)));
        let from = timed().map(|(start, _)| start).min_by(f64::total_cmp)?;
        let until = timed().map(|(start, length)| start + length).max_by(f64::total_cmp)?;
        (self.clock != Clock::None && until > from).then_some((from, until))
    }

    /// Seconds of pauses.
    pub fn paused_s(&self) -> f64 {
        self.samples.iter().filter(|sample| sample.class.is_pause()).map(|sample| sample.duration_s).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_rotated_log_belong_together() {
        let paths = ["a/gc.log.1", "a/gc.log.0.gz", "b/gc.log", "a/gc.log.2.current", "a/gc.log", "gc17.log"];
        let groups = together(&paths.map(PathBuf::from));
        let named: Vec<(&str, usize)> = groups.iter().map(|(name, parts)| (name.as_str(), parts.len())).collect();
        assert_eq!(named, [("gc.log", 4), ("gc.log", 1), ("gc17.log", 1)]);
    }

    #[test]
    fn folders_and_missing_files_are_told_together() {
        let dir = tempfile::tempdir().unwrap();
        let faults = read(&[dir.path().to_path_buf(), dir.path().join("absent.log")]).unwrap_err();
        let all: Vec<String> = faults.iter().map(|fault| fault.to_string()).collect();
        assert!(all[0].contains("folder") && all[1].contains("absent.log: no such file"), "{all:?}");
    }

    #[test]
    fn threads_follow_from_processor_times() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gc.log");
        let one = |at: u32| {
            format!(
                "{at}.500: [GC (Allocation Failure) [PSYoungGen: 100K->10K(200K)] 100K->10K(500K), 0.0500 secs] \
                 [Times: user=0.19 sys=0.01, real=0.05 secs] \n"
            )
        };
        std::fs::write(&path, (1..9).map(one).collect::<String>()).unwrap();
        let logs = read(&[path]).unwrap();
        assert!(logs.runs[0].samples.iter().all(|sample| sample.threads == 4.0), "{:?}", logs.runs[0].samples[0]);
        assert!(logs.remarks[0].contains("taken as 4"), "{:?}", logs.remarks);
    }

    #[test]
    fn a_restart_makes_two_runs() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gc.log");
        let one = "[0.01s][info][gc] Using Serial\n[1.0s][info][gc] GC(0) Pause Young (Allocation Failure) 9M->3M(61M) 1.0ms\n";
        std::fs::write(&path, format!("{one}{one}")).unwrap();
        let logs = read(&[path]).unwrap();
        assert_eq!(logs.runs.len(), 2);
        assert_eq!(logs.runs[1].name, "gc.log (run 2)");
        assert!(logs.remarks[0].contains("started anew"), "{:?}", logs.remarks);
    }
}
