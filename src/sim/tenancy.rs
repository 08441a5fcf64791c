//! Who holds pool memory, and where.

use super::log::Place;
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
