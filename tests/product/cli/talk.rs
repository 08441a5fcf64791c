//! What the program says of itself.

use std::io::Read;
use std::process::Stdio;

use super::{Place, SMALL};

#[test]
fn every_command_has_a_help_that_shows_it_at_work() {
    let place = Place::with("");
    let help = place.heapwise(&["--help"]).ends_well();
    for command in ["run", "check", "list", "calibrate", "chart", "layout", "validate", "completions"] {
        assert!(help.out.contains(command), "{command}");
        let own = place.heapwise(&[command, "--help"]).ends_well();
        assert!(own.out.contains("Usage:") && own.out.contains(&format!("heapwise {command}")), "{}", own.out);
    }
    place.heapwise(&["--version"]).ends_well();
    place.heapwise(&["chekc"]).blames_the_user(&["chekc", "'check'"]);
    place.heapwise(&["run", "--sede", "3"]).blames_the_user(&["--sede", "--seed"]);
}

#[test]
fn completions_know_the_commands_in_every_shell() {
    for shell in ["bash", "zsh", "fish"] {
        let said = Place::with("").heapwise(&["completions", shell]).ends_well();
        assert!(said.out.contains("heapwise") && said.out.contains("replications"), "{shell}");
    }
    Place::with("").heapwise(&["completions", "csh"]).blames_the_user(&["csh", "bash"]);
}

#[test]
fn every_topic_lists_its_members() {
    let topics = [
        ("policies", "max-min"),
        ("allocators", "buddy"),
        ("collectors", "parallel"),
        ("prices", "stop-and-copy"),
        ("generators", "hash-join"),
        ("traces", "alibaba-2017-batch"),
        ("charts", "waiting"),
        ("columns", "throughput_records_per_s_mean"),
        ("arrivals", "mmpp2"),
        ("laws", "weibull"),
        ("scenarios", "dc_curve"),
        ("keys", "[groups.NAME]"),
    ];
    let place = Place::with("");
    let all = place.heapwise(&["list"]).ends_well();
    for (topic, member) in topics {
        assert!(all.out.contains(topic), "{topic}");
        let said = place.heapwise(&["list", topic]).ends_well();
        assert!(said.out.contains(member), "{member} is missing in:\n{}", said.out);
    }
    place.heapwise(&["list", "polices"]).blames_the_user(&["polices", "policies"]);
}

#[test]
fn check_says_what_would_run_and_prints_the_whole_scenario() {
    let place = Place::with(SMALL);
    let said = place.heapwise(&["check", "scenario.toml"]).ends_well();
    assert!(said.out.contains("2 cells x 2 replications = 4 runs"), "{}", said.out);
    let whole = place.heapwise(&["check", "scenario.toml", "--resolved"]).ends_well().out;
    place.put("whole.toml", whole.as_bytes());
    assert_eq!(place.heapwise(&["check", "whole.toml", "--resolved"]).ends_well().out, whole);
}

#[test]
fn a_reader_who_leaves_early_is_no_fault() {
    let place = Place::with("");
    let mut child =
        place.command(&["list", "keys"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
    drop(child.stdout.take());
    let mut told = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut told).expect("text");
    assert!(child.wait().expect("heapwise ends").success(), "{told}");
    assert!(told.is_empty(), "{told}");
}
