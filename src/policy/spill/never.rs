//! Never: nothing is spilled; pressure goes on to the next step.
//!
//! Idea: the baseline of the family, and the template to copy.

use super::{SpillPolicy, Victim};
use crate::base::{Args, Build, Bytes, Entry, Trait};
use crate::cluster::view::{RegionView, Request};

/// Registry entry.
pub const ENTRY: Entry<Build<dyn SpillPolicy>> = Entry {
    name: "never",
    summary: "nothing is spilled",
    source: "baseline",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_: &Args| Ok(Box::new(Never)),
};

struct Never;

impl SpillPolicy for Never {
    fn victims(&mut self, _: &Request, _: Bytes, _: &RegionView, _: &mut Vec<Victim>) {}
}
