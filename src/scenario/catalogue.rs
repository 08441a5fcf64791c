//! All plug-ins that a scenario can name: the one place that knows every registry.

use crate::base::{Facts, Listed};
use crate::heap::COLLECTORS;
use crate::policy::{allocation::ALLOCATION, heap::HEAP, migration::MIGRATION, placement::PLACEMENT, spill::SPILL};
use crate::pool::{BLOCK_ALLOCATORS, RECLAMATIONS};
use crate::price::collection::COLLECTION_PRICES;
use crate::price::compression::COMPRESSIONS;
use crate::price::spill::SPILL_PRICES;
use crate::price::state::STATE_PRICES;
use crate::price::transfer::TRANSFER_PRICES;
use crate::workload::arrival::ARRIVALS;
use crate::workload::synthetic::GENERATORS;
use crate::workload::trace::TRACES;

/// Finds the members of a family by the key under which a scenario names them, with `*` for a name of the user's:
/// `groups.*.collector`, `regions.allocator`, `prices.spill`, `policies.allocation`, `workloads.*.kind`.
pub trait Catalogue {
    /// Name and facts of all members, in the order of their registry; empty for a key that names no family.
    fn family(&self, key: &str) -> Vec<(&'static str, Facts)>;
}

/// The plug-ins that are built in.
pub struct BuiltIn;

impl Catalogue for BuiltIn {
    fn family(&self, key: &str) -> Vec<(&'static str, Facts)> {
        match key {
            "groups.*.collector" => listed(COLLECTORS),
            "regions.allocator" => listed(BLOCK_ALLOCATORS),
            "regions.reclamation" => listed(RECLAMATIONS),
            "prices.collection" => listed(COLLECTION_PRICES),
            "prices.spill" => listed(SPILL_PRICES),
            "prices.compression" => listed(COMPRESSIONS),
            "prices.transfer" => listed(TRANSFER_PRICES),
            "prices.state" | "workloads.*.state_price" | "workloads.*.operators.*.state_price" => listed(STATE_PRICES),
            "policies.placement" => listed(PLACEMENT),
            "policies.allocation" => listed(ALLOCATION),
            "policies.spill" => listed(SPILL),
            "policies.migration" => listed(MIGRATION),
            "policies.heap" => listed(HEAP),
            "workloads.*.kind" => listed(GENERATORS).into_iter().chain(listed(TRACES)).collect(),
            "workloads.*.arrival" => listed(ARRIVALS),
            _ => Vec::new(),
        }
    }
}

/// Name and facts of the members of one registry.
pub fn listed<L: Listed>(registry: &[&L]) -> Vec<(&'static str, Facts)> {
    registry.iter().map(|entry| (entry.name(), entry.facts())).collect()
}

/// What the member `name` of the family `key` says of itself.
pub fn facts(catalogue: &dyn Catalogue, key: &str, name: &str) -> Option<Facts> {
    catalogue.family(key).into_iter().find(|member| member.0 == name).map(|member| member.1)
}

/// A small set of plug-ins, so that the tests of this module do not move with the real registries.
#[cfg(test)]
pub mod fake {
    use super::*;
    use crate::base::{Kind, Param, Trait, param, required};

    const FLOOR: &[Param] = &[param("floor", Kind::Bytes, "0 B", "least grant")];
    const WRITES: &[Param] = &[param("writes", Kind::Number(0.0, 1.0), "1", "share of accesses that update")];
    const RATE: &[Param] = &[
        required("rate", Kind::Rate, "arrivals"),
        param("size", Kind::BytesLaw, "4 MiB", "demand"),
        param("min_size", Kind::Bytes, "1 B", "least demand"),
        param("max_size", Kind::Bytes, "1 TiB", "largest demand"),
    ];
    const FILE: &[Param] = &[required("file", Kind::Path, "the trace")];

    type Row = (&'static str, &'static str, &'static [Param], &'static [Trait]);

    const ROWS: &[Row] = &[
        ("groups.*.collector", "none", &[], &[Trait::Baseline]),
        ("groups.*.collector", "parallel", &[], &[]),
        ("regions.allocator", "segments", &[], &[Trait::Addressless]),
        ("regions.allocator", "first-fit", &[], &[]),
        ("regions.allocator", "scattered", &[], &[Trait::Bound]),
        ("regions.reclamation", "eager", &[], &[Trait::Baseline]),
        ("regions.reclamation", "lazy", &[], &[]),
        ("prices.collection", "linear", &[], &[]),
        ("prices.spill", "sequential", &[], &[]),
        ("prices.compression", "lz4", &[], &[]),
        ("prices.transfer", "stop-and-copy", &[], &[]),
        ("prices.state", "heap", &[], &[Trait::OnlyState("heap")]),
        ("prices.state", "lsm", WRITES, &[Trait::OnlyState("managed")]),
        ("prices.state", "free", &[], &[Trait::Baseline]),
        ("workloads.*.operators.*.state_price", "heap", &[], &[Trait::OnlyState("heap")]),
        ("workloads.*.operators.*.state_price", "lsm", WRITES, &[Trait::OnlyState("managed")]),
        ("workloads.*.operators.*.state_price", "free", &[], &[Trait::Baseline]),
        ("policies.placement", "round-robin", &[], &[Trait::Baseline]),
        ("policies.allocation", "static-partition", &[], &[Trait::Baseline]),
        ("policies.allocation", "flink-weights", &[], &[]),
        ("policies.allocation", "max-min", FLOOR, &[]),
        ("policies.allocation", "priority", &[], &[Trait::NeedsPriority]),
        ("policies.allocation", "oracle", &[], &[Trait::Bound, Trait::NeedsForesight]),
        ("policies.spill", "never", &[], &[Trait::Baseline]),
        ("policies.spill", "largest", &[], &[]),
        ("policies.spill", "requester", &[], &[]),
        ("policies.migration", "never", &[], &[Trait::Baseline]),
        ("policies.migration", "threshold", &[], &[Trait::NeedsPeers]),
        ("policies.heap", "fixed", &[], &[Trait::Baseline]),
        ("workloads.*.kind", "graph", &[], &[]),
        ("workloads.*.kind", "tasks", RATE, &[]),
        ("workloads.*.kind", "trace", FILE, &[Trait::OffersForesight, Trait::OffersPriority]),
    ];

    /// The fake catalogue.
    pub struct Fake;

    impl Catalogue for Fake {
        fn family(&self, key: &str) -> Vec<(&'static str, Facts)> {
            let rows = ROWS.iter().filter(|row| row.0 == key);
            rows.map(|row| (row.1, Facts { summary: "", source: "", params: row.2, traits: row.3 })).collect()
        }
    }
}
