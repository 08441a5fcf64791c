//! Mark and sweep: dead blocks are only marked, and given back together.

use super::{BuildReclamation, Reclamation, SHARE};
use crate::base::Entry;

/// See the head of the file.
pub const ENTRY: Entry<BuildReclamation> = Entry {
    name: "mark-and-sweep",
    summary: "dead blocks are marked, and given back together when there are too many or a request is refused",
    source: "McCarthy 1960; Wilson et al., IWMM 1995",
    params: SHARE,
    traits: &[],
    build: |args| Reclamation::MarkAndSweep(args.number("share")),
};
