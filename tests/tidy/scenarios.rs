//! Shipped scenarios say what they ask, and can be found.

use crate::source::root;

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
