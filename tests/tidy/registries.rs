//! What a folder holds is what its registry lists, and what is shipped can be found.

use std::collections::BTreeSet;
use std::path::Path;

use crate::source::{files, root};

/// Members that a `registry!` block lists.
fn listed(text: &str) -> Option<BTreeSet<String>> {
    let block = text.split("registry! {").nth(1)?.split("\n}").next()?;
    let members = block.rsplit(';').next()?.split(',').map(|member| member.trim().to_string());
    Some(members.filter(|member| !member.is_empty()).collect())
}

/// Files beside a registry that declare an entry.
fn declared(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let is_member = |path: &Path| {
        path.extension().is_some_and(|extension| extension == "rs")
            && std::fs::read_to_string(path).is_ok_and(|text| text.contains("pub const ENTRY: Entry<"))
    };
    let members = entries.filter(|path| is_member(path));
    members.filter_map(|path| Some(path.file_stem()?.to_str()?.to_string())).collect()
}

#[test]
fn every_member_has_its_line_and_every_line_its_member() {
    let mut families = 0;
    for file in files(&["src"]) {
        let Some(listed) = listed(&file.text).filter(|_| file.path.ends_with("mod.rs")) else { continue };
        let folder = root().join(&file.path).parent().expect("a folder").to_path_buf();
        assert_eq!(listed, declared(&folder), "{}", file.path);
        families += 1;
    }
    assert!(families >= 14, "{families} families");
}

#[test]
fn every_scenario_is_built_in_and_begins_with_its_question() {
    let source = std::fs::read_to_string(root().join("src/cli/source.rs")).expect("the list of scenarios");
    let entries = std::fs::read_dir(root().join("scenarios")).expect("scenarios").flatten().map(|entry| entry.path());
    for path in entries.filter(|path| path.extension().is_some_and(|extension| extension == "toml")) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        let text = std::fs::read_to_string(&path).expect("a scenario");
        let comment: String = text.lines().take_while(|line| line.starts_with('#')).collect();
        assert!(comment.starts_with("# Question:") && comment.contains('?'), "{name} begins with no question");
        assert!(comment.contains("Expected answer:"), "{name} expects no answer");
        assert!(source.contains(&format!("scenarios/{name}\"")), "{name} is not built in");
    }
}
