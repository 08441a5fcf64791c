//! Operations that take their time on a disk or a link beside the work of subtasks: spills, read-backs, moves.
//!
//! An operation is a chain of legs, each a piece of work on one station; when the last leg ends, its purpose is
//! carried out.

use crate::base::{Bytes, GroupId, RequestId, ShipmentId, SlotGroupId, StationId, SubtaskId, TaskManagerId};
use crate::sim::tenancy::Tenancy;

/// What happens when the last leg ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Purpose {
    /// Memory of a consumer has reached the disk and is free; the request that waited for it goes on.
    Spill {
        /// The consumer, who may have left meanwhile.
        seat: Tenancy,
        /// Bytes that become free.
        bytes: Bytes,
        /// The request that waits.
        request: RequestId,
    },
    /// What a request sent straight to disk has been written.
    Overflow {
        /// The request that waits.
        request: RequestId,
    },
    /// A core has moved blocks, or touched new memory, for a request.
    Work {
        /// The request that waits.
        request: RequestId,
    },
    /// A core has touched new memory that nobody waits for.
    Touch,
    /// A finished group has read back what was spilled of it.
    ReadBack(GroupId),
    /// A group has arrived on another TaskManager.
    MoveGroup {
        /// The group.
        group: GroupId,
        /// Where it goes.
        to: TaskManagerId,
    },
    /// A slot group has arrived on another TaskManager.
    MoveSlot {
        /// The slot group.
        group: SlotGroupId,
        /// Where it goes.
        to: TaskManagerId,
    },
    /// Records have arrived at another TaskManager.
    Ship(ShipmentId),
    /// A sort or hash operator has read its spilled records back.
    Merge(SubtaskId),
    /// Bytes of a sort or hash operator have reached the disk; it may go on.
    Run(SubtaskId),
}

/// One piece of work of an operation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// Station that does it.
    pub station: StationId,
    /// Core-nanoseconds or bytes.
    pub work: f64,
}

/// An operation under way.
#[derive(Clone, Copy, Debug)]
pub struct Operation {
    legs: [Option<Leg>; 3],
    next: u8,
    /// What happens when the last leg ends.
    pub purpose: Purpose,
}

impl Operation {
    pub(super) fn new(legs: [Option<Leg>; 3], purpose: Purpose) -> Operation {
        Operation { legs, next: 0, purpose }
    }

    /// The next leg that is any work; `None` where all are over.
    pub(super) fn next_leg(&mut self) -> Option<Leg> {
        while (self.next as usize) < self.legs.len() {
            let leg = self.legs[self.next as usize];
            self.next += 1;
            if let Some(leg) = leg.filter(|leg| leg.work > 0.0) {
                return Some(leg);
            }
        }
        None
    }
}
