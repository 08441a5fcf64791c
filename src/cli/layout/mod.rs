//! `heapwise layout`: where the memory of a Flink process goes.

mod job_manager;
mod known;
mod options;
mod subject;
mod task_manager;

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use crate::base::Bytes;
use crate::chart::process::{Process as Boxes, Sheet as Drawing, draw_process};
use crate::memory::layout::{
    Circumstances, DeploymentKind, Fault, FlinkVersion, LayoutError, Notice, Options as FlinkOptions, Origin,
    ProcessKind, Warning, advice, notices, translate,
};
use crate::report::layout::{Setting, Sheet, batch, diff, print};

use super::failure::Failure;
use super::wrap::columns;
pub use options::Options;
use options::{Format, Process};
use subject::{Subject, is_options};

/// A process that has been divided: the answer in words, and as boxes.
struct Divided {
    sheet: Sheet,
    boxes: Boxes,
}

/// Divides, and prints, compares or draws.
pub fn layout(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    let text = match (&options.batch, &options.diff) {
        (Some(cases), _) => batch(open(cases)?, kind(options.process))
            .map_err(|message| Failure::User(format!("{}: error: {message}", cases.display())))?,
        (None, Some(sides)) => difference(options, sides)?,
        (None, None) => single(options)?,
    };
    match &options.out {
        Some(path) => fs::write(path, text)
            .map_err(|error| Failure::User(format!("{}: error: cannot be written: {error}", path.display()))),
        None => Ok(out.write_all(text.as_bytes())?),
    }
}

fn open(path: &Path) -> Result<File, Failure> {
    let unreadable = |why: String| Failure::User(format!("{}: error: cannot be read: {why}", path.display()));
    if path.is_dir() {
        return Err(unreadable("is a directory, expected a CSV file".into()));
    }
    File::open(path).map_err(|error| unreadable(error.to_string()))
}

fn single(options: &Options) -> Result<String, Failure> {
    let subject = Subject::read(&options.configs, &options.define).map_err(listing)?;
    let divided = divide(options, &subject).map_err(listing)?;
    draw(options, &divided, None)?;
    Ok(match options.format {
        Format::Table => print::table(&divided.sheet, columns()),
        Format::Json => print::json(&divided.sheet),
        Format::Csv => print::csv(&divided.sheet),
    })
}

fn difference(options: &Options, sides: &[String]) -> Result<String, Failure> {
    let [a, b] = sides else { return Err(Failure::User("--diff: error: expected two sides".into())) };
    let first = Subject::side(a, &options.define);
    let second = match (&first, is_options(b)) {
        (Ok(first), true) => first.with(b),
        _ => Subject::side(b, &options.define),
    };
    let divided = [first, second].map(|side| side.and_then(|subject| divide(options, &subject)));
    let [a, b] = match divided {
        [Ok(a), Ok(b)] => [a, b],
        sides => return Err(listing(sides.into_iter().filter_map(Result::err).flatten().collect())),
    };
    draw(options, &a, Some(&b))?;
    let names = (a.sheet.subject.as_str(), b.sheet.subject.as_str());
    let changes = diff::changes(&a.sheet, &b.sheet);
    Ok(match options.format {
        Format::Table => diff::table(&changes, names),
        Format::Json => diff::json(&changes, names),
        Format::Csv => diff::csv(&changes),
    })
}

fn draw(options: &Options, divided: &Divided, other: Option<&Divided>) -> Result<(), Failure> {
    let Some(path) = &options.chart else { return Ok(()) };
    let (sheet, captioned) =
        (&divided.sheet, |boxes: &Boxes, caption: &str| Boxes { caption: caption.into(), ..boxes.clone() });
    let subject = match other {
        None => sheet.subject.clone(),
        Some(other) => format!("A: {} · B: {}", sheet.subject, other.sheet.subject),
    };
    let drawing = Drawing {
        title: format!("Memory of a {}", sheet.process_title()),
        subtitle: format!("Flink {} · {subject}", sheet.version),
        process: captioned(&divided.boxes, "A"),
        other: other.map(|other| captioned(&other.boxes, "B")),
    };
    draw_process(&drawing, path).map_err(|error| Failure::User(format!("error: {error}")))
}

fn kind(process: Process) -> ProcessKind {
    match process {
        Process::Taskmanager => ProcessKind::TaskManager,
        Process::Jobmanager => ProcessKind::JobManager,
    }
}

fn listing(faults: Vec<String>) -> Failure {
    Failure::User(faults.join("\n"))
}

/// Divides the process of `subject`, or tells everything that is wrong with its options.
fn divide(options: &Options, subject: &Subject) -> Result<Divided, Vec<String>> {
    let (version, given) = (version(options, subject)?, &subject.options);
    let (today, mut told) = match version {
        FlinkVersion::V1 => translate(given, subject.deployment).map_err(|fault| vec![located(&fault)])?,
        FlinkVersion::V2 => (given.clone(), Vec::new()),
    };
    let process = kind(options.process);
    told.extend(notices(&today, process, version));
    let setting = known::setting(&options.setting, subject, process);
    let today = Subject { options: today, ..subject.clone() };
    let mut divided = match process {
        ProcessKind::TaskManager => task_manager::divide(&today, version, setting),
        ProcessKind::JobManager => job_manager::divide(&today, version, setting),
    }?;
    let place = |notice: Notice| (notice.origin.to_string(), notice.text);
    divided.sheet.warnings.splice(0..0, told.into_iter().map(place));
    Ok(divided)
}

/// "FILE:LINE: error: …", as all faults are told.
fn located(fault: &Fault) -> String {
    let text = Fault { origin: Origin::Unstated, ..fault.clone() };
    let place = fault.origin.to_string();
    if place.is_empty() { format!("error: {text}") } else { format!("{place}: error: {text}") }
}

fn version(options: &Options, subject: &Subject) -> Result<FlinkVersion, Vec<String>> {
    match &options.flink {
        Some(text) => FlinkVersion::parse(text).map_err(|message| vec![format!("--flink: error: {message}")]),
        None => Ok(subject.version.unwrap_or_default()),
    }
}

/// A derivation's error, with what would help. Where single options are at fault already, only conflicts are worth
/// telling besides.
fn conflict(
    options: &FlinkOptions,
    error: Option<&LayoutError>,
    (process, alone): (ProcessKind, bool),
) -> Option<String> {
    let error = error?;
    if !alone && matches!(error, LayoutError::Option(_) | LayoutError::Range { .. }) {
        return None;
    }
    let text = match error {
        LayoutError::Option(fault) => located(fault),
        error => format!("error: {error}"),
    };
    let help = advice(options, process).into_iter().map(|advice| format!("\n    help: {advice}"));
    Some(help.fold(text, |text, help| text + &help))
}

/// Memory that the JVM sees: a container's limit; machines that stand ready are taken for large.
fn seen_memory(subject: &Subject, process: Bytes) -> Bytes {
    match subject.deployment {
        DeploymentKind::Container => process,
        DeploymentKind::Standalone => Bytes(u64::MAX),
    }
}

fn circumstances(subject: &Subject, setting: &Setting) -> Circumstances {
    Circumstances {
        parallelism: setting.job.map(|job| job.parallelism),
        demand: setting.job,
        consumers: setting.consumers.clone(),
        containers: subject.deployment == DeploymentKind::Container,
    }
}

fn placed(warning: Warning) -> (String, String) {
    (warning.origin.to_string(), warning.text)
}
