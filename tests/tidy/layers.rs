//! A module imports only from lower layers or its own folder.

use crate::source::{File, files, root};

/// The layers, lowest first. The page in `src/lib.rs` shows the same table to people.
const LAYERS: &[&[&str]] = &[
    &["base"],
    &["kernel"],
    &["memory"],
    &["cluster"],
    &["policy", "price", "workload", "metrics"],
    &["jvm"],
    &["scenario"],
    &["sim"],
    &["experiment"],
    &["report", "chart"],
    &["cli"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|layer| layer.contains(&module))
}

/// Modules that a piece of code reaches through `crate::`, whole `use` trees included.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (_, rest) in code.match_indices("crate::").map(|(at, word)| (at, &code[at + word.len()..])) {
        if let Some(tree) = rest.strip_prefix('{') {
            let words = tree.split('}').next().unwrap_or_default().split(',');
            found.extend(words.map(|word| word.trim().split("::").next().unwrap_or_default().to_string()));
        } else {
            found.push(rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect());
        }
    }
    found.retain(|module| !module.is_empty());
    found
}

fn fault(file: &File) -> Option<String> {
    let own = file.path.strip_prefix("src/")?.split(['/', '.']).next()?.to_string();
    // Tests of a module may look down any way they like, but not up either.
    let code: Vec<&str> = file.text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let upward = imports(&code).into_iter().find(|module| match (layer(module), layer(&own)) {
        (Some(theirs), Some(ours)) => theirs >= ours && *module != own,
        _ => false,
    });
    upward.map(|module| format!("{} imports {module}, which is not below {own}", file.path))
}

#[test]
fn imports_only_look_down() {
    let faults: Vec<String> = files(&["src"]).iter().filter_map(fault).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_scan_sees_every_way_to_import() {
    let found = imports("use crate::{base::Bytes, sim};\nuse crate::kernel::Stream;\nlet x = crate::cli::main();");
    assert_eq!(found, ["base", "sim", "kernel", "cli"]);
}

#[test]
fn the_page_for_people_shows_the_same_table() {
    let page = std::fs::read_to_string(root().join("src/lib.rs")).expect("lib.rs");
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
