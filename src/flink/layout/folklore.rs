//! Options that circulate though Flink does not read them: keys of old releases, of drafts, and invented ones.
//!
//! Source: the release notes of Flink 1.10, 1.11 and 2.0, the draft of FLIP-49, and keys met in guides and forums.
//! Flink ignores every one of them in silence.

use std::fmt;

use super::process_kind::ProcessKind;
use super::version::FlinkVersion;

/// What became of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// No release has read it.
    Invented,
    /// The named release no longer reads it.
    Gone(&'static str),
    /// The named release is the first to read it.
    New(&'static str),
}

/// A key that is not read, or not by every line of Flink.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folklore {
    /// The key.
    pub key: &'static str,
    /// Whether it existed.
    pub fate: Fate,
    /// The options to set instead; none where there is nothing to set.
    pub instead: &'static [&'static str],
    /// What differs beside the name; may be empty.
    pub advice: &'static str,
}

impl Folklore {
    /// The entry of `key`, if it has one.
    pub fn of(key: &str) -> Option<&'static Folklore> {
        TABLE.iter().find(|entry| entry.key == key)
    }

    /// Whether `version` ignores the key.
    pub fn is_ignored_by(&self, version: FlinkVersion) -> bool {
        match self.fate {
            Fate::Invented => true,
            Fate::Gone(release) => version == FlinkVersion::V2 || release.starts_with("1."),
            Fate::New(_) => version == FlinkVersion::V1,
        }
    }

    /// Whether `version` reads the key and a later one does not.
    pub fn is_left_by(&self, version: FlinkVersion) -> bool {
        matches!(self.fate, Fate::Gone(_)) && !self.is_ignored_by(version)
    }

    /// Whether the key speaks of `process`; one that names no process speaks of both.
    pub fn concerns(&self, process: ProcessKind) -> bool {
        match process {
            ProcessKind::TaskManager => !self.key.starts_with("jobmanager."),
            ProcessKind::JobManager => !self.key.starts_with("task"),
        }
    }

    /// "`a` and `b`", or nothing where nothing takes the place of the key.
    pub fn successors(&self) -> String {
        let quoted: Vec<String> = self.instead.iter().map(|key| format!("`{key}`")).collect();
        quoted.join(" and ")
    }
}

impl fmt::Display for Folklore {
    /// "is not an option of Flink, you probably mean `KEY` (advice)", to stand behind the key.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("is not an option of Flink")?;
        match self.fate {
            Fate::Invented => Ok(()),
            Fate::Gone(release) => write!(f, " (it was removed in {release})"),
            Fate::New(release) => write!(f, " 1.20 (it came in {release})"),
        }?;
        if !self.instead.is_empty() {
            write!(f, ", you probably mean {}", self.successors())?;
        }
        if self.advice.is_empty() { Ok(()) } else { write!(f, ": {}", self.advice) }
    }
}

macro_rules! folklore {
    ($($key:literal $fate:expr => [$($instead:literal),*] $advice:literal;)*) => {
        &[$(Folklore { key: $key, fate: $fate, instead: &[$($instead),*], advice: $advice },)*]
    };
}

use Fate::{Gone, Invented, New};

static TABLE: &[Folklore] = folklore! {
    "taskmanager.heap.size" Gone("2.0") => ["taskmanager.memory.process.size"] "or `taskmanager.memory.flink.size`, which is what the old key meant on machines without containers";
    "taskmanager.heap.mb" Gone("2.0") => ["taskmanager.memory.process.size"] "with a unit, such as 4096m";
    "taskmanager.memory.fraction" Gone("1.10") => ["taskmanager.memory.managed.fraction"] "now a share of total Flink memory, so that the same number means another size";
    "taskmanager.memory.off-heap" Gone("1.10") => ["taskmanager.memory.managed.size"] "managed memory is always native, there is nothing to switch";
    "taskmanager.memory.preallocate" Gone("1.10") => ["taskmanager.memory.managed.size"] "pages of managed memory are created when they are asked for";
    "taskmanager.network.numberOfBuffers" Gone("2.0") => ["taskmanager.memory.network.min", "taskmanager.memory.network.max"] "set both to the number of buffers times the segment size";
    "containerized.heap-cutoff-ratio" Gone("1.11") => ["taskmanager.memory.jvm-overhead.fraction"] "what is kept free beside Flink is the JVM's overhead";
    "containerized.heap-cutoff-min" Gone("1.11") => ["taskmanager.memory.jvm-overhead.min"] "what is kept free beside Flink is the JVM's overhead";
    "yarn.heap-cutoff-ratio" Gone("1.11") => ["taskmanager.memory.jvm-overhead.fraction"] "what is kept free beside Flink is the JVM's overhead";
    "yarn.heap-cutoff-min" Gone("1.11") => ["taskmanager.memory.jvm-overhead.min"] "what is kept free beside Flink is the JVM's overhead";
    "taskmanager.memory.total-process.size" Invented => ["taskmanager.memory.process.size"] "";
    "taskmanager.memory.total-flink.size" Invented => ["taskmanager.memory.flink.size"] "";
    "taskmanager.memory.heap.size" Invented => ["taskmanager.memory.task.heap.size"] "the JVM's heap is this and `taskmanager.memory.framework.heap.size`";
    "taskmanager.memory.jvm-heap.size" Invented => ["taskmanager.memory.task.heap.size"] "the JVM's heap is this and `taskmanager.memory.framework.heap.size`";
    "taskmanager.memory.heap.fraction" Invented => ["taskmanager.memory.task.heap.size"] "no fraction sets the heap, it is what the others leave";
    "taskmanager.memory.off-heap.size" Invented => ["taskmanager.memory.task.off-heap.size"] "";
    "taskmanager.memory.direct.size" Invented => ["taskmanager.memory.task.off-heap.size"] "";
    "taskmanager.memory.task.size" Invented => ["taskmanager.memory.task.heap.size"] "";
    "taskmanager.memory.framework.size" Invented => ["taskmanager.memory.framework.heap.size"] "";
    "taskmanager.memory.metaspace.size" Invented => ["taskmanager.memory.jvm-metaspace.size"] "";
    "taskmanager.memory.jvm-overhead.size" Invented => ["taskmanager.memory.jvm-overhead.min", "taskmanager.memory.jvm-overhead.max"] "set both to the same value";
    "taskmanager.memory.managed.preallocate" Invented => ["taskmanager.memory.managed.size"] "pages of managed memory are created when they are asked for";
    "taskmanager.memory.managed.off-heap" Invented => ["taskmanager.memory.managed.size"] "managed memory is always native, there is nothing to switch";
    "taskmanager.memory.managed.min" Invented => ["taskmanager.memory.managed.size"] "managed memory has no bounds, its size fixes it";
    "taskmanager.memory.managed.max" Invented => ["taskmanager.memory.managed.size"] "managed memory has no bounds, its size fixes it";
    "taskmanager.memory.network.size" Invented => ["taskmanager.memory.network.min", "taskmanager.memory.network.max"] "set both to the same value";
    "taskmanager.memory.shuffle.size" Invented => ["taskmanager.memory.network.min", "taskmanager.memory.network.max"] "set both to the same value";
    "taskmanager.memory.shuffle.min" Invented => ["taskmanager.memory.network.min"] "";
    "taskmanager.memory.shuffle.max" Invented => ["taskmanager.memory.network.max"] "";
    "taskmanager.memory.shuffle.fraction" Invented => ["taskmanager.memory.network.fraction"] "";
    "task.max-memory" Invented => ["taskmanager.memory.task.heap.size"] "it limits the tasks of a TaskManager together, a single task has no limit";
    "task.max.memory" Invented => ["taskmanager.memory.task.heap.size"] "it limits the tasks of a TaskManager together, a single task has no limit";
    "taskmanager.task.max-memory" Invented => ["taskmanager.memory.task.heap.size"] "it limits the tasks of a TaskManager together, a single task has no limit";
    "taskmanager.memory.task.max" Invented => ["taskmanager.memory.task.heap.size"] "it limits the tasks of a TaskManager together, a single task has no limit";
    "taskmanager.memory.slot.size" Invented => ["taskmanager.numberOfTaskSlots"] "slots have no size of their own, they divide what the TaskManager has";
    "taskmanager.slots" Invented => ["taskmanager.numberOfTaskSlots"] "";
    "taskmanager.numberOfSlots" Invented => ["taskmanager.numberOfTaskSlots"] "";
    "taskmanager.memory.starting-segment-size" New("2.0") => [] "buffers start with a whole segment there";
    "taskmanager.network.memory.buffers-per-channel" Gone("2.0") => [] "each channel has 2 exclusive buffers";
    "taskmanager.network.memory.floating-buffers-per-gate" Gone("2.0") => [] "each gate has 8 floating buffers";
    "taskmanager.network.memory.max-buffers-per-channel" Gone("2.0") => [] "each subpartition takes 10 buffers at most";
    "taskmanager.network.memory.max-overdraft-buffers-per-gate" Gone("2.0") => [] "each gate may overdraw by 20 buffers";
    "taskmanager.network.sort-shuffle.min-parallelism" Gone("2.0") => [] "every blocking exchange sorts";
    "cluster.evenly-spread-out-slots" Gone("2.0") => ["taskmanager.load-balance.mode"] "SLOTS stands for true, NONE for false";
    "fine-grained.shuffle-mode.all-blocking" Gone("2.0") => ["execution.batch-shuffle-mode"] "ALL_EXCHANGES_BLOCKING stands for true";
    "jobmanager.heap.size" Gone("2.0") => ["jobmanager.memory.process.size"] "or `jobmanager.memory.heap.size`, which is what the old key meant on machines without containers";
    "jobmanager.heap.mb" Gone("2.0") => ["jobmanager.memory.process.size"] "with a unit, such as 1600m";
    "jobmanager.memory.size" Invented => ["jobmanager.memory.process.size"] "";
    "jobmanager.memory.total-process.size" Invented => ["jobmanager.memory.process.size"] "";
    "jobmanager.memory.total-flink.size" Invented => ["jobmanager.memory.flink.size"] "";
    "jobmanager.memory.jvm-heap.size" Invented => ["jobmanager.memory.heap.size"] "";
    "jobmanager.memory.task.heap.size" Invented => ["jobmanager.memory.heap.size"] "no task runs in the JobManager";
    "jobmanager.memory.direct.size" Invented => ["jobmanager.memory.off-heap.size"] "";
    "jobmanager.memory.metaspace.size" Invented => ["jobmanager.memory.jvm-metaspace.size"] "";
    "jobmanager.memory.jvm-overhead.size" Invented => ["jobmanager.memory.jvm-overhead.min", "jobmanager.memory.jvm-overhead.max"] "set both to the same value";
    "jobmanager.memory.managed.size" Invented => ["taskmanager.memory.managed.size"] "only TaskManagers have managed memory";
    "jobmanager.memory.managed.fraction" Invented => ["taskmanager.memory.managed.fraction"] "only TaskManagers have managed memory";
    "jobmanager.memory.network.min" Invented => ["taskmanager.memory.network.min"] "only TaskManagers have network memory";
    "jobmanager.memory.network.max" Invented => ["taskmanager.memory.network.max"] "only TaskManagers have network memory";
    "jobmanager.memory.network.fraction" Invented => ["taskmanager.memory.network.fraction"] "only TaskManagers have network memory";
};

#[cfg(test)]
mod tests {
    use super::super::keys::{job_manager as jm, task_manager as tm};
    use super::*;

    fn known(name: &str) -> bool {
        tm::ALL.iter().chain(jm::ALL).any(|key| key.is_called(name))
    }

    #[test]
    fn the_table_holds_each_key_once_and_sends_nobody_to_a_key_that_is_not_read() {
        for (index, entry) in TABLE.iter().enumerate() {
            assert!(TABLE[..index].iter().all(|earlier| earlier.key != entry.key), "{}", entry.key);
            assert_eq!(known(entry.key), matches!(entry.fate, Fate::New(_)), "{}", entry.key);
            assert!(!entry.instead.is_empty() || !entry.advice.is_empty(), "{}", entry.key);
            for key in entry.instead.iter().filter(|key| key.contains("manager.memory.")) {
                assert!(known(key), "{key}");
            }
        }
    }

    #[test]
    fn each_line_ignores_what_it_does_not_read() {
        use FlinkVersion::{V1, V2};
        let ignored = |key: &str| [V1, V2].map(|version| Folklore::of(key).unwrap().is_ignored_by(version));
        assert_eq!(ignored("taskmanager.memory.network.size"), [true, true]);
        assert_eq!(ignored("taskmanager.memory.fraction"), [true, true]);
        assert_eq!(ignored("taskmanager.heap.size"), [false, true]);
        assert_eq!(ignored("taskmanager.memory.starting-segment-size"), [true, false]);
    }

    #[test]
    fn an_entry_tells_what_to_set_and_how() {
        let told = |key: &str| Folklore::of(key).unwrap().to_string();
        assert_eq!(
            told("taskmanager.memory.network.size"),
            "is not an option of Flink, you probably mean `taskmanager.memory.network.min` and \
             `taskmanager.memory.network.max`: set both to the same value"
        );
        let removed =
            "is not an option of Flink (it was removed in 2.0), you probably mean `jobmanager.memory.process.";
        assert!(told("jobmanager.heap.mb").starts_with(removed));
        let fixed = "is not an option of Flink (it was removed in 2.0): each channel has 2 exclusive buffers";
        assert_eq!(told("taskmanager.network.memory.buffers-per-channel"), fixed);
    }
}
