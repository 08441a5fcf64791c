//! `groups.NAME.jvm`: a description of the group's JVM, and what of it the collector takes over.

use std::path::Path;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::base::Value;
use crate::jvm::description::Calibration;
use crate::scenario::catalogue::facts;
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::jvm::{BUNDLED, jvm};
use crate::scenario::nearest::nearest;
use crate::scenario::spec::{Choice, Described};
use crate::scenario::tree::{Node, Tree};

use super::Context;

/// The description under `jvm` of the group at `spot`: a file, or one that travels with the project. Its own faults are
/// told with its file and lines.
pub fn described(spot: &Spot, context: Context, faults: &mut Faults) -> Option<Arc<Described>> {
    let (node, Tree::Text(name)) = spot.node.get("jvm").map(|node| (node, &node.tree))? else { return None };
    let here = spot.child("jvm", node);
    let (file, text) = match source(name, context.folder) {
        Ok(source) => source,
        Err(message) => {
            faults.value(&here, message).near(nearest(name, BUNDLED.iter().map(|bundled| bundled.0)));
            return None;
        }
    };
    match jvm(&text, &file) {
        Ok(calibration) => Some(Arc::new(Described { name: name.clone(), calibration, digest: digest(&text) })),
        Err(found) => {
            found.into_iter().for_each(|fault| faults.add(fault));
            None
        }
    }
}

/// File name and text of a description: a file goes before a bundled one of that name.
fn source(name: &str, folder: &Path) -> Result<(String, String), String> {
    let path = folder.join(name);
    if let (false, Some((name, text))) = (path.is_file(), BUNDLED.iter().find(|bundled| bundled.0 == name)) {
        return Ok((format!("scenarios/jvm/{name}.toml"), text.to_string()));
    }
    let names: Vec<&str> = BUNDLED.iter().map(|bundled| bundled.0).collect();
    let expected = format!("expected the description of a JVM, a file or one of {}", names.join(", "));
    match std::fs::read(&path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok((path.display().to_string(), text)),
        Ok(Err(_)) => Err(format!("{}: is not UTF-8 text: {expected}", path.display())),
        Err(error) => Err(format!("{}: cannot be read: {error}: {expected}", path.display())),
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Gives `collector` the coefficients that the description has for it; what the scenario says itself under `node` stays.
/// Answers the names of what was taken over.
pub fn take_over(
    collector: &mut Choice,
    described: &Calibration,
    node: Option<&Node>,
    context: Context,
) -> Vec<&'static str> {
    let Some(section) = described.section(&collector.name) else { return Vec::new() };
    let declared =
        facts(context.catalogue, "groups.*.collector", &collector.name).map_or(&[][..], |facts| facts.params);
    let said = |name: &str| node.is_some_and(|node| node.get(name).is_some());
    let mut taken = Vec::new();
    for param in declared.iter().filter(|param| !said(param.name)) {
        let value = match param.name {
            "jdk" => Some(Value::Count(u64::from(described.jdk))),
            name => section.values.get(name).cloned(),
        };
        if let Some(value) = value {
            collector.args.set(param.name, value);
            taken.push(param.name);
        }
    }
    taken
}

#[cfg(test)]
mod tests {
    use crate::scenario::{BUNDLED, Loaded, Override, listing, load};

    const TEXT: &str = "name = \"x\"\n[groups.a]\ntask_heap = \"1 GiB\"\njvm = \"openjdk17-flink\"\ncollector = \"g1\"\n\
                        [workloads.w]\nkind = \"graph\"\n[workloads.w.operators.o]\n";

    fn read(text: &str, file: &str, sets: &[&str]) -> Result<Loaded, String> {
        let sets: Vec<Override> = sets.iter().map(|set| Override::set(set)).collect();
        load(text, file, &sets).map_err(|faults| listing(&faults))
    }

    #[test]
    fn a_description_sets_the_collector_unless_the_scenario_does() {
        let tax = |text: &str, sets: &[&str]| {
            let loaded = read(text, "x.toml", sets).unwrap();
            let again = read(&loaded.resolved, "x.toml", &[]).unwrap();
            assert_eq!(loaded.resolved, again.resolved);
            assert_eq!((loaded.warnings.len(), again.warnings.len()), (0, 0), "{:?}", loaded.warnings);
            assert_eq!(loaded.cells[0].scenario.groups, again.cells[0].scenario.groups);
            loaded.cells[0].scenario.groups[0].collector.args.number("tax")
        };
        let described = crate::scenario::bundled_jvm("openjdk17-flink").unwrap().section("g1").unwrap().get("tax");
        let plain = TEXT.replace("jvm = \"openjdk17-flink\"\n", "");
        assert_ne!(tax(&plain, &[]), described);
        assert_eq!(tax(TEXT, &[]), described);
        assert_eq!(tax(TEXT, &["groups.a.collector={ kind = \"g1\", tax = 0.31 }"]), 0.31);
    }

    #[test]
    fn faults_of_the_file_stand_among_all_others() {
        let folder = tempfile::tempdir().unwrap();
        let text = BUNDLED[0].1.replace("copied = 0.369", "copied = -1").replace("swept = 0.0191\n", "");
        std::fs::write(folder.path().join("my.toml"), text).unwrap();
        let file = folder.path().join("x.toml").display().to_string();
        let scenario = TEXT.replace("openjdk17-flink", "my.toml").replace("1 GiB", "1 GiBB");
        let said = read(&scenario, &file, &[]).unwrap_err();
        for part in ["my.toml:", "serial.copied = -1: is out of range", "swept: is missing", "groups.a.task_heap"] {
            assert!(said.contains(part), "{part} in\n{said}");
        }
        let said = read(&TEXT.replace("openjdk17-flink", "openjdk17-flnik"), "x.toml", &[]).unwrap_err();
        assert!(said.contains("cannot be read") && said.contains("did you mean \"openjdk17-flink\""), "{said}");
        let said = read(&TEXT.replace("\"g1\"", "\"cms\""), "x.toml", &[]).unwrap_err();
        assert!(said.contains("describes no collector \"cms\"") && said.contains("shenandoah"), "{said}");
        read(&TEXT.replace("\"g1\"", "\"none\""), "x.toml", &[]).unwrap();
    }

    #[test]
    fn descriptions_can_be_swept_and_their_texts_identify_the_result() {
        let axis = "[[axes]]\nkey = \"groups.a.jvm\"\nvalues = [\"openjdk17-flink\", \"openjdk17-arrays\"]\n";
        let loaded = read(&format!("{TEXT}{axis}"), "x.toml", &[]).unwrap();
        let again = read(&loaded.resolved, "x.toml", &[]).unwrap();
        assert_eq!(loaded.cells.len(), 2);
        for (cell, twin) in loaded.cells.iter().zip(&again.cells) {
            assert_eq!(cell.scenario.groups, twin.scenario.groups);
        }
        let digests: Vec<&str> = loaded.resolved.lines().filter(|line| line.contains("SHA-256")).collect();
        assert_eq!(digests.len(), 2, "{}", loaded.resolved);
        let warned = read(TEXT, "x.toml", &["prices.collection=free"]).unwrap().warnings;
        assert!(warned[0].contains("prices.collection is not used"), "{warned:?}");
    }
}
