//! What a reader must know before he relies on an answer: where it goes beyond what the logs show.

use super::Choice;
use crate::base::Bytes;
use crate::memory::heap::hotspot::{CollectorKind, Flags, Machine, collector};

/// What logs and options tell of the JVM and of the fit.
#[derive(Clone, Debug)]
pub struct Known {
    /// The setting of the log that is replayed.
    pub logged: Choice,
    /// Collectors whose costs were fitted to these logs.
    pub collectors: Vec<CollectorKind>,
    /// Numbers of cores that the logs have.
    pub cores: Vec<u32>,
    /// Smallest and largest heap of the logs.
    pub heaps: (Bytes, Bytes),
    /// Release of the JDK and memory of the machine; the processors are those of each choice.
    pub machine: Machine,
    /// Flags of the JVM that stay.
    pub flags: Flags,
    /// Whether the log printed its flags, so that an absent one was not given.
    pub flags_known: bool,
    /// The description from which other collectors take their costs.
    pub stand_in: String,
}

/// How far from the logged heaps a heap may be without a word of warning.
const FAR: f64 = 4.0;

/// Notes on `choices`, each a sentence or two; empty where all of it was seen.
pub fn notes(known: &Known, choices: &[Choice]) -> Vec<String> {
    let mut notes = Vec::new();
    let strange = distinct(choices, |choice| choice.collector, &known.collectors);
    if !strange.is_empty() {
        let names: Vec<&str> = strange.iter().map(|kind| kind.name()).collect();
        notes.push(format!(
            "no log shows {}: its costs are those of {}, measured on another machine, scaled as far as the logs allow",
            names.join(" or "),
            known.stand_in
        ));
    }
    let cores = distinct(choices, |choice| choice.cores, &known.cores);
    if !cores.is_empty() {
        let counts: Vec<String> = cores.iter().map(u32::to_string).collect();
        notes.push(format!(
            "no log shows {} {}: what a further GC thread adds is assumed, and the program is taken to allocate at the same \
             rate a core",
            counts.join(" or "),
            if counts == ["1"] { "core" } else { "cores" }
        ));
    }
    let far = |choice: &&Choice| {
        let heap = choice.heap.as_f64();
        heap < known.heaps.0.as_f64() / FAR || heap > known.heaps.1.as_f64() * FAR
    };
    if choices.iter().any(|choice| far(&choice)) {
        notes.push(format!("heaps beyond {FAR} times those of the logs are far from anything that was seen"));
    }
    notes.extend(by_default(known, choices));
    notes
}

/// What `read` gives of choices and none of `seen` is, in their order.
fn distinct<T: PartialEq + Copy>(choices: &[Choice], read: fn(&Choice) -> T, seen: &[T]) -> Vec<T> {
    let mut found: Vec<T> = Vec::new();
    for value in choices.iter().map(read) {
        if !seen.contains(&value) && !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// Where a JVM to which nobody names a collector would choose another one.
fn by_default(known: &Known, choices: &[Choice]) -> Vec<String> {
    if known.flags.collector.is_some() {
        return Vec::new();
    }
    let mut told: Vec<(u32, String)> = Vec::new();
    for choice in choices {
        let own = collector(&Machine { cpus: choice.cores, ..known.machine }, &known.flags);
        let cores = if choice.cores == 1 { "1 core".to_string() } else { format!("{} cores", choice.cores) };
        let text = format!(
            "on {cores} a JVM that is told no collector runs {own}: keep {} by {}",
            choice.collector,
            flag(choice.collector)
        );
        if own != choice.collector && !told.iter().any(|note| note.1 == text) {
            told.push((choice.cores, text));
        }
    }
    told.into_iter().map(|note| note.1).collect()
}

/// The flag that selects a collector.
fn flag(kind: CollectorKind) -> &'static str {
    match kind {
        CollectorKind::Serial => "-XX:+UseSerialGC",
        CollectorKind::Parallel => "-XX:+UseParallelGC",
        CollectorKind::G1 => "-XX:+UseG1GC",
        CollectorKind::Cms => "-XX:+UseConcMarkSweepGC",
        CollectorKind::Z => "-XX:+UseZGC",
        CollectorKind::Shenandoah => "-XX:+UseShenandoahGC",
        CollectorKind::Epsilon => "-XX:+UseEpsilonGC",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(collector: CollectorKind, cores: u32, mib: u64) -> Choice {
        Choice { collector, cores, heap: Bytes::mib(mib) }
    }

    fn known() -> Known {
        Known {
            logged: choice(CollectorKind::G1, 2, 1024),
            collectors: vec![CollectorKind::G1],
            cores: vec![2],
            heaps: (Bytes::gib(1), Bytes::gib(1)),
            machine: Machine { jdk: 17, cpus: 2, memory: Bytes::gib(8) },
            flags: Flags::default(),
            flags_known: false,
            stand_in: "some-jvm".into(),
        }
    }

    #[test]
    fn what_was_seen_needs_no_note() {
        assert_eq!(notes(&known(), &[choice(CollectorKind::G1, 2, 512)]), [""; 0]);
    }

    #[test]
    fn every_step_beyond_the_logs_is_told_once() {
        let all =
            [choice(CollectorKind::G1, 1, 512), choice(CollectorKind::Z, 2, 8192), choice(CollectorKind::Z, 1, 512)];
        let said = notes(&known(), &all);
        assert_eq!(said.len(), 6, "{said:#?}");
        for part in
            ["shows ZGC", "shows 1 core:", "beyond 4 times", "on 1 core a JVM that is told no collector runs Serial"]
        {
            assert!(said.iter().any(|note| note.contains(part)), "{part}: {said:#?}");
        }
    }

    #[test]
    fn a_selected_collector_stays() {
        let known = Known { flags: Flags::parse("-XX:+UseG1GC").unwrap(), cores: vec![1, 2], ..known() };
        assert_eq!(notes(&known, &[choice(CollectorKind::G1, 1, 1024)]), [""; 0]);
    }
}
