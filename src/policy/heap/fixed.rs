//! Fixed: a heap keeps the size that it began with.
//!
//! Idea: Flink sets `-Xms` = `-Xmx`, so the heap of a TaskManager never changes. With a budget for the group each heap has
//! an equal part of it.

use super::HeapPolicy;
use crate::base::{Build, Bytes, Entry, Trait};
use crate::cluster::view::HeapsView;

/// Registry entry.
pub const ENTRY: Entry<Build<dyn HeapPolicy>> = Entry {
    name: "fixed",
    summary: "a heap keeps its -Xmx, or its equal part of the group's budget",
    source: "Flink sets -Xms = -Xmx",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_| Ok(Box::new(Fixed)),
};

struct Fixed;

impl HeapPolicy for Fixed {
    fn size(&mut self, view: &HeapsView) -> Bytes {
        view.heaps[view.at].size
    }
}
