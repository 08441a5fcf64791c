//! A checked scenario: plain data that travels to the worker that runs it.

use std::sync::Arc;

use super::sections::{Failures, GroupKeys, Mechanisms, Monitor, OperatorKeys, Pressure, Regions, Run, WorkloadKeys};
use crate::base::Args;
use crate::flink::layout::Options;
use crate::jvm::description::Calibration;

/// A plug-in chosen by name, with its checked parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Registered name.
    pub name: String,
    /// Parameters, defaults filled in.
    pub args: Args,
}

/// A group of TaskManagers that are alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name in the scenario.
    pub name: String,
    /// `[groups.NAME]`.
    pub keys: GroupKeys,
    /// Flink options: those of the file under `flink_config`, with their lines, and over them those of
    /// `groups.NAME.flink`, whose origin is unstated.
    pub flink: Options,
    /// The collector of its JVMs, with what their description says of it.
    pub collector: Choice,
    /// The description that `jvm` names.
    pub jvm: Option<Arc<Described>>,
    /// Parameters of the collector that come from the description.
    pub from_jvm: Vec<&'static str>,
}

/// A description of a JVM that a scenario names.
#[derive(Clone, Debug, PartialEq)]
pub struct Described {
    /// As the scenario names it.
    pub name: String,
    /// What it says.
    pub calibration: Calibration,
    /// SHA-256 of its text.
    pub digest: String,
}

/// One operator of a `graph` workload.
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    /// Its name in the scenario.
    pub name: String,
    /// `[workloads.NAME.operators.NAME]`.
    pub keys: OperatorKeys,
    /// What its keyed state costs; `None` where it keeps none.
    pub state_price: Option<Choice>,
}

/// Something that arrives: a streaming or batch job, synthetic tasks, or a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Workload {
    /// Its name in the scenario.
    pub name: String,
    /// `[workloads.NAME]`, beside the parameters of its kind.
    pub keys: WorkloadKeys,
    /// Generator or trace format.
    pub kind: Choice,
    /// What keyed state of the operators costs that a generator makes; `None` where they keep none, and for a `graph`.
    pub state_price: Option<Choice>,
    /// When its records or tasks arrive; `None`: sources read as fast as they can, and traces know by themselves.
    pub arrival: Option<Choice>,
    /// Operators of a `graph`.
    pub operators: Vec<Operator>,
}

impl Workload {
    /// What the keyed state of the operator called `operator` costs.
    pub fn price_of_state(&self, operator: &str) -> Option<&Choice> {
        let own = self.operators.iter().find(|known| known.name == operator);
        own.and_then(|operator| operator.state_price.as_ref()).or(self.state_price.as_ref())
    }
}

/// A checked scenario; cheap to clone.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// Name of the scenario and of its results folder.
    pub name: String,
    /// One line for charts.
    pub title: String,
    /// `[run]`.
    pub run: Run,
    /// TaskManagers.
    pub groups: Arc<[Group]>,
    /// `[regions]`.
    pub regions: Regions,
    /// Block allocator of every region.
    pub allocator: Choice,
    /// Whether the allocator only says how large blocks are, and they may lie anywhere: twins of the fragmentation tax.
    pub scattered: bool,
    /// When the memory of dead blocks is used again.
    pub reclamation: Choice,
    /// Mechanisms that are on.
    pub mechanisms: Mechanisms,
    /// `[pressure]`.
    pub pressure: Pressure,
    /// `[monitor]`.
    pub monitor: Monitor,
    /// `[failures]`.
    pub failures: Failures,
    /// Prices by family: collection, spill, compression, transfer, state.
    pub prices: Prices,
    /// Policies by family.
    pub policies: Policies,
    /// What arrives.
    pub workloads: Arc<[Workload]>,
    /// Folder of the scenario's file, against which paths are resolved.
    pub folder: std::path::PathBuf,
}

/// The price models of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Prices {
    /// Touched bytes into pauses.
    pub collection: Choice,
    /// Spilled bytes into disk work.
    pub spill: Choice,
    /// Bytes into fewer bytes and CPU.
    pub compression: Choice,
    /// Moved state into network work.
    pub transfer: Choice,
    /// State accesses into CPU and disk work: of operators that name no price and whose place this one fits.
    pub state: Option<Choice>,
}

/// The policies of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Policies {
    /// Which slot takes a subtask.
    pub placement: Choice,
    /// How much a consumer gets of a pool.
    pub allocation: Choice,
    /// What leaves memory under pressure.
    pub spill: Choice,
    /// Which tasks move, and how many TaskManagers there are.
    pub migration: Choice,
    /// How large heaps are.
    pub heap: Choice,
}
