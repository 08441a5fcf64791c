//! A failing configuration after some changes, and the next change: to the end, or past the present error.

use super::rank::{self, Rank};
use super::search::{Verdict, Way, nearest};
use super::step::Move;
use super::{Advice, AdviceKind, OptionChange, derives, sense, totals};
use crate::base::Bytes;
use crate::flink::layout::LayoutError;
use crate::flink::layout::ProcessKind;
use crate::flink::layout::keys::{Key, KeyKind, job_manager as jm, task_manager as tm};
use crate::flink::layout::{Options, Origin};

/// New values at most that are offered to finish with, so that removals are not crowded out.
const MOST_MOVES: usize = 4;
/// New values at most that are offered on the way.
const MOST_ON_THE_WAY: usize = 3;
const MIB: i64 = 1 << 20;

/// A configuration that still fails.
pub(super) struct Attempt {
    /// What it was before `changes`.
    start: Options,
    /// What it is after them.
    options: Options,
    process: ProcessKind,
    /// Why it fails.
    error: LayoutError,
    changes: Vec<OptionChange>,
    /// Whether nobody would make one of the changes.
    pub odd: bool,
}

/// Which errors count as a success.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Goal {
    /// None.
    Finish,
    /// Those that come later in the derivation than the present one.
    Progress,
}

/// The text of the value `at` of `key`: bytes, or thousandths.
fn text(key: &Key, at: i64) -> String {
    match key.kind {
        KeyKind::Fraction => format!("{}.{:03}", at / 1000, at % 1000),
        _ if at % MIB == 0 && at > 0 => format!("{}m", at / MIB),
        _ => format!("{at}b"),
    }
}

/// The value of `key` in `options` in bytes, or in thousandths: rounded down and up.
fn value(options: &Options, key: &Key) -> Option<(i64, i64)> {
    if key.kind == KeyKind::Fraction {
        let thousandths = (options.fraction(key).ok()? * 1000.0).clamp(-1.0, 1000.0);
        return Some((thousandths.floor() as i64, thousandths.ceil() as i64));
    }
    let size = i64::try_from(options.size(key).ok()?.0).ok()?;
    Some((size, size))
}

/// The spelling of `key` that counts in `options`, with its text; its name and default where it is not set.
fn spelled<'a>(options: &'a Options, key: &'static Key) -> (&'static str, Option<&'a str>) {
    let found = sense::spellings(key).find_map(|name| Some((name, Some(options.spelled(name)?.0))));
    found.unwrap_or((key.name, key.preset))
}

impl Attempt {
    pub fn new(options: Options, process: ProcessKind, error: LayoutError) -> Attempt {
        Attempt { start: options.clone(), options, process, error, changes: Vec::new(), odd: false }
    }

    /// The piece of advice that `last` completes; it replaces an earlier change of the same option.
    pub fn with(&self, last: Move) -> Advice {
        let replaced = |change: &&OptionChange| last.changes.iter().any(|later| later.key == change.key);
        let kept: Vec<OptionChange> = self.changes.iter().filter(|change| !replaced(change)).cloned().collect();
        Advice { changes: kept.into_iter().chain(last.changes).collect() }
    }

    /// Whether a change of `piece` before the last one can be left out.
    pub fn can_spare(&self, piece: &Advice) -> bool {
        (1..piece.changes.len()).any(|place| {
            let mut fewer = piece.clone();
            fewer.changes.remove(place - 1);
            derives(&fewer.apply(&self.start), self.process).is_ok()
        })
    }

    /// The configuration after `step`; `None` where that step is enough, or leads where there is nothing to advise.
    pub fn after(&self, step: Move) -> Option<Attempt> {
        let options = step.applied(&self.options);
        let odd = self.odd || step.rank.is_odd();
        match derives(&options, self.process) {
            Ok(()) | Err(LayoutError::Option(_) | LayoutError::Unspecified { .. }) => None,
            Err(error) => {
                let changes = self.with(step).changes;
                Some(Attempt { start: self.start.clone(), options, process: self.process, error, changes, odd })
            }
        }
    }

    /// The moves after which the derivation succeeds, best first.
    pub fn finishing(&self) -> Vec<Move> {
        let derive = |found: &Move| derives(&found.applied(&self.options), self.process).is_ok();
        if self.is_sizeless() {
            return totals::ways(&self.options, self.process).into_iter().filter(derive).collect();
        }
        let (odd, mut moves): (Vec<_>, Vec<_>) =
            self.ranked_moves(Goal::Finish).into_iter().partition(|found| found.rank.is_odd());
        moves.truncate(MOST_MOVES);
        moves.extend(self.removals(sense::keys(self.process)).into_iter().filter(derive));
        moves.extend(odd);
        moves.sort_by_key(|found| found.rank);
        moves
    }

    /// The moves past the present error, and the removals of options that it names, best first.
    pub fn steps(&self) -> Vec<Move> {
        if self.is_sizeless() {
            return totals::ways(&self.options, self.process);
        }
        let mut steps = self.ranked_moves(Goal::Progress);
        steps.truncate(MOST_ON_THE_WAY);
        let totals = sense::totals(self.process);
        let mut named = vec![totals.process, totals.flink];
        named.extend(sense::named(&self.error, self.process));
        steps.extend(self.removals(&named));
        steps
    }

    /// Whether nothing says how large the process is.
    fn is_sizeless(&self) -> bool {
        matches!(self.error, LayoutError::Unspecified { .. })
    }

    fn ranked_moves(&self, goal: Goal) -> Vec<Move> {
        let named = sense::named(&self.error, self.process);
        let keys = sense::keys(self.process).iter();
        let open = keys.filter(|key| self.options.is_set(key) || named.contains(key));
        let mut moves: Vec<Move> = open.flat_map(|key| self.moves(key, goal)).collect();
        moves.sort_by_key(|found| (found.rank, found.changes.first().and_then(|change| change.by)));
        moves
    }

    fn is_changed(&self, key: &'static Key) -> bool {
        self.changes.iter().any(|change| sense::spellings(key).any(|name| name == change.key))
    }

    /// The smallest raise and the smallest reduction of `key` that reach `goal`.
    fn moves(&self, key: &'static Key, goal: Goal) -> Vec<Move> {
        let Some((below, above)) = value(&self.options, key) else { return Vec::new() };
        let max = if key.kind == KeyKind::Fraction { 999 } else { i64::MAX };
        let (name, _) = spelled(&self.options, key);
        let mut trial = self.options.clone();
        let mut judge = |at| {
            trial.insert(name, &text(key, at), Origin::Unstated);
            self.judge(key, &trial, goal)
        };
        let mut moves = Vec::new();
        for (way, from) in [(Way::Up, below), (Way::Down, above)] {
            let Some(to) = nearest(from, max, way, &mut judge) else { continue };
            let whole = match way {
                Way::Up => to.saturating_add(MIB - 1) / MIB * MIB,
                Way::Down => to / MIB * MIB,
            };
            let is_size = key.kind == KeyKind::Size;
            let rounded = (is_size && whole != to && whole > 0 && judge(whole) == Verdict::Good).then_some(whole);
            moves.extend(match goal {
                Goal::Finish => self.change(key, way, to, rounded),
                Goal::Progress => self.change(key, way, rounded.unwrap_or(to), None),
            });
        }
        moves
    }

    fn judge(&self, key: &Key, trial: &Options, goal: Goal) -> Verdict {
        match derives(trial, self.process) {
            Ok(()) => Verdict::Good,
            Err(error) if goal == Goal::Progress && self.is_later(&error) => Verdict::Good,
            Err(error) => sense::verdict(&error, key, self.process),
        }
    }

    /// Whether `error` comes later in the derivation than the present one.
    fn is_later(&self, error: &LayoutError) -> bool {
        let place = |error| sense::place(error, &self.options, self.process);
        place(error) > place(&self.error)
    }

    /// The change of `key` from what it was at the start; `None` where an earlier change went the other way.
    fn change(&self, key: &'static Key, way: Way, to: i64, rounded: Option<i64>) -> Option<Move> {
        let from = value(&self.start, key).map(|(below, above)| if way == Way::Up { below } else { above });
        let kind = match (from, way) {
            (None, _) => AdviceKind::Set,
            (Some(from), Way::Up) if from < to => AdviceKind::Raise,
            (Some(from), Way::Down) if from > to => AdviceKind::Lower,
            _ => return None,
        };
        let (name, present) = spelled(&self.start, key);
        let preset = !self.start.is_set(key);
        let present = present.filter(|_| !(preset && from == Some(i64::MAX)));
        let by = from.filter(|_| present.is_some() && key.kind == KeyKind::Size);
        let change = OptionChange {
            key: name,
            origin: self.start.origin(key),
            from: present.map(String::from),
            preset: preset && present.is_some(),
            to: Some(text(key, to)),
            by: by.map(|from| Bytes(to.abs_diff(from))),
            rounded: rounded.map(|whole| text(key, whole)),
            kind,
        };
        let odd = rank::is_odd(key, kind, to, self.largest());
        Some(Move { changes: vec![change], rank: if odd { Rank::Odd } else { self.rank(key, way) } })
    }

    /// The largest size that is set, limits aside.
    fn largest(&self) -> i64 {
        let limits = [&tm::NETWORK_MAX, &tm::OVERHEAD_MAX, &jm::OVERHEAD_MAX];
        let keys = sense::keys(self.process).iter().filter(|key| key.kind == KeyKind::Size && !limits.contains(key));
        let set = keys.filter(|key| self.start.is_set(key));
        set.filter_map(|key| value(&self.start, key)).map(|(size, _)| size).max().unwrap_or(0)
    }

    fn rank(&self, key: &Key, way: Way) -> Rank {
        let totals = sense::totals(self.process);
        let is_total = *key == *totals.process || *key == *totals.flink;
        let named = sense::named(&self.error, self.process).iter().any(|named| **named == *key);
        match way {
            _ if !self.start.is_set(key) && !is_total => Rank::Preset,
            _ if sense::is_bound_of(&self.error, key, self.process) => Rank::Bound,
            Way::Up if is_total => Rank::RaisedTotal,
            Way::Down if is_total => Rank::LoweredTotal,
            Way::Up => Rank::Filler,
            Way::Down if named => Rank::Named,
            Way::Down => Rank::Set,
        }
    }

    /// The removals of those of `keys` that are set and not yet changed.
    fn removals(&self, keys: &[&'static Key]) -> Vec<Move> {
        let totals = sense::totals(self.process);
        let set = keys.iter().filter(|key| self.options.is_set(key) && !self.is_changed(key));
        let removal = |key: &&'static Key| {
            let (name, present) = spelled(&self.options, key);
            let is_total = **key == *totals.process || **key == *totals.flink;
            let change = OptionChange {
                key: name,
                origin: self.options.origin(key),
                from: present.map(String::from),
                preset: false,
                to: None,
                by: None,
                rounded: None,
                kind: AdviceKind::Remove,
            };
            Move { changes: vec![change], rank: if is_total { Rank::RemovedTotal } else { Rank::Removed } }
        };
        set.map(removal).collect()
    }
}
