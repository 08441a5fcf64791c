//! `heapwise layout`: where the memory of a Flink process goes.

mod job_manager;
mod known;
mod options;
mod subject;
mod task_manager;

use std::fmt::Display;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use crate::base::Bytes;
use crate::chart::process::{Part, Process as Boxes, Sheet as Drawing, draw_process};
use crate::flink::advice;
use crate::flink::layout::{
    Circumstances, DeploymentKind, Fault, FlinkVersion, LayoutError, Notice, Options as FlinkOptions, Origin, Problem,
    ProcessKind, Warning, notices, translate,
};
use crate::report::layout::{BatchError, Setting, Sheet, batch, diff, print};

use super::failure::Failure;
use super::wrap::columns;
pub use options::Options;
use options::{Format, Process};
use subject::{Subject, is_options};

/// A process that has been divided: the answer in words, and as boxes with so many slots.
struct Divided {
    sheet: Sheet,
    part: Part,
    slots: u32,
}

/// What is to be divided, and what is wrong with it so far.
struct Asked<'a> {
    /// The options, with today's keys.
    subject: &'a Subject,
    version: FlinkVersion,
    setting: Result<Setting, Vec<String>>,
    told: Vec<String>,
}

/// Divides, and prints, compares or draws.
pub fn layout(options: &Options, out: &mut dyn Write) -> Result<(), Failure> {
    spare_inputs(options)?;
    if let Some(cases) = &options.batch {
        return match &options.out {
            Some(path) => divide_all(cases, kind(options.process), &mut BufWriter::new(create(path)?)),
            None => divide_all(cases, kind(options.process), out),
        };
    }
    let text = match &options.diff {
        Some(sides) => difference(options, sides)?,
        None => single(options)?,
    };
    match &options.out {
        Some(path) => Ok(create(path)?.write_all(text.as_bytes())?),
        None => Ok(out.write_all(text.as_bytes())?),
    }
}

/// Refuses to print over a file that is read or drawn.
fn spare_inputs(options: &Options) -> Result<(), Failure> {
    let sides = options.diff.iter().flatten().map(PathBuf::from);
    let used = options.configs.iter().chain(&options.batch).chain(&options.chart).cloned().chain(sides);
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    let Some(out) = &options.out else { return Ok(()) };
    if used.into_iter().any(|path| real(&path) == real(out)) {
        let text =
            format!("--out {}: error: is read or drawn by the same command: expected another file", out.display());
        return Err(Failure::User(text));
    }
    Ok(())
}

fn create(path: &Path) -> Result<File, Failure> {
    File::create(path).map_err(|error| Failure::User(format!("{}: error: cannot be written: {error}", path.display())))
}

fn divide_all(cases: &Path, process: ProcessKind, out: &mut dyn Write) -> Result<(), Failure> {
    let unreadable = |why: String| Failure::User(format!("{}: error: {why}", cases.display()));
    let source: Box<dyn Read> = match cases.to_str() {
        Some("-") => Box::new(std::io::stdin().lock()),
        _ if cases.is_dir() => return Err(unreadable("cannot be read: is a directory, expected a CSV file".into())),
        _ => Box::new(File::open(cases).map_err(|error| unreadable(format!("cannot be read: {error}")))?),
    };
    match batch(source, process, out) {
        Ok(()) => Ok(out.flush()?),
        Err(BatchError::Input(why)) => Err(unreadable(why)),
        Err(BatchError::Output(error)) => Err(error.into()),
    }
}

fn single(options: &Options) -> Result<String, Failure> {
    let (subject, faults) = Subject::read(&options.configs, &options.define);
    let divided = divide(options, &subject, faults).map_err(listing)?;
    draw(options, &divided, None)?;
    Ok(match options.format {
        Format::Table => print::table(&divided.sheet, columns()),
        Format::Json => print::json(&divided.sheet),
        Format::Csv => print::csv(&divided.sheet),
    })
}

fn difference(options: &Options, sides: &[String]) -> Result<String, Failure> {
    let [a, b] = sides else { return Err(Failure::User("--diff: error: expected two sides".into())) };
    let (first, faults) = Subject::side(a, &options.define);
    let (second, others) =
        if is_options(b) { first.with(b, &options.define) } else { Subject::side(b, &options.define) };
    let side = |name: &str, divided: Result<Divided, Vec<String>>| {
        divided.map_err(|faults| faults.iter().map(|fault| format!("{name}: {fault}")).collect::<Vec<String>>())
    };
    let divided = [side("A", divide(options, &first, faults)), side("B", divide(options, &second, others))];
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
    let sheet = &divided.sheet;
    let subject = match other {
        None => sheet.subject.clone(),
        Some(other) => format!("A: {} · B: {}", sheet.subject, other.sheet.subject),
    };
    let boxes = |divided: &Divided, caption: &str| Boxes {
        caption: caption.into(),
        part: divided.part.clone(),
        slots: divided.slots,
    };
    let drawing = Drawing {
        title: format!("Memory of a {}", sheet.process_title()),
        subtitle: format!("Flink {} · {subject}", sheet.version),
        process: boxes(divided, "A"),
        other: other.map(|other| boxes(other, "B")),
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

/// Divides the process of `subject`, or tells everything that is wrong with its options, `faults` of its sources first.
fn divide(options: &Options, subject: &Subject, mut faults: Vec<String>) -> Result<Divided, Vec<String>> {
    let version = match &options.flink {
        Some(text) => FlinkVersion::parse(text).unwrap_or_else(|message| {
            faults.push(format!("--flink: error: {message}"));
            FlinkVersion::default()
        }),
        None => subject.version.unwrap_or_default(),
    };
    let (today, mut told) = todays(subject, version, &mut faults);
    let process = kind(options.process);
    told.splice(0..0, subject.overruled.clone());
    told.extend(notices(&today, process, version));
    let today = Subject { options: today, ..subject.clone() };
    let setting = known::setting(&options.setting, &today, (process, version));
    let asked = Asked { subject: &today, version, setting, told: faults };
    let mut divided = match process {
        ProcessKind::TaskManager => task_manager::divide(asked),
        ProcessKind::JobManager => job_manager::divide(asked),
    }?;
    let place = |notice: Notice| (notice.origin.to_string(), notice.text);
    divided.sheet.warnings.splice(0..0, told.into_iter().map(place));
    Ok(divided)
}

/// The options in today's keys, with what is said of those that were translated.
fn todays(subject: &Subject, version: FlinkVersion, faults: &mut Vec<String>) -> (FlinkOptions, Vec<Notice>) {
    let given = &subject.options;
    match version {
        FlinkVersion::V1 => translate(given, subject.deployment).unwrap_or_else(|fault| {
            faults.push(located(&fault));
            (given.clone(), Vec::new())
        }),
        FlinkVersion::V2 => (given.clone(), Vec::new()),
    }
}

/// A TaskManager's configuration as another command takes it.
pub(super) struct TaskManager {
    subject: Subject,
    /// Its options in today's keys.
    pub(super) options: FlinkOptions,
}

impl TaskManager {
    /// Reads files and `define` (KEY=VALUE each).
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub(super) fn read(files: &[PathBuf], define: &[String]) -> Result<TaskManager, Vec<String>> {
        let (subject, faults) = Subject::read(files, define);
        divide(&Options::default(), &subject, faults)?;
        let (options, _) = todays(&subject, subject.version.unwrap_or_default(), &mut Vec::new());
        Ok(TaskManager { subject, options })
    }

    /// The same with other options, divided, as `layout` prints it.
    ///
    /// # Errors
    /// Everything that is wrong with `options`.
    pub(super) fn layout(&self, options: &FlinkOptions, (jdk, cpus): (u32, u32)) -> Result<String, Vec<String>> {
        let subject = Subject { options: options.clone(), ..self.subject.clone() };
        let mut asked = Options::default();
        (asked.setting.jdk, asked.setting.cpus) = (jdk, Some(cpus));
        divide(&asked, &subject, Vec::new()).map(|divided| print::table(&divided.sheet, columns()))
    }
}

/// "FILE:LINE: error: …", as all faults are told.
fn error_at(origin: &Origin, text: impl Display) -> String {
    let place = origin.to_string();
    if place.is_empty() { format!("error: {text}") } else { format!("{place}: error: {text}") }
}

fn located(fault: &Fault) -> String {
    error_at(&fault.origin, Fault { origin: Origin::Unstated, ..fault.clone() })
}

impl Asked<'_> {
    /// The layout `derived` (of `process` bytes in all) with its setting, or everything that is wrong.
    fn sound<L>(
        self,
        kind: ProcessKind,
        (derived, faults): (Result<L, LayoutError>, Vec<Fault>),
        process: fn(&L) -> Bytes,
    ) -> Result<(L, Setting), Vec<String>> {
        let told = self.everything(kind, faults, derived.as_ref().err());
        let (layout, mut setting) = match (derived, self.setting) {
            (Ok(layout), Ok(setting)) if told.is_empty() => (layout, setting),
            (_, setting) => return Err(told.into_iter().chain(setting.err().unwrap_or_default()).collect()),
        };
        if self.subject.deployment == DeploymentKind::Container {
            setting.machine.memory = process(&layout);
        }
        Ok((layout, setting))
    }

    /// Everything that is wrong with the configuration: what is told already, `faults` of single options in the order of
    /// their lines, and the `error` that a derivation met, each with what would help.
    fn everything(&self, process: ProcessKind, mut faults: Vec<Fault>, error: Option<&LayoutError>) -> Vec<String> {
        let (options, mut told) = (&self.subject.options, self.told.clone());
        let help =
            || advice(options, process).into_iter().map(|advice| format!("\n    help: {advice}")).collect::<String>();
        let bare = |fault: &Fault| matches!(fault.problem, Problem::Bare(_));
        let incomplete = !told.is_empty() || faults.iter().any(bare);
        faults.sort_by_key(|fault| fault.origin.line());
        told.extend(faults.iter().map(located));
        let by_one_option = matches!(error, Some(LayoutError::Option(_) | LayoutError::Range { .. }));
        match (error, faults.as_slice()) {
            // What is missing may stand in what could not be read, and sizes without a unit fit nothing.
            _ if incomplete => {}
            (Some(LayoutError::Option(fault)), []) => told.push(located(fault)),
            (Some(_), [Fault { problem: Problem::MinAboveMax { .. }, .. }]) if by_one_option => {
                told.last_mut().into_iter().for_each(|text| *text += &help());
            }
            (Some(_), [_, ..]) if by_one_option => {}
            (Some(error), _) => told.push(format!("error: {error}{}", help())),
            (None, _) => {}
        }
        told
    }
}

/// The sheet with these warnings.
fn warned(sheet: Sheet, warnings: Vec<Warning>) -> Sheet {
    let warnings = warnings.into_iter().map(|warning| (warning.origin.to_string(), warning.text));
    Sheet { warnings: warnings.collect(), ..sheet }
}

impl Divided {
    fn new(sheet: Sheet, part: Part, slots: u32, setting: &Setting) -> Divided {
        Divided { sheet, part: Part { flag: container_flag(setting), ..part }, slots }
    }
}

/// What the box of the whole process says beside its name: nothing where no container limits it.
fn container_flag(setting: &Setting) -> Option<String> {
    match setting.container {
        Some(1.0) => Some("container".into()),
        Some(_) => Some("container's request".into()),
        None => None,
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
