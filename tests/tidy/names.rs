//! Names and habits that do not belong: panics, hash iteration, clocks, leftovers.

use crate::imports::Import;
use crate::source::{File, Project};

/// In these modules nothing may depend on a clock, a thread, the environment or the order of a hash.
const PURE: &[&str] = &[
    "base", "kernel", "input", "stats", "cache", "heap", "pool", "flink", "cluster", "policy", "price", "workload",
    "metrics", "gc_log", "jvm", "scenario", "sim",
];

/// What such code does not reach in the standard library, whole modules and types.
const IMPURE: &[&str] = &["time", "env", "thread", "HashMap", "HashSet", "hash_map", "hash_set"];

pub fn impure(project: &Project) -> Vec<String> {
    let mut found = Vec::new();
    for file in project.sources().filter(|file| file.module.get(1).is_some_and(|own| PURE.contains(&own.as_str()))) {
        let imports = file.imports.iter().filter(|import| import.path[0] == "std");
        let bad = imports.filter(|Import { path, line }| {
            path.iter().any(|name| IMPURE.contains(&name.as_str())) && !file.is_test_line(*line)
        });
        found.extend(bad.map(|Import { path, line }| format!("{}:{line}: {}", file.path, path.join("::"))));
    }
    found
}

/// Lines that can panic by name, and how many shipped lines there are.
fn panicking(project: &Project) -> (Vec<String>, usize) {
    let words = [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];
    let told = |file: &File, number, line: &str| format!("{}:{number}: {}", file.path, line.trim());
    let (mut lines, mut found) = (0, Vec::new());
    for file in project.sources() {
        lines += file.code().count();
        let bad = file.code().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.extend(bad.map(|(number, line)| told(file, number, line)));
    }
    (found, lines)
}

/// Lines that can panic by name, if they are too many.
pub fn panics(project: &Project) -> Vec<String> {
    let (found, lines) = panicking(project);
    if found.len() * 1000 > 3 * lines { found } else { vec![] }
}

/// How many lines can panic by name.
pub fn panic_rate(project: &Project) -> String {
    let (found, lines) = panicking(project);
    format!(
        "{} by name in {lines} shipped lines, {:.2} in a thousand",
        found.len(),
        found.len() as f64 * 1000.0 / lines as f64
    )
}

/// Rooms that are named as pure and are none.
pub fn absent_rooms(project: &Project) -> Vec<String> {
    let is_room = |name: &&&str| project.modules.iter().any(|module| module.get(1).is_some_and(|own| own == **name));
    PURE.iter().filter(|name| !is_room(name)).map(|name| format!("{name} is no module")).collect()
}

/// Whether a comment looks like a statement: a call or an assignment without words before it.
fn is_code(comment: &str) -> bool {
    let call = comment.ends_with(");") && !comment.split('(').next().is_some_and(|name| name.contains(' '));
    call || (comment.starts_with("let ") && comment.ends_with(';'))
}

pub fn leftovers(project: &Project) -> Vec<String> {
    // Split, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("dbg", "!(")];
    let mut found = Vec::new();
    for file in &project.files {
        for (index, line) in file.text.lines().enumerate() {
            let text = line.trim_start();
            let code = text.strip_prefix("// ").is_some_and(is_code);
            if code || marks.iter().any(|mark| line.contains(mark)) {
                found.push(format!("{}:{}: {text}", file.path, index + 1));
            }
        }
    }
    found
}

pub fn bare_files(project: &Project) -> Vec<String> {
    let bare = project.files.iter().filter(|file| !file.text.starts_with("//!"));
    bare.map(|file| format!("{} does not open with what it is", file.path)).collect()
}

/// The reason of tests that need data which does not travel with the project, and how their names begin: `.ci/run` runs
/// them by name where the data lies beside the repository.
const SHARED: (&str, &str) = (concat!("#[ignore = \"needs the ", "shared data: "), concat!("fn shared", "_data_"));

/// Tests that lack their data and say so nowhere, or not as the rest does.
pub fn silent_skips(project: &Project) -> Vec<String> {
    let mut found = Vec::new();
    for file in &project.files {
        let lines: Vec<&str> = file.text.lines().map(str::trim_start).collect();
        for (index, pair) in lines.windows(2).enumerate() {
            let says = pair[0].starts_with(SHARED.0);
            let skips = pair[1].contains(concat!("println!(\"", "skipped"));
            if says != pair[1].starts_with(SHARED.1) || skips {
                found.push(format!("{}:{}: {}", file.path, index + 2, pair[1]));
            }
        }
    }
    found
}
