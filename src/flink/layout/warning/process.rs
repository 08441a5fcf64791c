//! Rules about the process as a whole: overhead, metaspace, CPU and container.

use super::super::component::{Component, Derivation};
use super::super::keys::task_manager as tm;
use super::{Case, JAVA_OPTIONS, Warning, show};
use crate::base::Bytes;
use crate::heap::hotspot::SERVER_MEMORY;

/// Overhead below this leaves nothing for stacks, code cache and the collector's own structures.
pub(super) const NO_HEADROOM: Bytes = Bytes::mib(64);
/// Metaspace below this seldom holds Flink's own classes and a job's.
const SMALL_METASPACE: Bytes = Bytes::mib(128);
/// More slots than this for each core are worth a remark.
const SLOTS_PER_CORE: f64 = 4.0;

pub(super) fn overhead_at_max(case: &Case) -> Option<Warning> {
    if case.layout.derivation(Component::Overhead) != Derivation::AtMax {
        return None;
    }
    let text = format!(
        "JVM overhead is cut to its maximum, {} of a process of {}: thread stacks, code cache and whatever RocksDB takes \
         beyond its budget have no more room than in a small process. Raise `{}` if containers get killed",
        show(case.layout.overhead),
        show(case.layout.process()),
        tm::OVERHEAD_MAX.name
    );
    case.warn("overhead-at-max", &tm::OVERHEAD_MAX, text)
}

pub(super) fn no_headroom(case: &Case) -> Option<Warning> {
    let overhead = case.layout.overhead;
    if overhead >= NO_HEADROOM {
        return None;
    }
    let text = format!(
        "JVM overhead is only {} of a process of {}, so the limit of the process is next to what the JVM is told to use: \
         stacks and native memory will exceed it, and the container is killed. Give `{}` at least 192m",
        show(overhead),
        show(case.layout.process()),
        tm::OVERHEAD_MIN.name
    );
    case.warn("no-headroom", &tm::OVERHEAD_MIN, text)
}

pub(super) fn small_metaspace(case: &Case) -> Option<Warning> {
    let metaspace = case.layout.metaspace;
    if metaspace >= SMALL_METASPACE {
        return None;
    }
    let text = format!(
        "metaspace is {}; classes of Flink and of a job with connectors seldom fit below 128m, and each resubmission to \
         a session adds more. Raise `{}`",
        show(metaspace),
        tm::METASPACE.name
    );
    case.warn("small-metaspace", &tm::METASPACE, text)
}

pub(super) fn serial_collector(case: &Case) -> Option<Warning> {
    let chosen = |name: &&str| case.java_flags(name).is_some_and(|(flags, _)| flags.collector.is_some());
    if !case.setting.containers || JAVA_OPTIONS.iter().any(chosen) {
        return None;
    }
    let small = case.layout.process() < SERVER_MEMORY;
    let cores = case.cores().filter(|cores| *cores <= 1.0);
    let reason = match cores {
        Some(cores) => format!("{cores} CPU"),
        None if small => format!("{}, below 1792m,", show(case.layout.process())),
        None => return None,
    };
    let text = format!(
        "a container with {reason} makes the JVM choose its Serial collector, which stops all tasks for a whole \
         collection of the heap. Give it more than one CPU and 1792m, or name a collector, as -XX:+UseG1GC in \
         `env.java.opts.taskmanager`"
    );
    case.warn("serial-collector", &tm::CORES, text)
}

pub(super) fn many_slots(case: &Case) -> Option<Warning> {
    let cores = case.cores()?;
    let slots = f64::from(case.layout.slots);
    if slots <= SLOTS_PER_CORE * cores {
        return None;
    }
    let text = format!(
        "{slots} slots share {cores} CPU: each subtask gets a small part of a core, while network and managed memory \
         are divided among all. Lower `{}` or raise `{}`",
        tm::SLOTS.name,
        tm::CORES.name
    );
    case.warn("many-slots", &tm::SLOTS, text)
}

pub(super) fn overhead_fraction_unused(case: &Case) -> Option<Warning> {
    let rest = case.layout.derivation(Component::Overhead) == Derivation::Rest;
    if !rest || !case.options.is_set(&tm::OVERHEAD_FRACTION) {
        return None;
    }
    let text = format!(
        "`{}` is not applied: JVM overhead is what the other options leave of `{}`, {}. Remove one of the two",
        tm::OVERHEAD_FRACTION.name,
        tm::PROCESS.name,
        show(case.layout.overhead)
    );
    case.warn("overhead-fraction-unused", &tm::OVERHEAD_FRACTION, text)
}

pub(super) fn total_fills_overhead(case: &Case) -> Option<Warning> {
    if case.layout.derivation(Component::Overhead) != Derivation::Rest {
        return None;
    }
    let parts = if case.options.is_set(&tm::FLINK) {
        format!("`{}`", tm::FLINK.name)
    } else {
        format!("`{}` and `{}`", tm::TASK_HEAP.name, tm::MANAGED.name)
    };
    let text = format!(
        "total Flink memory follows from {parts}, so `{}` only decides the JVM overhead, {}: raising it gives tasks \
         nothing. Remove one of them",
        tm::PROCESS.name,
        show(case.layout.overhead)
    );
    case.warn("total-fills-overhead", &tm::PROCESS, text)
}

pub(super) fn whole_mib(case: &Case) -> Option<Warning> {
    let text = lost(case.layout.process(), tm::PROCESS.name).filter(|_| case.setting.containers)?;
    case.warn("whole-mib", &tm::PROCESS, text)
}

/// What a container request in whole MiB loses of `process`.
pub(super) fn lost(process: Bytes, key: &str) -> Option<String> {
    let lost = Bytes(process.0 % Bytes::mib(1).0);
    (lost > Bytes::ZERO).then(|| {
        let whole = process.0 >> 20;
        format!(
            "containers are requested in whole MiB: {} become {whole}Mi, and {} of the process are not covered. Set \
             `{key}` to {}m",
            show(process),
            show(lost),
            whole + 1
        )
    })
}
