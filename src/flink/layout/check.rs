//! The faults of single options, all at once.
//!
//! Wider than a derivation: an option that the derivation would not reach is judged too, and so is a key that nobody
//! reads. Flink ignores such a key in silence and starts; here it is a fault, since what it asks for does not happen.

use super::folklore::Folklore;
use super::fraction::RangeFraction;
use super::job_manager::JobManagerLayout;
use super::keys::{self, Key, KeyKind, RangeKeys, job_manager as jm, task_manager as tm};
use super::options::{Fault, Options, Origin, Problem};
use super::process_kind::ProcessKind;
use super::task_manager::Layout;
use super::version::FlinkVersion;
use super::weights::ConsumerWeights;
use super::{memory_size, network, state};
use crate::base::Bytes;

impl Layout {
    /// All faults of single TaskManager options in `options` that `version` would read, in the order of declaration,
    /// keys that it would not read last. For 1.20, give the options that [`super::translate`] made.
    pub fn check(options: &Options, version: FlinkVersion) -> Vec<Fault> {
        let mut faults = read_all(options, tm::ALL);
        faults.extend(bounds(options, &[&tm::NETWORK, &tm::TOTALS.overhead]));
        faults.extend(network::segment_size(options).err());
        faults.extend(network::BufferRules::read(options, version).err().unwrap_or_default());
        faults.extend(ConsumerWeights::read(options).err());
        faults.extend(options.count(&tm::SLOTS).is_ok().then(|| positive(options, &tm::SLOTS, "at least 1")).flatten());
        faults.extend(positive(options, &tm::CORES, "more than 0 cores"));
        faults.extend(state::check(options, version));
        let known: Vec<&Key> = [tm::ALL, keys::state::ALL].concat();
        faults.extend(Strange { process: ProcessKind::TaskManager, version, known }.faults(options));
        distinct(faults)
    }
}

impl JobManagerLayout {
    /// All faults of single JobManager options in `options` that `version` would read, in the order of declaration,
    /// keys that it would not read last. For 1.20, give the options that [`super::translate`] made.
    pub fn check(options: &Options, version: FlinkVersion) -> Vec<Fault> {
        let mut faults = read_all(options, jm::ALL);
        faults.extend(bounds(options, &[&jm::TOTALS.overhead]));
        let known = jm::ALL.to_vec();
        faults.extend(Strange { process: ProcessKind::JobManager, version, known }.faults(options));
        distinct(faults)
    }
}

/// Options that are set and cannot be read, and fractions outside their range.
fn read_all(options: &Options, keys: &[&'static Key]) -> Vec<Fault> {
    // A set size hides the fraction: Flink then never reads it.
    let hidden = |key: &Key| *key == tm::MANAGED_FRACTION && options.is_set(&tm::MANAGED);
    let set = keys.iter().filter(|key| options.is_set(key) && !hidden(key));
    set.filter_map(|key| match key.kind {
        KeyKind::Size => options.size(key).map(|size| bare(options, key, size)).unwrap_or_else(Some),
        KeyKind::Count => options.count(key).err(),
        KeyKind::Number => options.number(key).err(),
        KeyKind::Flag => options.flag(key).err(),
        KeyKind::Text => None,
        KeyKind::Fraction => match options.fraction(key) {
            Ok(value) if RangeFraction::allows(value) => None,
            Ok(value) => {
                // Single precision may round what is below 1 up to it.
                let text = options.text(key).unwrap_or_default().trim();
                let expected = if value == 1.0 && text.parse() != Ok(1.0) {
                    "0 <= fraction < 1 (Flink's single precision rounds it to 1)"
                } else {
                    "0 <= fraction < 1"
                };
                Some(options.fault(key, Problem::OutOfRange(text.into(), expected)))
            }
            Err(fault) => Some(fault),
        },
    })
    .collect()
}

/// The fault of a size without a unit. Segments are commonly written in bytes; 0 and "no limit" need no unit.
fn bare(options: &Options, key: &'static Key, size: Bytes) -> Option<Fault> {
    let in_bytes = [&tm::SEGMENT, &tm::MIN_SEGMENT, &tm::STARTING_SEGMENT].contains(&key);
    let text = options.text(key).unwrap_or_default().trim();
    let clear =
        in_bytes || size == Bytes::ZERO || size == memory_size::MAX || !text.ends_with(|c: char| c.is_ascii_digit());
    (!clear).then(|| options.fault(key, Problem::Bare(text.into())))
}

fn bounds(options: &Options, ranges: &[&RangeKeys]) -> Vec<Fault> {
    let judge = |keys: &&RangeKeys| {
        let (min, max) = (options.size(keys.min).ok()?, options.size(keys.max).ok()?);
        // The one that is set is the one to blame: the other may be a default.
        let blamed = if options.is_set(keys.min) { keys.min } else { keys.max };
        let show = |key: &Key| {
            let origin = if options.is_set(key) { options.origin(key).to_string() } else { "its default".into() };
            if origin.is_empty() { String::new() } else { format!(" ({origin})") }
        };
        let problem = Problem::MinAboveMax {
            min,
            max,
            ends: Box::new([(keys.min.name, show(keys.min)), (keys.max.name, show(keys.max))]),
        };
        (min > max).then(|| options.fault(blamed, problem))
    };
    ranges.iter().filter_map(judge).collect()
}

fn positive(options: &Options, key: &Key, expected: &'static str) -> Option<Fault> {
    let value = options.is_set(key).then(|| options.number(key).ok())??;
    let fits = value > 0.0 && value.is_finite();
    (!fits).then(|| options.fault(key, Problem::OutOfRange(value.to_string(), expected)))
}

/// Families of options that are all declared: any other key with such a prefix is read by nobody.
const FAMILIES: [&str; 4] =
    ["taskmanager.memory.", "jobmanager.memory.", "state.backend.rocksdb.memory.", "state.backend.forst.memory."];

/// Judges keys that a version of a process does not read.
struct Strange {
    process: ProcessKind,
    version: FlinkVersion,
    known: Vec<&'static Key>,
}

impl Strange {
    fn faults(&self, options: &Options) -> Vec<Fault> {
        let judge = |(key, _, origin): (&str, &str, &Origin)| {
            Some(Fault { key: key.into(), origin: origin.clone(), problem: self.judge(key)? })
        };
        options.iter().filter_map(judge).collect()
    }

    fn judge(&self, key: &str) -> Option<Problem> {
        if let Some(entry) = Folklore::of(key) {
            let told = entry.concerns(self.process) && entry.is_ignored_by(self.version);
            return told.then_some(Problem::Folklore(entry));
        }
        if self.known.iter().any(|known| known.is_called(key)) {
            return None;
        }
        let family = FAMILIES.into_iter().find(|family| key.starts_with(family));
        match family.filter(|family| self.known.iter().any(|known| known.name.starts_with(family))) {
            Some(family) => Some(Problem::Unknown(self.nearest(key, family))),
            None if family.is_some() => None,
            None => self.slip(key).map(|near| Problem::Unknown(Some(near))),
        }
    }

    /// The most similar key of `family`, judged by what follows the prefix that all share.
    fn nearest(&self, key: &str, family: &str) -> Option<&'static str> {
        let tail = key.strip_prefix(family)?;
        let score = |name: &'static str| Some((strsim::jaro_winkler(tail, name.strip_prefix(family)?), name));
        let near = self.known.iter().filter_map(|known| score(known.name)).max_by(|a, b| a.0.total_cmp(&b.0));
        near.filter(|(score, _)| *score > 0.8).map(|(_, name)| name)
    }

    /// The known key that `key` misses by two letters at most, or by capitals alone. Options that are not declared here
    /// lie farther off.
    fn slip(&self, key: &str) -> Option<&'static str> {
        let key = key.to_lowercase();
        let distance = |name: &str| strsim::damerau_levenshtein(&key, &name.to_lowercase());
        let near = self.known.iter().map(|known| (distance(known.name), known.name)).min();
        near.filter(|(distance, _)| *distance <= 2).map(|(_, name)| name)
    }
}

/// An unreadable option is met by several judges; it is told once.
fn distinct(faults: Vec<Fault>) -> Vec<Fault> {
    let mut told: Vec<Fault> = Vec::new();
    for fault in faults {
        if !told.contains(&fault) {
            told.push(fault);
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use FlinkVersion::{V1, V2};

    use super::*;

    #[test]
    fn a_sound_configuration_has_no_faults() {
        assert_eq!(Layout::check(&Options::new(), V2), []);
        let options = Options::from_iter([("jobmanager.memory.process.size", "1600m")]);
        assert_eq!(JobManagerLayout::check(&options, V2), []);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let options = Options::from_iter([
            ("taskmanager.memory.process.size", "4 gib"),
            ("taskmanager.memory.task.heap.size", "1728"),
            ("taskmanager.memory.min-segment-size", "512"),
            ("taskmanager.memory.managed.fraction", "1.0"),
            ("taskmanager.memory.network.max", "32m"),
            ("taskmanager.memory.segment-size", "5000"),
            ("taskmanager.memory.managed.consumer-weights", "OPERATOR:-1"),
            ("taskmanager.numberOfTaskSlots", "0"),
            ("taskmanager.cpu.cores", "many"),
            ("taskmanager.memory.network.size", "1g"),
            ("taskmanager.host", "worker-1"),
        ]);
        let faults = Layout::check(&options, V2);
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.trim_start_matches("taskmanager.")).collect();
        let expected = "memory.process.size memory.task.heap.size memory.managed.fraction cpu.cores memory.network.max memory.segment-size \
                        memory.managed.consumer-weights numberOfTaskSlots memory.network.size";
        assert_eq!(keys.join(" "), expected);
        assert!(faults[8].to_string().contains("probably mean `taskmanager.memory.network.min` and"), "{}", faults[8]);
    }

    fn strange(pairs: &[(&str, &str)], version: FlinkVersion) -> [Vec<String>; 2] {
        let options = Options::from_iter(pairs.iter().copied());
        let told = |faults: Vec<Fault>| faults.iter().map(Fault::to_string).collect();
        [told(Layout::check(&options, version)), told(JobManagerLayout::check(&options, version))]
    }

    #[test]
    fn slips_of_the_pen_name_the_key_that_was_meant() {
        for (key, meant) in [
            ("taskmanager.memory.process.sizes", "taskmanager.memory.process.size"),
            ("taskmanager.memory.proces.size", "taskmanager.memory.process.size"),
            ("taskmanager.memory.managed.fractions", "taskmanager.memory.managed.fraction"),
            ("taskmanager.memory.segmentsize", "taskmanager.memory.segment-size"),
            ("taskmanager.memory.jvm-overhead.minimum", "taskmanager.memory.jvm-overhead.min"),
            ("taskmanager.numberOfTaskSlot", "taskmanager.numberOfTaskSlots"),
            ("taskmanager.numberoftaskslots", "taskmanager.numberOfTaskSlots"),
            ("taskmanager.cpu.core", "taskmanager.cpu.cores"),
            ("taskmanger.memory.process.size", "taskmanager.memory.process.size"),
            ("state.backend.rocksdb.memory.fixed-per-slots", "state.backend.rocksdb.memory.fixed-per-slot"),
            ("state.backend.typ", "state.backend.type"),
        ] {
            let expected = format!("`{key}` is not an option of Flink, you probably mean `{meant}`");
            assert_eq!(strange(&[(key, "1")], V2), [vec![expected], vec![]]);
        }
        let job_manager = strange(&[("jobmanager.memory.heap.sise", "1g")], V2);
        assert_eq!(job_manager[0].len(), 0);
        assert!(job_manager[1][0].ends_with("you probably mean `jobmanager.memory.heap.size`"));
        let far = strange(&[("taskmanager.memory.quux", "1")], V2);
        assert_eq!(far[0], ["`taskmanager.memory.quux` is not an option of Flink, nobody reads it"]);
    }

    #[test]
    fn options_that_are_not_declared_here_are_left_alone() {
        let keys = "taskmanager.host taskmanager.network.memory.buffer-debloat.enabled state.backend.incremental \
                    state.backend.rocksdb.localdir state.backend.local-recovery parallelism.default jobmanager.rpc.port \
                    taskmanager.load-balance.mode env.java.opts.taskmanager state.checkpoints.dir taskmanager.rpc.port \
                    taskmanager.network.sort-shuffle.min-buffers state.backend.forst.cache.dir pipeline.name";
        for key in keys.split_whitespace() {
            assert_eq!(strange(&[(key, "1")], V2), [vec![], Vec::<String>::new()], "{key}");
        }
    }

    #[test]
    fn each_version_and_process_has_its_own_folklore() {
        let pairs = [
            ("taskmanager.heap.size", "1g"),
            ("task.max-memory", "1g"),
            ("jobmanager.memory.size", "1g"),
            ("containerized.heap-cutoff-ratio", "0.2"),
        ];
        let counts = |version| strange(&pairs, version).map(|told| told.len());
        assert_eq!([counts(V1), counts(V2)], [[2, 2], [3, 2]]);
    }

    #[test]
    fn values_that_are_not_read_are_no_faults() {
        let pairs = [
            ("taskmanager.memory.managed.size", "1g"),
            ("taskmanager.memory.managed.fraction", "7"),
            ("jobmanager.memory.process.size", "much"),
            ("state.backend.rocksdb.memory.managed", "maybe"),
        ];
        assert_eq!(strange(&pairs, V2).map(|told| told.len()), [0, 1]);
        assert_eq!(strange(&pairs[1..], V2).map(|told| told.len()), [1, 1]);
    }
}
