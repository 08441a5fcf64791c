//! The binary as a shell sees it: what it prints where, and how it exits.

use std::io::Read;
use std::process::{Command, Output, Stdio};

fn heapwise(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_heapwise")).args(args).output().expect("the binary starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_users_fault_exits_with_2_and_says_where_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("wrong.toml");
    std::fs::write(&file, "name = \"wrong\"\n[run]\nduration = 5\ncolour = \"red\"\n").expect("a scenario");
    let file = file.to_string_lossy().into_owned();
    let output = heapwise(&["check", &file]);
    assert_eq!(output.status.code(), Some(2));
    for word in ["wrong.toml:3: error: run.duration = 5: a bare number has no unit", "wrong.toml:4: error: run.colour"]
    {
        assert!(said(&output).contains(word), "{}", said(&output));
    }
}

#[test]
fn a_wrong_command_line_exits_with_2_and_suggests() {
    for (args, word) in [
        (&["chekc", "x.toml"][..], "'check'"),
        (&["run", "x.toml", "--sede", "3"], "'--seed'"),
        (&["list", "polices"], "'policies'"),
        (&["check", "absent.toml"], "absent.toml: error: cannot be read"),
        (&["chart", "absent"], "absent: error"),
    ] {
        let output = heapwise(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(said(&output).contains(word), "{args:?}: {}", said(&output));
    }
}

#[test]
fn files_that_are_no_text_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("noise.toml");
    std::fs::write(&file, b"name = \"a\"\n\xff\xfe\x00").expect("a file");
    let output = heapwise(&["check", &file.to_string_lossy()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("noise.toml:2: error: not UTF-8"), "{}", said(&output));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_heapwise"))
        .args(["list", "keys"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    drop(child.stdout.take());
    let mut text = String::new();
    child.stderr.take().expect("standard error").read_to_string(&mut text).expect("text");
    assert!(child.wait().expect("an end").success());
    assert_eq!(text, "");
}

#[test]
fn every_list_and_script_is_printed() {
    for args in [
        &["list"][..],
        &["list", "policies"],
        &["list", "keys"],
        &["list", "columns"],
        &["list", "scenarios"],
        &["completions", "bash"],
        &["--version"],
    ] {
        let output = heapwise(args);
        assert!(output.status.success() && !output.stdout.is_empty(), "{args:?}: {}", said(&output));
    }
}
