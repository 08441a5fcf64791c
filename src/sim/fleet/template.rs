//! What TaskManagers of a group are made from.

use crate::base::{Bytes, StationId};
use crate::flink::layout::Layout;
use crate::scenario::spec::Group;

/// Everything that is needed to start a TaskManager of a group.
pub struct Template {
    /// The group.
    pub group: Group,
    /// Its memory.
    pub layout: Layout,
    /// Size of its network buffers and of pages of managed memory.
    pub segment: Bytes,
    /// Node of the next TaskManager: disk and link, and how many more may share them.
    pub node: (StationId, StationId, u64),
}
