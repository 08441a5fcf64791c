//! Operations that take their time on a disk or a link beside the work of subtasks: spills, read-backs, moves.
//!
//! An operation is a chain of legs, each a piece of work on one station; when the last leg ends, its purpose is
//! carried out.

use super::memory::Tenancy;
use super::station::Job;
use super::world::World;
use crate::base::{
    Bytes, GroupId, OperationId, RequestId, ShipmentId, SlotGroupId, StationId, SubtaskId, TaskManagerId,
};

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
    purpose: Purpose,
}

impl World<'_> {
    /// Starts an operation; legs without work are skipped, and one without any ends at once.
    pub(super) fn operate(&mut self, legs: [Option<Leg>; 3], purpose: Purpose) {
        let operation = self.operations.insert(Operation { legs, next: 0, purpose });
        self.end_leg(operation);
    }

    /// Starts the next leg of an operation, or ends it.
    pub(super) fn end_leg(&mut self, number: OperationId) {
        let operation = &mut self.operations[number];
        while (operation.next as usize) < operation.legs.len() {
            let leg = operation.legs[operation.next as usize];
            operation.next += 1;
            if let Some(leg) = leg.filter(|leg| leg.work > 0.0) {
                self.start_work(leg.station, Job::Operation(number), leg.work, 1.0);
                return;
            }
        }
        let purpose = self.operations.remove(number).purpose;
        self.end_operation(purpose);
    }

    fn end_operation(&mut self, purpose: Purpose) {
        match purpose {
            Purpose::Spill { seat, bytes, request } => self.end_spill(seat, bytes, request),
            Purpose::Overflow { request } => self.end_pressure_leg(request),
            Purpose::Work { request } => self.end_request_leg(request),
            Purpose::Touch => {}
            Purpose::ReadBack(group) => self.finish_group(group),
            Purpose::MoveGroup { group, to } => self.end_group_move(group, to),
            Purpose::MoveSlot { group, to } => self.end_slot_move(group, to),
            Purpose::Ship(shipment) => self.end_shipment(shipment),
            Purpose::Merge(subtask) => self.end_merge(subtask),
            Purpose::Run(subtask) => self.end_run(subtask),
        }
    }
}
