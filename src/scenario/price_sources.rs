//! Whether the collectors of a sweep are priced alike.

use std::collections::BTreeMap;

use super::spec::Scenario;

/// What a user must know who compares collectors whose prices come from different measurements: figures of one program on
/// one machine and figures of another do not rank collectors. `None` where one source prices all, or no two collectors meet.
pub fn mixed_prices<'a>(cells: impl Iterator<Item = &'a Scenario>) -> Option<String> {
    let mut sources: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let groups = cells.flat_map(|scenario| scenario.groups.iter().map(move |group| (scenario, group)));
    for (scenario, group) in groups {
        let source = group.jvm.as_ref().map_or(scenario.prices.collection.name.as_str(), |jvm| jvm.name.as_str());
        let collectors = sources.entry(source).or_default();
        if !collectors.contains(&group.collector.name.as_str()) {
            collectors.push(&group.collector.name);
        }
    }
    // Prices that were fitted to one collector are a source each, and mean to be compared.
    let by_default = |source: &&str| ["linear", "free"].contains(source);
    if sources.len() < 2 || !sources.keys().any(by_default) {
        return None;
    }
    let told = sources.iter().map(|(source, collectors)| format!("{source} prices {}", collectors.join(", ")));
    let told = told.collect::<Vec<_>>().join("; ");
    Some(format!("collectors are priced by different sources, so a ranking of them ranks prices as well: {told}"))
}

#[cfg(test)]
mod tests {
    use crate::scenario::{Override, listing, load};

    const JOB: &str = "name = \"small\"\n[groups.workers]\ntask_heap = \"1 GiB\"\n[workloads.job]\nkind = \"graph\"\n\
        [workloads.job.operators.source]\ncpu = \"2 us\"\n";

    #[test]
    fn collectors_that_are_priced_by_different_sources_are_warned_of() {
        let axis = |names: &str| format!("{JOB}\n[[axes]]\nkey = \"groups.workers.collector\"\nvalues = [{names}]\n");
        let said = |text: &str, sets: &[&str]| {
            let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
            load(text, "x.toml", &sets).unwrap_or_else(|faults| panic!("{}", listing(&faults))).warnings.join("\n")
        };
        let mixed = said(&axis("\"parallel\", \"cms\", \"mark-compact\""), &[]);
        assert!(mixed.contains("linear prices cms, mark-compact; openjdk17-flink prices parallel"), "{mixed}");
        assert!(!said(&axis("\"parallel\", \"g1\""), &[]).contains("different sources"));
        assert!(!said(&axis("\"parallel\", \"cms\""), &["prices.collection=linear"]).contains("different sources"));
    }
}
