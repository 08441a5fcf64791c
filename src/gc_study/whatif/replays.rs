//! The player that replays the JVM of a log.

use super::likely::quantile;
use super::{Choice, DRAWS, Measured, Play, Player};
use crate::gc_study::replay::{Setting, Source, replay};
use crate::heap::Identity;
use crate::heap::hotspot::{CollectorKind, Flags};
use crate::kernel::Streams;

/// Collections that a replay as logged holds, so that its 99th percentile means something.
const COLLECTIONS: f64 = 400.0;
/// What a further GC thread adds, where no log tells it, is known to this share of the assumed value.
const EFFICIENCY: f64 = 0.4;
/// Bounds of the time that is simulated, seconds.
const SECONDS: (f64, f64) = (1.0, 86_400.0);

/// The JVM of a log, as best known and as drawn.
pub struct Replays {
    /// The best guess first.
    sources: Vec<Source>,
    flags: Flags,
    live_growth: f64,
    seconds: f64,
    streams: Streams,
    /// How much longer or shorter pauses were than the fit says; never empty.
    scatter: Vec<f64>,
}

/// What replays are drawn from.
pub struct Basis<'a> {
    /// The JVM as best known.
    pub source: Source,
    /// Collectors of which the logs tell what a further GC thread adds.
    pub known: &'a [&'a str],
    /// Flags under which the JVM runs now.
    pub flags: Flags,
    /// By what share its live set grows, at least -1.
    pub live_growth: f64,
    /// What the log says of the setting as logged.
    pub measured: Option<&'a Measured>,
    /// Measured over fitted length of pauses; never empty.
    pub scatter: Vec<f64>,
    /// Seed of the draws.
    pub seed: u64,
}

impl Replays {
    /// Draws the sources: what the seed gives for number 1, 2 and so on is the same however many there are.
    pub fn new(basis: Basis) -> Replays {
        let Basis { source, known, flags, live_growth, measured, scatter, seed } = basis;
        let streams = Streams::new(seed);
        let each = measured.map_or(1.0, |measured| 3600.0 / measured.per_hour.max(1e-3));
        let seconds = (COLLECTIONS * each).clamp(SECONDS.0, SECONDS.1);
        let drawn = (1..=DRAWS).map(|draw| {
            let mut drawn = source.drawn(&streams, draw);
            let factor = 1.0 + EFFICIENCY * (2.0 * streams.stream("efficiency", draw).uniform() - 1.0);
            drawn.prices.share_among(factor, source.logged.cores, known);
            drawn
        });
        let sources = std::iter::once(source.clone()).chain(drawn).collect();
        Replays { sources, flags, live_growth, seconds, streams, scatter }
    }

    /// What the replays of `choices` say of themselves, each sentence once.
    ///
    /// # Errors
    /// Settings that cannot be replayed, all of them, in words.
    pub fn notes(&self, choices: &[Choice]) -> Result<Vec<String>, Vec<String>> {
        let (mut notes, mut faults): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
        for choice in choices {
            let Some(source) = self.sources.first() else { continue };
            match replay(source, &self.setting(choice), 1.0) {
                Ok(outcome) => notes.extend(outcome.notes),
                Err(fault) => faults.push(fault),
            }
        }
        let once = |all: Vec<String>| {
            all.iter().enumerate().filter(|(at, one)| !all[..*at].contains(one)).map(|(_, one)| one.clone()).collect()
        };
        if faults.is_empty() { Ok(once(notes)) } else { Err(once(faults)) }
    }

    /// Pauses as they would be logged: the replay knows no chance, so each gets one of the ratios of the log.
    fn scattered(&self, pauses: &[f64], draw: u64) -> Vec<f64> {
        let mut stream = self.streams.stream("scatter", draw);
        let mut ratio = || self.scatter.get(stream.index(self.scatter.len())).copied().unwrap_or(1.0);
        let mut pauses: Vec<f64> = pauses.iter().map(|pause| pause * ratio()).collect();
        pauses.sort_by(f64::total_cmp);
        pauses
    }

    fn setting(&self, choice: &Choice) -> Setting {
        Setting {
            heap: choice.heap,
            cores: f64::from(choice.cores),
            collector: Identity::of(choice.collector).name,
            live_growth: if choice.grown { 1.0 + self.live_growth } else { 1.0 },
            flags: self.flags.clone(),
        }
    }
}

impl Player for Replays {
    fn play(&self, choice: &Choice, draw: u64) -> Play {
        let setting = self.setting(choice);
        let source = self.sources.get(draw as usize).or(self.sources.first());
        // What cannot be replayed was refused before.
        let Some(Ok(outcome)) = source.map(|source| replay(source, &setting, self.seconds)) else {
            return Play { out_of_memory: true, ..Play::default() };
        };
        let pauses = self.scattered(&outcome.pauses, draw);
        let pause = |share: f64| quantile(&pauses, share).unwrap_or(0.0);
        Play {
            loss: outcome.lost,
            paused: (outcome.paused() / outcome.seconds.max(f64::MIN_POSITIVE)).min(1.0),
            p50_s: pause(0.5),
            p99_s: pause(0.99),
            max_s: pause(1.0),
            per_hour: outcome.hourly(setting.collector),
            out_of_memory: outcome.out_of_memory.is_some(),
        }
    }
}

/// The collector of HotSpot that the registry calls `name`; Serial for names that HotSpot has not.
pub fn kind_of(name: &str) -> CollectorKind {
    Identity::registered(name).and_then(Identity::kind).unwrap_or(CollectorKind::Serial)
}
