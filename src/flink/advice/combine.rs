//! From single changes to combinations.

use super::Advice;
use super::attempt::Attempt;
use super::sense;
use super::step::Move;
use crate::flink::layout::LayoutError;
use crate::flink::layout::Options;
use crate::flink::layout::ProcessKind;

/// Steps at most; more than changes, since a later step may move an option once more.
const MOST_STEPS: usize = 5;
/// Changes of a piece at most.
const MOST_TOGETHER: usize = 4;
/// Single changes at most.
const MOST_SINGLE: usize = 5;
/// Combinations at most.
const MOST_COMBINED: usize = 3;
/// Attempts that are followed up at a time.
const BREADTH: usize = 6;

/// Sensible changes that together make `options` start, where they now end in `error`: as few together as possible.
/// Where none is sensible, the fewest that work at all.
pub(super) fn pieces(options: &Options, process: ProcessKind, error: LayoutError) -> Vec<Advice> {
    let mut attempts = vec![Attempt::new(relevant(options, process), process, error)];
    let mut odd = Vec::new();
    for step in 1..=MOST_STEPS {
        let most = if step == 1 { MOST_SINGLE } else { MOST_COMBINED };
        let (sensible, others) = finished(&attempts);
        if !sensible.is_empty() {
            return sensible.into_iter().take(most).collect();
        }
        if odd.is_empty() {
            odd = others.into_iter().take(most).collect();
        }
        attempts = followed(&attempts);
    }
    odd
}

/// Only the options that the derivation reads; the search copies them often.
fn relevant(options: &Options, process: ProcessKind) -> Options {
    let keys = sense::keys(process);
    let mut kept = Options::new();
    for (name, value, origin) in options.iter() {
        if keys.iter().any(|key| sense::spellings(key).any(|spelling| spelling == name)) {
            kept.insert(name, value, origin.clone());
        }
    }
    kept
}

/// The pieces that one more change completes, sensible ones and others; the best of each attempt come first.
fn finished(attempts: &[Attempt]) -> (Vec<Advice>, Vec<Advice>) {
    let mut found: Vec<(usize, bool, Advice)> = Vec::new();
    for attempt in attempts {
        for (place, last) in attempt.finishing().into_iter().enumerate() {
            let odd = attempt.odd || last.rank.is_odd();
            let piece = attempt.with(last);
            let short = piece.changes.len() <= MOST_TOGETHER;
            if short && found.iter().all(|(_, _, other)| !same(other, &piece)) && !attempt.can_spare(&piece) {
                found.push((place, odd, piece));
            }
        }
    }
    found.sort_by_key(|(place, _, _)| *place);
    let (odd, sensible): (Vec<_>, Vec<_>) = found.into_iter().partition(|(_, odd, _)| *odd);
    let pieces = |found: Vec<(usize, bool, Advice)>| found.into_iter().map(|(_, _, piece)| piece).collect();
    (pieces(sensible), pieces(odd))
}

/// Whether two pieces treat the same options in the same way; the amounts may then differ with the order.
fn same(one: &Advice, other: &Advice) -> bool {
    one.changes.len() == other.changes.len()
        && one
            .changes
            .iter()
            .all(|change| other.changes.iter().any(|other| (change.key, change.kind) == (other.key, other.kind)))
}

/// The best attempts that go one change further.
fn followed(attempts: &[Attempt]) -> Vec<Attempt> {
    let steps = |attempt: &Attempt| -> Vec<Attempt> {
        attempt.steps().into_iter().filter_map(|step: Move| attempt.after(step)).take(BREADTH).collect()
    };
    let mut next: Vec<(usize, Attempt)> =
        attempts.iter().flat_map(|attempt| steps(attempt).into_iter().enumerate()).collect();
    next.sort_by_key(|(place, attempt)| (attempt.odd, *place));
    next.into_iter().map(|(_, attempt)| attempt).take(BREADTH).collect()
}
