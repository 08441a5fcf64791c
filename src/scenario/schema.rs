//! All tables of a scenario by their names, and the keys that name a plug-in.
//!
//! The keys themselves are declared in [`sections`](super::sections). Plug-ins declare their own parameters in their own
//! files; a key that names a plug-in (`policies.spill`, `groups.NAME.collector`, `workloads.NAME.kind`) is listed in
//! [`FAMILIES`] and takes either the bare name or a table `{ kind = "name", … }` with that plug-in's parameters.

use super::sections::{
    AxisKeys, Experiment, Failures, GroupKeys, MechanismKeys, Monitor, OperatorKeys, Pressure, Regions, Run, Top,
    WorkloadKeys,
};
use crate::base::{Param, Section};
use crate::workload::graph::StatePlace;

/// Sections that appear once.
pub const SECTIONS: &[(&str, &[Param])] = &[
    ("run", Run::PARAMS),
    ("regions", Regions::PARAMS),
    ("mechanisms", MechanismKeys::PARAMS),
    ("pressure", Pressure::PARAMS),
    ("monitor", Monitor::PARAMS),
    ("failures", Failures::PARAMS),
];

/// Sections that stand once for each name that a user gives, or apart from what runs; the top level has no name.
pub const OTHER_SECTIONS: &[(&str, &[Param])] = &[
    ("", Top::PARAMS),
    ("groups.*", GroupKeys::PARAMS),
    ("workloads.*", WorkloadKeys::PARAMS),
    ("workloads.*.operators.*", OperatorKeys::PARAMS),
    ("axes", AxisKeys::PARAMS),
    ("experiment", Experiment::PARAMS),
];

/// The keys of the section called so, with a star for names that a user gives; none where it has only plug-ins, or is none.
pub fn params(section: &str) -> &'static [Param] {
    let found = SECTIONS.iter().chain(OTHER_SECTIONS).find(|known| known.0 == section);
    found.map_or(&[], |known| known.1)
}

/// The key that names the price of keyed state, of an operator or of the operators that a generator makes.
pub const STATE_PRICE: &str = "state_price";

/// The price of keyed state that names none, by where it lives.
pub const STATE_PRICES_BY_PLACE: &[(StatePlace, &str)] = &[(StatePlace::Heap, "heap"), (StatePlace::Managed, "lsm")];

/// The description of a JVM that groups take which name none, in scenarios that name no collection price.
pub const JVM: &str = "openjdk17-flink";

/// Keys that name a plug-in: section, key, default name.
pub const FAMILIES: &[(&str, &str, &str)] = &[
    ("groups.*", "collector", "parallel"),
    ("regions", "allocator", "segments"),
    ("regions", "reclamation", "eager"),
    ("prices", "collection", "linear"),
    ("prices", "spill", "sequential"),
    ("prices", "compression", "lz4"),
    ("prices", "transfer", "stop-and-copy"),
    ("prices", "state", ""),
    ("policies", "placement", "round-robin"),
    ("policies", "allocation", "flink-weights"),
    ("policies", "spill", "requester"),
    ("policies", "migration", "never"),
    ("policies", "heap", "fixed"),
    ("workloads.*", "kind", ""),
    ("workloads.*", "arrival", ""),
    ("workloads.*", STATE_PRICE, ""),
    ("workloads.*.operators.*", STATE_PRICE, ""),
];

/// What a scenario gets that leaves out `key` of `section`, whose default in [`FAMILIES`] is `default`; `None`: the key must
/// be given.
pub fn left_out(section: &str, key: &str, default: &str) -> Option<String> {
    match (section, key) {
        (_, "kind") => None,
        ("prices", "collection") => Some(format!("{JVM} where it describes the collector, else {default}")),
        ("prices", "state") => Some("absent: as each operator says".into()),
        (_, STATE_PRICE) => {
            let one = |(place, name): &(StatePlace, &str)| format!("{name} for {place} state");
            Some(STATE_PRICES_BY_PLACE.iter().map(one).collect::<Vec<_>>().join(", "))
        }
        _ if default.is_empty() => Some("may be absent".into()),
        _ => Some(default.into()),
    }
}
