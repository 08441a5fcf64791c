//! What leaves memory under pressure, and how much.

use crate::base::{Build, Bytes};
use crate::cluster::view::{RegionView, Request};
use crate::registry;

/// One victim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Victim {
    /// Index into [`RegionView::consumers`].
    pub consumer: usize,
    /// Bytes of it to write to disk, at most what it holds.
    pub bytes: Bytes,
}

/// Orders victims for a shortage.
pub trait SpillPolicy {
    /// Pushes victims whose bytes together cover `shortage` where that is possible; each consumer at most once,
    /// only spillable ones that hold memory. Nothing pushed means that it cannot help. The requester itself may be
    /// a victim: then that much of its request goes to disk at once instead of into memory.
    fn victims(&mut self, request: &Request, shortage: Bytes, region: &RegionView, out: &mut Vec<Victim>);
}

registry! {
    /// Spill policies; the first is the do-nothing member.
    pub static SPILL: Build<dyn SpillPolicy>;
    never,
}
