//! Candidates of advice: every option that takes part, tried in both directions, and put in order.

use super::super::keys::{Key, KeyKind};
use super::super::process_kind::ProcessKind;
use super::super::memory_size;
use super::super::options::{Options, Origin};
use super::search::{Verdict, Way, nearest};
use super::sense;
use super::{Advice, AdviceKind, derives, without};
use crate::base::Bytes;
use crate::memory::layout::LayoutError;

/// Pieces of advice at most.
const MOST: usize = 5;
/// Pieces that change a value, so that removals are not crowded out.
const MOST_CHANGES: usize = 4;
const MIB: i64 = 1 << 20;

/// One failing configuration, reduced to the options that take part.
struct Case<'a> {
    options: Options,
    process: ProcessKind,
    error: &'a LayoutError,
}

/// Rank of a change: what the error names, the totals, other options that are set, defaults, then sizes that would
/// fall below their own default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Named,
    Total,
    Other,
    Default,
    Meagre,
}

/// Changes and removals that each make `options` start, where they now end in `error`.
pub(super) fn changes(options: &Options, process: ProcessKind, error: &LayoutError) -> Vec<Advice> {
    let case = Case { options: relevant(options, process), process, error };
    let named = sense::named(error, process);
    let mut ranked = Vec::new();
    for key in sense::keys(process) {
        let set = case.options.is_set(key);
        if set || named.contains(key) {
            ranked.extend(case.moves(key).into_iter().map(|advice| (case.rank(key, &advice), advice.by, advice)));
        }
    }
    ranked.sort_by_key(|(rank, by, _)| (*rank, *by));
    let mut pieces: Vec<Advice> = ranked.into_iter().map(|(_, _, advice)| advice).take(MOST_CHANGES).collect();
    let removable = sense::keys(process).iter().filter(|key| case.options.is_set(key));
    pieces.extend(removable.filter_map(|key| case.removal(key)).take(MOST - pieces.len()));
    pieces
}

/// Only the options that the derivation reads; the search copies them often.
fn relevant(options: &Options, process: ProcessKind) -> Options {
    let keys = sense::keys(process);
    let mut kept = Options::new();
    for (name, value, origin) in options.iter() {
        if keys.iter().any(|key| spellings(key).any(|spelling| spelling == name)) {
            kept.insert(name, value, origin.clone());
        }
    }
    kept
}

fn spellings(key: &'static Key) -> impl Iterator<Item = &'static str> {
    std::iter::once(key.name).chain(key.aliases.iter().copied())
}

/// The spelling of `key` that counts in `options`, with its text; its name and default where it is not set.
fn spelled<'a>(options: &'a Options, key: &'static Key) -> (&'static str, Option<&'a str>) {
    let found = spellings(key)
        .find_map(|name| options.iter().find(|(set, _, _)| *set == name).map(|(_, value, _)| (name, Some(value))));
    found.unwrap_or((key.name, key.preset))
}

/// The text of the value `at` of `key`: bytes, or thousandths.
fn text(key: &Key, at: i64) -> String {
    match key.kind {
        KeyKind::Fraction => format!("{}.{:03}", at / 1000, at % 1000),
        _ if at % MIB == 0 && at > 0 => format!("{}m", at / MIB),
        _ => format!("{at}b"),
    }
}

impl Case<'_> {
    fn rank(&self, key: &Key, advice: &Advice) -> Rank {
        let totals = sense::totals(self.process);
        let meagre = sense::preset_size(key).zip(memory_size::parse(&advice.to).ok());
        if advice.kind == AdviceKind::Lower && meagre.is_some_and(|(preset, to)| to < preset) {
            Rank::Meagre
        } else if *key == *totals.process || *key == *totals.flink {
            Rank::Total
        } else if sense::is_bound_of(self.error, key, self.process) {
            Rank::Named
        } else if !self.options.is_set(key) {
            Rank::Default
        } else if sense::named(self.error, self.process).iter().any(|named| **named == *key) {
            Rank::Named
        } else {
            Rank::Other
        }
    }

    /// The smallest raise and the smallest reduction of `key` that work.
    fn moves(&self, key: &'static Key) -> Vec<Advice> {
        let scaled = |value: f64| (value * 1000.0).clamp(-1.0, 1000.0);
        let present = match key.kind {
            KeyKind::Fraction => {
                self.options.fraction(key).ok().map(|value| (scaled(value).floor() as i64, scaled(value).ceil() as i64))
            }
            _ => self.options.size(key).ok().and_then(|size| i64::try_from(size.0).ok()).map(|size| (size, size)),
        };
        let Some((below, above)) = present else { return Vec::new() };
        let max = if key.kind == KeyKind::Fraction { 999 } else { i64::MAX };
        let (name, _) = spelled(&self.options, key);
        let mut trial = self.options.clone();
        let mut moves = Vec::new();
        for (way, from) in [(Way::Up, below), (Way::Down, above)] {
            let found = nearest(from, max, way, |at| {
                trial.insert(name, &text(key, at), Origin::Unstated);
                self.judge(key, &trial)
            });
            moves.extend(found.map(|to| self.advise(key, (from, to), way)));
        }
        moves
    }

    fn judge(&self, key: &Key, trial: &Options) -> Verdict {
        match derives(trial, self.process) {
            Ok(()) => Verdict::Good,
            Err(error) => sense::verdict(&error, key, self.process),
        }
    }

    fn advise(&self, key: &'static Key, (from, to): (i64, i64), way: Way) -> Advice {
        let (name, present) = spelled(&self.options, key);
        let is_size = key.kind == KeyKind::Size;
        let whole = match way {
            Way::Up => to.checked_add(MIB - 1).map(|to| to / MIB * MIB),
            Way::Down => Some(to / MIB * MIB),
        };
        let rounded = whole.filter(|whole| is_size && *whole != to && *whole > 0).filter(|whole| {
            let mut trial = self.options.clone();
            trial.insert(name, &text(key, *whole), Origin::Unstated);
            derives(&trial, self.process).is_ok()
        });
        Advice {
            key: name,
            origin: self.options.origin(key),
            from: present.map(String::from),
            preset: !self.options.is_set(key),
            to: text(key, to),
            by: is_size.then(|| Bytes(to.abs_diff(from))),
            rounded: rounded.map(|whole| text(key, whole)),
            also: None,
            kind: if way == Way::Up { AdviceKind::Raise } else { AdviceKind::Lower },
        }
    }

    fn removal(&self, key: &'static Key) -> Option<Advice> {
        let (name, present) = spelled(&self.options, key);
        derives(&without(&self.options, &[name]), self.process).is_ok().then(|| Advice {
            key: name,
            origin: self.options.origin(key),
            from: present.map(String::from),
            preset: false,
            to: String::new(),
            by: None,
            rounded: None,
            also: None,
            kind: AdviceKind::Remove,
        })
    }
}

/// Nothing says how large the process is: the ways to say it, each with the value of the configuration that Flink
/// ships, or the least whole MiB that fits what is set.
pub(super) fn totals(options: &Options, process: ProcessKind) -> Vec<Advice> {
    let options = relevant(options, process);
    let keys = sense::totals(process);
    let (process_size, flink_size, explicit) = match process {
        ProcessKind::TaskManager => (1728, 1280, [384, 512].as_slice()),
        ProcessKind::JobManager => (1600, 1152, [1024].as_slice()),
    };
    let single = [(keys.process, process_size), (keys.flink, flink_size)];
    let mut pieces: Vec<Advice> =
        single.into_iter().filter_map(|(key, mib)| setting(&options, process, key, mib)).collect();
    let missing: Vec<_> = keys.explicit.iter().copied().zip(explicit).filter(|(key, _)| !options.is_set(key)).collect();
    pieces.extend(match missing.as_slice() {
        [(key, mib)] => setting(&options, process, key, **mib),
        [(first, mib), (second, also)] => {
            let mut with_second = options.clone();
            with_second.insert(second.name, &format!("{also}m"), Origin::Unstated);
            let advice = setting(&with_second, process, first, **mib);
            advice.map(|advice| Advice { also: Some((second.name, format!("{also}m"))), ..advice })
        }
        _ => None,
    });
    pieces
}

/// `key` set to `mib`, or to the nearest whole MiB at which the derivation succeeds.
fn setting(options: &Options, process: ProcessKind, key: &'static Key, mib: i64) -> Option<Advice> {
    let judge = |mib: i64| {
        let mut trial = options.clone();
        trial.insert(key.name, &format!("{mib}m"), Origin::Unstated);
        match derives(&trial, process) {
            Ok(()) => Verdict::Good,
            Err(error) => sense::verdict(&error, key, process),
        }
    };
    let search = |way| nearest(mib, i64::MAX / MIB, way, judge);
    let fitting =
        (judge(mib) == Verdict::Good).then_some(mib).or_else(|| search(Way::Up)).or_else(|| search(Way::Down));
    fitting.map(|mib| Advice {
        key: key.name,
        origin: Origin::Unstated,
        from: None,
        preset: false,
        to: format!("{mib}m"),
        by: None,
        rounded: None,
        also: None,
        kind: AdviceKind::Set,
    })
}
