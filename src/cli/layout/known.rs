//! What is known of the job and of the JVM: from the command line, else from the configuration.

use super::error_at;
use super::options::{Handover, Kind, Setting as Given};
use super::subject::Subject;
use crate::base::Bytes;
use crate::flink::layout::keys::{Key, job_manager as jm, task_manager as tm};
use crate::flink::layout::network::{BufferRules, Exchange};
use crate::flink::layout::{
    Consumer, DeploymentKind, FlinkVersion, JobDemand, MAX_PARALLELISM, Options, Origin, ProcessKind, RocksDbMode,
    RocksDbSettings, SlotProfile,
};
use crate::heap::hotspot::{Flags, Machine};
use crate::report::layout::{Setting, request};

/// CPUs where nobody says.
const ASSUMED_CPUS: u32 = 2;

/// How that is told.
const ASSUMED: &str = "assumed; say --cpus";

/// Reads the setting.
///
/// # Errors
/// Everything that is wrong with it, one text each.
pub fn setting(
    given: &Given,
    subject: &Subject,
    (process, version): (ProcessKind, FlinkVersion),
) -> Result<Setting, Vec<String>> {
    let options = &subject.options;
    let mut faults: Vec<String> = Vec::new();
    let container = limit_factor(subject, process, &mut faults);
    let consumers = consumers(given, options, &mut faults);
    let slots = slots(&given.slots, &mut faults);
    let flags = flags(options, process, &mut faults);
    if !faults.is_empty() {
        return Err(faults);
    }
    let (cpus, cpus_from) = match given.cpus {
        Some(cpus) => (cpus, "--cpus".to_string()),
        None => seen_cpus(subject, process),
    };
    // Where nobody says how many processors there are, no flag can contradict them.
    if cpus_from != ASSUMED
        && let Some(fault) = flags.too_many_threads(cpus)
    {
        return Err(vec![error_at(origin_of(options, process, "GCThreads="), format!("{fault} ({cpus_from})"))]);
    }
    // The memory of a container is known once its process is divided; other machines are taken for large.
    let machine = Machine { jdk: given.jdk, cpus, memory: Bytes(u64::MAX) };
    let job = job(given, options, version);
    Ok(Setting { job, consumers, slots, machine, cpus_from, flags, container })
}

/// How many times its process a container may take, where there are containers.
fn limit_factor(subject: &Subject, process: ProcessKind, faults: &mut Vec<String>) -> Option<f64> {
    let key = match process {
        ProcessKind::TaskManager => "kubernetes.taskmanager.memory.limit-factor",
        ProcessKind::JobManager => "kubernetes.jobmanager.memory.limit-factor",
    };
    let (_, text, origin) =
        subject.options.iter().find(|option| option.0 == key).unwrap_or((key, "1", &Origin::Unstated));
    let factor = text.trim().parse().ok().filter(|factor: &f64| *factor >= 1.0 && factor.is_finite());
    if factor.is_none() {
        let text = format!("`{key}` = \"{text}\" cannot be read: expected a number of at least 1");
        faults.push(error_at(origin, text));
    }
    factor.filter(|_| subject.deployment == DeploymentKind::Container)
}

fn job(given: &Given, options: &Options, version: FlinkVersion) -> Option<JobDemand> {
    let written = options.iter().find(|option| option.0 == "parallelism.default");
    let written = written.and_then(|option| option.1.trim().parse().ok()).filter(|n| (1..=MAX_PARALLELISM).contains(n));
    let exchange = match given.exchange {
        Handover::Pipelined => Exchange::PipelinedBounded,
        Handover::Blocking => Exchange::Blocking,
    };
    let parallelism = given.parallelism.or(written)?;
    // Faults of these options are told where all options are checked.
    let rules = BufferRules::read(options, version).unwrap_or_default();
    Some(JobDemand { parallelism, gates: given.gates, channels: given.channels, exchange, rules })
}

fn slots(texts: &[String], faults: &mut Vec<String>) -> Vec<SlotProfile> {
    let mut slots = Vec::new();
    for text in texts {
        match request(text) {
            Ok(slot) => slots.push(slot),
            Err(found) => faults.extend(found.iter().map(|fault| format!("--slot {text}: error: {fault}"))),
        }
    }
    slots
}

/// The options with flags for the JVM of `process`, in Flink's order.
fn flag_keys(process: ProcessKind) -> [String; 3] {
    let name = match process {
        ProcessKind::TaskManager => "taskmanager",
        ProcessKind::JobManager => "jobmanager",
    };
    ["env.java.opts".to_string(), "env.java.opts.all".into(), format!("env.java.opts.{name}")]
}

/// Where the last of these options that mentions `flag` stands.
fn origin_of<'a>(options: &'a Options, process: ProcessKind, flag: &str) -> &'a Origin {
    let keys = flag_keys(process);
    let found = keys.iter().rev().filter_map(|key| options.iter().find(|option| option.0 == key));
    found.filter(|option| option.1.contains(flag)).map(|option| option.2).next().unwrap_or(&Origin::Unstated)
}

/// The user's flags for the JVM of `process`, those for all processes first, as Flink puts them.
fn flags(options: &Options, process: ProcessKind, faults: &mut Vec<String>) -> Flags {
    let keys = flag_keys(process);
    let mut all = Vec::new();
    for (key, value, origin) in keys.iter().filter_map(|key| options.iter().find(|option| option.0 == key)) {
        match Flags::parse(value) {
            Ok(_) => all.push(value),
            Err(found) => faults.extend(found.iter().map(|fault| error_at(origin, format!("`{key}`: {fault}")))),
        }
    }
    Flags::parse(&all.join(" ")).unwrap_or_else(|found| {
        faults.extend(found.iter().map(|fault| format!("error: `env.java.opts.*` together: {fault}")));
        Flags::default()
    })
}

/// Kinds of consumers: those named, and the state backend where it divides managed memory.
fn consumers(given: &Given, options: &Options, faults: &mut Vec<String>) -> Vec<Consumer> {
    let store = RocksDbSettings::read(options).ok();
    let managed = store.is_none_or(|store| store.backend.is_native() && store.mode == RocksDbMode::Managed);
    if given.consumers.contains(&Kind::StateBackend) && !managed {
        let text = "--consumers state-backend: error: the options choose state that takes no managed memory: \
                    expected `state.backend.type` to be rocksdb or forst, with its memory managed";
        faults.push(text.into());
    }
    let named = given.consumers.iter().map(|kind| match kind {
        Kind::Operator => Consumer::Operator,
        Kind::StateBackend => Consumer::StateBackend,
        Kind::Python => Consumer::Python,
    });
    let mut consumers: Vec<Consumer> = named.chain(managed.then_some(Consumer::StateBackend)).collect();
    consumers.sort();
    consumers.dedup();
    consumers
}

/// CPUs that the JVM sees, and where that is known from. A container's limit is rounded up, as the JVM does.
fn seen_cpus(subject: &Subject, process: ProcessKind) -> (u32, String) {
    let options = &subject.options;
    let contained: &[&Key] = match process {
        ProcessKind::TaskManager => &[&tm::CONTAINER_CPU, &tm::CORES],
        ProcessKind::JobManager => &[&jm::CONTAINER_CPU],
    };
    let number = |key: &Key| options.is_set(key).then(|| options.number(key).ok()).flatten();
    let found = contained.iter().find_map(|key| Some((number(key).filter(|cpus| *cpus > 0.0)?, key.name)));
    let containers = subject.deployment == DeploymentKind::Container;
    match found {
        Some((cpus, key)) => (cpus.ceil().min(f64::from(u16::MAX)) as u32, key.into()),
        None if containers && process == ProcessKind::TaskManager => {
            let slots = options.count(&tm::SLOTS).unwrap_or(1);
            (slots.clamp(1, u32::from(u16::MAX)), "as many as slots, Kubernetes' default".into())
        }
        None if containers => (1, "Kubernetes' default".into()),
        None => (ASSUMED_CPUS, ASSUMED.into()),
    }
}
