//! Never: tasks stay where they were placed, and the cluster keeps its size.
//!
//! Idea: the baseline of the family, and the template to copy.

use super::{Action, MigrationPolicy, Occasion};
use crate::base::{Args, Build, Entry, Trait};
use crate::cluster::view::Sample;

/// Registry entry.
pub const ENTRY: Entry<Build<dyn MigrationPolicy>> = Entry {
    name: "never",
    summary: "tasks stay, the cluster keeps its size",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_: &Args| Ok(Box::new(Never)),
};

struct Never;

impl MigrationPolicy for Never {
    fn plan(&mut self, _: Occasion, _: &Sample, _: &mut Vec<Action>) {}
}
