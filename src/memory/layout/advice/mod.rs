//! Which single option to change, and by how much at least, where a derivation fails.
//!
//! Idea: nothing is computed from the error; candidates are tried on the derivation itself. For every option that
//! takes part, [`search`] looks for the nearest value at which the derivation succeeds, guided by [`sense`], which
//! reads from each error whether the value was too low or too high.
//!
//! Departures: where fractions above 1 together make the heap shrink as the total grows, good values may form several
//! intervals; the edge found is then that of one of them, not always the nearest.

mod propose;
mod search;
mod sense;

use std::fmt;

use super::job_manager::JobManagerLayout;
use super::process_kind::ProcessKind;
use super::options::{Options, Origin};
use super::task_manager::Layout;
use super::{LayoutError, memory_size};
use crate::base::Bytes;

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

/// One change that, alone, makes the configuration start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The option, as the user spelled it.
    pub key: &'static str,
    /// Where the user set it; unstated too where it has its default.
    pub origin: Origin,
    /// Its present text, or its default.
    pub from: Option<String>,
    /// Whether `from` is the default.
    pub preset: bool,
    /// The new value as Flink reads it: the smallest change that works. Empty where the option is to be removed.
    pub to: String,
    /// How far the new size is from the present one; `None` for fractions and where there is no present size.
    pub by: Option<Bytes>,
    /// The next whole MiB in the direction of the change, where `to` is not one and this works too.
    pub rounded: Option<String>,
    /// A second option to set together with the first: task heap and managed memory size a TaskManager only together.
    pub also: Option<(&'static str, String)>,
    /// What to do with the option.
    pub kind: AdviceKind,
}

/// Changes that each, alone, make `options` start, least intrusive first, at most five.
///
/// Empty where the derivation succeeds, where an option cannot be read (that fault says what it expects), and where no
/// single change helps. Sizes are exact: one byte less of change fails. Fractions are in steps of 0.001.
pub fn advice(options: &Options, process: ProcessKind) -> Vec<Advice> {
    match derives(options, process) {
        Ok(()) | Err(LayoutError::Option(_)) => Vec::new(),
        Err(LayoutError::Unspecified { .. }) => propose::totals(options, process),
        Err(error) => propose::changes(options, process, &error),
    }
}

/// Whether `options` divide `process`.
fn derives(options: &Options, process: ProcessKind) -> Result<(), LayoutError> {
    match process {
        ProcessKind::TaskManager => Layout::derive(options).map(drop),
        ProcessKind::JobManager => JobManagerLayout::derive(options).map(drop),
    }
}

impl Advice {
    /// `options` after the change; options that are added or changed keep their place and origin.
    pub fn apply(&self, options: &Options) -> Options {
        if self.kind == AdviceKind::Remove {
            return without(options, &[self.key]);
        }
        let mut changed = options.clone();
        changed.insert(self.key, &self.to, self.origin.clone());
        if let Some((key, value)) = &self.also {
            changed.insert(key, value, Origin::Unstated);
        }
        changed
    }
}

/// `options` without the keys `names`.
fn without(options: &Options, names: &[&str]) -> Options {
    let mut kept = Options::new();
    for (key, value, origin) in options.iter().filter(|(key, _, _)| !names.contains(key)) {
        kept.insert(key, value, origin.clone());
    }
    kept
}

impl fmt::Display for Advice {
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
        if self.kind != AdviceKind::Remove {
            write!(f, " to {}", self.to)?;
        }
        if let Some(rounded) = &self.rounded {
            write!(f, ", or {rounded} in whole MiB")?;
        }
        if let Some((key, value)) = &self.also {
            write!(f, " together with `{key}` to {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
