//! Files, functions and traits stay small enough to be read at one sitting.

use crate::source::{File, Function, files, functions};

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 70;
const USUAL_FUNCTION_LINES: usize = 35;
const PARAMETERS: usize = 4;
const REQUIRED_METHODS: usize = 2;

fn everything() -> Vec<File> {
    files(&["src", "tests", "benches"])
}

#[test]
fn files_are_short() {
    let mut sizes: Vec<(usize, String)> =
        everything().into_iter().map(|file| (file.text.lines().count(), file.path)).collect();
    sizes.sort();
    println!("{} files, median {} lines", sizes.len(), sizes[sizes.len() / 2].0);
    let long: Vec<_> = sizes.iter().filter(|(lines, _)| *lines > FILE_LINES).collect();
    assert!(long.is_empty(), "more than {FILE_LINES} lines: {long:?}");
    assert!(sizes[sizes.len() / 2].0 <= 130, "the median file has {} lines", sizes[sizes.len() / 2].0);
}

#[test]
fn functions_are_short() {
    let all: Vec<Function> = everything().iter().flat_map(functions).collect();
    let faulty: Vec<&Function> = all.iter().filter(|one| one.lines > FUNCTION_LINES).collect();
    assert!(faulty.is_empty(), "{faulty:#?}");
    let long = all.iter().filter(|one| one.lines > USUAL_FUNCTION_LINES).count();
    println!("{} functions, {long} of more than {USUAL_FUNCTION_LINES} lines", all.len());
    assert!(long * 20 <= all.len(), "{long} of {} functions are long", all.len());
}

#[test]
fn functions_take_few_parameters() {
    let all: Vec<Function> = files(&["src"]).iter().filter(|file| !file.is_test).flat_map(functions).collect();
    let faulty: Vec<&Function> = all.iter().filter(|one| one.parameters > PARAMETERS).collect();
    assert!(faulty.is_empty(), "{faulty:#?}");
}

#[test]
fn the_scan_counts_parameters() {
    let text = "fn f(&mut self, a: &[(u32, u8)], b: impl Fn(u32, u32) -> u8) -> (u8, u8) {\n}\n".to_string();
    let file = File { path: "x.rs".into(), text, is_test: false };
    let found = functions(&file);
    assert_eq!((found[0].parameters, found[0].lines), (2, 2));
}

/// Methods without a body, trait by trait.
fn required_methods(file: &File) -> Vec<(String, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let begins = |line: &&str| line.starts_with("pub trait ") || line.starts_with("trait ");
    let starts = lines.iter().enumerate().filter(|(_, line)| begins(line)).map(|(index, _)| index);
    starts
        .map(|start| {
            let body = lines[start + 1..].iter().take_while(|line| **line != "}");
            let text = body.copied().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            let methods = text.split("    fn ").skip(1);
            let bare = methods
                .filter(|method| method.find(';').unwrap_or(usize::MAX) < method.find('{').unwrap_or(usize::MAX));
            (format!("{}: {}", file.path, lines[start]), bare.count())
        })
        .collect()
}

#[test]
fn traits_ask_for_little() {
    let all: Vec<(String, usize)> = files(&["src"]).iter().flat_map(required_methods).collect();
    let greedy: Vec<_> = all.iter().filter(|(_, required)| *required > REQUIRED_METHODS).collect();
    assert!(greedy.is_empty(), "{greedy:#?}");
}
