//! Rules about the JVM's heap.

use super::super::keys::task_manager as tm;
use super::{Case, JAVA_OPTIONS, Warning, show};
use crate::base::Bytes;
use crate::heap::hotspot::{CollectorKind, compressed_limit};

/// The release whose limit stands for all: G1 of 18 to 24 gives up 480 MiB earlier.
const JDK: u32 = 17;
/// How much more memory the same objects take without compressed references, measured on one workload (h2).
const INFLATION: f64 = 1.32;
/// Task heaps below this hold hardly more than the classes' own state of a few operators.
pub(in crate::flink) const TINY_TASK_HEAP: Bytes = Bytes::mib(32);

pub(super) fn compressed_pointers(case: &Case) -> Option<Warning> {
    let heap = case.layout.jvm_heap();
    let limit = compressed_limit(CollectorKind::G1, JDK).filter(|limit| heap > *limit)?;
    let worth = Bytes::from_f64(heap.as_f64() / INFLATION);
    let verdict = if worth < limit { "less than a heap of 32736m holds" } else { "at the price of slower access" };
    let key = if case.options.is_set(&tm::TASK_HEAP) { &tm::TASK_HEAP } else { &tm::PROCESS };
    let text = format!(
        "the heap of {} is above {}, where the JVM gives up compressed references: objects grow by about a third, so it \
         holds what {} held before, {verdict}. Lower `{}` or `{}` so that the heap is at most 32736m, or run more and \
         smaller TaskManagers",
        show(heap),
        show(limit),
        show(worth),
        tm::TASK_HEAP.name,
        tm::PROCESS.name
    );
    case.warn("compressed-pointers", key, text)
}

pub(super) fn tiny_task_heap(case: &Case) -> Option<Warning> {
    let heap = case.layout.task_heap;
    if heap >= TINY_TASK_HEAP {
        return None;
    }
    let text = format!(
        "tasks have a heap of {}; below 32m user code soon runs out of it. Raise `{}`, or lower `{}` or `{}`",
        show(heap),
        tm::PROCESS.name,
        tm::MANAGED_FRACTION.name,
        tm::NETWORK_FRACTION.name
    );
    case.warn("tiny-task-heap", &tm::TASK_HEAP, text)
}

/// A heap size among the JVM's options comes after Flink's own and wins.
pub(super) fn overridden(case: &Case) -> Option<Warning> {
    let found = JAVA_OPTIONS.iter().find_map(|name| {
        let (flags, origin) = case.java_flags(name)?;
        let percentage = || flags.others.iter().any(|flag| flag.starts_with("-XX:MaxRAMPercentage"));
        let flag = flags.xmx.map(HeapFlag::Size).or_else(|| percentage().then_some(HeapFlag::Percentage))?;
        Some((*name, flag, origin.clone()))
    });
    let (name, flag, origin) = found?;
    let (heap, process) = (case.layout.jvm_heap(), case.layout.process());
    let text = match flag {
        HeapFlag::Size(size) if size == heap => return None,
        HeapFlag::Size(size) => {
            let others = Bytes(process.0 - heap.0);
            let room = match process.0.checked_sub(size.0) {
                Some(left) if left >= others.0 => {
                    format!("{} of the process stay unused", show(Bytes(left - others.0)))
                }
                Some(left) => format!("{} are left for the {} of everything else", show(Bytes(left)), show(others)),
                None => format!("that is more than the whole process of {}", show(process)),
            };
            format!(
                "-Xmx in `{name}` replaces the heap of {} by {}, and {room}; Flink's numbers no longer hold. Remove it \
                 and set `{}` or `{}`",
                show(heap),
                show(size),
                tm::TASK_HEAP.name,
                tm::PROCESS.name
            )
        }
        HeapFlag::Percentage => format!(
            "-XX:MaxRAMPercentage in `{name}` has no effect, since Flink always passes -Xmx. Remove it and set `{}`",
            tm::TASK_HEAP.name
        ),
    };
    Some(Warning { rule: "heap-overridden", origin, text })
}

enum HeapFlag {
    Size(Bytes),
    Percentage,
}
