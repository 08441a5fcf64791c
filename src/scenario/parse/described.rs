//! `groups.NAME.jvm`: a description of the group's JVM, and what of it the collector takes over.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};

use crate::base::Value;
use crate::base::nearest;
use crate::scenario::catalogue::facts;
use crate::scenario::fault::{Faults, Spot};
use crate::scenario::jvm::{BUNDLED, jvm};
use crate::scenario::schema::JVM;
use crate::scenario::spec::{Described, Group};
use crate::scenario::tree::{Node, Tree};

use super::Context;

/// The description under `jvm` of the group at `spot`: a file, or one that travels with the project. Its own faults are
/// told with its file and lines.
pub fn described(spot: &Spot, context: Context, faults: &mut Faults) -> Option<Arc<Described>> {
    let (node, Tree::Text(name)) = spot.node.get("jvm").map(|node| (node, &node.tree))? else { return None };
    let here = spot.child("jvm", node);
    if let Some(bundled) = bundled(name, context.folder) {
        return Some(bundled);
    }
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

/// The description `name` that travels with the project, unless `folder` has a file of that name. They are read once, since
/// every cell of a sweep names them again.
fn bundled(name: &str, folder: &Path) -> Option<Arc<Described>> {
    static READ: OnceLock<Vec<Arc<Described>>> = OnceLock::new();
    let read = |(name, text): &(&str, &str)| {
        let calibration = jvm(text, name).ok()?;
        Some(Arc::new(Described { name: name.to_string(), calibration, digest: digest(text) }))
    };
    let known = READ.get_or_init(|| BUNDLED.iter().filter_map(read).collect());
    known.iter().find(|known| known.name == name && !folder.join(name).is_file()).cloned()
}

/// Gives a group that names no description the one that holds where a scenario names no price either, as if it had been
/// written; where that has no section for the group's collector, the group stays without one.
pub fn suppose(group: &mut Group, context: Context) {
    let supposed = bundled(JVM, context.folder);
    if let Some(jvm) = supposed.filter(|jvm| jvm.calibration.section(&group.collector.name).is_some()) {
        group.keys.jvm = Some(JVM.into());
        group.jvm = Some(jvm);
    }
}

/// Name and text of a file that describes a JVM.
fn source(name: &str, folder: &Path) -> Result<(String, String), String> {
    let path = folder.join(name);
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

/// Gives the group's collector the coefficients that the description has for it; what the scenario says itself under `node`
/// stays.
pub fn hand_over(group: &mut Group, node: Option<&Node>, context: Context) {
    let Group { collector, jvm: Some(described), from_jvm, .. } = group else { return };
    let Some(section) = described.calibration.section(&collector.name) else { return };
    let declared =
        facts(context.catalogue, "groups.*.collector", &collector.name).map_or(&[][..], |facts| facts.params);
    let said = |name: &str| node.is_some_and(|node| node.get(name).is_some());
    for param in declared.iter().filter(|param| !said(param.name)) {
        let value = match param.name {
            "jdk" => Some(Value::Count(u64::from(described.calibration.jdk))),
            name => section.values.get(name).cloned(),
        };
        if let Some(value) = value {
            collector.args.set(param.name, value);
            from_jvm.push(param.name);
        }
    }
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
        assert_ne!(tax(&plain, &["prices.collection=linear"]), described);
        assert_eq!(tax(&plain, &[]), described);
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
