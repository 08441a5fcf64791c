//! Names and habits that do not belong: panics, hash iteration, clocks, leftovers.

use crate::source::{File, files};

/// Below this layer nothing may depend on a clock, a thread, the environment or the order of a hash.
const PURE: &[&str] =
    &["base", "kernel", "memory", "cluster", "policy", "price", "workload", "metrics", "scenario", "sim"];

fn is_pure(file: &File) -> bool {
    let module = file.path.strip_prefix("src/").and_then(|path| path.split('/').next());
    module.is_some_and(|module| PURE.contains(&module))
}

/// Every shipped line of `files` that holds one of `words`.
fn lines_with<'a>(files: impl Iterator<Item = &'a File>, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let bad = file.code().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        found.extend(bad.map(|(number, line)| format!("{}:{number}: {}", file.path, line.trim())));
    }
    found
}

#[test]
fn a_run_depends_on_no_hash_clock_thread_or_environment() {
    let all = files(&["src"]);
    let words = ["HashMap", "HashSet", "std::time", "Instant::now", "SystemTime", "std::env", "std::thread", "env::"];
    let found = lines_with(all.iter().filter(|file| is_pure(file)), &words);
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn few_lines_can_panic() {
    let all = files(&["src"]);
    let words = [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unimplemented!("];
    let found = lines_with(all.iter(), &words);
    let lines: usize = all.iter().map(|file| file.shipped().len()).sum();
    println!("{} of {lines} shipped lines can panic by name", found.len());
    assert!(found.len() * 1000 <= 3 * lines, "{}", found.join("\n"));
}

/// Whether a comment looks like a statement: a call or an assignment without words before it.
fn is_code(comment: &str) -> bool {
    let call = comment.ends_with(");") && !comment.split('(').next().is_some_and(|name| name.contains(' '));
    call || (comment.starts_with("let ") && comment.ends_with(';'))
}

#[test]
fn nothing_is_left_over() {
    let all = files(&["src", "tests", "benches"]);
    // Split, so that this file does not find itself.
    let marks = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:"), concat!("dbg", "!(")];
    let mut found = Vec::new();
    for file in &all {
        for (index, line) in file.text.lines().enumerate() {
            let text = line.trim_start();
            let code = text.strip_prefix("// ").is_some_and(is_code);
            if code || marks.iter().any(|mark| line.contains(mark)) {
                found.push(format!("{}:{}: {text}", file.path, index + 1));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_file_opens_with_what_it_is() {
    let all = files(&["src", "tests", "benches"]);
    let bare: Vec<&str> = all.iter().filter(|file| !file.text.starts_with("//!")).map(|file| &*file.path).collect();
    assert!(bare.is_empty(), "without a header: {bare:?}");
}

/// The reason of tests that need data which does not travel with the project, and how their names begin: `.ci/run` runs
/// them by name where the data lies beside the repository.
const SHARED: (&str, &str) = (concat!("#[ignore = \"needs the ", "shared data: "), concat!("fn shared", "_data_"));

#[test]
fn no_test_is_skipped_in_silence() {
    let all = files(&["src", "tests"]);
    let mut found = Vec::new();
    for file in &all {
        let lines: Vec<&str> = file.text.lines().map(str::trim_start).collect();
        for (index, pair) in lines.windows(2).enumerate() {
            let says = pair[0].starts_with(SHARED.0);
            let skips = pair[1].contains(concat!("println!(\"", "skipped"));
            if says != pair[1].starts_with(SHARED.1) || skips {
                found.push(format!("{}:{}: {}", file.path, index + 2, pair[1]));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
