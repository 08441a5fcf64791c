//! The sections of a scenario, a file each: every key is declared once, and becomes a field.

mod axis;
mod experiment;
mod failures;
mod group;
mod mechanisms;
mod monitor;
mod pressure;
mod regions;
mod run;
mod top;
mod workload;

pub use crate::workload::synthetic::graph::OperatorKeys;
pub use axis::{AxisKeys, Spacing};
pub use experiment::Experiment;
pub use failures::Failures;
pub use group::{CORES, GroupKeys, MOST_SLOTS};
pub use mechanisms::{Budget, Mechanism, MechanismKeys, Mechanisms, PointerCliff};
pub use monitor::Monitor;
pub use pressure::{Compaction, Pressure, Step};
pub use regions::{Regions, Scheme};
pub use run::{MOST_REPLICATIONS, Run, Series, WarmUp};
pub use top::Top;
pub use workload::WorkloadKeys;
