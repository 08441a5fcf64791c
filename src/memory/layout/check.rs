//! The faults of single options, all at once.
//!
//! Wider than a derivation: an option that the derivation would not reach is judged too, and so is a key of the memory
//! options that nobody reads (Flink ignores those in silence).

use super::fraction::RangeFraction;
use super::job_manager::JobManagerLayout;
use super::keys::{Key, KeyKind, RangeKeys, job_manager as jm, task_manager as tm};
use super::network;
use super::options::{Fault, Options, Origin, Problem};
use super::task_manager::Layout;
use super::weights::ConsumerWeights;

impl Layout {
    /// All faults of single TaskManager options in `options`, in the order of declaration, unknown keys last.
    pub fn check(options: &Options) -> Vec<Fault> {
        let mut faults = read_all(options, tm::ALL);
        faults.extend(bounds(options, &[&tm::NETWORK, &tm::TOTALS.overhead]));
        faults.extend(network::segment_size(options).err());
        faults.extend(ConsumerWeights::read(options).err());
        faults.extend(positive(options, &tm::SLOTS, "at least 1"));
        faults.extend(positive(options, &tm::CORES, "more than 0 cores"));
        faults.extend(unknown(options, "taskmanager.memory.", tm::ALL));
        distinct(faults)
    }
}

impl JobManagerLayout {
    /// All faults of single JobManager options in `options`, in the order of declaration, unknown keys last.
    pub fn check(options: &Options) -> Vec<Fault> {
        let mut faults = read_all(options, jm::ALL);
        faults.extend(bounds(options, &[&jm::TOTALS.overhead]));
        faults.extend(unknown(options, "jobmanager.memory.", jm::ALL));
        distinct(faults)
    }
}

/// Options that are set and cannot be read, and fractions outside their range.
fn read_all(options: &Options, keys: &[&'static Key]) -> Vec<Fault> {
    let set = keys.iter().filter(|key| options.is_set(key));
    set.filter_map(|key| match key.kind {
        KeyKind::Size => options.size(key).err(),
        KeyKind::Count => options.count(key).err(),
        KeyKind::Number => options.number(key).err(),
        KeyKind::Flag => options.flag(key).err(),
        KeyKind::Text => None,
        KeyKind::Fraction => match options.fraction(key) {
            Ok(value) if RangeFraction::allows(value) => None,
            Ok(value) => Some(options.fault(key, Problem::OutOfRange(value.to_string(), "0 <= fraction < 1"))),
            Err(fault) => Some(fault),
        },
    })
    .collect()
}

fn bounds(options: &Options, ranges: &[&RangeKeys]) -> Vec<Fault> {
    let judge = |keys: &&RangeKeys| {
        let (min, max) = (options.size(keys.min).ok()?, options.size(keys.max).ok()?);
        // The one that is set is the one to blame: the other may be a default.
        let blamed = if options.is_set(keys.min) { keys.min } else { keys.max };
        (min > max)
            .then(|| options.fault(blamed, Problem::MinAboveMax { min, max, keys: [keys.min.name, keys.max.name] }))
    };
    ranges.iter().filter_map(judge).collect()
}

fn positive(options: &Options, key: &Key, expected: &'static str) -> Option<Fault> {
    let value = options.is_set(key).then(|| options.number(key).ok())??;
    let fits = value > 0.0 && value.is_finite();
    (!fits).then(|| options.fault(key, Problem::OutOfRange(value.to_string(), expected)))
}

fn unknown(options: &Options, prefix: &str, known: &[&'static Key]) -> Vec<Fault> {
    let names = || known.iter().flat_map(|key| std::iter::once(&key.name).chain(key.aliases));
    let strange = options.iter().filter(|(key, _, _)| key.starts_with(prefix) && !names().any(|name| name == key));
    let fault = |(key, _, origin): (&str, &str, &Origin)| {
        let near = known.iter().map(|known| (strsim::jaro_winkler(key, known.name), known.name));
        let near = near.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(score, _)| *score > 0.9);
        Fault { key: key.into(), origin: origin.clone(), problem: Problem::Unknown(near.map(|(_, name)| name)) }
    };
    strange.map(fault).collect()
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
    use super::*;

    #[test]
    fn a_sound_configuration_has_no_faults() {
        assert_eq!(Layout::check(&Options::new()), []);
        assert_eq!(JobManagerLayout::check(&Options::from_iter([("jobmanager.memory.process.size", "1600m")])), []);
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let options = Options::from_iter([
            ("taskmanager.memory.process.size", "4 gib"),
            ("taskmanager.memory.managed.fraction", "1.0"),
            ("taskmanager.memory.network.max", "32m"),
            ("taskmanager.memory.segment-size", "5000"),
            ("taskmanager.memory.managed.consumer-weights", "OPERATOR:-1"),
            ("taskmanager.numberOfTaskSlots", "0"),
            ("taskmanager.cpu.cores", "many"),
            ("taskmanager.memory.network.size", "1g"),
            ("taskmanager.host", "worker-1"),
        ]);
        let faults = Layout::check(&options);
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.trim_start_matches("taskmanager.")).collect();
        let expected = "memory.process.size memory.managed.fraction cpu.cores memory.network.max memory.segment-size \
                        memory.managed.consumer-weights numberOfTaskSlots memory.network.size";
        assert_eq!(keys.join(" "), expected);
        assert!(faults[7].to_string().contains("did you mean `taskmanager.memory.network."), "{}", faults[7]);
    }
}
