//! A module imports only from lower layers or its own folder.

use std::collections::BTreeSet;

use crate::imports::Import;
use crate::source::Project;

/// The layers, lowest first. The page in `src/lib.rs` shows the same table to people.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["kernel", "input"],
    &["stats", "cache", "heap", "pool"],
    &["flink", "cluster"],
    &["policy", "price", "workload", "metrics", "gc_log"],
    &["jvm"],
    &["scenario"],
    &["sim"],
    &["sweep", "gc_study", "frag"],
    &["evidence"],
    &["report", "chart"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Imports of modules that are not below the importing one.
pub fn upward(project: &Project) -> Vec<String> {
    let mut faults = BTreeSet::new();
    for file in project.sources() {
        let [_, own, ..] = &file.module[..] else { continue };
        for Import { path, line } in &file.imports {
            let Some(theirs) = path.get(1).filter(|_| path[0] == "crate") else { continue };
            if theirs != own && layer(theirs).is_some_and(|theirs| layer(own) <= Some(theirs)) {
                faults.insert(format!("{}:{line} imports {theirs}, which is not below {own}", file.path));
            }
        }
    }
    faults.into_iter().collect()
}

#[test]
fn the_page_for_people_shows_the_same_table() {
    let page = std::fs::read_to_string(crate::source::root().join("src/lib.rs")).expect("lib.rs");
    for (number, modules) in LAYERS.iter().enumerate() {
        let names: Vec<String> = modules.iter().map(|module| format!("[`{module}`]")).collect();
        let row = format!("//! | L{number} | {} |", names.join(", "));
        assert!(page.contains(&row), "src/lib.rs lacks the row\n{row}");
        for module in *modules {
            assert!(page.contains(&format!("pub mod {module};")), "{module} is no module");
        }
    }
    let modules = page.lines().filter(|line| line.starts_with("pub mod ")).count();
    assert_eq!(modules, LAYERS.iter().map(|layer| layer.len()).sum::<usize>(), "a module is in no layer");
}
