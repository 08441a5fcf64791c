//! What all formats share on the way out: they stop after the first fault, and name their classes as they meet them.

use crate::input::InputError;
use crate::workload::task::{TaskSource, TraceEvent};
use std::collections::BTreeMap;

/// A format that reads on demand.
pub(super) trait Pull {
    /// The next event, or `None` at the end.
    fn pull(&mut self) -> Result<Option<TraceEvent>, InputError>;

    /// What has been met so far.
    fn met(&self) -> &Met;
}

/// What a format has met so far.
#[derive(Debug, Default)]
pub(super) struct Met {
    names: Vec<String>,
    numbers: BTreeMap<String, u32>,
    /// Tasks numbered so far.
    pub tasks: u64,
    /// Tasks left out so far.
    pub left_out: u64,
}

impl Met {
    /// The number of a class; a new name gets the next one.
    pub fn class(&mut self, name: &str) -> u32 {
        if let Some(number) = self.numbers.get(name) {
            return *number;
        }
        let number = self.names.len() as u32;
        self.numbers.insert(name.to_string(), number);
        self.names.push(name.to_string());
        number
    }

    /// A number for a new task.
    pub fn task(&mut self) -> u64 {
        self.tasks += 1;
        self.tasks - 1
    }
}

/// Makes a [`TaskSource`] of a [`Pull`]: silent after the first fault.
pub(super) struct Source<P> {
    inner: P,
    ended: bool,
}

impl<P: Pull + 'static> Source<P> {
    /// Boxes `inner` as a source.
    pub fn boxed(inner: P) -> Box<dyn TaskSource> {
        Box::new(Source { inner, ended: false })
    }
}

impl<P: Pull> TaskSource for Source<P> {
    fn next_event(&mut self) -> Option<Result<TraceEvent, InputError>> {
        if self.ended {
            return None;
        }
        let next = self.inner.pull().transpose();
        self.ended = !matches!(next, Some(Ok(_)));
        next
    }

    fn classes(&self) -> &[String] {
        &self.inner.met().names
    }

    fn left_out(&self) -> u64 {
        self.inner.met().left_out
    }
}
