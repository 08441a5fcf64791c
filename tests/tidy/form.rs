//! The measurable half of the form by which docs/architecture.md judges the house: figures, one line a point.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Project;
use crate::{layers, names, pairs, sizes};

/// The value below which `share` of the sorted `values` lie.
fn quantile(values: &[usize], share: f64) -> usize {
    values.get(((values.len() as f64 * share) as usize).min(values.len().saturating_sub(1))).copied().unwrap_or(0)
}

fn spread(mut values: Vec<usize>) -> String {
    values.sort_unstable();
    let [median, most, last] = [0.5, 0.95, 1.0].map(|share| quantile(&values, share));
    format!("{} in all, median {median}, 95 % up to {most}, longest {last} lines", values.len())
}

/// Lines of each room, largest first, and the share of the largest.
fn rooms(project: &Project) -> String {
    let mut lines: BTreeMap<&str, usize> = BTreeMap::new();
    for file in project.sources() {
        *lines.entry(file.module.get(1).map_or("crate", |room| room)).or_default() += file.text.lines().count();
    }
    let all: usize = lines.values().sum();
    let (room, largest) = lines.iter().max_by_key(|(_, lines)| **lines).map_or(("", 0), |(room, lines)| (room, *lines));
    format!(
        "{} rooms, {all} lines; the largest, {room}, holds {:.1} %",
        lines.len(),
        100.0 * largest as f64 / all as f64
    )
}

/// What can be reached from `from`.
fn reach<'a>(edges: &BTreeMap<&'a [String], BTreeSet<&'a [String]>>, from: &'a [String]) -> BTreeSet<&'a [String]> {
    let (mut seen, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(next) = open.pop() {
        open.extend(edges.get(next).into_iter().flatten().filter(|to| seen.insert(**to)));
    }
    seen
}

/// Files that reach each other in a circle, parents and children apart.
pub fn circles(project: &Project) -> Vec<Vec<String>> {
    let mut edges: BTreeMap<&[String], BTreeSet<&[String]>> = BTreeMap::new();
    for file in project.sources().filter(|file| !file.is_test) {
        for import in file.imports.iter().filter(|import| !file.is_test_line(import.line)) {
            let lengths = (1..=import.path.len()).rev();
            let target = lengths.map(|length| &import.path[..length]).find(|path| project.modules.contains(*path));
            let Some(target) = target else { continue };
            if !target.starts_with(&file.module) && !file.module.starts_with(target) {
                edges.entry(&file.module).or_default().insert(target);
            }
        }
    }
    let reached: BTreeMap<&[String], BTreeSet<&[String]>> =
        edges.keys().map(|from| (*from, reach(&edges, from))).collect();
    let together = |one: &[String]| {
        let mates = reached[one].iter().filter(|other| reached.get(**other).is_some_and(|back| back.contains(one)));
        mates.map(|mate| mate[1..].join("/")).collect::<Vec<String>>()
    };
    let circles: BTreeSet<Vec<String>> =
        edges.keys().map(|one| together(one)).filter(|circle| circle.len() > 1).collect();
    circles.into_iter().collect()
}

/// Prints the figures.
pub fn print(project: &Project) {
    let lines = |file: &crate::source::File| file.text.lines().count();
    let circles = circles(project);
    println!("rooms       {}", rooms(project));
    println!(
        "layering    {} imports look up, {} pairs of neighbours stand",
        layers::upward(project).len(),
        pairs::standing()
    );
    println!("circles     {} of files", circles.len());
    circles.iter().for_each(|circle| println!("            {}", circle.join(", ")));
    println!("files       {}", spread(project.sources().map(lines).collect()));
    println!("functions   {}", spread(sizes::function_lines(project)));
    println!("interfaces  {}", sizes::interfaces(project));
    println!("panics      {}", names::panic_rate(project));
}
