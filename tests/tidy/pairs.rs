//! Two neighbours in a folder do not import each other; parents and children may.

use std::collections::{BTreeMap, BTreeSet};

use crate::imports::Import;
use crate::source::Project;

/// What joins most files of a run with the world.
const PART: &str = "its state is a field of the world, and its handlers are methods of the world";

/// Pairs that stand today, and why. A pair that is gone leaves the table.
const STANDING: &[[&str; 3]] = &[
    ["scenario/jvm", "scenario/parse", "descriptions of JVMs are read as scenarios are, which name them"],
    ["scenario/laws", "scenario/quantity", "a law holds quantities, a value may be a law"],
    ["scenario/parse/law", "scenario/parse/value", "a law holds values, a value may be a law"],
    ["sim/feedback", "sim/world", PART],
    ["sim/pressure", "sim/world", PART],
    ["sim/streams", "sim/world", PART],
    ["sim/tasks", "sim/world", PART],
];

/// Pairs of neighbours that import each other, each with a place on either side. Tests may look where they like.
fn mutual(project: &Project) -> BTreeMap<[String; 2], [String; 2]> {
    let mut edges = BTreeMap::new();
    for file in project.sources().filter(|file| !file.is_test) {
        for Import { path, line } in &file.imports {
            let same = file.module.iter().zip(path).take_while(|(own, theirs)| own == theirs).count();
            if same < 2 || same >= file.module.len().min(path.len()) || file.is_test_line(*line) {
                continue;
            }
            if project.modules.contains(&path[..=same]) {
                let edge = [file.module[1..=same].join("/"), path[1..=same].join("/")];
                edges.entry(edge).or_insert(format!("{}:{line}", file.path));
            }
        }
    }
    let back = |[one, other]: &[String; 2]| edges.get(&[other.clone(), one.clone()]).filter(|_| one < other);
    edges.iter().filter_map(|(edge, there)| Some((edge.clone(), [there.clone(), back(edge)?.clone()]))).collect()
}

/// How many pairs stand.
pub fn standing() -> usize {
    STANDING.len()
}

fn listed() -> BTreeSet<[&'static str; 2]> {
    STANDING.iter().map(|[one, other, _]| [*one, *other]).collect()
}

/// Pairs that are not in the table.
pub fn unlisted(project: &Project) -> Vec<String> {
    let listed = listed();
    let pairs = mutual(project).into_iter().filter(|([one, other], _)| !listed.contains(&[one.as_str(), other]));
    pairs.map(|([one, other], [there, back])| format!("{one} and {other} import each other: {there}, {back}")).collect()
}

/// Lines of the table without a pair.
pub fn gone(project: &Project) -> Vec<String> {
    let pairs = mutual(project);
    let gone = listed().into_iter().filter(|pair| !pairs.contains_key(&pair.map(str::to_string)));
    gone.map(|[one, other]| format!("{one} and {other} stand in the table and are no pair")).collect()
}
