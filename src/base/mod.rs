//! Values that everything else is made of: quantities, ids, declared parameters, registries. Imports nothing.

mod ids;
mod registry;
mod section;
#[cfg(test)]
pub mod testing;
mod units;
mod value;

pub use ids::{ConsumerId, TaskManagerId};
pub use registry::{Build, Entry, Facts, Listed, Trait};
pub use section::shape::{self, Shape};
pub use section::{Misread, Readable, Section, Spelt, Word};
pub use units::{Bytes, SimSpan, SimTime, UnitError};
pub use value::{Args, Kind, Law, Param, Preset, Value, optional, param, required};
