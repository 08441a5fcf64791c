//! A JVM description read from TOML, all faults at once.

use std::collections::BTreeMap;

use crate::base::{Args, Kind, Param, Preset, Value};
use crate::jvm::description::{Calibration, Coefficients, SECTIONS, Section, TOP};

use super::document::read;
use super::fault::{Fault, Faults, Spot};
use super::parse::value::read as read_value;
use super::parse::{args, unknown_keys};
use super::quantity::expectation;
use super::tree::{Node, Tree};
use crate::base::nearest;

/// Descriptions that travel with the project: name and text.
pub const BUNDLED: &[(&str, &str)] = &[
    ("openjdk17-arrays", include_str!("../../scenarios/jvm/openjdk17-arrays.toml")),
    ("openjdk17-flink", include_str!("../../scenarios/jvm/openjdk17-flink.toml")),
];

/// Reads the description in `text`; `file` names it in faults.
///
/// A section may be absent, but one that is there must have all keys that it declares, and no others. Costs are at least 0.
pub fn jvm(text: &str, file: &str) -> Result<Calibration, Vec<Fault>> {
    let mut faults = Faults::new(file);
    let described = read(text, &mut faults).map(|root| description(&root, &mut faults));
    match described {
        Some(calibration) if faults.is_empty() => Ok(calibration),
        _ => Err(faults.sorted()),
    }
}

/// The description called `name` that travels with the project.
pub fn bundled_jvm(name: &str) -> Result<Calibration, Vec<Fault>> {
    match BUNDLED.iter().find(|bundled| bundled.0 == name) {
        Some((name, text)) => jvm(text, &format!("scenarios/jvm/{name}.toml")),
        None => {
            let names: Vec<&str> = BUNDLED.iter().map(|bundled| bundled.0).collect();
            let mut faults = Faults::new(name);
            let message = format!("there is no such description: expected one of {}", names.join(", "));
            faults.file(None, message).near(nearest(name, names));
            Err(faults.sorted())
        }
    }
}

fn description(root: &Node, faults: &mut Faults) -> Calibration {
    let spot = Spot::root(root);
    let known: Vec<&str> =
        TOP.iter().map(|param| param.name).chain(SECTIONS.iter().map(|section| section.name)).collect();
    unknown_keys(&spot, &known, faults);
    let top = args(&spot, TOP, faults);
    let given: Vec<_> = SECTIONS.iter().filter_map(|section| Some((section, root.get(section.name)?))).collect();
    if given.is_empty() {
        let names: Vec<&str> = SECTIONS.iter().map(|section| section.name).collect();
        faults.file(None, format!("describes nothing: expected at least one section of {}", names.join(", ")));
    }
    let read = |(described, node): &(&Section, &Node)| {
        (described.name, section(&spot.child(described.name, node), described, faults))
    };
    let sections: BTreeMap<&'static str, Coefficients> = given.iter().map(read).collect();
    Calibration { name: top.text("name"), origin: top.text("origin"), jdk: top.count("jdk") as u32, sections }
}

fn section(spot: &Spot, declared: &Section, faults: &mut Faults) -> Coefficients {
    if !matches!(spot.node.tree, Tree::Table(_)) {
        faults.value(spot, format!("is {}: expected a section, written as [{}]", spot.node.noun(), spot.key));
        return Coefficients::default();
    }
    let groups = declared.groups();
    let names: Vec<&str> = groups.iter().flat_map(|group| group.iter().map(|param| param.name)).collect();
    let beside = ["origin", "uncertainty"];
    unknown_keys(spot, &names.iter().copied().chain(beside).collect::<Vec<_>>(), faults);
    let mut values = Args::default();
    for group in groups {
        complete(spot, group, faults);
        args(spot, group, faults).iter().for_each(|(name, value)| values.set(name, value.clone()));
    }
    let origin = spot.node.get("origin").and_then(|node| {
        read_value(&Kind::Text, &spot.child("origin", node), faults)?;
        Some(node.plain())
    });
    Coefficients { values, origin, errors: errors(spot, &names, faults) }
}

/// A measured figure has no default: keys that elsewhere have one must be given here.
fn complete(spot: &Spot, group: &[Param], faults: &mut Faults) {
    let absent = |param: &&Param| spot.node.get(param.name).is_none() && matches!(param.preset, Preset::Is(_));
    for param in group.iter().filter(absent) {
        let child = spot.child(param.name, spot.node);
        faults.key(&child, format!("is missing: expected {} ({})", expectation(&param.kind), param.about));
    }
}

/// The standard errors of a section, as shares.
fn errors(spot: &Spot, names: &[&str], faults: &mut Faults) -> BTreeMap<String, f64> {
    let Some(node) = spot.node.get("uncertainty") else { return BTreeMap::new() };
    let here = spot.child("uncertainty", node);
    if !matches!(node.tree, Tree::Table(_)) {
        faults.value(&here, format!("is {}: expected a table of standard errors, as shares", node.noun()));
    }
    unknown_keys(&here, names, faults);
    let known = node.entries().iter().filter(|(name, _)| names.contains(&name.as_str()));
    let share = |(name, node): &(String, Node)| {
        let value = read_value(&Kind::Number(0.0, 100.0), &here.child(name, node), faults)?;
        match value {
            Value::Number(share) => Some((name.clone(), share)),
            _ => None,
        }
    };
    known.filter_map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::Identity;

    fn faults(text: &str) -> Vec<String> {
        jvm(text, "my.toml").expect_err("a fault").iter().map(|fault| fault.to_string()).collect()
    }

    #[test]
    fn what_travels_with_the_project_is_complete() {
        for (name, _) in BUNDLED {
            let jvm = bundled_jvm(name).unwrap_or_else(|faults| panic!("{}", crate::scenario::listing(&faults)));
            assert_eq!(jvm.jdk, 17);
            for section in Identity::described().filter_map(Identity::own_section) {
                assert!(jvm.section(section).is_some(), "{name} lacks {section}");
            }
        }
    }

    #[test]
    fn all_faults_are_named_at_once() {
        let text = BUNDLED[0].1.replace("copied = 0.369", "copied = -1").replace("swept = 0.0191\n", "");
        let text = text.replace("name =", "nmae =");
        let found = faults(&text).join("\n");
        for part in [
            "my.toml:5: error: nmae: is not a known key",
            "did you mean \"name\"",
            "serial.copied = -1: is out of range: expected a number from 0",
            "parallel.copied = -1",
            "serial.swept: is missing",
        ] {
            assert!(found.contains(part), "{part} in\n{found}");
        }
    }

    #[test]
    fn errors_are_shares_of_known_coefficients() {
        let text = BUNDLED[0].1.replace("copied = 0.06", "copeid = 0.06\ncard = -0.5");
        let found = faults(&text).join("\n");
        assert!(found.contains("serial.uncertainty.copeid: is not a known key"), "{found}");
        assert!(found.contains("serial.uncertainty.card = -0.5: is out of range"), "{found}");
    }

    #[test]
    fn what_is_no_description_is_refused() {
        assert!(faults("name = [")[0].contains("not TOML"));
        assert!(faults("")[0].contains("my.toml"));
        assert!(faults("serial = 3").join("\n").contains("serial = 3: is a whole number: expected a section"));
        assert!(bundled_jvm("openjdk17-flnik").expect_err("unknown")[0].to_string().contains("openjdk17-flink"));
    }
}
