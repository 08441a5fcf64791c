//! Eager: a freed block joins its neighbours at once.

use super::{BuildReclamation, Reclamation};
use crate::base::{Entry, Trait};

/// See the head of the file.
pub const ENTRY: Entry<BuildReclamation> = Entry {
    name: "eager",
    summary: "a freed block joins its neighbours at once",
    source: "Knuth, TAOCP vol. 1, 2.5",
    params: &[],
    traits: &[Trait::Baseline],
    build: |_| Reclamation::Eager,
};
