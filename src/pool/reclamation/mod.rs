//! When the memory of dead blocks is used again.

use super::{BlockAllocator, Deferred};
use crate::base::{Args, Bytes, Kind, Param, param};

crate::registry! {
    /// All rules of reclamation; the first is the baseline.
    pub static RECLAMATIONS: BuildReclamation;
    eager,
    lazy,
    mark_and_sweep,
}

/// Makes a rule from its checked parameters.
pub type BuildReclamation = fn(&Args) -> Reclamation;

/// What the rules that put reclamation off take.
const SHARE: &[Param] =
    &[param("share", Kind::Number(0.0, 1.0), "0.125", "share of the memory that may lie dead before it is given back")];

/// What becomes of a block that is freed. Compaction is apart: see [`super::Pool::compact`].
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Reclamation {
    /// The allocator gets it back and joins it with its neighbours at once.
    #[default]
    Eager,
    /// It is set aside, serves requests of its own size, and is given back with all others when a request is refused or
    /// when they come to more than this share of the pool.
    Lazy(f64),
    /// It is marked, and swept with all others when a request is refused or when they come to more than this share.
    MarkAndSweep(f64),
}

impl Reclamation {
    /// `allocator`, of a pool of `capacity`, under this rule. Shares are taken as at least 0; without addresses there is
    /// nothing to join, and nothing changes.
    pub fn apply(self, allocator: Box<dyn BlockAllocator>, capacity: Bytes) -> Box<dyn BlockAllocator> {
        let (share, reuse) = match self {
            Reclamation::Lazy(share) => (share, true),
            Reclamation::MarkAndSweep(share) => (share, false),
            Reclamation::Eager => return allocator,
        };
        match allocator.holes() {
            None => allocator,
            Some(_) => Box::new(Deferred::new(allocator, capacity.scale(share), reuse)),
        }
    }
}
