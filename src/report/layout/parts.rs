//! The section of components: what each takes, and where its size came from.

use super::origin::{From, Portion, Source};
use super::sheet::Section;
use crate::base::Bytes;
use crate::flink::layout::keys::{Key, RangeKeys, job_manager as jm, task_manager as tm};
use crate::flink::layout::{Component, JobManagerLayout, Layout, Lead, Options};

const PROCESS: &str = "total process memory";
const FLINK: &str = "total Flink memory";

/// Depth, name for programs, name for people, size, where it came from.
type Line<'a> = (u8, &'a str, &'a str, Bytes, From);

/// The components of a TaskManager, nested as the process is.
pub fn of_task_manager(options: &Options, layout: &Layout) -> Section {
    use Component::{FrameworkHeap, FrameworkOffHeap, Managed, Metaspace, Network, Overhead, TaskHeap, TaskOffHeap};
    let source = Source { options, keys: &tm::TOTALS, lead: layout.lead };
    let part = |depth, component, key, name| -> Line {
        (depth, key, name, layout.size(component), from(&source, layout, component))
    };
    section([
        (0, "total_process", PROCESS, layout.process(), source.process()),
        (1, "total_flink", FLINK, layout.flink(), source.flink()),
        (2, "jvm_heap", "JVM heap", layout.jvm_heap(), sum("-Xmx and -Xms")),
        part(3, FrameworkHeap, "framework_heap", "framework heap"),
        part(3, TaskHeap, "task_heap", "task heap"),
        part(2, Managed, "managed", "managed memory"),
        (2, "direct", "direct memory", layout.direct(), sum("-XX:MaxDirectMemorySize")),
        part(3, FrameworkOffHeap, "framework_off_heap", "framework off-heap"),
        part(3, TaskOffHeap, "task_off_heap", "task off-heap"),
        part(3, Network, "network", "network memory"),
        part(1, Metaspace, "jvm_metaspace", "JVM metaspace"),
        part(1, Overhead, "jvm_overhead", "JVM overhead"),
    ])
}

/// The components of a JobManager, nested as the process is.
pub fn of_job_manager(options: &Options, layout: &JobManagerLayout) -> Section {
    let source = Source { options, keys: &jm::TOTALS, lead: layout.lead };
    let [heap, off_heap, metaspace, overhead] = layout.derivations;
    let sized = |how, key| source.component(how, Some(key), None);
    let portion = overhead_portion(&jm::TOTALS.overhead, layout.lead, layout.process());
    section([
        (0, "total_process", PROCESS, layout.process(), source.process()),
        (1, "total_flink", FLINK, layout.flink(), source.flink()),
        (2, "jvm_heap", "JVM heap", layout.jvm_heap, sized(heap, &jm::HEAP)),
        (2, "off_heap", "off-heap", layout.off_heap, sized(off_heap, &jm::OFF_HEAP)),
        (1, "jvm_metaspace", "JVM metaspace", layout.metaspace, sized(metaspace, &jm::METASPACE)),
        (1, "jvm_overhead", "JVM overhead", layout.overhead, source.component(overhead, None, Some(portion))),
    ])
}

/// A sum with the flag that limits it.
fn sum(flag: &str) -> From {
    From::plain("sum", flag.into())
}

/// Where the size of a TaskManager's component came from.
fn from(source: &Source, layout: &Layout, component: Component) -> From {
    let how = layout.derivation(component);
    let size: Option<&'static Key> = match component {
        Component::Network | Component::Overhead => None,
        _ => component.keys().first().copied(),
    };
    let known = (layout.lead != Lead::Explicit).then(|| layout.flink());
    let portion = match component {
        Component::Managed => Some(Portion { fraction: &tm::MANAGED_FRACTION, range: None, total: known, of: FLINK }),
        Component::Network => {
            Some(Portion { fraction: &tm::NETWORK_FRACTION, range: Some(&tm::NETWORK), total: known, of: FLINK })
        }
        Component::Overhead => Some(overhead_portion(&tm::TOTALS.overhead, layout.lead, layout.process())),
        _ => None,
    };
    source.component(how, size, portion)
}

fn overhead_portion(range: &'static RangeKeys, lead: Lead, process: Bytes) -> Portion {
    let total = (lead == Lead::Process).then_some(process);
    Portion { fraction: range.fraction, range: Some(range), total, of: PROCESS }
}

/// The rows, each with its share of the first one, the process.
fn section<const N: usize>(lines: [Line; N]) -> Section {
    let mut section = Section::new("memory", "Memory");
    let process = lines.first().map_or(1.0, |total| total.3.as_f64()).max(1.0);
    for (depth, key, name, size, from) in lines {
        let row = section.bytes(key, name, size).at_depth(depth).from(from.text);
        row.share = Some(size.as_f64() / process);
        row.provenance = from.provenance;
    }
    section
}
