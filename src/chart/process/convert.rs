//! From a layout to the tree of parts that is drawn.

use super::{Part, PartKind};
use crate::base::Bytes;
use crate::flink::layout::{Component, JobManagerLayout, Layout};

const FLINK: &str = "total Flink memory";
const PROCESS: &str = "total process memory";
const CONTAINER: &str = "container";
const HEAP: &str = "-Xmx = -Xms";
const DIRECT: &str = "-XX:MaxDirectMemorySize";
const METASPACE: &str = "-XX:MaxMetaspaceSize";

/// The name of a component within a sentence: lower case but for "JVM".
fn name(component: Component) -> String {
    component.name().split(' ').map(lower).collect::<Vec<String>>().join(" ")
}

fn lower(word: &str) -> String {
    if word == "JVM" { word.to_string() } else { word.to_lowercase() }
}

fn kind(component: Component) -> PartKind {
    match component {
        Component::FrameworkHeap => PartKind::Heap,
        Component::TaskHeap => PartKind::TaskHeap,
        Component::FrameworkOffHeap | Component::TaskOffHeap => PartKind::Direct,
        Component::Network => PartKind::Network,
        Component::Managed => PartKind::Managed,
        Component::Metaspace => PartKind::Jvm,
        Component::Overhead => PartKind::Native,
    }
}

impl Part {
    fn leaf((name, kind): (String, PartKind), size: Bytes, note: String) -> Part {
        Part { name, size, note, flag: None, kind, parts: Vec::new() }
    }

    fn group((name, kind): (&str, PartKind), parts: Vec<Part>) -> Part {
        let size = parts.iter().map(|part| part.size).sum();
        Part { name: name.to_string(), size, note: String::new(), flag: None, kind, parts }
    }

    fn limit(self, flag: &str) -> Part {
        Part { flag: Some(flag.to_string()), ..self }
    }

    /// The process of a TaskManager. `note` says where each component's size came from; it may be empty.
    pub fn of_task_manager(layout: &Layout, note: impl Fn(Component) -> String) -> Part {
        let leaf = |component| Part::leaf((name(component), kind(component)), layout.size(component), note(component));
        let heap = vec![leaf(Component::FrameworkHeap), leaf(Component::TaskHeap)];
        let direct = vec![leaf(Component::FrameworkOffHeap), leaf(Component::TaskOffHeap), leaf(Component::Network)];
        let direct = Part::group(("direct memory", PartKind::Direct), direct).limit(DIRECT);
        let off_heap = Part::group(("off-heap memory", PartKind::Total), vec![leaf(Component::Managed), direct]);
        let heap = Part::group(("JVM heap", PartKind::Heap), heap).limit(HEAP);
        let flink = Part::group((FLINK, PartKind::Total), vec![heap, off_heap]);
        let jvm = [leaf(Component::Metaspace).limit(METASPACE), leaf(Component::Overhead)];
        Part::group((PROCESS, PartKind::Total), [flink].into_iter().chain(jvm).collect()).limit(CONTAINER)
    }

    /// The process of a JobManager. `notes` say where the sizes of heap, off-heap memory, metaspace and overhead came
    /// from, in this order; each may be empty.
    pub fn of_job_manager(layout: &JobManagerLayout, notes: [String; 4]) -> Part {
        let [of_heap, of_off_heap, of_metaspace, of_overhead] = notes;
        let heap = Part::leaf(("JVM heap".into(), PartKind::TaskHeap), layout.jvm_heap, of_heap).limit(HEAP);
        let off_heap = Part::leaf(("off-heap memory".into(), PartKind::Direct), layout.off_heap, of_off_heap);
        let off_heap = if layout.direct_limited { off_heap.limit(DIRECT) } else { off_heap };
        let flink = Part::group((FLINK, PartKind::Total), vec![heap, off_heap]);
        let metaspace = Part::leaf((name(Component::Metaspace), PartKind::Jvm), layout.metaspace, of_metaspace);
        let overhead = Part::leaf((name(Component::Overhead), PartKind::Native), layout.overhead, of_overhead);
        Part::group((PROCESS, PartKind::Total), vec![flink, metaspace.limit(METASPACE), overhead]).limit(CONTAINER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flink::layout::Options;

    /// Every part with parts, as name and size.
    fn groups(part: &Part) -> Vec<(&str, Bytes)> {
        let inner = part.parts.iter().flat_map(groups);
        let own = (!part.parts.is_empty()).then_some((part.name.as_str(), part.size));
        own.into_iter().chain(inner).collect()
    }

    #[test]
    fn groups_are_the_totals_of_the_layout() {
        let options: Options = [("taskmanager.memory.process.size", "1728m")].into_iter().collect();
        let layout = Layout::derive(&options).unwrap();
        let part = Part::of_task_manager(&layout, |component| format!("{component:?}"));
        let off_heap = layout.managed + layout.direct();
        let expected = [
            (PROCESS, layout.process()),
            (FLINK, layout.flink()),
            ("JVM heap", layout.jvm_heap()),
            ("off-heap memory", off_heap),
            ("direct memory", layout.direct()),
        ];
        assert_eq!(groups(&part), expected);
        assert_eq!((part.parts[1].name.as_str(), part.parts[1].note.as_str()), ("JVM metaspace", "Metaspace"));
    }

    #[test]
    fn a_job_manager_limits_direct_memory_only_on_request() {
        for (limited, flag) in [("false", None), ("true", Some(DIRECT))] {
            let limit = ("jobmanager.memory.enable-jvm-direct-memory-limit", limited);
            let options: Options = [("jobmanager.memory.process.size", "1600m"), limit].into_iter().collect();
            let layout = JobManagerLayout::derive(&options).unwrap();
            let part = Part::of_job_manager(&layout, Default::default());
            assert_eq!((part.size, part.parts[0].parts[1].flag.as_deref()), (layout.process(), flag));
        }
    }
}
