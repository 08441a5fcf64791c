//! Whether the collections of every group have a price that was fitted to its collector.

use super::Report;
use crate::base::Trait;
use crate::jvm::description::SECTIONS;
use crate::scenario::catalogue::{Catalogue, facts};
use crate::scenario::schema::JVM;
use crate::scenario::spec::{Group, Scenario};

/// A collector that never collects needs no price.
const NEVER: &str = "none";

/// The family of collection prices, by its key in the catalogue.
const FAMILY: &str = "prices.collection";

/// Collectors against descriptions and prices, and prices that nobody pays.
pub fn check(scenario: &Scenario, catalogue: &dyn Catalogue, report: &mut Report) {
    for group in scenario.groups.iter() {
        section(group, report);
        fitted(scenario, group, catalogue, report);
    }
    let all = !scenario.groups.is_empty() && scenario.groups.iter().all(|group| group.jvm.is_some());
    if all && report.says(&["prices", "collection"]) {
        report.warn("prices.collection is not used, since every group names a jvm whose own prices hold");
    }
}

fn section(group: &Group, report: &mut Report) {
    let Some(jvm) = &group.jvm else { return };
    let collector = group.collector.name.as_str();
    if collector == NEVER || jvm.calibration.section(collector).is_some() {
        return;
    }
    let collectors = SECTIONS.iter().filter(|section| section.priced);
    let known: Vec<&str> =
        collectors.map(|section| section.name).filter(|name| jvm.calibration.section(name).is_some()).collect();
    let message = format!(
        "describes no collector \"{collector}\", which groups.{} has: expected a section [{collector}] in it, or another \
         collector; it describes {}",
        group.name,
        if known.is_empty() { "none".to_string() } else { known.join(", ") }
    );
    report.fault(&["groups", &group.name, "jvm"], message);
}

/// The collector that the price `name` was fitted to; `None` where it fits all.
fn fitted_to(catalogue: &dyn Catalogue, name: &str) -> Option<&'static str> {
    facts(catalogue, FAMILY, name)?.traits.iter().find_map(|known| match known {
        Trait::OnlyCollector(collector) => Some(*collector),
        _ => None,
    })
}

/// The scenario's price against the collector of a group that has no description.
fn fitted(scenario: &Scenario, group: &Group, catalogue: &dyn Catalogue, report: &mut Report) {
    let (price, collector) = (scenario.prices.collection.name.as_str(), group.collector.name.as_str());
    let Some(other) = fitted_to(catalogue, price).filter(|other| *other != collector) else { return };
    if group.jvm.is_some() || collector == NEVER {
        return;
    }
    let fits = |name: &str| fitted_to(catalogue, name).is_none_or(|other| other == collector);
    let fitting: Vec<String> = catalogue
        .family(FAMILY)
        .iter()
        .filter(|member| fits(member.0))
        .map(|member| format!("\"{}\"", member.0))
        .collect();
    let message = format!(
        "\"{price}\" was fitted to the collector \"{other}\" and does not tell what \"{collector}\" costs, which groups.{} \
         has: expected one of {}, or groups.{}.jvm",
        group.name,
        fitting.join(", "),
        group.name
    );
    let hint = format!("without prices.collection, groups take the description \"{JVM}\" where it has their collector");
    report.fault(&["prices", "collection"], message).map(|fault| fault.hint(hint));
}

#[cfg(test)]
mod tests {
    use crate::base::Trait;
    use crate::heap::COLLECTORS;
    use crate::price::collection::COLLECTION_PRICES;
    use crate::scenario::{Loaded, Override, listing, load};

    const TEXT: &str = "name = \"x\"\n[groups.a]\ntask_heap = \"1 GiB\"\ncollector = \"parallel\"\n[groups.b]\n\
        task_heap = \"1 GiB\"\ncollector = \"z\"\n[workloads.w]\nkind = \"keyed-aggregation\"\n";

    fn read(text: &str, sets: &[&str]) -> Result<Loaded, String> {
        let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
        load(text, "x.toml", &sets).map_err(|faults| listing(&faults))
    }

    #[test]
    fn a_price_fitted_to_another_collector_is_refused() {
        let refused = |sets: &[&str], words: &[&str]| {
            let said = read(TEXT, sets).map(|_| ()).unwrap_err();
            for word in words {
                assert!(said.contains(word), "{word} is not in:\n{said}");
            }
            assert!(said.contains("1 fault found"), "{said}");
        };
        let parallel = [
            "prices.collection = \"hotspot-parallel\": \"hotspot-parallel\" was fitted to the collector \"parallel\"",
            "groups.b has",
            "expected one of \"free\", \"linear\", \"hotspot-z\", or groups.b.jvm",
            "openjdk17-flink",
        ];
        refused(&["prices.collection=hotspot-parallel"], &parallel);
        refused(
            &["prices.collection={ kind = \"hotspot-z\", copied = 1 }"],
            &["\"hotspot-z\" was fitted", "groups.a has"],
        );
        let arrays = ["prices.collection=hotspot-serial-arrays", "groups.a.collector=serial"];
        refused(&arrays, &["fitted to the collector \"serial\"", "groups.b has"]);
        for sets in [
            &["prices.collection=hotspot-parallel", "groups.b.collector=parallel"],
            &["prices.collection=hotspot-parallel", "groups.b.collector=none"],
            &["prices.collection=hotspot-parallel", "groups.b.jvm=openjdk17-flink"],
            &["prices.collection=linear", "groups.b.collector=cms"],
            &["prices.collection=free", "groups.b.collector=mark-sweep"],
        ] {
            assert_eq!(read(TEXT, sets).unwrap_or_else(|said| panic!("{said}")).warnings.len(), 0);
        }
    }

    /// Every cell comes back from the resolved scenario with the same groups and price.
    fn round(text: &str, sets: &[&str]) -> (Vec<Option<String>>, String) {
        let loaded = read(text, sets).unwrap_or_else(|said| panic!("{said}"));
        let again = read(&loaded.resolved, &[]).unwrap_or_else(|said| panic!("{said}\n{}", loaded.resolved));
        assert_eq!((&loaded.resolved, &loaded.warnings), (&again.resolved, &again.warnings));
        for (cell, twin) in loaded.cells.iter().zip(&again.cells) {
            assert_eq!(cell.scenario.groups, twin.scenario.groups);
            assert_eq!(cell.scenario.prices, twin.scenario.prices);
        }
        let groups = loaded.cells.iter().flat_map(|cell| cell.scenario.groups.iter());
        (groups.map(|group| group.jvm.as_ref().map(|jvm| jvm.name.clone())).collect(), loaded.resolved)
    }

    #[test]
    fn groups_take_the_description_that_has_their_collector() {
        let flink = || Some("openjdk17-flink".to_string());
        let (jvms, resolved) = round(TEXT, &[]);
        assert_eq!(jvms, [flink(), flink()]);
        assert_eq!(resolved.matches("\njvm = \"openjdk17-flink\"\n").count(), 2, "{resolved}");
        let named = read(TEXT, &["groups.a.jvm=openjdk17-flink", "groups.b.jvm=openjdk17-flink"]).unwrap();
        assert_eq!(named.resolved, resolved);
        let (jvms, resolved) = round(TEXT, &["groups.b.collector=cms"]);
        assert_eq!(jvms, [flink(), None]);
        assert!(resolved.contains("\ncollection = { kind = \"linear\","), "{resolved}");
        assert_eq!(round(TEXT, &["prices.collection=linear"]).0, [None, None]);
        let (jvms, _) = round(TEXT, &["prices.collection=linear", "groups.b.jvm=openjdk17-arrays"]);
        assert_eq!(jvms, [None, Some("openjdk17-arrays".into())]);
    }

    #[test]
    fn swept_collectors_and_prices_come_back() {
        let flink = || Some("openjdk17-flink".to_string());
        let axis = |key: &str, values: &str| format!("{TEXT}[[axes]]\nkey = \"{key}\"\nvalues = {values}\n");
        let (jvms, resolved) = round(&axis("groups.b.collector", "[\"g1\", \"cms\"]"), &[]);
        assert_eq!(jvms, [flink(), flink(), flink(), None]);
        assert!(resolved.contains("# jvm = \"openjdk17-flink\" in the first cell"), "{resolved}");
        let (jvms, _) = round(&axis("prices.collection", "[\"linear\", \"free\"]"), &[]);
        assert_eq!(jvms, [None, None, None, None]);
        let (jvms, _) = round(&axis("groups.b.jvm", "[\"openjdk17-arrays\", \"openjdk17-flink\"]"), &[]);
        assert_eq!(jvms, [flink(), Some("openjdk17-arrays".into()), flink(), flink()]);
    }

    #[test]
    fn every_collector_to_which_a_price_was_fitted_exists() {
        for known in COLLECTION_PRICES.iter().flat_map(|entry| entry.traits) {
            let Trait::OnlyCollector(collector) = known else { continue };
            assert!(COLLECTORS.iter().any(|entry| entry.name == *collector), "{collector}");
        }
    }
}
