//! Which option of Flink gives a TaskManager's JVM another heap.
//!
//! What a configuration sets decides: a size of the task heap is changed itself; else a total is, by as much as the other
//! parts that depend on it need. Where both are set and the total has no room for the task heap, both change.

use crate::base::Bytes;
use crate::flink::layout::keys::{Key, task_manager as tm};
use crate::flink::layout::{Layout, Options, Origin, memory_size};

/// An option to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its key.
    pub key: &'static str,
    /// What it is set to.
    pub from: String,
    /// What to set it to.
    pub to: String,
    /// Where it is set.
    pub origin: Origin,
}

/// A change of a configuration, and what it leads to.
#[derive(Clone, Debug)]
pub struct Change {
    /// Options to change; empty where the heap is as asked for already.
    pub lines: Vec<Line>,
    /// All options after the change.
    pub options: Options,
    /// The division before.
    pub before: Layout,
    /// The division after: its heap is as asked for, or the least above that whole MiB give.
    pub after: Layout,
}

/// Most that a total may grow to: 16 TiB.
const MOST_MIB: u64 = 16 << 20;

/// What to change so that the JVM of `options` gets a heap of at least `heap` (whole MiB) and no more than needed.
///
/// # Errors
/// The options do not divide, or no change of them leads there; in words.
pub fn change(options: &Options, heap: Bytes) -> Result<Change, String> {
    let before = Layout::derive(options).map_err(|error| error.to_string())?;
    let heap = Bytes::mib(heap.0.div_ceil(1 << 20));
    if before.jvm_heap() == heap {
        return Ok(Change { lines: Vec::new(), options: options.clone(), after: before.clone(), before });
    }
    let total = [&tm::PROCESS, &tm::FLINK].into_iter().find(|key| options.is_set(key));
    let found = if options.is_set(&tm::TASK_HEAP) {
        let task = heap.saturating_sub(before.framework_heap);
        let with = put(options, &tm::TASK_HEAP, task);
        match Layout::derive(&with) {
            Ok(after) => Some((with, after)),
            Err(_) => total.and_then(|key| grown(&with, key, heap)),
        }
    } else {
        total.and_then(|key| grown(options, key, heap))
    };
    let (changed, after) = found.filter(|found| found.1.jvm_heap() >= heap).ok_or_else(|| {
        format!("no change of one total or of the task heap gives a heap of {heap}: change several options of this configuration")
    })?;
    let lines = [&tm::TASK_HEAP, &tm::PROCESS, &tm::FLINK].into_iter().filter_map(|key| line(options, &changed, key));
    Ok(Change { lines: lines.collect(), options: changed, before, after })
}

/// The least total, in whole MiB, under which the options divide with at least `heap`.
fn grown(options: &Options, key: &Key, heap: Bytes) -> Option<(Options, Layout)> {
    let at = |mib: u64| {
        let with = put(options, key, Bytes::mib(mib));
        Layout::derive(&with).ok().filter(|layout| layout.jvm_heap() >= heap).map(|layout| (with, layout))
    };
    let (mut low, mut high) = (0, MOST_MIB);
    at(high)?;
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if at(middle).is_some() { high = middle } else { low = middle }
    }
    at(high)
}

fn put(options: &Options, key: &Key, size: Bytes) -> Options {
    let mut with = options.clone();
    // The spelling that the configuration uses stays.
    let name = options.iter().map(|option| option.0).find(|name| key.is_called(name)).unwrap_or(key.name).to_string();
    let origin = options.origin(key);
    with.insert(&name, &memory_size::print(size).replace("bytes", "b").replace(' ', ""), origin);
    with
}

fn line(before: &Options, after: &Options, key: &'static Key) -> Option<Line> {
    let (from, to) = (before.text(key).ok()?, after.text(key).ok()?);
    let line = || Line { key: key.name, from: from.into(), to: to.into(), origin: before.origin(key) };
    (before.is_set(key) && from != to).then(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(pairs: &[(&str, &str)]) -> Options {
        let mut options = Options::new();
        pairs.iter().for_each(|(key, value)| options.insert(key, value, Origin::CommandLine));
        options
    }

    #[test]
    fn a_total_grows_as_far_as_needed_and_no_further() {
        let given = options(&[("taskmanager.memory.process.size", "1728m")]);
        let change = change(&given, Bytes::gib(1)).unwrap();
        assert_eq!(change.before.jvm_heap(), Bytes(536_870_902));
        assert!(change.after.jvm_heap() >= Bytes::gib(1));
        assert_eq!(change.lines.len(), 1);
        let line = &change.lines[0];
        assert_eq!((line.key, line.from.as_str()), ("taskmanager.memory.process.size", "1728m"));
        let mib = memory_size::parse(&line.to).unwrap().0 >> 20;
        let less = put(&given, &tm::PROCESS, Bytes::mib(mib - 1));
        assert!(Layout::derive(&less).unwrap().jvm_heap() < Bytes::gib(1));
    }

    #[test]
    fn a_task_heap_that_is_set_is_changed_itself() {
        let given =
            options(&[("taskmanager.memory.task.heap.size", "512m"), ("taskmanager.memory.managed.size", "256m")]);
        let change = change(&given, Bytes::gib(1)).unwrap();
        let lines: Vec<(&str, &str)> = change.lines.iter().map(|line| (line.key, line.to.as_str())).collect();
        assert_eq!(lines, [("taskmanager.memory.task.heap.size", "896mb")]);
        assert_eq!((change.after.jvm_heap(), change.after.managed), (Bytes::gib(1), Bytes::mib(256)));
    }

    #[test]
    fn a_total_without_room_for_the_task_heap_grows_with_it() {
        let given =
            options(&[("taskmanager.memory.task.heap.size", "512m"), ("taskmanager.memory.flink.size", "1500m")]);
        let change = change(&given, Bytes::gib(4)).unwrap();
        let keys: Vec<&str> = change.lines.iter().map(|line| line.key).collect();
        assert_eq!(keys, ["taskmanager.memory.task.heap.size", "taskmanager.memory.flink.size"]);
        assert_eq!(change.after.jvm_heap(), Bytes::gib(4));
    }

    #[test]
    fn a_heap_may_shrink_and_may_stay() {
        let given = options(&[("taskmanager.memory.flink.size", "8g")]);
        let smaller = change(&given, Bytes::gib(1)).unwrap();
        assert!(smaller.after.flink() < Bytes::gib(3) && smaller.after.jvm_heap() >= Bytes::gib(1));
        let same = change(&smaller.options, smaller.after.jvm_heap()).unwrap();
        assert!(same.after.jvm_heap() >= smaller.after.jvm_heap());
        assert!(change(&options(&[]), Bytes::gib(1)).is_err());
    }
}
