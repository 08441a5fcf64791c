//! What a user should know of options that do no harm: older spellings that still count, and values that nobody reads.

use std::fmt;

use super::folklore::Folklore;
use super::fraction::RangeFraction;
use super::keys::{Key, job_manager as jm, state, task_manager as tm};
use super::options::{Options, Origin};
use super::process_kind::ProcessKind;
use super::state::unread_faults;
use super::version::FlinkVersion;

/// A remark about one option; it stops nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Where the option was written.
    pub origin: Origin,
    /// What there is to say of it, its key included.
    pub text: String,
}

impl fmt::Display for Notice {
    /// "FILE:LINE: text", or the text alone where the origin is not stated.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.origin != Origin::Unstated {
            write!(f, "{}: ", self.origin)?;
        }
        f.write_str(&self.text)
    }
}

/// What to know of the options that `process` reads, beside the faults of `check`: deprecated spellings in the order of
/// declaration, then options without effect. For 1.20, give the options that [`super::translate`] made: what it replaces
/// it tells itself.
pub fn notices(options: &Options, process: ProcessKind, version: FlinkVersion) -> Vec<Notice> {
    let keys = match process {
        ProcessKind::TaskManager => [tm::ALL, state::ALL].concat(),
        ProcessKind::JobManager => jm::ALL.to_vec(),
    };
    let mut told: Vec<Notice> = keys.iter().flat_map(|key| older_spellings(options, key)).collect();
    told.extend(deprecated(options, process, version));
    if process == ProcessKind::TaskManager {
        told.extend(hidden_fraction(options));
        told.extend(unread_faults(options).into_iter().map(|fault| {
            let origin = fault.origin.clone();
            let text = super::options::Fault { origin: Origin::Unstated, ..fault }.to_string();
            Notice { origin, text: format!("{text}; the chosen state backend does not read it") }
        }));
    }
    told
}

fn older_spellings(options: &Options, key: &Key) -> Vec<Notice> {
    let mut told = Vec::new();
    let mut winner = options.spelled(key.name).map(|_| key.name);
    for alias in key.aliases {
        let Some((_, origin)) = options.spelled(alias) else { continue };
        let text = match winner {
            Some(winner) => format!("`{alias}` is deprecated and without effect, as `{winner}` is set"),
            None => format!("`{alias}` is deprecated, its successor is `{}`", key.name),
        };
        told.push(Notice { origin: origin.clone(), text });
        winner = winner.or(Some(alias));
    }
    told
}

/// Options that this version reads and a later one does not.
fn deprecated(options: &Options, process: ProcessKind, version: FlinkVersion) -> Vec<Notice> {
    let judge = |(key, _, origin): (&str, &str, &Origin)| {
        let entry = Folklore::of(key).filter(|entry| entry.concerns(process) && entry.is_left_by(version))?;
        let successor = match entry.instead {
            [] => "without a successor".to_string(),
            _ => format!("its successor is {}", entry.successors()),
        };
        let link = if entry.instead.is_empty() { "; since then " } else { ": " };
        let advice = if entry.advice.is_empty() { String::new() } else { format!("{link}{}", entry.advice) };
        let text = format!("`{key}` is deprecated and gone in 2.0, {successor}{advice}");
        Some(Notice { origin: origin.clone(), text })
    };
    options.iter().filter_map(judge).collect()
}

/// A fraction of managed memory beside its size.
fn hidden_fraction(options: &Options) -> Option<Notice> {
    let key = &tm::MANAGED_FRACTION;
    if !(options.is_set(key) && options.is_set(&tm::MANAGED)) {
        return None;
    }
    let sound = options.fraction(key).is_ok_and(RangeFraction::allows);
    let value = options.text(key).unwrap_or_default();
    let wrong = if sound { "" } else { " (nor would its value be accepted)" };
    let text = format!("`{}` = {value} is without effect, as `{}` is set{wrong}", key.name, tm::MANAGED.name);
    Some(Notice { origin: options.origin(key), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)], process: ProcessKind, version: FlinkVersion) -> Vec<String> {
        let options = Options::from_iter(pairs.iter().copied());
        notices(&options, process, version).iter().map(Notice::to_string).collect()
    }

    fn workers(pairs: &[(&str, &str)]) -> Vec<String> {
        told(pairs, ProcessKind::TaskManager, FlinkVersion::V2)
    }

    #[test]
    fn todays_options_need_no_notice() {
        assert_eq!(workers(&[("taskmanager.memory.managed.size", "1g"), ("state.backend.type", "rocksdb")]).len(), 0);
    }

    #[test]
    fn older_spellings_name_their_successor_or_who_overrides_them() {
        let old = ("taskmanager.memory.size", "1g");
        assert_eq!(
            workers(&[old]),
            ["`taskmanager.memory.size` is deprecated, its successor is `taskmanager.memory.managed.size`"]
        );
        let both = workers(&[old, ("taskmanager.memory.managed.size", "2g")]);
        let text =
            "`taskmanager.memory.size` is deprecated and without effect, as `taskmanager.memory.managed.size` is set";
        assert_eq!(both, [text]);
        let other = workers(&[("state.backend", "rocksdb"), ("taskmanager.network.memory.max", "1g")]);
        assert!(other[0].ends_with("`taskmanager.memory.network.max`") && other[1].ends_with("`state.backend.type`"));
        assert_eq!(told(&[old], ProcessKind::JobManager, FlinkVersion::V2).len(), 0);
    }

    #[test]
    fn what_2_x_no_longer_reads_is_deprecated_in_1_20() {
        let pairs = [
            ("taskmanager.network.memory.buffers-per-channel", "2"),
            ("cluster.evenly-spread-out-slots", "true"),
            ("jobmanager.heap.mb", "1600"),
            ("taskmanager.memory.fraction", "0.7"),
        ];
        let old = told(&pairs, ProcessKind::TaskManager, FlinkVersion::V1);
        assert_eq!(old.len(), 2, "{old:?}");
        assert!(old[0].contains("without a successor") && old[1].contains("`taskmanager.load-balance.mode`"));
        assert!(told(&pairs, ProcessKind::JobManager, FlinkVersion::V1)[1].contains("jobmanager.memory.process.size"));
        assert_eq!(workers(&pairs).len(), 0);
    }

    #[test]
    fn values_that_nobody_reads_are_told_with_their_place() {
        let mut options = Options::from_iter([("taskmanager.memory.size", "1g")]);
        options.insert(tm::MANAGED_FRACTION.name, "2", Origin::CommandLine);
        let found = notices(&options, ProcessKind::TaskManager, FlinkVersion::V2);
        let text = found[1].to_string();
        assert!(text.starts_with("-D: `taskmanager.memory.managed.fraction` = 2 is without effect"), "{text}");
        assert!(text.ends_with("(nor would its value be accepted)"), "{text}");
        let idle = workers(&[("state.backend.rocksdb.memory.managed", "perhaps")]);
        assert!(idle[0].ends_with("the chosen state backend does not read it"), "{idle:?}");
    }
}
