//! Lazy: dead blocks are set aside for requests of their own size, and joined together later.

use super::{BuildReclamation, Reclamation, SHARE};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildReclamation> = Entry {
    name: "lazy",
    summary: "dead blocks are set aside for requests of their own size, until there are too many or a request is refused",
    source: "Weinstock, Quick Fit; Wilson et al., IWMM 1995",
    params: SHARE,
    traits: &[],
    build: |args| Reclamation::Lazy(args.number("share")),
};
