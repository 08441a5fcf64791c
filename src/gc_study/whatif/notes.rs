//! What a reader must know before he relies on an answer: where it goes beyond what the logs show.

use super::Choice;
use crate::base::Bytes;
use crate::heap::hotspot::{CollectorKind, Flags, Machine, collector};

/// What logs and options tell of the JVM and of the fit.
#[derive(Clone, Debug)]
pub struct Known {
    /// The setting of the log that is replayed.
    pub logged: Choice,
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
    /// Whether the logs tell what a further GC thread adds.
    pub efficiency_known: bool,
    /// Whether collectors were asked for by name.
    pub asked: bool,
    /// Whether the live set is to grow.
    pub grown: bool,
}

impl Known {
    /// The collector that the JVM runs on so many cores where nobody names one.
    pub fn own_choice(&self, cores: u32) -> CollectorKind {
        collector(&Machine { cpus: cores, ..self.machine }, &Flags { collector: None, ..self.flags.clone() })
    }

    /// Whether the log shows that nobody chose its collector.
    pub fn chose_itself(&self) -> bool {
        let own = self.own_choice(self.logged.cores) == self.logged.collector;
        own && self.flags_known && self.flags.collector.is_none()
    }
}

/// How far from the logged heaps a heap may be without a word of warning.
const FAR: f64 = 4.0;

/// Notes on `choices`, each a sentence or two; empty where all of it was seen.
pub fn notes(known: &Known, choices: &[Choice]) -> Vec<String> {
    let mut notes = Vec::new();
    let cores = distinct(choices, |choice| choice.cores, &known.cores);
    if !cores.is_empty() {
        let counts: Vec<String> = cores.iter().map(u32::to_string).collect();
        notes.push(format!(
            "no log shows {} {}: what a further GC thread adds is {}",
            counts.join(" or "),
            if counts == ["1"] { "core" } else { "cores" },
            if known.efficiency_known { "taken from the logs" } else { "assumed, and varied by 40 % in the intervals" }
        ));
    }
    let most = known.flags.parallel_threads.filter(|threads| choices.iter().any(|choice| choice.cores < *threads));
    if let Some(threads) = most {
        notes.push(format!(
            "the flags fix {threads} GC threads: where there are fewer cores, so many are taken as there are cores"
        ));
    }
    let fewer = choices.iter().map(|choice| choice.cores).filter(|cores| *cores < known.logged.cores).min();
    if let Some(fewer) = fewer {
        notes.push(format!(
            "on fewer cores the program itself is slower, beside what it loses to collection: on {fewer} it has {:.0} % of the \
             cores of the log",
            100.0 * f64::from(fewer) / f64::from(known.logged.cores)
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

/// Where a JVM to which nobody names a collector would choose another one than it did in the log.
fn by_default(known: &Known, choices: &[Choice]) -> Vec<String> {
    let logged = known.logged.collector;
    if known.flags.collector.is_some() || known.asked || known.own_choice(known.logged.cores) != logged {
        return Vec::new();
    }
    let mut told: Vec<String> = Vec::new();
    for cores in distinct(choices, |choice| choice.cores, &[known.logged.cores]) {
        let own = known.own_choice(cores);
        let on = if cores == 1 { "1 core".to_string() } else { format!("{cores} cores") };
        match (own == logged, known.chose_itself()) {
            (true, _) => {}
            (false, true) => told.push(format!(
                "nobody chose {logged} in the log, and on {on} the JVM chooses {own}: so these rows are {own}'s; {} would keep {logged}",
                logged.flag()
            )),
            (false, false) => told.push(format!(
                "on {on} a JVM runs {own} unless it is told otherwise: {logged} needs {}",
                logged.flag()
            )),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use super::super::grid::combine;
    use super::*;

    fn choice(collector: CollectorKind, cores: u32, mib: u64) -> Choice {
        Choice { collector, cores, heap: Bytes::mib(mib), grown: false }
    }

    fn known() -> Known {
        Known {
            logged: choice(CollectorKind::G1, 2, 1024),
            cores: vec![2],
            heaps: (Bytes::gib(1), Bytes::gib(1)),
            machine: Machine { jdk: 17, cpus: 2, memory: Bytes::gib(8) },
            flags: Flags::default(),
            flags_known: false,
            efficiency_known: false,
            asked: false,
            grown: false,
        }
    }

    #[test]
    fn what_was_seen_needs_no_note() {
        assert_eq!(notes(&known(), &[choice(CollectorKind::G1, 2, 512)]), [""; 0]);
    }

    #[test]
    fn every_step_beyond_the_logs_is_told_once() {
        let all = [choice(CollectorKind::G1, 1, 512), choice(CollectorKind::G1, 1, 8192)];
        let said = notes(&known(), &all);
        assert_eq!(said.len(), 4, "{said:#?}");
        for part in ["shows 1 core:", "50 % of the cores", "beyond 4 times", "on 1 core a JVM runs Serial unless"] {
            assert!(said.iter().any(|note| note.contains(part)), "{part}: {said:#?}");
        }
    }

    #[test]
    fn a_jvm_that_chose_itself_chooses_again() {
        let known = Known { flags_known: true, cores: vec![1, 2], ..known() };
        assert!(known.chose_itself());
        let choices = combine(&known, (&[], &[1, 2]), &[Bytes::gib(1)]);
        let collectors: Vec<CollectorKind> = choices.iter().map(|choice| choice.collector).collect();
        assert_eq!(collectors, [CollectorKind::Serial, CollectorKind::G1]);
        let said = notes(&known, &choices);
        assert!(said.iter().any(|note| note.contains("these rows are Serial's")), "{said:?}");
    }

    #[test]
    fn a_selected_collector_stays() {
        let known = Known { flags: Flags::parse("-XX:+UseG1GC").unwrap(), cores: vec![2, 4], ..known() };
        assert_eq!(notes(&known, &[choice(CollectorKind::G1, 4, 1024)]), [""; 0]);
        assert!(notes(&known, &[choice(CollectorKind::G1, 1, 1024)]).iter().all(|note| !note.contains("Serial")));
    }
}
