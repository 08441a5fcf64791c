//! Who holds pool memory, and where; who asks for more.

use super::log::Place;
use crate::base::{GroupId, SubtaskId};
use crate::cluster::region::Handle;
use crate::cluster::view::Purpose;

/// Where a consumer's memory is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tenancy {
    /// TaskManager and region.
    pub place: Place,
    /// Consumer within the region.
    pub handle: Handle,
    /// What it is for.
    pub purpose: Purpose,
}

/// Who asked, and hears of the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Owner {
    /// A group of task instances.
    Group(GroupId),
    /// A subtask.
    Subtask(SubtaskId),
}
