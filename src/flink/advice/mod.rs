//! Which options to change, and by how much at least, where a derivation fails.
//!
//! Idea: nothing is computed from the error; candidates are tried on the derivation itself. For every option that
//! takes part, [`search`] looks for the nearest value at which the derivation succeeds, guided by [`sense`], which
//! reads from each error whether the value was too low or too high. Where no single change is sensible, [`combine`]
//! first takes the present error away and looks on from there.
//!
//! Departures: where fractions above 1 together make the heap shrink as the total grows, good values may form several
//! intervals; the edge found is then that of one of them, not always the nearest. Changes that precede the last one of
//! a piece are the least that take one error away, not always the least in view of the last.

mod attempt;
mod combine;
mod rank;
mod search;
mod sense;
mod step;
mod totals;

use std::fmt;

use crate::base::Bytes;
use crate::flink::layout::JobManagerLayout;
use crate::flink::layout::Layout;
use crate::flink::layout::ProcessKind;
use crate::flink::layout::{LayoutError, memory_size};
use crate::flink::layout::{Options, Origin};

/// What to do with an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AdviceKind {
    /// Give it a larger value.
    Raise,
    /// Give it a smaller value.
    Lower,
    /// Leave it out.
    Remove,
    /// Add it.
    Set,
}

/// A change of one option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionChange {
    /// The option, as the user spelled it.
    pub key: &'static str,
    /// Where the user set it; unstated too where it has its default.
    pub origin: Origin,
    /// Its present text, or its default; `None` where it has neither, and where the default is no limit.
    pub from: Option<String>,
    /// Whether `from` is the default.
    pub preset: bool,
    /// The new value as Flink reads it; `None` where the option is to be removed.
    pub to: Option<String>,
    /// How far the new size is from the present one; `None` for fractions and where there is no present size.
    pub by: Option<Bytes>,
    /// The next whole MiB in the direction of the change, where `to` is not one and this works too.
    pub rounded: Option<String>,
    /// What to do with the option.
    pub kind: AdviceKind,
}

/// One to four changes that, made together, let the configuration start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The changes, none of which can be left out. The last one is the smallest that works beside the others; sizes
    /// before it are rounded to whole MiB where that works.
    pub changes: Vec<OptionChange>,
}

/// Pieces of advice that each make `options` start, best first: at most five single changes, or, where no single
/// change is sensible, at most three combinations.
///
/// Empty where the derivation succeeds, where an option cannot be read (that fault says what it expects), and, rarely,
/// where so many faults stand side by side that no four changes are found. The last size of a piece is exact: one byte
/// less of change fails. Fractions are in steps of 0.001.
pub fn advice(options: &Options, process: ProcessKind) -> Vec<Advice> {
    match derives(options, process) {
        Ok(()) | Err(LayoutError::Option(_)) => Vec::new(),
        Err(error) => combine::pieces(options, process, error),
    }
}

#[cfg(test)]
thread_local! {
    /// Derivations so far.
    static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(0) };
}

/// Whether `options` divide `process`.
fn derives(options: &Options, process: ProcessKind) -> Result<(), LayoutError> {
    #[cfg(test)]
    COUNT.set(COUNT.get() + 1);
    match process {
        ProcessKind::TaskManager => Layout::derive(options).map(drop),
        ProcessKind::JobManager => JobManagerLayout::derive(options).map(drop),
    }
}

impl Advice {
    /// `options` after all changes.
    pub fn apply(&self, options: &Options) -> Options {
        let mut changed = options.clone();
        self.changes.iter().for_each(|change| change.apply(&mut changed));
        changed
    }
}

impl OptionChange {
    /// Makes the change in `options`; an option that stays keeps its place and origin.
    pub fn apply(&self, options: &mut Options) {
        match &self.to {
            Some(to) => options.insert(self.key, to, self.origin.clone()),
            None => options.remove(self.key),
        }
    }
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, change) in self.changes.iter().enumerate() {
            write!(f, "{}{change}", if place == 0 { "" } else { ", and " })?;
        }
        Ok(())
    }
}

impl fmt::Display for OptionChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = match self.kind {
            AdviceKind::Raise => "raise",
            AdviceKind::Lower => "lower",
            AdviceKind::Remove => "remove",
            AdviceKind::Set => "set",
        };
        write!(f, "{verb} `{}`", self.key)?;
        if self.origin != Origin::Unstated {
            write!(f, " ({})", self.origin)?;
        }
        match &self.from {
            Some(from) if self.kind == AdviceKind::Remove => write!(f, " = {from}")?,
            Some(from) if self.preset => write!(f, " from its default {from}")?,
            Some(from) => write!(f, " from {from}")?,
            None => {}
        }
        if let Some(by) = self.by {
            write!(f, " by at least {}", memory_size::print_readable(by))?;
        }
        if let Some(to) = &self.to {
            write!(f, " to {to}")?;
        }
        match &self.rounded {
            Some(rounded) => write!(f, ", or {rounded} in whole MiB"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
