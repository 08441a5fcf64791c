//! Commands of the guide, carried out with the binary.
//!
//! A command that shows its output must print exactly that; "exits 2" behind ```console names another exit code than
//! 0. A command without output is carried out in small: one replication of three seconds. `cargo run --release` stands
//! for the binary; other programs than heapwise are left alone. A picture that a command draws must be the one in
//! `docs/images`.

use std::path::Path;
use std::process::Command;

use super::page::{Block, blocks, hold, name, pages, root};

const SMALL: &[&str] = &["--replications", "1", "--set", "run.duration=3 s", "--set", "run.warm_up=500 ms", "--quiet"];

/// A command of a block with the lines that it is said to print.
struct Step {
    command: String,
    shown: Vec<String>,
}

fn steps(block: &Block) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    for line in &block.lines {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step { command: command.into(), shown: Vec::new() }),
            (None, Some(step)) => step.shown.push(line.clone()),
            (None, None) => panic!("line {}: output without a command", block.line),
        }
    }
    steps
}

/// Words of a command as a shell splits them: blanks outside quotes; a word that starts with # ends it.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (None, '#') if word.is_none() => break,
            (None, ' ') => words.extend(word.take()),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (Some(open), c) if c == open => quote = None,
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// Arguments for the binary, if the command is one of ours.
fn arguments(command: &str) -> Option<Vec<String>> {
    let words = words(command);
    if words[0] == "heapwise" {
        return Some(words[1..].to_vec());
    }
    let cargo = ["cargo", "run", "--release"];
    (words.len() >= 3 && words[..3] == cargo).then(|| words[3..].iter().filter(|word| *word != "--").cloned().collect())
}

fn in_small(mut arguments: Vec<String>) -> Vec<String> {
    if arguments.is_empty() {
        arguments.push("run".into());
    }
    if arguments[0] == "run" {
        if let Some(at) = arguments.iter().position(|word| word == "--replications") {
            arguments.drain(at..at + 2);
        }
        arguments.extend(SMALL.iter().map(|word| word.to_string()));
    }
    arguments
}

/// Carries a step out in `folder` and answers what it printed.
fn carry_out(step: &Step, code: i32, folder: &Path) -> Option<Vec<String>> {
    let whole = arguments(&step.command)?;
    let arguments = if step.shown.is_empty() { in_small(whole) } else { whole };
    let mut command = Command::new(env!("CARGO_BIN_EXE_heapwise"));
    let output =
        command.args(&arguments).current_dir(folder).env("COLUMNS", "100").output().expect("the binary starts");
    let [said, errors] = [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    assert_eq!(output.status.code(), Some(code), "{}\n{said}{errors}", step.command);
    Some(said.lines().chain(errors.lines()).map(|line| line.trim_end().to_string()).collect())
}

/// The text with the outputs that its commands really have.
fn renewed(text: &str, folder: &Path) -> String {
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    let mut longer = 0isize;
    for block in blocks(text).iter().filter(|block| block.info.starts_with("console")) {
        let code = block.info.split_once("exits ").map_or(0, |(_, code)| code.parse().expect("an exit code"));
        let mut after = Vec::new();
        for step in steps(block) {
            let printed = carry_out(&step, code, folder).filter(|_| !step.shown.is_empty());
            after.push(format!("$ {}", step.command));
            after.extend(printed.unwrap_or(step.shown));
        }
        let start = (block.line as isize - 1 + longer) as usize;
        longer += after.len() as isize - block.lines.len() as isize;
        lines.splice(start..start + block.lines.len(), after);
    }
    lines.join("\n") + "\n"
}

#[test]
fn commands_run_and_print_what_is_shown() {
    for page in pages() {
        println!("{}", name(&page));
        let folder = tempfile::tempdir().expect("a temporary folder");
        for shared in ["docs", "scenarios"] {
            std::os::unix::fs::symlink(root().join(shared), folder.path().join(shared)).expect("a link");
        }
        hold(&page, |text| renewed(text, folder.path()));
        pictures(folder.path());
    }
}

/// Pictures that the commands of a page drew are those of the guide, under the same name.
fn pictures(folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let drawn = entry.expect("an entry").path();
        let kept = root().join("docs/images").join(drawn.file_name().expect("a name"));
        if kept.is_file() && drawn.is_file() {
            let svg = std::fs::read_to_string(&drawn).expect("text");
            hold(&kept, |_| svg.clone());
        }
    }
}

#[test]
fn a_command_is_split_as_a_shell_does() {
    assert_eq!(words("a  --set x=\"1 min\" 'b c' # why"), ["a", "--set", "x=1 min", "b c"]);
    assert_eq!(arguments("cargo run --release -- check x"), Some(vec!["check".into(), "x".into()]));
    assert_eq!(arguments("cargo test"), None);
}
