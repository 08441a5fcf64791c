//! Values that everything else is made of: quantities, ids, declared parameters, registries. Imports nothing.

mod by_id;
mod ids;
mod nearest;
mod registry;
mod roster;
mod section;
#[cfg(test)]
pub mod testing;
mod units;
mod value;

pub use by_id::ById;
pub use ids::{AGroup, ARequest, AShipment, ATask, AnOperation, Id, SlotGroupId, Stamped};
pub use ids::{
    ConsumerId, EdgeId, GateId, JobId, OperatorId, RegionId, SourceId, StationId, SubtaskId, TaskManagerId, WorkId,
};
pub use ids::{GroupId, OperationId, RequestId, ShipmentId, TaskId};
pub use nearest::{did_you_mean, nearest};
pub use registry::{Build, Entry, Facts, Listed, Trait};
pub use roster::Roster;
pub use section::shape::{self, Shape};
pub use section::{Misread, Readable, Section, Spelt, Word};
pub use units::{Bytes, SimSpan, SimTime, UnitError};
pub use value::{Args, Kind, Law, Param, Preset, Value, optional, param, required};
